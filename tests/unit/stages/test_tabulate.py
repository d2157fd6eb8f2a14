from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.policy import DEMO, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.errors import ConfigError
from anonymuse.stages.tabulate import (
    FacetColumn,
    facet_column,
    facet_columns,
    is_closed,
    tabulate,
)
from anonymuse.stats.noise import keyed_discrete_gaussian

KEY = b"n" * 32
QUESTIONS = {question.name: question for question in CORE}
BOOLEAN = FacetQuestion("urgent", "Is it urgent?", "boolean")

NODES = [
    DraftNode("L0-0000", "L1-0000", (), 0),
    DraftNode("L0-0001", "L1-0000", (), 0),
    DraftNode("L0-0003", None, (), 0),
    DraftNode("L1-0000", None, ("L0-0000", "L0-0001"), 1),
]
"""Two base clusters below a parent, one beside it; number 2 was withheld."""


def test_only_closed_facets_are_counted() -> None:
    closed = {name for name, question in QUESTIONS.items() if is_closed(question)}
    assert closed == {"language", "turns", "concern", "refused"}
    assert is_closed(BOOLEAN)
    assert not is_closed(FacetQuestion("age", "?", "integer", low=0, high=120))
    assert not is_closed(FacetQuestion("language", "?", "text"))
    assert is_closed(FacetQuestion("tools", "?", "several_of", values=("a", "b")))
    assert not is_closed(FacetQuestion("tools", "?", "several_of"))


@pytest.mark.parametrize("name", ["request", "task"])
def test_free_text_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="never counted"):
        facet_column(QUESTIONS[name], ["a"])


@pytest.mark.parametrize(
    ("question", "answers", "values", "codes"),
    [
        (
            QUESTIONS["language"],
            ["Thai", "Unknown", None, "Chinese (Traditional)", "Thai", "<b>", "a@b.org", ""],
            ("Chinese (Traditional)", "Thai"),
            [1, -1, -1, 0, 1, -1, -1, -1],
        ),
        (QUESTIONS["refused"], ["no", "yes", "maybe", 3, None], ("no", "partly", "yes"),
         [0, 2, -1, -1, -1]),
        (QUESTIONS["concern"], [1, 5, 6, "2", True, 2.0], ("1", "2", "3", "4", "5"),
         [0, 4, -1, 1, -1, -1]),
        (QUESTIONS["turns"], [1, 2, 3, 4, 10, 11, 20, 21, None],
         ("1 to 2", "3 to 4", "5 to 10", "11 to 20", "more than 20"),
         [0, 0, 1, 1, 2, 3, 3, 4, -1]),
        (BOOLEAN, [True, False, None, "yes", 1], ("no", "yes"), [1, 0, -1, 1, -1]),
    ],
)  # fmt: skip
def test_answers_become_codes(
    question: FacetQuestion, answers: list[object], values: tuple[str, ...], codes: list[int]
) -> None:
    column = facet_column(question, answers)
    assert column.values == values
    assert column.codes.tolist() == codes


def cube(
    rows: Sequence[tuple[int, int, int]],
    policy: ReleasePolicy = DEMO,
    nodes: Sequence[DraftNode] = NODES,
) -> dict[tuple[str | None, str], DraftCell]:
    """Tabulate ``(leaf, unit, code)`` rows of a facet with the values a, b, c."""
    found = np.array(rows, dtype=np.int64).reshape(-1, 3)
    cells = tabulate(
        nodes, found[:, 0], found[:, 1], [FacetColumn("f", ("a", "b", "c"), found[:, 2])], policy,
        key=KEY, pseudonyms=[f"p{i}" for i in range(int(found[:, 1].max(initial=0)) + 1)],
    )  # fmt: skip
    assert len({(c.node, c.value) for c in cells}) == len(cells)
    return {(c.node, c.value): c for c in cells}


def people(leaf: int, code: int, count: int, first: int = 0) -> list[tuple[int, int, int]]:
    return [(leaf, unit, code) for unit in range(first, first + count)]


def test_a_value_of_the_whole_is_in_every_node_and_zero_is_no_number() -> None:
    cells = cube(
        people(0, 0, 9) + people(1, 0, 5, 20) + people(1, 1, 5, 30) + people(3, 1, 7, 40)
        + people(3, 2, 1, 60) + people(3, -1, 3, 70) + people(2, 0, 50, 100)
    )  # fmt: skip
    assert {value for _, value in cells} == {"a", "b"}
    assert {node for node, _ in cells} == {None, *(n.id for n in NODES)}
    assert cells["L0-0000", "a"].units == 9
    assert not cells["L0-0000", "b"].shown
    assert cells["L1-0000", "a"].units == 14
    assert cells[None, "a"].units == 14  # the withheld cluster's fifty are nowhere


