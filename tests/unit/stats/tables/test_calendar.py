from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.stats.tables.calendar import MOST, Edge, Kind, covered, join_edges, windows_of

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


def days(*counts: tuple[str, int], people: int = 100) -> tuple[list[datetime | None], np.ndarray]:
    """Return so many conversations on each of the days given, each of another person."""
    times = [datetime.fromisoformat(day) for day, count in counts for _ in range(count)]
    return list(times), np.arange(len(times)) % people


def joined(times: list[datetime | None], units: np.ndarray, kind: Kind = "month", people: int = 5):
    return join_edges(windows_of(times, kind), times, units, kind, people=people)


def test_a_last_month_of_three_days_counts_with_the_month_before() -> None:
    times, units = days(
        ("2026-08-01", 30), ("2026-09-15", 30), ("2026-10-15", 30), ("2026-11-03", 8)
    )
    found, edges = joined(times, units)
    assert found.values == ("2026-08", "2026-09", "2026-10")
    assert np.bincount(found.codes).tolist() == [30, 30, 38]
    assert edges == (Edge("2026-11", "2026-10"),)


def test_a_month_that_is_covered_enough_stays_however_few_are_in_it() -> None:
    times, units = days(
        ("2026-08-01", 30), ("2026-09-15", 30), ("2026-10-15", 30), ("2026-11-12", 8)
    )
    assert joined(times, units)[1] == ()


def test_first_windows_are_joined_too_and_stray_times_move_nothing() -> None:
    times, units = days(
        ("2025-01-01", 1), ("2026-07-30", 20), ("2026-08-02", 20), ("2026-09-02", 30),
        ("2026-10-30", 30), ("2031-05-05", 1),
    )  # fmt: skip
    found, edges = joined(times, units)
    assert found.values == ("2026-08", "2026-09", "2026-10")
    assert np.bincount(found.codes).tolist() == [41, 30, 31]
    assert edges == (Edge("2026-07", "2026-08"),), "what is told names no single person's date"


@pytest.mark.parametrize("kind", ["month", "week"])
def test_a_date_of_one_person_in_a_far_year_does_not_take_the_windows_away(kind: Kind) -> None:
    times, units = days(
        ("2026-08-01", 30), ("2026-09-02", 30), ("2026-10-30", 30), ("2099-05-05", 1)
    )  # fmt: skip
    span = covered(times, units, people=5)
    assert span is not None
    found, edges = join_edges(windows_of(times, kind, until=span[1]), times, units, kind, people=5)
    assert found.values[0].startswith("2026-")
    assert found.values[-1].startswith("2026-")
    assert len(found.values) > 2
    assert not any("20" + "99" in edge.window for edge in edges)


def test_weeks_are_joined_likewise() -> None:
    times, units = days(("2026-03-02", 9), ("2026-03-10", 9), ("2026-03-20", 9), ("2026-03-23", 9))
    found, edges = joined(times, units, "week")
    assert edges == (Edge("2026-W13", "2026-W12"),)
    assert found.values[-1] == "2026-W12"


def test_two_windows_stay_two_and_too_few_people_decide_nothing() -> None:
    times, units = days(("2026-08-01", 30), ("2026-09-01", 30))
    assert joined(times, units)[1] == ()
    times, units = days(("2026-08-01", 2), ("2026-09-15", 1), ("2026-11-01", 1))
    assert joined(times, units)[1] == ()


def test_without_a_time_a_row_stays_outside() -> None:
    times, units = days(("2026-08-01", 9), ("2026-09-15", 9), ("2026-10-15", 9), ("2026-11-01", 9))
    found, _ = joined([*times, None], np.append(units, 3))
    assert found.codes[-1] == -1


def test_one_person_more_or_less_does_not_decide() -> None:
    times, units = days(
        ("2026-08-01", 30), ("2026-09-15", 30), ("2026-10-15", 30), ("2026-11-02", 8)
    )
    alone = [*times, datetime(2026, 11, 29)]
    assert joined(alone, np.append(units, 99))[1] == joined(times, units)[1]
