"""Our own list of topics: general words for what conversations are about, without any of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from anonymuse.lexicon.phrases import joined, name_faults, stems
from anonymuse.lexicon.special import is_special

_SHOWN = 3
"""fields of a node, and topics of one name, at most"""


@cache
def fields() -> dict[str, str]:
    """Return the field of every topic of ``lexicon/topics.txt``, in the order of the file."""
    text = (files("anonymuse.lexicon") / "topics.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    field = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("## "):
            field = line.removeprefix("## ")
        elif line and not line.startswith("#"):
            found[line] = field
    return found


@cache
def topics(*, generalise: bool = False) -> tuple[str, ...]:
    """Return the topics, in the order of the file; ``generalise`` leaves out specifics.

    Specifics are topics with a strong term of a special category ("pregnancy"); the category's own
    ones ("mental health") stay.
    """
    return tuple(topic for topic in fields() if not (generalise and is_special(topic)))


def as_request(topic: str) -> str:
    """Return a topic as somebody would ask about it, to be compared with conversations."""
    return f"help me with {topic}"


def words_of(found: Sequence[str]) -> str:
    """Return what a conversation with these topics counts as saying: they and their fields."""
    own = dict.fromkeys(fields()[topic].lower() for topic in found)
    return ", ".join([*found, *own])


def field_units(units: Mapping[str, int]) -> dict[str, int]:
    """Return the units behind each field, most first: those that used its rarest word.

    Args:
        units: distinct units by word stem, of the node.
    """
    counts = {
        field: min((units.get(s, 0) for s in stems(field)), default=0)
        for field in dict.fromkeys(fields().values())
    }
    return dict(sorted(((f, n) for f, n in counts.items() if n), key=lambda x: (-x[1], x[0])))


def likely_fields(units: Mapping[str, int]) -> list[str]:
    """Return the fields with the most units of a node behind them."""
    return list(field_units(units))[:_SHOWN]


def distinct_topics(found: tuple[str, ...], *, most: int) -> list[str]:
    """Return the first topics that say something new each: no word twice."""
    chosen: list[str] = []
    seen: set[str] = set()
    for topic in found:
        if not stems(topic) & seen and len(chosen) < most:
            chosen.append(topic)
            seen |= stems(topic)
    return chosen


def topic_names(found: tuple[str, ...]) -> list[str]:
    """Return names of one, two and three topics: "astronomy", "astronomy and weather" ..."""
    chosen = distinct_topics(found, most=_SHOWN)
    names = [joined(chosen[: count + 1]) for count in range(len(chosen))]
    # "vocabulary and word meaning and etymology" reads badly: commas alone, then.
    names = [n if n.count(" and ") < 2 else ", ".join(chosen[: i + 1]) for i, n in enumerate(names)]
    return [name for name in names if name_faults(name) is None]
