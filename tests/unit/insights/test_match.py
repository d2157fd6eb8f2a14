from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.insights.match import SAME_NAME, SIMILAR, Match, match
from anonymuse.insights.sheet import Tree
from tests.sample_report import empty_report, sample_report
from tests.unit.insights.small import a_report


def tree(names: dict[str, int], **kwargs) -> Tree:
    """Return the tree of a report whose topics are called so."""
    ids = {name: f"L0-{n}" for n, name in enumerate(names)}
    sizes = {ids[name]: size for name, size in names.items()}
    return Tree.of(a_report(sizes, names={own: name for name, own in ids.items()}, **kwargs))


def by_name(here: Tree, there: Tree) -> dict[tuple[str | None, str | None], Match]:
    def name(of: Tree, row: int | None) -> str | None:
        return None if row is None else of.clusters[row].name

    return {(name(here, m.here), name(there, m.there)): m for m in match(here, there)}


def test_a_report_continues_itself_and_nothing_has_changed() -> None:
    own = Tree.of(sample_report())
    found = match(own, own)
    assert [(m.here, m.there) for m in found] == [(n, n) for n in range(own.whole)]
    assert {m.by for m in found} == {SAME_NAME}
    assert {m.ratio for m in found} == {1.0}
    assert not any(m.notable for m in found)


def test_names_first_then_words_and_the_rest_stands_alone() -> None:
    here = tree({"Write SQL queries": 300, "Plan a garden": 200, "Bake bread": 100})
    there = tree({"SQL queries and tuning": 200, "bake BREAD": 300, "Travel by train": 100})
    found = by_name(here, there)
    assert found["Bake bread", "bake BREAD"].by == SAME_NAME
    assert found["Write SQL queries", "SQL queries and tuning"].by == SIMILAR
    assert set(found) == {
        ("Bake bread", "bake BREAD"),
        ("Write SQL queries", "SQL queries and tuning"),
        ("Plan a garden", None),
        (None, "Travel by train"),
    }
    assert found["Plan a garden", None].ratio is None


def test_the_ratio_is_of_shares_of_people_here_over_there() -> None:
    found = by_name(tree({"x": 600, "y": 1400}), tree({"x": 100, "y": 900}))
    own = found["x", "x"]
    assert own.ratio == 3.0
    assert own.low is not None
    assert own.high is not None
    assert 2 < own.low < 3 < own.high < 4
    assert own.notable


def test_the_noise_of_the_noisier_report_counts() -> None:
    plain = by_name(tree({"x": 100, "y": 900}), tree({"x": 120, "y": 880}))["x", "x"]
    noisy = by_name(tree({"x": 100, "y": 900}), tree({"x": 120, "y": 880}, sigma=8.0))["x", "x"]
    assert plain.low is not None
    assert noisy.low is not None
    assert noisy.low < plain.low


def test_levels_are_not_mixed() -> None:
    here = Tree.of(a_report({"a": 50, "b": 50}, parents={"a": "t", "b": "t"}, names={"t": "Bread"}))
    there = tree({"Bread": 60, "Salt": 40})
    assert ("Bread", "Bread") not in by_name(here, there)


def test_of_two_of_one_name_each_is_used_once() -> None:
    found = match(tree({"x": 50, "y": 50}), Tree.of(a_report({"a": 1, "b": 1}, names={"a": "x",
                  "b": "x"})))  # fmt: skip
    assert len(found) == 3
    assert sum(m.here is not None and m.there is not None for m in found) == 1


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=8, unique=True),
    st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=8, unique=True),
)
def test_everything_is_matched_once_at_most_and_nothing_is_lost(
    first: list[str], second: list[str]
) -> None:
    here, there = (tree(dict.fromkeys(names, 50)) for names in (first, second))
    found = match(here, there)
    assert sorted(m.here for m in found if m.here is not None) == list(range(len(first)))
    assert sorted(m.there for m in found if m.there is not None) == list(range(len(second)))
    assert all((m.by != "") == (m.here is not None and m.there is not None) for m in found)


@pytest.mark.parametrize("turn", [False, True])
def test_beside_an_empty_report_everything_stands_alone(turn: bool) -> None:
    sides = [Tree.of(sample_report()), Tree.of(empty_report())]
    found = match(*(reversed(sides) if turn else sides))
    assert {m.ratio for m in found} == {None}
    assert len(found) == sides[0].whole


def test_people_in_several_topics_make_a_parents_change_less_sure() -> None:
    sizes, parents = {"a": 200, "b": 400, "c": 400}, {"a": "ab", "b": "ab", "c": "cd"}
    report = a_report(sizes, parents=parents)
    before = Tree.of(a_report({**sizes, "a": 100}, parents=parents))
    weights = {"people": (1.0, 2.0, 2.0)}
    several = replace(report, receipt=replace(report.receipt, weigh_as_one=weights))
    for cluster, wider in (("ab", True), ("a", False)):
        found, less = (
            by_name(Tree.of(own), before)[cluster, cluster].low for own in (report, several)
        )
        assert found is not None
        assert less is not None
        assert (less < found) == wider