def test_a_person_counts_once_in_a_base_cluster_and_in_each_of_two() -> None:
    rows = people(0, 0, 6) * 3 + people(1, 0, 6)
    cells = cube(rows)
    assert cells["L0-0000", "a"].units == 6
    parent = cells["L1-0000", "a"]
    assert (parent.units, parent.people, parent.shown) == (12, 6, True)


def test_a_sum_that_rests_on_few_people_is_not_shown() -> None:
    rows = people(0, 0, 2) + people(1, 0, 2) + people(0, 1, 9, 10) + people(3, 0, 9, 30)
    cells = cube(rows)
    assert cells["L1-0000", "a"].people == 2
    assert not cells["L1-0000", "a"].shown


def test_nothing_published_nothing_counted() -> None:
    assert tabulate([], np.array([0]), np.array([0]), [], DEMO, key=KEY, pseudonyms=["p"]) == []
    assert cube([]) == {}
    assert cube(people(2, 0, 50)) == {}


def test_noise_decides_and_is_that_of_the_people() -> None:
    sets = [people(0, 0, n) for n in range(10, 60)]
    for rows in sets:
        names = {f"p{unit}" for _, unit, _ in rows}
        drawn = keyed_discrete_gaussian(KEY, names, PUBLIC.noise_sigma, purpose="cell:f\x1fa\x1f")
        cells = cube(rows, PUBLIC, [DraftNode("L0-0000", None, (), 0)])
        expected = len(rows) + drawn >= PUBLIC.min_cell + 3 * PUBLIC.noise_sigma
        assert bool(cells) == expected
        assert all(cell.noise == drawn for cell in cells.values())


memberships = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 14), st.integers(-1, 2)), max_size=90
)


@settings(max_examples=60, deadline=None)
@given(memberships, st.integers(2, 4), st.sampled_from([0.0, 1.0]))
def test_no_shown_cell_rests_on_too_few(
    rows: list[tuple[int, int, int]], least: int, sigma: float
) -> None:
    policy = replace(DEMO, min_cell=least, noise_sigma=sigma)
    leaves = {None: {0, 1, 3}, "L1-0000": {0, 1}, "L0-0000": {0}, "L0-0001": {1}, "L0-0003": {3}}
    for (node, value), cell in cube(rows, policy).items():
        own = {(at, unit) for at, unit, code in rows if at in leaves[node] and "abc"[code] == value
               and code >= 0}  # fmt: skip
        assert cell.units == len(own)
        assert cell.people == len({unit for _, unit in own})
        if cell.shown:
            assert cell.people >= least
            assert cell.people + cell.noise >= least + 3 * sigma


@settings(max_examples=60, deadline=None)
@given(memberships, st.integers(2, 4))
def test_what_a_node_leaves_open_is_nobody_or_enough_people(
    rows: list[tuple[int, int, int]], least: int
) -> None:
    policy = replace(DEMO, min_cell=least)
    leaves = {None: {0, 1, 3}, "L1-0000": {0, 1}, "L0-0000": {0}, "L0-0001": {1}, "L0-0003": {3}}
    cells = cube(rows, policy)
    for node, own in leaves.items():
        shown = {value for (at, value), cell in cells.items() if at == node and cell.shown}
        hidden = {unit for at, unit, code in rows if at in own
                  and (code < 0 or "abc"[code] not in shown)}  # fmt: skip
        nowhere = hidden - {unit for at, unit, code in rows if at in own and code >= 0
                            and "abc"[code] in shown}  # fmt: skip
        if shown:
            assert not hidden or len(hidden) >= least
            assert not nowhere or len(nowhere) >= least


TOOLS = FacetQuestion("tools", "?", "several_of", values=("code", "search"))


def test_several_values_are_a_table_each() -> None:
    columns = facet_columns(TOOLS, ["code; search", "code", "", None, 3])
    assert [(c.name, c.values, c.told) for c in columns] == [
        ("tools", ("code", "not code"), 1), ("tools", ("search", "not search"), 1),
    ]  # fmt: skip
    assert [c.codes.tolist() for c in columns] == [[0, 0, 1, 1, 1], [0, 1, 1, 1, 1]]
    with pytest.raises(ConfigError, match="never counted"):
        facet_columns(FacetQuestion("themes", "?", "several_of"), ["a; b"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 14), st.sampled_from(
            ["", "code", "search", "code; search", None])),
        max_size=90,
    ),
    st.integers(2, 4),
)  # fmt: skip
def test_neither_those_who_have_a_value_nor_those_who_lack_it_are_too_few(
    rows: list[tuple[int, int, str | None]], least: int
) -> None:
    """Sizes of nodes are known: with the count of a value that of its absence is told too."""
    policy = replace(DEMO, min_cell=least)
    labels, units = (np.array([row[i] for row in rows], dtype=np.int64) for i in (0, 1))
    cells = tabulate(
        NODES, labels, units, facet_columns(TOOLS, [row[2] for row in rows]), policy,
        key=KEY, pseudonyms=[f"p{i}" for i in range(15)],
    )  # fmt: skip
    leaves = {None: {0, 1, 3}, "L1-0000": {0, 1}, "L0-0000": {0}, "L0-0001": {1}, "L0-0003": {3}}
    assert {cell.value for cell in cells} <= set(TOOLS.values)
    for cell in cells:
        if not cell.shown:
            continue
        here = [(at, unit, said) for at, unit, said in rows if at in leaves[cell.node]]
        having = {(at, unit) for at, unit, said in here if said is not None and cell.value in said}
        others = {unit for at, unit, _ in here if (at, unit) not in having}
        assert cell.units == len(having)
        assert cell.people == len({unit for _, unit in having}) >= least
        assert not others or len(others) >= least


