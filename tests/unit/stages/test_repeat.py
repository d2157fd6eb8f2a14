from dataclasses import replace

from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.repeat import repeat_cells

LEAVES = ("L0-0000", "L0-0001", "L0-0002")
NODES = [
    *(DraftNode(leaf, "L1-0000", (), 0) for leaf in LEAVES),
    DraftNode("L1-0000", None, LEAVES, 1),
]


def cell(node: str | None, count: int, *, shown: bool = True, window: str = "") -> DraftCell:
    return DraftCell(
        node, "language", "Thai", count, count, 0, shown=shown, window=window, count=count
    )


def test_parents_and_the_whole_add_up_again() -> None:
    cells = [*(cell(leaf, 20) for leaf in LEAVES), cell("L1-0000", 60), cell(None, 60)]
    found = repeat_cells(cells, NODES, {("cell", "L0-0001", "language", "Thai", ""): 35})
    assert [own.count for own in found] == [20, 35, 20, 75, 75]


def test_what_withheld_cells_add_is_kept_or_repeated_itself() -> None:
    cells = [cell(LEAVES[0], 20), *(cell(leaf, 12, shown=False) for leaf in LEAVES[1:])]
    cells += [cell("L1-0000", 45), cell(None, 45)]
    kept = repeat_cells(cells, NODES, {("cell", "L0-0000", "language", "Thai", ""): 30})
    assert kept[3].count == kept[4].count == 55
    again = repeat_cells(cells, NODES, {("rest", "L1-0000", "language", "Thai", ""): 15})
    assert again[3].count == again[4].count == 35


def test_a_window_of_a_value_stands_for_itself() -> None:
    cells = [cell("L1-0000", 40, window="2026-03"), cell("L1-0000", 60)]
    place = ("cell", "L1-0000", "language", "Thai", "2026-03")
    assert [own.count for own in repeat_cells(cells, NODES, {place: 25})] == [25, 60]


def test_nothing_to_repeat_changes_nothing() -> None:
    cells = [cell(leaf, 20) for leaf in LEAVES] + [replace(cell(None, 0), shown=False, count=None)]
    assert repeat_cells(cells, NODES, {}) == cells
