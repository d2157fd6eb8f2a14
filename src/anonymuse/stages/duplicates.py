"""Stage: texts that are nearly the same count as one voice, whoever sent them.

A name needs words that many people used. Fifty accounts that send one text, a word changed here and
there, are not many people (CLIOPATRA, arXiv 2603.09781, plants such texts). Two tests join texts:
runs of words in common (``lexicon/near_duplicates.py``), and cosine inside a base cluster where
the vectors know meaning (``vectors/alike.py``). Short requests that anybody sends are never joined.

Cosines are taken after each language's mean: an embedder that does not know a language puts all its
texts in one place. Measured on 1,500 different texts of the corpus: 237 pairs above the threshold
without that, all Armenian, Georgian or Hindi; none with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.near_duplicates import near_copies
from anonymuse.vectors.alike import alike_pairs
from anonymuse.vectors.centre import fit_centring
from anonymuse.vectors.rows import AnyRows, Labels

OWN = -1
"""the group of a text that is too short to be a copy: it is its sender's own"""


def find_duplicates(
    texts: Sequence[str],
    weights: npt.NDArray[np.float64],
    *,
    vectors: AnyRows | None,
    languages: Sequence[str],
    labels: Labels,
) -> npt.NDArray[np.int32]:
    """Put near-duplicates into groups.

    Args:
        texts: what users wrote, scrubbed, in any script.
        weights: how many conversations stand behind each text, shape (n,).
        vectors: of the conversations, where they know meaning; shape (n, d).
        languages: of each text.
        labels: base cluster per text, negative for none; shape (n,).

    Returns:
        Shape (n,): equal numbers stand for one text, the most repeated has number 0; ``OWN``
        where a text is its sender's own.
    """
    long, pairs = near_copies(texts)
    if vectors is not None:
        centred = fit_centring(vectors, languages).apply(np.asarray(vectors), 0)
        near = alike_pairs(centred, np.where(long, labels, -1).astype(np.int32))
        pairs = np.concatenate([pairs, near])
    roots = _joined(len(texts), pairs)
    roots[~long] = OWN
    found, group = np.unique(roots[long], return_inverse=True)
    repeated = np.bincount(group, weights=weights[long], minlength=len(found))
    rank = np.empty(len(found), dtype=np.int32)
    rank[np.argsort(-repeated, kind="stable")] = np.arange(len(found), dtype=np.int32)
    groups = np.full(len(texts), OWN, dtype=np.int32)
    groups[long] = rank[group]
    return groups


def _joined(size: int, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for every place the first place that a chain of pairs leads to."""
    roots = np.arange(size)
    while len(pairs):
        low = roots[pairs].min(axis=1)
        new = roots.copy()
        np.minimum.at(new, roots[pairs[:, 0]], low)
        np.minimum.at(new, roots[pairs[:, 1]], low)
        new = new[new]
        if (new == roots).all():
            break
        roots = new
    return roots
