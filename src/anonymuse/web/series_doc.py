"""People by window, as a document."""

from __future__ import annotations

from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report
from anonymuse.insights.sheet import Tree
from anonymuse.web.contract import Series, SeriesDoc


def series_doc(report: Report, tree: Tree) -> SeriesDoc:
    """Return ``series.json``: of the whole report, of each cluster, and of values where told."""
    cells = [cell for cell in report.windowed if cell.cluster in tree.row]
    windows = tuple(sorted({cell.window for cell in cells}))
    rows: dict[tuple[str | None, str, str], dict[str, Cell]] = {}
    for cell in cells:
        rows.setdefault((cell.cluster, cell.facet, cell.value), {})[cell.window] = cell
    made = [
        _series(tree, key, [own.get(window) for window in windows])
        for key, own in rows.items()
        if any(cell.units is not None for cell in own.values())
    ]
    last = len(windows) - 1
    return SeriesDoc(
        windows=windows,
        partial=tuple(place in (0, last) for place in range(len(windows))),
        series=tuple(made),
    )


def _series(tree: Tree, key: tuple[str | None, str, str], cells: list[Cell | None]) -> Series:
    cluster, facet, value = key
    return Series(
        cluster=None if cluster is None else tree.row[cluster],
        facet=facet,
        value=value,
        units=tuple(cell and cell.units for cell in cells),
        share=tuple(cell and cell.share for cell in cells),
        low=tuple(cell and cell.share_low for cell in cells),
        high=tuple(cell and cell.share_high for cell in cells),
    )
