"""The name that stands in where no other passed: words that many share, no two names alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.phrases import joined, sentence_case, stems

_WORDS = 4
_TRIED = 8
BLANK = "Other requests", "Conversations without enough shared words to say more."
"""name and description of a cluster without words of its own; the auditors withhold it"""


def keyword_draft(
    node: str,
    shared: Sequence[str],
    *,
    why: str,
    taken: Collection[frozenset[str]] = (),
    attempts: int = 0,
) -> DraftName:
    """Return the stand-in for a node.

    Args:
        node: its id.
        shared: the words that set it apart, most telling first.
        why: a stronger way of naming was given up.
        taken: content stems of names that others have already.
        attempts: how many proposals were turned down.
    """
    name = next((n for n in _names(shared) if stems(n) not in taken), None)
    told = f"Words that many of these conversations shared: {joined(shared[:6])}."
    shown = BLANK if name is None else (sentence_case(name), told)
    return DraftName(node, *shown, "keywords", attempts, why)


def _names(shared: Sequence[str]) -> Iterator[str]:
    """Yield names of up to four of the words, the most telling first."""
    for count in range(min(_WORDS, len(shared)), 0, -1):
        for chosen in combinations(shared[:_TRIED], count):
            yield ", ".join(chosen)
