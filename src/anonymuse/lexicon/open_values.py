"""Open vocabularies: which of the short texts that models wrote may be counted in public.

A value is a published text, so the rules for names hold (``docs/privacy.md``): enough different
people share it word for word, it is plain text, and none of its words is a number, a date, or one
that the answers themselves mostly write with a capital.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.plain_text import text_problem
from anonymuse.lexicon.support_table import unsupported
from anonymuse.lexicon.words import content_words

MOST_VALUES = 100
LONGEST = 5
"""words of a value"""

_ALL = "all"


def spelled(value: str) -> str:
    """Return the one spelling under which equal values are counted."""
    return " ".join(value.casefold().split()).strip(" .,:!?\"'")


def values_of(answer: object) -> list[str]:
    """Return the values of an answer, each once; none where it is no text."""
    parts = answer.split(";") if isinstance(answer, str) else []
    return list(dict.fromkeys(filter(None, map(spelled, parts))))


def shared_values(answers: Sequence[object], units: Iterable[int], *, cell: int) -> tuple[str, ...]:
    """Return the values that may be counted, in the order of the alphabet; 100 at most.

    Args:
        answers: one per row that is published: texts, their values separated by semicolons.
        units: privacy unit of each row.
        cell: distinct units that a value needs.
    """
    units = list(units)
    people: dict[str, set[int]] = {}
    for answer, unit in zip(answers, units, strict=True):
        for value in values_of(answer):
            people.setdefault(value, set()).add(unit)
    shared = {value for value, who in people.items() if len(who) >= cell and _is_plain(value)}
    # "of" before the first value: elsewhere than at the start of a sentence a capital tells.
    texts = (answer if isinstance(answer, str) else "" for answer in answers)
    said = [f"of {text.replace(';', ',')}" if text else "" for text in texts]
    table = build_table(said, [0] * len(said), units, leaves=[_ALL])
    passing = [v for v in shared if not unsupported(v, _ALL, table, cell=cell)]
    passing.sort(key=lambda value: (-len(people[value]), value))
    return tuple(sorted(passing[:MOST_VALUES]))


def _is_plain(value: str) -> bool:
    short = len(value.split()) <= LONGEST
    return short and text_problem(value, "") is None and bool(content_words(value))
