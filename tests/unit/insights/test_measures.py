from dataclasses import replace
from typing import Any

import pytest

from anonymuse.domain.released.cube import Facet
from anonymuse.insights.columns import Column
from anonymuse.insights.growth import growth, spans
from anonymuse.insights.measures import measures
from anonymuse.insights.parts import KNOWN
from anonymuse.insights.sheet import Sheets
from tests.sample_report import empty_report, sample_report
from tests.unit.insights.small import Counts, a_report

SIZES = {"a": 100, "b": 300, "c": 600}


def by_key(*args: Any, **kwargs: Any) -> dict[str, Column]:
    report = a_report(*args, **kwargs)
    return {column.key: column for column in measures(report, Sheets.of(report))}


def of(column: Column, cluster: int) -> tuple[Any, Any, Any]:
    return column.values[cluster], column.low[cluster], column.high[cluster]


C, B, A = 0, 1, 2  # rows: the largest first


def concern(**of_three: int | None) -> dict[str, dict[str | None, int | None]]:
    """Return grades 1, 3 and 5 over the clusters: ``a1`` is the people of grade 1 in a."""
    return {
        grade: {(None if who == "w" else who): of_three.get(f"{who}{grade}") for who in "wabc"}
        for grade in "135"
    }


def test_concern_is_the_share_with_three_or_more() -> None:
    grades = concern(w1=880, w3=80, w5=40, a1=40, a3=40, a5=20, b1=260, b3=25, b5=15,
                     c1=580, c3=15, c5=5)  # fmt: skip
    found = by_key(SIZES, {"concern": grades})["concern"]
    assert found.values == (0.0333, 0.1333, 0.6)
    assert found.base == 0.12
    assert found.notable == (True, False, True)
    assert all(low < v < high for v, low, high in (of(found, n) for n in range(3)))


def test_hidden_grades_leave_bounds_and_a_share_only_where_they_are_close() -> None:
    grades = concern(w1=880, w3=80, w5=40, a1=None, a3=60, a5=None, b1=290, b3=None, b5=None,
                     c1=None, c3=20, c5=None)  # fmt: skip
    found = by_key(SIZES, {"concern": grades})["concern"]
    value, low, high = of(found, B)  # at most the 10 without grade 1
    assert value == pytest.approx(5 / 300, abs=1e-4)
    assert low == 0.0
    assert high < KNOWN
    value, low, high = of(found, A)  # 60 at least, 100 at most
    assert value is None
    assert 0.45 < low < 0.6
    assert high == 1.0
    assert found.notable[A]  # what is shown of it is enough to stand out
    assert found.values[C] is None
    assert not found.notable[C]  # 20 of 600 at least: nobody can say that it is less


def test_a_cluster_of_which_nothing_is_shown_has_neither_share_nor_bounds() -> None:
    found = by_key(SIZES, {"concern": concern(w1=880, w3=80, w5=40, a1=30, a3=70)})["concern"]
    assert of(found, B) == (None, None, None)


def test_a_person_of_several_grades_does_not_bring_the_share_down() -> None:
    grades = concern(w1=950, w3=150, w5=0, a1=90, a3=None, b1=280, b3=80, c1=580, c3=60)
    found = by_key(SIZES, {"concern": grades})["concern"]
    assert of(found, A)[2] > 0.2  # 10 have no grade 1, 10 have both


def test_a_grade_that_shows_nowhere_is_not_nobodys() -> None:
    grades = {
        "1": {None: 800, "a": 40, "b": 240, "c": 520},
        "2": {None: 50, "a": 10, "b": 10, "c": 30},
        "3": {None: 100, "a": 48, "b": 25, "c": 27},  # 50 people have a higher one, or no answer
    }
    found = by_key(SIZES, {"concern": grades})["concern"]
    assert found.values == (0.0642, 0.125, 0.49)
    _, low, high = of(found, C)  # 27 to 50 of 600
    assert low < 27 / 600
    assert high > 50 / 600
    assert found.base == 0.125  # 100 to 150 of 1,000
    # More often than 102 of 900, less often than 50 of 400: whatever is hidden.
    assert found.notable == (True, False, True)


def test_nothing_is_called_less_where_what_is_hidden_may_make_up_for_it() -> None:
    grades = concern(w1=700, w3=200, a1=50, a3=20, b1=210, b3=60, c1=440, c3=120)
    found = by_key(SIZES, {"concern": grades})["concern"]
    assert not any(found.notable)  # a: 20 to 50 of 100; elsewhere 180 to 280 of 900


def test_refused_counts_in_part_and_whole() -> None:
    answers = {
        "no": {None: 900, "a": 60, "b": 270, "c": 570},
        "partly": {None: 40, "a": 10, "b": 15, "c": 15},
        "yes": {None: 60, "a": 30, "b": 15, "c": 15},
    }
    found = by_key(SIZES, {"refused": answers})["refused"]
    assert found.values == (0.05, 0.1, 0.4)
    assert found.title == "Refused"


def test_questions_of_yes_and_no_are_measures_and_others_are_not() -> None:
    yes = {None: 90, "a": 30, "b": 30, "c": 30}
    found = by_key(
        SIZES,
        {"flagged": {"no": {None: 900}, "yes": yes}, "tone": {"calm": yes}, "concern": {"x": yes}},
        kinds=[Facet("flagged", "Flagged by a filter", "", "boolean")],
    )
    assert found["flagged"].title == "Flagged by a filter"
    assert found["flagged"].values == (0.05, 0.1, 0.3)
    assert "tone" not in found
    assert "concern" not in found  # not grades


