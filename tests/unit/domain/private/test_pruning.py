import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import leaves_below, prune


def tree(**parents: str) -> list[DraftNode]:
    """Build nodes from ``child="parent"``; an id's second letter is its level."""
    ids = sorted(set(parents) | {p for p in parents.values() if p})
    return [
        DraftNode(
            id=i,
            parent=parents.get(i) or None,
            children=tuple(c for c in ids if parents.get(c) == i),
            level=int(i[1]),
        )
        for i in ids
    ]


TREE = tree(
    a0="p1", b0="p1", c0="q1", d0="q1", e0="q1", p1="x2", q1="x2", f0="y2", g0="y2", x2="", y2=""
)


def shape(nodes: list[DraftNode]) -> dict[str, str | None]:
    return {node.id: node.parent for node in nodes}


def test_nothing_withheld_nothing_changed() -> None:
    assert prune(TREE, withheld=()) == TREE


def test_a_withheld_leaf_goes_and_its_only_sibling_is_lifted() -> None:
    left = shape(prune(TREE, withheld={"a0"}))
    assert "a0" not in left
    assert "p1" not in left
    assert left["b0"] == "x2"


def test_an_emptied_branch_goes() -> None:
    left = shape(prune(TREE, withheld={"a0", "b0", "f0", "g0"}))
    assert left == {"c0": "q1", "d0": "q1", "e0": "q1", "q1": None}


def test_a_vetoed_parent_dissolves() -> None:
    left = shape(prune(TREE, withheld=(), vetoed={"q1"}))
    assert left["c0"] == left["d0"] == left["e0"] == left["p1"] == "x2"
    top = shape(prune(TREE, withheld=(), vetoed={"x2"}))
    assert top["p1"] is None
    assert top["y2"] is None


def test_a_vetoed_leaf_is_withheld() -> None:
    assert "c0" not in shape(prune(TREE, withheld=(), vetoed={"c0"}))


def test_all_withheld_leaves_nothing() -> None:
    assert prune(TREE, withheld=set("abcdefg") | {f"{c}0" for c in "abcdefg"}) == []


@pytest.mark.parametrize(
    "nodes",
    [
        [*TREE, TREE[0]],
        [DraftNode("a0", "p1", (), 0)],
        [DraftNode("p1", None, ("a0",), 1)],
        [DraftNode("a0", "p1", (), 1), DraftNode("p1", None, ("a0",), 1)],
        [DraftNode("a0", "p0", (), 0), DraftNode("p0", None, ("a0",), 0)],
        [
            DraftNode("a0", "p1", (), 0), DraftNode("b0", "q1", (), 0),
            DraftNode("p1", None, ("b0",), 1), DraftNode("q1", None, ("a0",), 1),
        ],
    ],
)  # fmt: skip
def test_what_is_no_tree_is_refused(nodes: list[DraftNode]) -> None:
    with pytest.raises(ValueError, match=r"base cluster|agree|twice|hang"):
        prune(nodes, withheld=())


@st.composite
def trees(draw: st.DrawFn) -> list[DraftNode]:
    """Draw a forest of up to four levels; a child may skip levels."""
    count = draw(st.integers(1, 12))
    level_of = {f"L0-{i:04d}": 0 for i in range(count)}
    parent: dict[str, str | None] = dict.fromkeys(level_of)
    for level in range(1, draw(st.integers(1, 4))):
        for index in range(draw(st.integers(0, 4))):
            node = f"L{level}-{index:04d}"
            free = [i for i, p in parent.items() if p is None and level_of[i] < level]
            own = draw(st.lists(st.sampled_from(free), unique=True)) if free else []
            level_of[node] = level
            parent[node] = None
            parent.update(dict.fromkeys(own, node))
    return [
        DraftNode(i, parent[i], tuple(c for c in level_of if parent[c] == i), level)
        for i, level in level_of.items()
    ]


@given(trees(), st.data())
def test_what_is_left_is_sound(nodes: list[DraftNode], data: st.DataObject) -> None:
    ids = [n.id for n in nodes]
    gone = data.draw(st.sets(st.sampled_from(ids)))
    vetoed = data.draw(st.sets(st.sampled_from(ids)))
    left = prune(nodes, withheld=gone, vetoed=vetoed)
    by_id = {n.id: n for n in left}
    hidden = gone | vetoed
    assert {n.id for n in left if n.level == 0} == {
        n.id for n in nodes if n.level == 0 and n.id not in hidden
    }
    assert not set(by_id) & vetoed
    for node in left:
        assert len(node.children) != 1
        assert bool(node.children) == (node.level > 0)
        assert all(by_id[c].parent == node.id for c in node.children)
        assert node.parent is None or by_id[node.parent].level > node.level
        assert node.parent is None or node.id in by_id[node.parent].children
    assert prune(left, withheld=()) == left


@given(trees(), st.data())
def test_no_released_sum_holds_what_was_withheld(
    nodes: list[DraftNode], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from([n.id for n in nodes if n.level == 0])))
    below, before = leaves_below(prune(nodes, withheld=gone)), leaves_below(nodes)
    for node, leaves in below.items():
        assert leaves == before[node] - gone
