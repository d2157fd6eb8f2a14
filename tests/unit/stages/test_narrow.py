from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from anonymuse.errors import ConfigError
from anonymuse.stages.narrow import narrow, read_window

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_window_is_half_open() -> None:
    window = read_window("2026-03-01T12:00", "2026-03-01T13:00")
    assert window is not None
    assert window.holds(NOON)
    assert window.holds(NOON + timedelta(minutes=59, seconds=59))
    assert not window.holds(NOON + timedelta(hours=1))
    assert not window.holds(NOON - timedelta(microseconds=1))


def test_a_date_is_its_first_moment_in_utc() -> None:
    window = read_window("2026-03-01", "2026-03-02")
    assert window is not None
    assert window.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert window.until == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-01T12:00Z", "2026-03-01T13:00+01:00", "20260301T120000"])
def test_the_zone_is_the_one_that_is_given(text: str) -> None:
    window = read_window(text, None)
    assert window is not None
    assert window.since == NOON
    assert window.holds(NOON.astimezone(timezone(timedelta(hours=9))))


def test_one_side_may_be_open_and_no_side_is_no_window() -> None:
    assert read_window(None, None) is None
    late, early = read_window("2026-03-02", None), read_window(None, "2026-03-02")
    assert late is not None
    assert early is not None
    assert (late.holds(NOON), early.holds(NOON)) == (False, True)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-02-30", "1772366400x", "-1"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--since is .* which is no date or time"):
        read_window(text, None)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-03-02", "2026-03-01"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T12:00Z", "2026-03-01T13:00+02:00"),
    ],
)
def test_an_empty_window_is_refused(since: str, until: str) -> None:
    with pytest.raises(ConfigError, match="is not later than --since"):
        read_window(since, until)


def test_the_ends_of_time() -> None:
    with pytest.raises(ConfigError, match="--until"):
        read_window(None, "9999-12-31T23:59-05:00")
    assert read_window("0001-01-01", "9999-12-31") is not None


def test_each_filter_is_told_what_it_left_out_of_the_rest() -> None:
    first = np.array([True, True, False, False])
    second = np.array([True, False, True, False])
    found = narrow(4, [("a", first), ("b", second)])
    assert found.kept.tolist() == [True, False, False, False]
    assert found.left_out == {"a": 2, "b": 1}
    assert narrow(3, []).kept.all()