def test_amounts_have_no_interval_and_are_left_out_where_all_are_alike() -> None:
    found = by_key(SIZES)
    assert found["density"].values == (2.0, 2.0, 2.0)
    assert found["density"].base == 2.0
    assert "rounded" not in found["density"].note
    assert "From rounded counts." in by_key(SIZES, rounding=5)["density"].note
    assert set(found["evidence"].low) == {None}
    small, large = found["evidence"].values[A], found["evidence"].values[C]
    assert small is not None
    assert large is not None
    assert 0 < small < large < 1
    assert "grade" not in found
    assert "growth" not in found


def test_every_column_is_as_long_as_the_tree() -> None:
    report = sample_report()
    sheets = Sheets.of(report)
    for column in measures(report, sheets):
        lengths = {len(own) for own in (column.values, column.low, column.high, column.notable)}
        assert lengths == {len(sheets.tree.clusters)}, column.key


def test_an_empty_report_has_no_measures() -> None:
    report = empty_report()
    assert measures(report, Sheets.of(report)) == []


@pytest.mark.parametrize(
    ("windows", "latest", "earlier"), [(2, 1, (0,)), (3, 1, (0,)), (5, 3, (0, 1, 2))]
)
def test_the_last_whole_window_is_compared_with_all_before(
    windows: int, latest: int, earlier: tuple[int, ...]
) -> None:
    found = spans(windows)
    assert found is not None
    assert (found.latest, found.earlier) == (latest, earlier)


@pytest.mark.parametrize("windows", [0, 1])
def test_one_window_has_nothing_to_grow_from(windows: int) -> None:
    assert spans(windows) is None


def test_growth_of_everything_is_growth_of_nothing() -> None:
    windows = {
        "2026-01": {None: 100, "a": 20, "b": 30, "c": 50},
        "2026-02": {None: 1000, "a": 200, "b": 300, "c": 500},
        "2026-03": {None: 300, "a": 200, "b": 50, "c": 50},  # the data end inside it: unused
    }
    found = by_key({"a": 2200, "b": 1300, "c": 1500}, windows=windows)["growth"]
    assert found.values == (1.0, 1.0, 1.0)
    assert not any(found.notable)
    assert found.note.endswith("before (2026-01).")


def test_a_cluster_grows_by_its_share_of_the_windows_people() -> None:
    windows = {
        "2026-01": {None: 1000, "a": 100, "b": 900},
        "2026-02": {None: 1000, "a": None, "b": 900},
        "2026-03": {None: 2000, "a": 600, "b": 1400},
        "2026-04": {None: 10, "a": None, "b": None},
    }
    found = by_key({"a": 700, "b": 3200}, windows=windows)["growth"]
    assert found.values == (0.778, 3.0)  # a: 600 of 2,000 against 100 of 1,000, the one told
    assert found.notable == (True, True)
    assert found.note.endswith("before (2026-01 to 2026-02).")


def test_growth_names_no_window_that_no_topic_shows() -> None:
    windows: dict[str, dict[str | None, int | None]] = {
        "2026-08": {None: 500, "a": None, "b": None},
        "2026-09": {None: 600, "a": 200, "b": 400},
        "2026-10": {None: 700, "a": 300, "b": 400},
        "2026-11": {None: 8, "a": None, "b": None},
    }
    note = by_key({"a": 600, "b": 1200}, windows=windows)["growth"].note
    assert "2026-10" in note
    assert note.endswith("(2026-09).")


def test_what_was_too_small_before_has_no_growth() -> None:
    windows = {w: {None: 1000, "a": None, "b": 900} for w in ("2026-01", "2026-02")}
    windows["2026-02"] = {None: 1000, "a": 300, "b": 700}
    column = growth(Sheets.of(a_report({"a": 300, "b": 1600}, windows=windows)).windows)
    assert column is not None
    assert of(column, 1) == (None, None, None)


def test_people_in_several_topics_make_a_parents_share_and_growth_less_sure() -> None:
    cells = {"yes": {None: 60, "ab": 40, "a": 30, "b": 10, "c": 20}}
    windows: dict[str, Counts] = {
        window: {None: 300, "ab": 200, "a": 100, "b": 100, "c": 100}
        for window in ("2026-01", "2026-02")
    }
    report = a_report(
        {"a": 200, "b": 200, "c": 200}, {"f": cells}, parents={"a": "ab", "b": "ab"},
        windows=windows,
    )  # fmt: skip
    weights = {"people": (1.0, 2.0, 2.0)}
    several = replace(report, receipt=replace(report.receipt, weigh_as_one=weights))
    found, less = (
        {own.key: own for own in measures(one, Sheets.of(one))} for one in (report, several)
    )
    rows = {cluster.id: row for row, cluster in enumerate(Sheets.of(report).tree.clusters)}
    for key in ("f", "growth"):
        for cluster, wider in (("ab", True), ("a", False)):
            ends = [(c[key].low[rows[cluster]], c[key].high[rows[cluster]]) for c in (found, less)]
            assert (ends[1] != ends[0]) == wider
