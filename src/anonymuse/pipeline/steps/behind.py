"""Who stands behind the numbers of a report: what the ledger of releases keeps of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from anonymuse.domain.private.thresholds import (
    ONE_DOMINATES,
    THREE_DOMINATE,
    TOO_FEW_CONVERSATIONS,
    TOO_FEW_UNITS,
)
from anonymuse.domain.released.report import Report
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.settings import TablesConfig
from anonymuse.pipeline.steps import groups, membership
from anonymuse.ports.release_ledger import Part, People, PublishedNumber, Weights
from anonymuse.stages.tabulate import FacetColumn
from anonymuse.stages.threshold import leaf_id
from anonymuse.stats.noise import unit_keys

Rows = npt.NDArray[np.int64]
"""places of conversations"""

TOO_FEW = (TOO_FEW_UNITS, TOO_FEW_CONVERSATIONS, ONE_DOMINATES, THREE_DOMINATE)
"""reasons for which a base cluster is withheld that a few people more or less may change"""

_NOBODY = np.empty(0, dtype=np.int64)
_TABLE, _VALUES, _ANSWERS = "columns.parquet", "columns.json", "answers.parquet"


@dataclass(frozen=True, slots=True, repr=False)
class Columns:
    """What the step `tabulate` has counted, for counting it again.

    Attributes:
        facets: a code per row each.
        windows: the window of each row; None where none were counted.
        identifying: names of facets that tell who somebody is.
        sensitive: names of facets of which nobody may be told the answer.
        answers: by place among the facets, what asked people answered where the rest is predicted.
    """

    facets: Sequence[FacetColumn]
    windows: FacetColumn | None
    identifying: Sequence[str]
    sensitive: Sequence[str]
    answers: Mapping[int, FacetColumn]

    @property
    def every(self) -> list[FacetColumn]:
        """The facets, and the windows where there are any: who is behind what is told of them.

        Behind an estimate are the people who were asked.
        """
        own = [self.answers.get(place, column) for place, column in enumerate(self.facets)]
        return [*own, *([self.windows] if self.windows is not None else [])]


def write_columns(
    shop: Workshop,
    columns: Sequence[FacetColumn],
    windows: FacetColumn | None,
    config: TablesConfig,
    answers: Mapping[int, FacetColumn],
) -> None:
    """Write what was counted: ``columns.parquet`` (a code per row) and ``columns.json``.

    Where there are ``answers`` beside predictions, also ``answers.parquet``.
    """
    every = [*columns, *([windows] if windows else [])]
    codes = {str(place): pa.array(own.codes, pa.int32()) for place, own in enumerate(every)}
    files.write_table(shop.folder / _TABLE, pa.table(codes))
    if answers:
        said = {str(place): pa.array(own.codes, pa.int32()) for place, own in answers.items()}
        files.write_table(shop.folder / _ANSWERS, pa.table(said))
    told = [
        {
            "name": own.name,
            "values": own.values,
            "told": own.told,
            "within": own.within,
            "ranked": own.ranked,
        }
        for own in every
    ]
    roles = {"identifying": config.identifying, "sensitive": config.sensitive}
    files.write_json(
        shop.folder / _VALUES, {"columns": told, "windows": windows is not None, **roles}
    )


def read_columns(shop: Workshop) -> Columns:
    """Read what the step `tabulate` has counted."""
    folder = shop.of("tabulate")
    codes = files.read_table(folder / _TABLE)
    told = files.read_json(folder / _VALUES)
    every = [
        FacetColumn(
            own["name"],
            tuple(own["values"]),
            codes[place].to_numpy(),
            own["told"],
            None if own["within"] is None else (own["within"][0], own["within"][1]),
            own["ranked"],
        )
        for place, own in enumerate(told["columns"])
    ]
    facets, windows = (every[:-1], every[-1]) if told["windows"] else (every, None)
    answers = {}
    if (path := folder / _ANSWERS).exists():
        said = files.read_table(path)
        answers = {
            int(place): replace(every[int(place)], codes=said[place].to_numpy())
            for place in said.column_names
        }
    return Columns(facets, windows, told["identifying"], told["sensitive"], answers)


def counted(shop: Workshop, report: Report, key: ProjectKey) -> list[PublishedNumber]:
    """Return every number that rests on people of its own.

    Those are the sizes of base clusters, the cells, and what the withheld cells below a parent's
    add to it. What a parent or the whole shows as its size is a sum of these. Base clusters that
    too few people stand behind are there without a number.
    """
    people = membership.sampled(shop)
    ids = unit_keys(key.derive("ledger"), people.pseudonyms)[people.unit]
    labels = membership.leaves(shop)[people.text]
    rows = {leaf_id(leaf): own for leaf, own in _rows_by(labels)}
    found: list[PublishedNumber] = []
    for cluster in report.clusters:
        if cluster.level == 0:
            who = _Who.of([ids[rows[cluster.id]]])
            found += [
                _number("units", (cluster.id, "", "", ""), cluster.units, _Who.of([who.people])),
                _number("conversations", (cluster.id, "", "", ""), cluster.conversations, who),
            ]
    for leaf, reason in groups.read_leaves(shop).reasons.items():
        if reason in TOO_FEW:
            who = _Who.of([np.unique(ids[rows.get(leaf, _NOBODY)])])
            found.append(_number("units", (leaf, "", "", ""), None, who))
    return [*found, *_cells(report, _Cube(read_columns(shop).every, ids, rows, _Tree.of(report)))]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Who:
    """Distinct people, ascending, and how often each counts."""

    people: People
    weights: Weights

    @classmethod
    def of(cls, parts: Sequence[People]) -> _Who:
        people, times = np.unique(
            np.concatenate([np.empty(0, np.uint64), *parts]), return_counts=True
        )
        return cls(people, times.astype(np.int32))


@dataclass(frozen=True, slots=True)
class _Tree:
    """Children and base clusters below each node; None: the whole."""

    children: Mapping[str | None, Sequence[str]]
    leaves: Mapping[str | None, Sequence[str]]

    @classmethod
    def of(cls, report: Report) -> _Tree:
        children: dict[str | None, list[str]] = {}
        leaves: dict[str | None, list[str]] = {None: []}
        parents = {cluster.id: cluster.parent for cluster in report.clusters}
        for cluster in report.clusters:
            children.setdefault(cluster.parent, []).append(cluster.id)
            above: str | None = cluster.id
            while cluster.level == 0 and above is not None:
                leaves.setdefault(above, []).append(cluster.id)
                above = parents[above]
            if cluster.level == 0:
                leaves[None].append(cluster.id)
        return cls(children, leaves)


class _Cube:
    """Who is in which cell."""

    def __init__(
        self, columns: Sequence[FacetColumn], ids: People, rows: Mapping[str, Rows], tree: _Tree
    ) -> None:
        self.tree = tree
        self._columns = {
            (own.name, value): own.codes == code
            for own in columns
            for code, value in enumerate(own.values[: own.told])
        }
        self._higher = {
            (own.name, value): own.codes > code
            for own in columns
            if own.ranked
            for code, value in enumerate(own.values)
        }
        self._ids, self._rows = ids, rows
        self._found: dict[tuple[str, str, str], dict[str, People]] = {}

    def who(self, node: str | None, facet: str, value: str, window: str) -> _Who:
        """Return who is in a cell, once for each base cluster."""
        wanted = facet, value, window
        if wanted not in self._found:
            self._found[wanted] = self._by_leaf(*wanted)
        return _Who.of([self._found[wanted][leaf] for leaf in self.tree.leaves[node]])

    def _by_leaf(self, facet: str, value: str, window: str) -> dict[str, People]:
        here = self._columns["", window] if window else np.ones(len(self._ids), dtype=np.bool_)
        has = here & self._columns[facet, value] if facet else here
        higher = self._higher.get((facet, value))
        found = {}
        for leaf in self.tree.leaves[None]:
            own = self._rows[leaf]
            found[leaf] = np.unique(self._ids[own[has[own]]])
            if higher is not None:  # who has a higher value counts there instead
                more = self._ids[own[(here & higher)[own]]]
                found[leaf] = np.setdiff1d(found[leaf], more)
        return found


def _cells(report: Report, cube: _Cube) -> Iterator[PublishedNumber]:
    """Yield the cells, and what the withheld ones below a parent's add to it."""
    shown = {(c.cluster, c.facet, c.value, c.window): c.units for c in report.cells}
    for place, released in shown.items():
        node, facet, value, window = place
        who = cube.who(*place)
        yield _number("cell", place, released, who)
        below = [(child, facet, value, window) for child in cube.tree.children.get(node, ())]
        below = [child for child in below if child in shown]
        hidden = [child for child in below if shown[child] is None]
        if released is not None and hidden and facet not in report.estimated:
            rest = released - sum(shown[child] or 0 for child in below)
            people = [cube.who(*child) for child in hidden]
            who = _Who.of([np.repeat(own.people, own.weights) for own in people])
            yield _number("rest", place, rest, who)


def _number(
    part: Part, place: tuple[str | None, str, str, str], released: int | None, who: _Who
) -> PublishedNumber:
    return PublishedNumber(part, *place, released, who.people, who.weights)


def _rows_by(labels: membership.Ints) -> Iterator[tuple[int, Rows]]:
    """Yield each base cluster with its rows."""
    order = np.argsort(labels, kind="stable")
    leaves, starts = np.unique(labels[order], return_index=True)
    yield from zip(leaves.tolist(), np.split(order, starts[1:]), strict=True)
