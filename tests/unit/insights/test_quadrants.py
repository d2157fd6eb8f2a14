from collections.abc import Mapping
from typing import Any

import pytest

from anonymuse.insights.measures import measures
from anonymuse.insights.quadrants import Quadrant, quadrants
from anonymuse.insights.sheet import Sheets
from tests.unit.insights.small import Counts, a_report

Sizes = Mapping[str, int]

SIZES = {"a": 300, "b": 300, "c": 300, "d": 300, "e": 3000}
CALM = {"a": 20, "b": 200, "c": 20, "d": 150, "e": 30}
"""People with a conversation of concern."""
REFUSED = {"a": 180, "b": 10, "c": 15, "d": 140, "e": 60}


def yes_no(yes: Sizes, sizes: Sizes, some: int | None = None) -> tuple[Counts, Counts]:
    """Return who answered no and who yes; ``some`` is how many did in the whole report."""
    some = sum(yes.values()) if some is None else some
    no: dict[Any, int] = {own: sizes[own] - count for own, count in yes.items()}
    no[None] = sum(sizes[own] for own in sizes if own not in {"ab", "cd"}) - some
    both: dict[Any, int] = dict(yes)
    both[None] = some
    return no, both


def drawn(
    refused: Sizes = REFUSED,
    sizes: Sizes = SIZES,
    concern: Sizes = CALM,
    flagged: Sizes | None = None,
) -> list[Quadrant]:
    calm, much = yes_no(concern, sizes)
    no, yes = yes_no(refused, sizes)
    facets = {"concern": {"1": calm, "4": much}, "refused": {"no": no, "yes": yes}}
    if flagged:
        facets["flagged"] = dict(zip(("no", "yes"), yes_no(flagged, sizes), strict=True))
    report = a_report(sizes, facets)
    sheets = Sheets.of(report)
    return quadrants(sheets.tree, measures(report, sheets))


def names(quadrant: Quadrant, rows: tuple[int, ...]) -> list[str]:
    tree = Sheets.of(a_report(SIZES)).tree
    return [tree.clusters[row].id for row in rows]


def test_corners_hold_what_is_refused_without_concern_and_the_reverse() -> None:
    (found,) = drawn()
    assert (found.x, found.y) == ("concern", "refused")
    assert found.split == (0.1, 0.0964)
    titles = {corner.title: names(found, corner.clusters) for corner in found.corners}
    assert titles == {"Possible under-refusal": ["b"], "Possible over-refusal": ["a"]}


def test_flags_come_first_and_are_read_as_a_classifiers_mistakes() -> None:
    first, second = drawn(flagged={"a": 5, "b": 3, "c": 180, "d": 150, "e": 20})
    assert (first.key, second.key) == ("flagged-concern", "refused-concern")
    titles = {corner.title: names(first, corner.clusters) for corner in first.corners}
    assert titles == {"Possible false negatives": ["b"], "Possible false positives": ["c"]}


def test_nothing_is_listed_that_chance_could_have_put_there() -> None:
    (found,) = drawn(
        refused=dict.fromkeys("abcd", 30) | {"e": 300},
        concern=dict.fromkeys("abcd", 31) | {"e": 300},
    )
    assert [corner.clusters for corner in found.corners] == [(), ()]


def test_without_concern_there_is_no_quadrant() -> None:
    no, yes = yes_no(REFUSED, SIZES)
    report = a_report(SIZES, {"refused": {"no": no, "yes": yes}})
    sheets = Sheets.of(report)
    assert quadrants(sheets.tree, measures(report, sheets)) == []


def test_fewer_than_three_points_are_no_picture() -> None:
    sizes = {"a": 300, "b": 300}
    assert drawn({"a": 100, "b": 20}, sizes, {"a": 20, "b": 100}) == []


def test_no_cluster_is_plotted_with_its_own_parts() -> None:
    parents = {"a": "ab", "b": "ab", "c": "cd", "d": "cd"}
    concern = {"ab": 220, "cd": 170, "a": 20, "b": 200, "e": 30}
    refused = {"ab": 190, "cd": 155, "a": 180, "b": 10, "e": 60}
    sizes = {**SIZES, "ab": 600, "cd": 600}
    calm, much = yes_no(concern, sizes, some=420)
    no, yes = yes_no(refused, sizes, some=405)
    report = a_report(
        SIZES,
        {"concern": {"1": calm, "4": much}, "refused": {"no": no, "yes": yes}},
        parents=parents,
    )
    sheets = Sheets.of(report)
    (found,) = quadrants(sheets.tree, measures(report, sheets))
    plotted = {sheets.tree.clusters[row].id for row in found.clusters}
    assert plotted == {"a", "b", "cd", "e"}
    assert "5 of 5 topics" in found.note


def test_the_correlation_is_weighted_by_people() -> None:
    sizes = {str(n): 200 + 20 * n for n in range(12)}
    level = {name: round(size * (0.05 + 0.05 * (n % 6))) for n, (name, size) in
             enumerate(sizes.items())}  # fmt: skip
    (found,) = drawn(level, sizes, level)
    assert found.correlation.r == pytest.approx(1.0, abs=1e-3)


def test_a_topic_that_holds_all_flags_is_listed() -> None:
    """There is no rest to compare it with, and nothing could be plainer."""
    flagged = dict.fromkeys("abde", 0) | {"c": 300}
    concern = dict.fromkeys("acde", 0) | {"b": 300}
    first, _ = drawn(flagged=flagged, concern=concern)
    titles = {corner.title: names(first, corner.clusters) for corner in first.corners}
    assert titles == {"Possible false negatives": ["b"], "Possible false positives": ["c"]}


def test_the_surest_come_first() -> None:
    sizes = {"a": 3000, "b": 120, "c": 3000, "d": 3000}
    concern = {"a": 1500, "b": 72, "c": 30, "d": 30}
    refused = {"a": 30, "b": 1, "c": 900, "d": 900}
    (found,) = drawn(refused, sizes, concern)
    tree = Sheets.of(a_report(sizes)).tree
    assert [tree.clusters[row].id for row in found.corners[0].clusters] == ["a", "b"]
    values = [concern[own] / sizes[own] for own in "ab"]
    assert values[1] > values[0]


def test_a_corner_says_that_languages_are_not_told() -> None:
    (found,) = drawn()
    assert "nothing of this is told by language" in found.note
