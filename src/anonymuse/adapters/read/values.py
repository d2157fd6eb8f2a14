"""Single values: clean text, identifiers, times, and what may stand in the metadata."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from anonymuse.domain.private.conversation import Scalar
from anonymuse.errors import ConfigError, did_you_mean

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMERIC = re.compile(r"[+-]?\d{9,20}(\.\d*)?|\d{1,8}\.\d+", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_ZONE_WORD = re.compile(r"\s*(UTC|GMT|Z)$", re.IGNORECASE)

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_INT64 = 2**63


def clean(text: str) -> str:
    """Return the text with NUL characters and lone surrogates replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def identifier(value: Any) -> str | None:
    """Return a source's identifier as text, or None where there is none."""
    if isinstance(value, str):
        return clean(value).strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < _INT64:
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return scalar_text(value)
    if isinstance(value, bytes | bytearray) and value:
        return value.hex()
    return None


def scalar_text(value: int | float) -> str | None:
    """Return a number as text; None for a number that is none, or too long to be a number."""
    try:
        return None if isinstance(value, float) and not math.isfinite(value) else str(value)
    except ValueError:  # more digits than Python turns into text
        return None


def is_nested(value: Any) -> bool:
    """Say whether a value has parts, so that it cannot stand in the metadata."""
    return isinstance(value, dict | list | tuple | set | bytes | bytearray)


def scalar(value: Any) -> Scalar:
    """Return a value as it may stand in the metadata: clean text, 64-bit and finite numbers."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return value if -_INT64 <= value < _INT64 else scalar_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    return None


def zone_of(name: str) -> tzinfo:
    """Return the zone of an IANA name.

    Raises:
        ConfigError: there is no such zone; names the nearest.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(name, available_timezones())
        raise ConfigError(
            f"There is no time zone {name!r} (set by --timezone). {near}Zones have names like "
            "Europe/Berlin or America/New_York."
        ) from None


def read_time(value: Any, zone: tzinfo = UTC) -> tuple[datetime | None, bool]:
    """Return a time in UTC and whether its zone was stated; None where it cannot be read.

    ISO 8601 text, dates, and seconds, milliseconds, microseconds or nanoseconds since 1970
    (told apart by their size). Times outside 1990 to 2100 count as unreadable: a small number is
    a duration or a count, not a moment.

    Args:
        value: as it stands in the source.
        zone: of times that state none. An hour that clocks showed twice is the first of the two;
            one that they skipped is read as if they had not been put forward yet (PEP 495).
    """
    try:
        moment = _moment(value)
        if moment is None:
            return None, True
        zoned = moment.tzinfo is not None
        moment = (moment if zoned else moment.replace(tzinfo=zone, fold=0)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None, True
    return (moment, zoned) if _EARLIEST <= moment < _LATEST else (None, True)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        return _moment_of_text(value.strip())
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _since_1970(float(value))
    return None


def _moment_of_text(text: str) -> datetime | None:
    if not text or len(text) > 64:
        return None
    if not _DAY.fullmatch(text) and _NUMERIC.fullmatch(text):
        return _since_1970(float(text))
    return datetime.fromisoformat(_ZONE_WORD.sub("+00:00", text))


def _since_1970(number: float) -> datetime:
    for bound, unit in ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6)):
        if abs(number) < bound:
            return datetime.fromtimestamp(number / unit, UTC)
    return datetime.fromtimestamp(number / 1e9, UTC)
