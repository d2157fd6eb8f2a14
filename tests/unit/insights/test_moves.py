"""Inside one report: what grew, shrank, is new, or vanished; and what cannot be told."""

from dataclasses import replace

from anonymuse.insights.moves import moves
from tests.unit.insights.small import a_report

Counts = dict[str, dict[str | None, int | None]]


def kinds(
    sizes: dict[str, int], windows: Counts, unit: str = "user", **more: object
) -> dict[str, str]:
    report = a_report(sizes, windows=windows, **more)  # type: ignore[arg-type]
    found = moves(replace(report, receipt=replace(report.receipt, unit=unit)))
    assert found is not None
    return {own.cluster.name: own.kind for own in found.moves}


def test_planted_growth_is_found_with_an_interval_and_nothing_else() -> None:
    windows: Counts = {
        "2026-01": {None: 1000, "a": 50, "b": 450, "c": 500},
        "2026-02": {None: 1000, "a": 150, "b": 410, "c": 440},
    }
    found = moves(a_report({"a": 200, "b": 860, "c": 940}, windows=windows))
    assert found is not None
    assert (found.latest, found.before) == ("2026-02", ("2026-01",))
    (own,) = found.of("growing")
    assert own.cluster.name == "a"
    assert own.ratio == 3.0
    assert own.low is not None
    assert own.high is not None
    assert 2.0 < own.low < 3.0 < own.high < 4.5
    assert own.share == 0.15
    assert not found.of("new")


def test_new_is_what_nearly_nobody_had_before() -> None:
    windows: Counts = {
        "2026-01": {None: 1000, "a": None, "b": None, "c": 985},
        "2026-02": {None: 1000, "a": 90, "b": 90, "c": 820},
    }
    found = kinds({"a": 95, "b": 170, "c": 1720}, windows)
    assert found["a"] == "new"
    assert found["b"] == "unknown"  # 80 people had it before only: hidden then for another reason


def test_who_came_back_was_there_before() -> None:
    windows: Counts = {
        "2026-01": {None: 1000, "a": None, "b": None, "c": 985},
        "2026-02": {None: 1000, "a": None, "b": None, "c": 972},
        "2026-03": {None: 1000, "a": 90, "b": 90, "c": 820},
    }
    sizes = {"a": 90, "b": 90, "c": 2600}
    # The same 14 people in each month and 76 more in the last are 90 people in all, none of whom
    # was there before only: in February there is room for 28.
    assert kinds(sizes, windows)["a"] == "unknown"
    assert kinds(sizes, windows, unit="conversation")["a"] == "new"  # none comes back
    windows["2026-02"]["c"] = 985
    assert kinds(sizes, windows)["a"] == "new"
    windows["2026-02"] = {None: None}
    assert kinds(sizes, windows)["a"] == "unknown"


def test_vanished_is_what_there_is_no_room_for_any_more() -> None:
    windows: Counts = {
        "2026-01": {None: 1000, "a": 200, "b": 800},
        "2026-02": {None: 1000, "a": None, "b": 995},
    }
    assert kinds({"a": 205, "b": 1795}, windows)["a"] == "vanished"
    windows["2026-02"] = {None: 1000, "a": None, "b": 850}
    assert kinds({"a": 350, "b": 1650}, windows)["a"] == "unknown"


def test_a_hidden_cluster_has_the_room_that_its_shown_parent_leaves() -> None:
    parents = {"a": "p", "b": "p", "c": "q", "d": "q"}
    windows: Counts = {
        "2026-01": {None: 1000, "p": 500, "q": 500, "a": 200, "b": 300, "c": 250, "d": 250},
        "2026-02": {None: 1000, "p": 500, "q": 500, "a": None, "b": 498, "c": None, "d": 250},
    }
    found = kinds({"a": 202, "b": 798, "c": 500, "d": 500}, windows, parents=parents)
    assert found["a"] == "vanished"
    assert found["c"] == "unknown"


def test_noise_makes_it_unsure() -> None:
    windows: Counts = {
        "2026-01": {None: 1000, "a": 50, "b": 950},
        "2026-02": {None: 1000, "a": None, "b": 995},
    }
    sizes = {"a": 55, "b": 1945}
    assert kinds(sizes, windows)["a"] == "vanished"
    assert kinds(sizes, windows, sigma=8.0)["a"] == "unknown"


def test_without_two_windows_nothing_moves() -> None:
    assert moves(a_report({"a": 100})) is None
    assert moves(a_report({"a": 100}, windows={"2026-01": {None: 100, "a": 100}})) is None
