"""A released report in the hand: what one asks of it in Python, and how a notebook shows it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.api.breakdown import Breakdown, breakdown_of, series_of
from anonymuse.api.notebook import Shown
from anonymuse.api.tables import TableName, arrow_table, data_frame
from anonymuse.api.tree import Node, Tree, tree_of
from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.errors import ConfigError, did_you_mean


@dataclass(frozen=True, slots=True, repr=False)
class ReportView:
    """A released report. Everything here has passed the gate; nothing here reads people's data.

    Attributes:
        report: the released values themselves.
        out: the folder that was named.
        bundle: the folder that may be passed on.
    """

    report: Report
    out: Path
    bundle: Path

    @property
    def title(self) -> str:
        """What stands on top of the report."""
        return self.report.title

    @property
    def conversations(self) -> int:
        """Conversations shown; the withheld rest is a band in the receipt."""
        return self.report.conversations

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Every published cluster, parents by id."""
        return self.report.clusters

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets that are counted, for :meth:`breakdown`."""
        return tuple(dict.fromkeys(cell.facet for cell in self.report.overall))

    @property
    def receipt(self) -> Receipt:
        """How the report was made, and under which policy."""
        return self.report.receipt

    @property
    def content_hash(self) -> str:
        """The digest of everything in the report."""
        return self.report.content_hash

    @property
    def tree(self) -> Tree:
        """The clusters nested; print it for an outline."""
        return tree_of(self.report)

    @property
    def further(self) -> dict[str, ReportView]:
        """The same conversations grouped by one further facet each, by its name."""
        return {
            report.facet: ReportView(report, self.out, self.bundle)
            for report in self.report.further
        }

    def find(self, words: str) -> list[Node]:
        """Return the clusters whose name or description holds all the words; names first."""
        wanted = words.casefold().split()
        found = []
        for _, node in self.tree.walk():
            name, told = node.name.casefold(), node.description.casefold()
            if wanted and all(word in name or word in told for word in wanted):
                in_name = all(word in name for word in wanted)
                found.append((not in_name, -node.conversations, node))
        return [node for *_, node in sorted(found, key=lambda item: item[:2])]

    def breakdown(self, facet: str, cluster: Cluster | Node | str | None = None) -> Breakdown:
        """Return how a facet's values are spread over a cluster, or over the whole report.

        Args:
            facet: "language", for instance; :attr:`facets` lists them.
            cluster: itself, its id, or its whole name; left out, the whole report.

        Raises:
            ConfigError: there is no such facet or cluster; names the nearest.
        """
        return breakdown_of(self.report, facet, self._cluster(cluster))

    def series(self, cluster: Cluster | Node | str | None = None) -> Breakdown:
        """Return how many people a cluster, or the whole report, has by month or week.

        Args:
            cluster: itself, its id, or its whole name; left out, the whole report.

        Raises:
            ConfigError: the report counts no windows, or there is no such cluster.
        """
        return series_of(self.report, self._cluster(cluster))

    def to_arrow(self, table: TableName = "clusters") -> Any:
        """Return a `pyarrow.Table` of the clusters, or of the ``cells`` (cluster by facet value).

        Raises:
            ConfigError: there is no such table.
        """
        return arrow_table(self.report, table)

    def to_pandas(self, table: TableName = "clusters") -> Any:
        """Return a data frame of ``clusters``, ``cells`` or ``series``; a suppressed count is NA.

        Raises:
            ConfigError: there is no such table.
            UserError: pandas is not installed; says how to get it.
        """
        return data_frame(arrow_table(self.report, table))

    def export(
        self, to: str = "html", out: str | os.PathLike[str] | None = None, *, simple: bool = False
    ) -> list[Path]:
        """Write the report in a format, and return the files written.

        Args:
            to: html (the explorer in one file), site (the explorer as a folder for a web server),
                markdown, csv or parquet.
            out: a folder, or a file for html and markdown; left out, ``export`` beside the bundle.
            simple: html without the explorer, readable without JavaScript.

        Raises:
            ConfigError: there is no such format.
            OutputError: the files cannot be written, or the explorer's interface is not built.
        """
        from anonymuse.api.exporting import export, place_for

        place = place_for(self.bundle, to) if out is None else Path(out)
        return export(self.report, to, place, simple=simple)

    def show(self, height: int = 640) -> Shown:
        """Return the explorer for a notebook's cell, open at the map.

        The page is kept in the notebook with everything in it; :attr:`Shown.bytes` says how large
        it is. It can reach nothing outside of itself.

        Args:
            height: of the cell, in pixels.

        Raises:
            OutputError: the explorer's interface is not built.
        """
        from anonymuse.web.one_file import page

        return Shown(self.title, height, page(self.report, start="#/map"))

    def __repr__(self) -> str:
        report = self.report
        return (
            f"<{type(self).__name__} {report.title!r}: {sentences.count(report.conversations)} "
            f"conversations, {len(report.clusters)} clusters, "
            f"policy {report.receipt.policy.get('name')}, {self.bundle}>"
        )

    def _repr_html_(self) -> str:
        from anonymuse.api.html import page_piece

        return page_piece(self.report, self.tree)

    def _cluster(self, wanted: Cluster | Node | str | None) -> Cluster | None:
        if isinstance(wanted, Node):
            return wanted.cluster
        if not isinstance(wanted, str):
            return wanted
        for cluster in self.report.clusters:
            if wanted in (cluster.id, cluster.name):
                return cluster
        names = [cluster.name for cluster in self.report.clusters]
        near = did_you_mean(wanted, names) or "report.find('...') looks for words. "
        raise ConfigError(f"There is no cluster {wanted!r}. {near}".rstrip())


def open_report(folder: str | os.PathLike[str]) -> ReportView:
    """Open a released report: a run's folder, or the bundle itself.

    Raises:
        InputError: there is no report, or its bytes are not what was released.
    """
    from anonymuse.adapters.store.report_folder import find_bundle, load_report

    bundle = find_bundle(Path(folder))
    return ReportView(load_report(bundle), Path(folder), bundle)