KINDS = FacetQuestion("kind", "", "one_of", values=("tree", "fish"), source="taxonomy")
SORTS = FacetQuestion(
    "sort", "", "one_of", values=("oak", "elm", "fir", "cod"), source="taxonomy",
    within=("tree", "tree", "tree", "fish"), part_of="kind",
)  # fmt: skip
ABOVE = dict(zip(SORTS.values, SORTS.within, strict=True))


def test_values_within_others_are_a_table_for_each_of_these() -> None:
    kinds = ["tree", "fish", None, "tree", "tree"]
    (column,) = facet_columns(SORTS, ["elm", "cod", None, "oak", 3], kinds)
    assert (column.name, column.values, column.within) == (
        "sort", ("oak", "elm", "fir"), ("kind", "tree"),
    )  # fmt: skip
    assert column.codes.tolist() == [1, -2, -2, 0, -1]


def test_a_part_of_another_value_is_no_answer_and_a_single_part_is_told_once() -> None:
    (column,) = facet_columns(SORTS, ["oak", "cod", "oak"], ["tree", "tree", "fish"])
    assert column.codes.tolist() == [0, -1, -2]


@pytest.mark.parametrize("policy", [PUBLIC, replace(DEMO, top_unit=1.0, top_three=1.0)])
def test_parts_are_withheld_where_their_whole_is(policy: ReleasePolicy) -> None:
    """Few are fish, so trees are withheld as well; oaks and elms would add up to them."""
    trees = ["oak"] * 90 + ["elm"] * 60 + ["fir"] * 60
    said = [*trees, "cod", "cod", *(trees + ["cod"] * 90) * 2]
    kinds = [ABOVE[one] for one in said]
    labels = np.array([3] * 212 + [0] * 300 + [1] * 300, dtype=np.int64)
    columns = [*facet_columns(KINDS, kinds), *facet_columns(SORTS, said, kinds)]
    cells = tabulate(
        NODES, labels, np.arange(len(said)), columns, policy,
        key=KEY, pseudonyms=[f"p{i}" for i in range(len(said))],
    )  # fmt: skip
    shown = {(cell.node, cell.value) for cell in cells if cell.shown}
    assert {(None, value) for value in ("tree", "fish", "oak", "elm", "fir")} <= shown
    assert not {("L0-0003", value) for value in ("tree", "fish", "oak", "elm", "fir")} & shown


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(
        ["oak", "oak", "oak", "elm", "elm", "fir", "cod", "cod", "", None])), max_size=70),
    st.integers(2, 4),
)  # fmt: skip
def test_no_value_is_told_by_the_coarser_one_minus_the_others(
    rows: list[tuple[int, str | None]], least: int
) -> None:
    """Everybody has one conversation, so that the numbers of a node add up exactly."""
    policy = replace(DEMO, min_cell=least, top_unit=1.0, top_three=1.0)
    above = {value: kind for value, kind in ABOVE.items() if kind == "tree"}
    sorts = [said for _, said in rows]
    kinds = [ABOVE.get(said or "") for said in sorts]
    cells = tabulate(
        NODES, np.array([at for at, _ in rows], dtype=np.int64), np.arange(len(rows)),
        [*facet_columns(KINDS, kinds), *facet_columns(SORTS, sorts, kinds)], policy,
        key=KEY, pseudonyms=[f"p{i}" for i in range(len(rows))],
    )  # fmt: skip
    told = {(c.node, c.value): c.count for c in cells if c.shown}
    leaves = {None: {0, 1, 3}, "L1-0000": {0, 1}, "L0-0000": {0}, "L0-0001": {1}, "L0-0003": {3}}
    for node, own in leaves.items():
        here = [said for at, said in rows if at in own]
        assert all(told.get((node, value), n) == n for value in above if (n := here.count(value)))
        for kind in KINDS.values:
            inside = [value for value in above if above[value] == kind]
            if (node, kind) not in told:
                assert not any((node, value) in told for value in inside)
            hidden = [n for v in inside if (node, v) not in told and (n := here.count(v))]
            if (node, kind) in told and hidden:
                assert sum(hidden) >= least
                assert len(hidden) > 1 or hidden[0] >= least
