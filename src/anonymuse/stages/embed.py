"""Stage: the vectors of one way to look at every conversation.

One vector of many sentences holds what most of them say. The mean of each sentence's own holds a
little of all of them, and changes less with how they are put.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from anonymuse.domain.private.transcript import SENTENCES
from anonymuse.lexicon.sentences import sentences
from anonymuse.ports.embedder import Vectors
from anonymuse.vectors.rows import unit_rows

Embed = Callable[[Sequence[str]], Vectors]
"""gives a unit row for each of some texts"""


def embed_view(view: str, texts: Sequence[str], embed: Embed) -> Vectors:
    """Return unit rows of a view's texts, shape (len(texts), dimensions)."""
    return _by_sentence(texts, embed) if view == SENTENCES else embed(texts)


def _by_sentence(texts: Sequence[str], embed: Embed) -> Vectors:
    parts = [sentences(text) for text in texts]
    vectors = np.asarray(embed([one for own in parts for one in own]))
    sums = np.zeros((len(texts), vectors.shape[1]), dtype=np.float64)
    np.add.at(sums, np.repeat(np.arange(len(texts)), [len(own) for own in parts]), vectors)
    return unit_rows(sums)
