"""Synthetic conversations for benchmarks: a mixture with the shape of real embeddings.

Topics hold subtopics with Zipf-like sizes, variance decays over the dimensions, and every row is
moved by the offset of its language, as multilingual encoders do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK = 10_000


@dataclass(frozen=True, slots=True, repr=False)
class Synthetic:
    """A made data set.

    Attributes:
        vectors: unit rows, fp16, shape (n, d); memory-mapped where a folder was given.
        topic: true topic of each row.
        subtopic: true subtopic of each row.
        languages: of each row.
        users: a user number of each row, heavy-tailed.
    """

    vectors: npt.NDArray[np.float16]
    topic: npt.NDArray[np.int64]
    subtopic: npt.NDArray[np.int64]
    languages: list[str]
    users: npt.NDArray[np.int64]


def make(
    n: int,
    *,
    d: int = 384,
    topics: int = 40,
    subtopics: int = 1_000,
    languages: int = 12,
    hierarchical: bool = True,
    seed: int = 0,
    folder: Path | None = None,
) -> Synthetic:
    """Make ``n`` rows; the same arguments give the same rows, and fewer rows are a prefix.

    Args:
        n: rows.
        d: dimensions.
        topics: upper level.
        subtopics: lower level.
        languages: each with its own offset; 1 for none.
        hierarchical: False leaves the topics out: subtopics lie anywhere.
        seed: of everything.
        folder: where the vectors are kept as a memory-mapped file; None: in memory.
    """
    rng = np.random.default_rng(seed)
    spectrum = (1.0 + np.arange(d) / 8.0) ** -0.5
    topic_of = rng.integers(topics, size=subtopics)
    centres = 0.7 * rng.normal(size=(subtopics, d)) * spectrum
    if hierarchical:
        centres += (rng.normal(size=(topics, d)) * spectrum)[topic_of]
    offsets = (1.2 * rng.normal(size=(languages, d)) * spectrum) if languages > 1 else 0.0
    share = np.arange(1, subtopics + 1) ** -0.7
    weight = np.arange(1, languages + 1) ** -0.8
    vectors = _storage(n, d, folder)
    subtopic, language = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for number, low in enumerate(range(0, n, BLOCK)):
        own = np.random.default_rng([seed, number])
        subtopic_here = own.choice(subtopics, size=BLOCK, p=share / share.sum())
        language_here = own.choice(languages, size=BLOCK, p=weight / weight.sum())
        rows = centres[subtopic_here] + 0.5 * own.normal(size=(BLOCK, d)) * spectrum
        rows += offsets[language_here] if languages > 1 else 0.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        high = min(low + BLOCK, n)
        vectors[low:high] = rows[: high - low]
        subtopic[low:high], language[low:high] = (
            subtopic_here[: high - low],
            language_here[: high - low],
        )
    users = np.minimum(np.random.default_rng([seed, 10**6]).zipf(1.4, size=n), n) % max(1, n // 3)
    return Synthetic(
        vectors, topic_of[subtopic], subtopic, [f"language {g}" for g in language], users
    )


def _storage(n: int, d: int, folder: Path | None) -> npt.NDArray[np.float16]:
    if folder is None:
        return np.empty((n, d), dtype=np.float16)
    return np.lib.format.open_memmap(
        folder / f"vectors-{n}.npy", mode="w+", dtype=np.float16, shape=(n, d)
    )
