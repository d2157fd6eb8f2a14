"""A user's own labelled conversations: any format that a run reads, with columns of truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anonymuse.domain.private.conversation import Conversation
from anonymuse.errors import ColumnError, InputError
from anonymuse.evals.truth.known import KnownTruth, of_conversations
from anonymuse.ports.language import LanguageDetector


def own_truth(
    name: str,
    items: Iterable[object],
    detector: LanguageDetector,
    *,
    category: str,
    subcategory: str | None,
    language: str | None,
    facets: Sequence[str] = (),
) -> tuple[KnownTruth, tuple[str, ...]]:
    """Return conversations with the truth that stands in their columns, and their ids.

    Args:
        name: of the file.
        items: what a reader gives; what it dropped is passed over.
        detector: tells languages.
        category: column of the upper truth; rows without a value are left out.
        subcategory: of the lower truth, if there is one.
        language: of the true language; None: "language" where there is such a column, else what
            the detector says.
        facets: whose truth stands in the column of their name, where there is one.

    Raises:
        InputError: nothing can be read, or no row has a category.
        ColumnError: a column is missing.
    """
    found = [item for item in items if isinstance(item, Conversation)]
    if not found:
        raise InputError(f"{name} holds no conversation that can be read. Try `anonymuse doctor`.")
    named = {"--truth": category, "--truth2": subcategory, "--by": language}
    for flag, column in named.items():
        if column is not None and not any(column in c.metadata for c in found):
            raise ColumnError.missing(column, found[0].metadata, setting=flag)
    rows = [c for c in found if c.metadata.get(category) not in (None, "")]
    if not rows:
        raise InputError(
            f"Column {category!r} of {name} is empty in every row. Name another with --truth."
        )
    told = language or "language"
    upper = [str(c.metadata[category]) for c in rows]
    known = of_conversations(
        name,
        rows,
        detector,
        category=upper,
        subcategory=None if subcategory is None else _below(upper, _column(rows, subcategory)),
        language=_column(rows, told) if any(told in c.metadata for c in rows) else None,
        truth={
            facet: tuple(c.metadata.get(facet) for c in rows)
            for facet in facets
            if any(facet in c.metadata for c in rows)
        },
    )
    return known, tuple(c.id for c in rows)


def _column(rows: Sequence[Conversation], name: str) -> list[str]:
    return [str(c.metadata.get(name)) for c in rows]


def _below(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    return [f"{a}/{b}" for a, b in zip(upper, lower, strict=True)]
