"""Whether a judge of names knows the languages of what it judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from anonymuse.adapters.embed.open import LANGUAGES_OF
from anonymuse.adapters.language.names import ENGLISH_NAMES
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.evals.truth.public import CODES
from anonymuse.ports.language import UNKNOWN

MOST_UNKNOWN: Final = 0.05
"""share of the rows that may be in languages that the judge does not know"""
_LISTED = 3


def foreign_note(known: KnownTruth, judge: str, others: Sequence[str]) -> tuple[str, ...]:
    """Return a note where too many rows are in languages that the judge does not know.

    Args:
        known: the rows. Of facets the judge hears alone, and they are in English.
        judge: id of the embedder whose figures come first.
        others: ids of those whose line-ups stand in the table beside.
    """
    if judge not in LANGUAGES_OF or "request" in known.texts or known.languages is None:
        return ()
    own = (UNKNOWN, *LANGUAGES_OF[judge])
    foreign = Counter(said for said in map(_in_words, known.languages) if said not in own)
    if (share := foreign.total() / len(known)) <= MOST_UNKNOWN:
        return ()
    listed = ", ".join(language for language, _ in foreign.most_common(_LISTED))
    more = f" and {len(foreign) - _LISTED} more" if len(foreign) > _LISTED else ""
    better = [f"`{other}`" for other in others if other not in LANGUAGES_OF]
    instead = (
        f"Read the same line-ups by {' or '.join(better)}, in the table, instead."
        if better
        else "No other judge is here: hold ours against the baseline only, which it understates as "
        "well, and read the names yourself (`--checklist`)."
    )
    return (
        f"{share:.0%} of the rows are in languages that the judge `{judge}` does not know "
        f"({listed}{more}): its figures understate names there. {instead}",
    )


def _in_words(language: str) -> str:
    """Return the name of a language: public sets have codes of their own."""
    code = language.partition("_")[0]
    return ENGLISH_NAMES.get(CODES.get(code, code), language)
