"""How many people use a word anyway: what sets a cluster apart is measured against it."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.lexicon.topics import fields

ANYWHERE = 3.0
"""times that two users of a word share a cluster, for once by chance: below it the word tells next
to nothing of where it is said, as function words of every language do"""
OF_FEW = 0.03
"""the same where clusters are few: of the way from chance to all of a word's users in one"""
FEWEST_CLUSTERS, FEWEST_USERS = 10, 8
"""with fewer, words that clusters share may be all that there is to name them by"""


def usual_share(table: SupportTable) -> dict[str, float]:
    """Return by stem the mean over base clusters of the share of their units that use it.

    It is 1 for words that are said anywhere. No list of function words knows all languages; but
    who says "hogy" tells that they write Hungarian, and nothing of what about. Words of our own
    list of topics stay what they are.
    """
    leaf_of = np.repeat(np.arange(len(table.leaves)), np.diff(table.starts))
    weight = 1.0 / np.maximum(table.sizes[leaf_of], 1) / max(len(table.leaves), 1)
    share = np.bincount(table.stem_of, weights=weight, minlength=len(table.stems))
    said_anywhere = _said_anywhere(table, leaf_of)
    return {
        word_stem: 1.0 if anywhere and word_stem not in _topic_stems() else usual
        for word_stem, usual, anywhere in zip(
            table.stems, share.tolist(), said_anywhere.tolist(), strict=True
        )
    }


def _said_anywhere(table: SupportTable, leaf_of: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return whether each stem's users are in clusters as if these were dealt, shape (stems,)."""
    if len(table.leaves) < FEWEST_CLUSTERS:
        return np.zeros(len(table.stems), dtype=np.bool_)
    cells = table.stem_of.astype(np.int64) * len(table.leaves) + leaf_of
    cell, count = np.unique(cells, return_counts=True)
    stem_of = cell // len(table.leaves)
    users = np.bincount(stem_of, weights=count, minlength=len(table.stems))
    pairs = np.bincount(stem_of, weights=count * (count - 1.0), minlength=len(table.stems))
    chance = float(np.sum((table.sizes / max(table.sizes.sum(), 1)) ** 2))
    least = min(ANYWHERE * chance, chance + OF_FEW * (1 - chance))
    return (users >= FEWEST_USERS) & (pairs < least * users * (users - 1.0))


@cache
def _topic_stems() -> frozenset[str]:
    return frozenset(s for topic, field in fields().items() for s in stems(f"{topic}, {field}"))
