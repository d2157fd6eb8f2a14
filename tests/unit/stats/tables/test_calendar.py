from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.stats.tables.calendar import MOST, Kind, windows_of

TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1))


def test_a_month_is_the_calendars_in_utc() -> None:
    east = timezone(timedelta(hours=9))
    times = [
        datetime(2026, 3, 31, 23, 59, tzinfo=UTC), datetime(2026, 4, 1, 8, tzinfo=east), None,
        datetime(2026, 6, 1),
    ]  # fmt: skip
    found = windows_of(times, "month")
    assert found.values == ("2026-03", "2026-04", "2026-05", "2026-06")
    assert found.codes.tolist() == [0, 0, -1, 3]


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    found = windows_of(
        [datetime(2024, 12, 29), datetime(2024, 12, 30), datetime(2025, 1, 6)], "week"
    )
    assert found.values == ("2024-W52", "2025-W01", "2025-W02")


def test_no_times_no_windows() -> None:
    assert windows_of([None, None], "month").values == ()
    assert windows_of([], "week").codes.tolist() == []


def test_only_the_latest_windows_are_counted() -> None:
    found = windows_of([datetime(1970, 1, 1), datetime(2026, 5, 5)], "month")
    assert len(found.values) == MOST
    assert found.values[-1] == "2026-05"
    assert found.codes.tolist() == [-1, MOST - 1]


@settings(max_examples=60, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=8), st.sampled_from(["month", "week"]))
def test_every_window_is_there_once_and_in_order(times: list[datetime], kind: Kind) -> None:
    found = windows_of(times, kind)
    assert list(found.values) == sorted(set(found.values))
    latest = max(times)
    for time, code in zip(times, found.codes.tolist(), strict=True):
        assert code >= 0 or latest - time > timedelta(days=7 * (MOST - 2))
    if max(times) - min(times) < timedelta(days=600):
        days = (max(times) - min(times)).days
        per = 7 if kind == "week" else 30.4
        assert abs(len(found.values) - 1 - days / per) <= 2
