"""What one cell may say: dominance, homogeneity, overlap, sums, noise, intervals."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.policy import INTERNAL, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.tabulate import FacetColumn, tabulate
from anonymuse.stats.tables.sheet import SIZE, WHY
from tests.unit.stats.tables.attack import FLAT, KEY, TREE, Person, World, leaves_of, plain
from tests.unit.stats.tables.test_attack import scatter

Cells = dict[tuple[str | None, str, str, str], DraftCell]


def count(
    rows: Sequence[tuple[int, ...]],
    policy: ReleasePolicy,
    facets: Sequence[tuple[str, str]],
    *,
    nodes: Sequence[DraftNode] = FLAT,
    windows: int = 0,
    identifying: Sequence[str] = (),
    sensitive: Sequence[str] = (),
) -> Cells:
    """Tabulate ``(leaf, unit, code of each facet ..., window)`` rows."""
    found = np.array(rows, dtype=np.int64)
    columns = [
        FacetColumn(name, tuple(values), found[:, 2 + at]) for at, (name, values) in
        enumerate(facets)
    ]  # fmt: skip
    names = tuple(f"2026-{i + 1:02d}" for i in range(windows))
    cells = tabulate(
        nodes, found[:, 0], found[:, 1], columns, policy,
        key=KEY,
        pseudonyms=[f"p{i}" for i in range(int(found[:, 1].max()) + 1)],
        windows=FacetColumn(SIZE, names, found[:, -1]) if windows else None,
        identifying=identifying,
        sensitive=sensitive,
    )  # fmt: skip
    return {cell.place: cell for cell in cells}


def people(leaf: int, size: int, *codes: int, first: int = 0) -> list[tuple[int, ...]]:
    return [(leaf, unit, *codes) for unit in range(first, first + size)]


def test_a_cell_of_one_person_among_others_is_withheld_for_dominance() -> None:
    policy = replace(plain(3), top_unit=0.3, top_three=0.7)
    rows = people(0, 20, 0) + people(1, 20, 0, first=20) + people(2, 20, 0, first=40)
    rows += people(0, 20, 1, first=60) + people(1, 20, 1, first=80)
    loud: list[tuple[int, ...]] = [(0, 60, 1)] * 12  # thirteen of thirty-two
    cells = count(rows + loud, policy, [("f", "ab")])
    assert cells["L0-0000", "f", "b", ""].why == "dominance"
    assert cells["L0-0001", "f", "b", ""].shown or cells["L0-0001", "f", "b", ""].why == WHY[5]
    assert count(rows, policy, [("f", "ab")])["L0-0000", "f", "b", ""].shown


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_without_noise_no_shown_cell_is_dominated(seed: int) -> None:
    rng = np.random.default_rng(seed)
    who = (rng.pareto(1.0, 300) * 5).astype(int) % 40
    rows = [(int(rng.integers(3)), int(u), int(rng.integers(2)), int(rng.integers(2))) for u in who]
    policy = replace(plain(3), top_unit=0.2, top_three=0.45)
    for (node, facet, value, window), cell in count(rows, policy, [("f", "ab")], windows=2).items():
        if not cell.shown:
            continue
        below = leaves_of(FLAT, node)
        own = [
            u for at, u, v, w in rows
            if at in below and value in ("", "ab"[v]) and window in ("", f"2026-{w + 1:02d}")
        ]  # fmt: skip
        held = sorted((own.count(u) for u in set(own)), reverse=True)
        assert len(set(own)) == cell.people >= 3, facet
        assert held[0] <= 0.2 * len(own)
        assert sum(held[:3]) <= 0.45 * len(own)


def test_an_answer_that_is_usual_only_within_a_rare_category_is_not_usual() -> None:
    """Nearly all who are ill have a cold, and few are ill: of country b nearly all have one."""
    rows = people(0, 60, 0, -2) + people(0, 20, 1, 0, first=60) + people(0, 4, 0, 1, first=80)
    rows += people(1, 60, 0, -2, first=100) + people(1, 20, 1, -2, first=160)
    facets = [("country", "ab"), ("illness", "cd")]
    cells = count(rows, plain(3), facets, identifying=["country"], sensitive=["illness"])
    assert cells["L0-0000", "country", "b", ""].why == "homogeneity"


def test_an_identifying_value_whose_people_give_one_sensitive_answer_is_withheld() -> None:
    # Country b: 18 of 20 in the first topic said the rare thing
    rows = people(0, 60, 0, 0) + people(0, 2, 1, 0, first=60) + people(0, 18, 1, 1, first=62)
    rows += people(1, 60, 0, 0, first=100) + people(1, 20, 1, 0, first=160)
    rows += people(2, 60, 0, 0, first=200) + people(2, 20, 1, 0, first=260)
    facets = [("country", "ab"), ("ill", "ny")]
    open_ = count(rows, plain(10), facets)
    assert open_["L0-0000", "country", "b", ""].shown
    closed = count(rows, plain(10), facets, identifying=["country"], sensitive=["ill"])
    assert closed["L0-0000", "country", "b", ""].why == "homogeneity"
    # The usual answer is no news: the other topics' people all said "n", as nearly everybody did.
    assert closed["L0-0001", "country", "b", ""].why != "homogeneity"
    assert closed[None, "country", "b", ""].shown


def test_an_identifying_value_that_is_all_in_one_topic_is_told_nowhere() -> None:
    rows = people(0, 60, 0) + people(0, 19, 1, first=60)
    rows += people(1, 60, 0, first=100) + people(1, 3, 1, first=160) + people(2, 60, 0, first=200)
    assert (None, "country", "b", "") in count(rows, plain(3), [("country", "ab")])
    closed = count(rows, plain(3), [("country", "ab")], identifying=["country"])
    assert not any(value == "b" for _, _, value, _ in closed)


def test_two_facets_that_differ_by_a_few_people_are_not_both_told() -> None:
    # "More than 20 turns" and "more than 21": three people in the first topic had exactly 21.
    rows = people(0, 50, 0, 0) + people(0, 3, 1, 0, first=50) + people(0, 30, 1, 1, first=60)
    for leaf in (1, 2):
        rows += people(leaf, 50, 0, 0, first=100 * leaf)
        rows += people(leaf, 20, 1, 0, first=100 * leaf + 50)
        rows += people(leaf, 20, 1, 1, first=100 * leaf + 70)
    cells = count(rows, plain(10), [("over20", "ny"), ("over21", "ny")])
    assert cells["L0-0000", "over20", "y", ""].shown
    assert cells["L0-0000", "over21", "y", ""].why == "overlap with another facet"
    assert not cells["L0-0000", "over21", "n", ""].shown
    # One sibling is hidden with it, so that the whole does not give it back; the third shows.
    assert cells["L0-0002", "over20", "y", ""].count == 40
    assert cells["L0-0002", "over21", "y", ""].count == 20


def test_the_same_facet_twice_hides_the_same() -> None:
    world = scatter(3, 0, 150, 0.05, 4)
    rows = [(at, unit, value, value) for unit, (at, value, _) in enumerate(world)]
    cells = count(rows, plain(8), [("f", "abc"), ("g", "abc")])
    for (node, facet, value, _), cell in cells.items():
        if facet == "g" and cell.shown:
            assert cells[node, "f", value, ""].shown


people_ = st.builds(
    scatter, st.just(4), st.just(2), st.integers(20, 300), st.just(0.03), st.integers(0, 2**32)
)


@settings(max_examples=40, deadline=None)
@given(people_, st.sampled_from([0.0, 1.5]), st.sampled_from([1, 5]))
def test_parents_are_sums_of_what_their_children_show(
    found: list[Person], sigma: float, step: int
) -> None:
    world = World(TREE, found, 2, plain(3, noise_sigma=sigma, rounding=step))
    cells = {cell.place: cell for cell in world.cells if cell.shown}
    kids: dict[str | None, list[str]] = {None: ["L1-0000", "L1-0001"]}
    kids |= {n.id: list(n.children) for n in TREE if n.children}
    for (node, *place), cell in cells.items():
        assert cell.count is not None
        assert cell.count % step == 0
        assert cell.count >= 3
        if node not in kids or (cell.facet and cell.window):
            continue
        own = [cells.get((child, *place)) for child in kids[node]]  # type: ignore[arg-type]
        told = sum(child.count or 0 for child in own if child)
        if all(own):
            assert cell.count == told
            assert cell.terms == sum(child.terms for child in own if child)
        assert cell.count >= told


def test_the_same_people_get_the_same_noise_in_any_order() -> None:
    found = scatter(4, 2, 400, 0.03, 9)
    rows = [(at, unit, value, window) for unit, (at, value, window) in enumerate(found)]
    one = count(rows, INTERNAL, [("f", "abc")], nodes=TREE, windows=2)
    other = count(rows[::-1], INTERNAL, [("f", "abc")], nodes=TREE, windows=2)
    assert {p: (c.noise, c.count) for p, c in one.items()} == {
        p: (c.noise, c.count) for p, c in other.items()
    }
    assert len({c.noise for c in one.values()}) > 3


def test_every_reason_for_withholding_has_a_word() -> None:
    rows = [(at, u, v) for u, (at, v, _) in enumerate(scatter(3, 0, 300, 0.05, 2))]
    cells = count(rows, PUBLIC, [("f", "abc")])
    assert all(bool(cell.why) != cell.shown for cell in cells.values())
    assert {cell.why for cell in cells.values()} <= set(WHY)


def test_nothing_to_count() -> None:
    assert tabulate(
        FLAT, np.array([], int), np.array([], int), [FacetColumn("f", ("a",), np.array([], int))],
        PUBLIC, key=KEY, pseudonyms=[],
    ) == []  # fmt: skip


@pytest.mark.parametrize("windows", [2, 3])
def test_a_value_by_window_shows_only_where_the_value_and_the_window_do(windows: int) -> None:
    world = World(TREE, scatter(4, windows, 400, 0.0, 1), windows, plain(4))
    cells = {cell.place: cell for cell in world.cells}
    planes = [c for c in world.cells if c.facet and c.window and c.shown]
    assert planes
    for cell in planes:
        assert cells[cell.node, cell.facet, cell.value, ""].shown
        assert cells[cell.node, "", "", cell.window].shown
        assert cell.node in {"L1-0000", "L1-0001"}


def test_what_an_earlier_release_forbids_is_withheld_with_what_would_tell_it() -> None:
    found = scatter(4, 2, 400, 0.0, 1)
    leaf, value, window = np.array(found).T
    banned = [
        ("L0-0000", "f", "a", ""), ("L1-0000", "", "", "2026-01"), ("L1-0001", "f", "a", "2026-02"),
    ]  # fmt: skip
    cells = {
        cell.place: cell
        for cell in tabulate(
            TREE, leaf, np.arange(len(leaf)), [FacetColumn("f", tuple("abc"), value)], plain(4),
            key=KEY, pseudonyms=[f"p{i}" for i in range(len(leaf))],
            windows=FacetColumn(SIZE, ("2026-01", "2026-02"), window), banned=banned,
        )
    }  # fmt: skip
    assert {cells[place].why for place in banned if place in cells} == {"earlier release"}
    assert ("L0-0000", "f", "a", "") in cells
    siblings = [cells["L0-0001", "f", "a", ""], cells["L1-0000", "f", "a", ""]]
    assert not all(cell.shown for cell in siblings)
