"""Times of every kind come out in UTC; those without a zone are in the one that was named."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.read.values import read_time, zone_of
from anonymuse.errors import ConfigError
from tests.unit.adapters.read.files import chat, conversations, lines, read, write

BERLIN = ZoneInfo("Europe/Berlin")
MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECONDS = int(MOMENT.timestamp())

SAME: list[Any] = [
    SECONDS, SECONDS * 10**3, SECONDS * 10**6, SECONDS * 10**9,
    float(SECONDS), str(SECONDS), str(SECONDS * 10**9), Decimal(SECONDS),
    "2026-03-01T09:00:00Z", "2026-03-01T10:00:00+01:00", "2026-03-01 04:00:00-05:00",
    "2026-03-01T09:00:00.000000000Z", "2026-03-01 09:00:00 UTC", "20260301T090000Z",
    MOMENT, MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45))),
]  # fmt: skip


@pytest.mark.parametrize("value", SAME, ids=str)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_stated_zone_is_kept_to(value: Any, zone: str) -> None:
    assert read_time(value, zone_of(zone)) == (MOMENT, True)


LOCAL: dict[str, Any] = {
    "winter": ("2026-01-15 12:00", "2026-01-15T11:00"),
    "summer": ("2026-07-15T12:00:00", "2026-07-15T10:00"),
    "a day": ("2026-07-15", "2026-07-14T22:00"),
    "the hour that is skipped": ("2026-03-29 02:30", "2026-03-29T01:30"),
    "just before it": ("2026-03-29 01:59:59", "2026-03-29T00:59:59"),
    "just after it": ("2026-03-29 03:00", "2026-03-29T01:00"),
    "the hour that comes twice": ("2026-10-25 02:30", "2026-10-25T00:30"),
    "a value of time": (datetime(2026, 7, 15, 12), "2026-07-15T10:00"),
    "the second of the twice": (datetime(2026, 10, 25, 2, 30, fold=1), "2026-10-25T00:30"),
    "a date": (date(2026, 7, 15), "2026-07-14T22:00"),
}


@pytest.mark.parametrize("case", LOCAL)
def test_a_time_without_a_zone_is_in_the_one_named(case: str) -> None:
    value, wanted = LOCAL[case]
    found, zoned = read_time(value, BERLIN)
    assert found == datetime.fromisoformat(wanted).replace(tzinfo=UTC)
    assert not zoned
    assert found.tzinfo is UTC


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu", "America/Havana"]),
)
def test_any_local_time_is_a_moment_not_far_from_it(local: datetime, name: str) -> None:
    found, zoned = read_time(local.isoformat(), zone_of(name))
    assert found is not None
    assert not zoned
    assert abs(found.replace(tzinfo=None) - local) <= timedelta(hours=25)


def test_the_reader_says_which_zone_it_took(tmp_path: Path) -> None:
    records = [chat("a", time="2026-07-15 12:00"), chat("b", time="2026-07-15T12:00Z")]
    path = write(tmp_path, lines(*records))
    first, second = conversations(read(path, timezone="America/New_York"))
    assert first.time == datetime(2026, 7, 15, 16, tzinfo=UTC)
    assert second.time == datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["Europe/Berln", "", "../etc/passwd", "a\x00b", "x" * 5000, "UTC+1"]
)
def test_a_zone_that_is_none(name: str) -> None:
    with pytest.raises(ConfigError, match="There is no time zone"):
        zone_of(name)


def test_the_nearest_zone_is_named() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'Europe/Berlin'"):
        zone_of("Europe/Berln")
