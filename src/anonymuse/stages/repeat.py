"""Stage: put the numbers of an earlier release in place of new ones, and add parents up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.private.drafts import DraftNode

Repeated = tuple[str, str | None, str, str, str]
"""part (``cell``; ``rest``: what a parent's withheld cells add), node, facet, value, window"""


def repeat_cells(
    cells: Sequence[DraftCell], nodes: Sequence[DraftNode], repeated: Mapping[Repeated, int]
) -> list[DraftCell]:
    """Return the cells with earlier numbers where there are any; what a parent shows still adds up.

    Args:
        cells: the cube.
        nodes: its tree.
        repeated: the earlier numbers.
    """
    tables: dict[tuple[str, str, str], dict[str | None, DraftCell]] = {}
    for cell in cells:
        tables.setdefault((cell.facet, cell.value, cell.window), {})[cell.node] = cell
    children: dict[str | None, list[str]] = {None: [n.id for n in nodes if n.parent is None]}
    children |= {n.id: list(n.children) for n in nodes}
    order = [*(n.id for n in sorted(nodes, key=lambda n: n.level)), None]
    for table in tables.values():
        old = {node: cell.count or 0 for node, cell in table.items()}
        for node in order:
            if node in table and table[node].shown:
                below = [child for child in children[node] if child in table]
                table[node] = _repeated(table, old, node, below, repeated)
    return [tables[cell.facet, cell.value, cell.window][cell.node] for cell in cells]


def _repeated(
    table: Mapping[str | None, DraftCell],
    old: Mapping[str | None, int],
    node: str | None,
    below: Sequence[str],
    repeated: Mapping[Repeated, int],
) -> DraftCell:
    cell = table[node]
    if not below:
        return replace(cell, count=repeated.get(("cell", *cell.place), old[node]))
    shown = [child for child in below if table[child].shown]
    rest = old[node] - sum(old[child] for child in shown)
    if len(shown) < len(below):
        rest = repeated.get(("rest", *cell.place), rest)
    return replace(cell, count=rest + sum(table[child].count or 0 for child in shown))
