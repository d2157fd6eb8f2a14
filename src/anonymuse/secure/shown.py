"""How values are written on the zone's pages. Text of strangers shows what it hides."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from anonymuse.domain.restricted.evidence import Rate

_JOINERS = "\u200c\u200d"
"""Persian, Indic scripts and emoji are spelled with them; they turn nothing around"""

_HIDING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def visible(text: str) -> str:
    """Return text whose control characters are written out, as ``<U+202E>``.

    A bidi override could make a sentence read as another, and tag characters say nothing at all:
    who investigates has to see that they are there. Line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(map(_spelled, text.replace("\r\n", "\n").replace("\r", "\n")))


def count(value: int) -> str:
    """Return a number with its thousands apart."""
    return f"{value:,}"


def share(value: float) -> str:
    """Return a share as a percentage that has no more digits than it carries."""
    percent = 100 * value
    return f"{percent:.0f} %" if percent >= 10 or percent == 0 else f"{percent:.1f} %"


def points(value: float) -> str:
    """Return a signed number with a true minus."""
    return f"{value:+.1f}".replace("-", "\u2212")


def rate(value: Rate | None) -> str:
    """Return a share with its interval in words; a dash where nothing is known."""
    if value is None or not value.n:
        return "\u2013"
    return f"{share(value.share)} ({share(value.low)} to {share(value.high)})"


def of(value: Rate) -> str:
    """Return a share as two counts, for how many conversations it rests on."""
    return f"{value.count:,} of {value.n:,}"


def decimal(value: float) -> str:
    """Return a number with two decimals and a true minus."""
    return f"{value:.2f}".replace("-", "\u2212")


def moment(value: str | datetime | float | None) -> str:
    """Return a time to the minute, in UTC; a dash where there is none."""
    time = _time(value)
    return f"{time.day} {time:%b %Y, %H:%M}" if isinstance(time, datetime) else time


def day(value: str | datetime | float | None) -> str:
    """Return the day of a time, in UTC; a dash where there is none."""
    time = _time(value)
    return f"{time.day} {time:%b %Y}" if isinstance(time, datetime) else time


def _time(value: str | datetime | float | None) -> datetime | str:
    """Return a time in UTC; what cannot be read as one stays as it was given."""
    if value is None or value == "":
        return "\u2013"
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    return value if value.tzinfo is None else value.astimezone(UTC)


def _spelled(character: str) -> str:
    if character in "\n\t" or character in _JOINERS:
        return character
    if unicodedata.category(character) in _HIDING:
        return f"<U+{ord(character):04X}>"
    return character
