"""The shipped corpus as known truth, with or without a strong model's recorded facets."""

from __future__ import annotations

from typing import Literal

from anonymuse.evals.corpus import population
from anonymuse.evals.truth.known import KnownTruth, of_conversations
from anonymuse.ports.language import LanguageDetector

CORPUS = "corpus"

Part = Literal["regular", "all"]


def corpus_truth(
    detector: LanguageDetector, *, recorded: bool, part: Part = "regular"
) -> KnownTruth:
    """Return the corpus without what was planted into it.

    Args:
        detector: tells languages.
        recorded: take the recorded facets as answers, and as views.
        part: ``regular`` has 20 categories of the same size; ``all`` the safety part too.
    """
    parts = ("regular",) if part == "regular" else ("regular", "safety")
    rows = [row for row in population.load() if row.truth.part in parts]
    rows.sort(key=lambda row: row.conversation.id)
    known = of_conversations(
        CORPUS + (", recorded facets" if recorded else ""),
        [row.conversation for row in rows],
        detector,
        category=[row.truth.category for row in rows],
        subcategory=[f"{row.truth.category}/{row.truth.subcategory}" for row in rows],
        language=[row.truth.language for row in rows],
        truth={
            "refused": tuple("yes" if row.truth.refused else "no" for row in rows),
            "concern": tuple(row.truth.concern for row in rows),
            "language": tuple(row.truth.language for row in rows),
        },
    )
    if not recorded:
        return known
    facets = population.recorded_facets()
    return known.with_answers({i: facets[r.conversation.id] for i, r in enumerate(rows)})
