"""How a facet's values are spread over a cluster, or over the whole report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from anonymuse.adapters.export.parquet import rows_table
from anonymuse.api.aligned import aligned
from anonymuse.api.tables import data_frame
from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report
from anonymuse.domain.released.sentences import NOT_SHOWN
from anonymuse.errors import ConfigError, did_you_mean


@dataclass(frozen=True, slots=True, repr=False)
class Breakdown:
    """The published values of one facet: iterate over its cells, print it, or take it to pandas.

    Attributes:
        facet: which.
        cluster: whose; None for the whole report.
        cells: in reading order; a suppressed count is None, never 0.
        many: what the people counted are called.
    """

    facet: str
    cluster: Cluster | None
    cells: tuple[Cell, ...]
    many: str

    def to_pandas(self) -> Any:
        """Return a data frame with a row per value.

        Raises:
            UserError: pandas is not installed.
        """
        return data_frame(rows_table(self.cells, "cells"))

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def __str__(self) -> str:
        rows = [("", "share", "95 % interval", self.many), *map(_row, self.cells)]
        return "\n".join([self._title(), "", *aligned(rows, numbers=True)])

    def __repr__(self) -> str:
        return f"<{self._title()}: {len(self.cells)} values>"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(t)}</th>" for t in ("", "share", "95 % interval", self.many))
        rows = "".join(
            "<tr>" + "".join(f'<td dir="auto">{escape(text)}</td>' for text in _row(cell)) + "</tr>"
            for cell in self.cells
        )
        title = escape(self._title())
        return f"<table><caption>{title}</caption><tr>{head}</tr>{rows}</table>"

    def _title(self) -> str:
        where = "the whole report" if self.cluster is None else self.cluster.name
        return f"{self.facet} in {where}"


def breakdown_of(report: Report, facet: str, cluster: Cluster | None) -> Breakdown:
    """Return a facet's published cells.

    Raises:
        ConfigError: the report counts no such facet.
    """
    facets = sorted({cell.facet for cell in report.overall})
    if facet not in facets:
        told = f"Facets counted: {', '.join(facets)}." if facets else "It counts no facet."
        raise ConfigError(
            f"This report does not count the facet {facet!r}. {did_you_mean(facet, facets)}{told}"
        )
    wanted = None if cluster is None else cluster.id
    cells = [cell for cell in report.overall if cell.facet == facet and cell.cluster == wanted]
    cells.sort(key=sentences.reading_order)
    return Breakdown(facet, cluster, tuple(cells), sentences.unit_noun(report.receipt))


def series_of(report: Report, cluster: Cluster | None) -> Breakdown:
    """Return the people of a cluster, or of the whole report, by month or week.

    Raises:
        ConfigError: the report counts no windows.
    """
    cells = report.series(None if cluster is None else cluster.id)
    if not cells:
        raise ConfigError(
            "This report does not count by month or week: its data has no times, or one window "
            "only, or the setting tables.window is none."
        )
    many = sentences.unit_noun(report.receipt)
    return Breakdown(sentences.series_title(cells), cluster, cells, many)


def _row(cell: Cell) -> tuple[str, str, str, str]:
    if cell.units is None or cell.share is None:
        return cell.value or cell.window, NOT_SHOWN, "", ""
    low, high = cell.share_low or 0.0, cell.share_high or 0.0
    share, ends = sentences.percent(cell.share), sentences.interval(low, high)
    return cell.value or cell.window, share, ends, sentences.count(cell.units)
