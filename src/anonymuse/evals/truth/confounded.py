"""Data in which languages talk about different things, made from data in which they do not.

A clustering that takes the language out by force takes out real differences between languages too.
Where every language has every category that cannot be seen.
"""

from __future__ import annotations

import math

import numpy as np

from anonymuse.evals.truth.known import KnownTruth
from anonymuse.vectors.rows import philox

KEPT = 0.5


def confounded(known: KnownTruth, *, kept: float = KEPT, seed: int = 0) -> tuple[int, ...]:
    """Return the rows that are left when every language keeps some of the categories only.

    Args:
        known: with the true language of every row.
        kept: share of the categories that each language keeps, rounded up.
        seed: of the draw.

    Returns:
        Row numbers, ascending.

    Raises:
        ValueError: the languages are not known.
    """
    if known.language is None:
        raise ValueError("the rows have no languages")
    rng = philox(seed)
    categories = np.array(sorted(set(known.category)))
    size = math.ceil(kept * len(categories))
    here = {
        language: frozenset(rng.permutation(categories)[:size].tolist())
        for language in sorted(set(known.language))
    }
    pairs = zip(known.category, known.language, strict=True)
    return tuple(
        row for row, (category, language) in enumerate(pairs) if category in here[language]
    )
