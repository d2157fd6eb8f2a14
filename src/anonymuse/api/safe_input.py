"""Columns of any table, read for counting: who, in which group, with which values, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.errors import ColumnError, ConfigError
from anonymuse.stages.threshold import leaf_id
from anonymuse.stats.tables.counting import Column

MOST_VALUES = 200
"""distinct values of a column; more are mostly cells of few people"""

NOBODY = "nobody"
"""all rows without a unit count as one person's: the careful reading"""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Groups:
    """The tree of groups, and the row of each.

    Attributes:
        kept: rows that have a group.
        leaf: place of each kept row's group among the leaves, shape (kept,).
        nodes: the tree.
        paths: of each node.
        count: how many leaves there are.
    """

    kept: Ints
    leaf: Ints
    nodes: Sequence[DraftNode]
    paths: Mapping[str, tuple[str, ...]]
    count: int

    @classmethod
    def of(cls, data: Any, names: Sequence[str]) -> Groups:
        """Read the groups.

        Raises:
            ColumnError: a column is not there.
            ConfigError: no column is named, or columns differ in length.
        """
        if not names:
            raise ConfigError("Name the column of the group, or several from the top down.")
        levels = [read(data, name, "group") for name in names]
        if len({len(level) for level in levels}) > 1:
            raise ConfigError("The columns of the group differ in length.")
        rows = list(zip(*levels, strict=True))
        kept = [at for at, path in enumerate(rows) if None not in path]
        paths = sorted({tuple(map(str, rows[at])) for at in kept})
        place = {path: at for at, path in enumerate(paths)}
        leaf = np.array([place[tuple(map(str, rows[at]))] for at in kept], dtype=np.int64)
        nodes, told = _tree(paths, len(names))
        return cls(np.array(kept, dtype=np.int64), leaf, nodes, told, len(paths))


def _tree(
    paths: Sequence[tuple[str, ...]], depth: int
) -> tuple[list[DraftNode], dict[str, tuple[str, ...]]]:
    """Return a node for each path and each beginning of one, and the path of each node."""
    ids = {path: leaf_id(at) for at, path in enumerate(paths)}
    children: dict[tuple[str, ...], list[str]] = {}
    for length in range(depth - 1, 0, -1):
        above = sorted({path[:length] for path in paths})
        ids |= {path: f"L{depth - length}-{at:04d}" for at, path in enumerate(above)}
    for path, node in ids.items():
        children.setdefault(path[:-1], []).append(node)
    nodes = [
        DraftNode(
            id=node,
            parent=ids.get(path[:-1]),
            children=tuple(sorted(children.get(path, ()))),
            level=depth - len(path),
        )
        for path, node in sorted(ids.items(), key=lambda item: item[1])
    ]
    return nodes, {node: path for path, node in ids.items()}


def read(data: Any, name: str, setting: str) -> list[Any]:
    """Return a column as plain values; what is missing is None.

    Raises:
        ColumnError: it is not there.
    """
    try:
        column = data[name]
    except (KeyError, IndexError, TypeError):
        raise ColumnError.missing(name, _names(data), setting=setting) from None
    for way in ("to_pylist", "tolist"):
        if hasattr(column, way):
            return [None if _missing(value) else value for value in getattr(column, way)()]
    return [None if _missing(value) else value for value in column]


def same_length(data: Any, names: Sequence[str]) -> None:
    """Refuse columns of different lengths.

    Raises:
        ColumnError: one is not there.
        ConfigError: they differ.
    """
    lengths = {name: len(read(data, name, "column")) for name in names}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise ConfigError(f"The columns differ in length: {told}.")


def _names(data: Any) -> list[str]:
    found = getattr(data, "column_names", None) or getattr(data, "columns", None)
    if found is None:
        found = data.keys() if isinstance(data, Mapping) else ()
    return [str(name) for name in found]


def _missing(value: Any) -> bool:
    """Return whether a value stands for none: None, NaN, NaT, NA."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float) and value != value


def units_of(data: Any, name: str, kept: Ints) -> tuple[Ints, list[str]]:
    """Return the code of each kept row's unit, and the name behind each code."""
    column = _of(data, name, kept, "unit")
    names = [NOBODY if value is None else f"{value}" for value in column]
    known: dict[str, int] = {}
    codes = [known.setdefault(unit, len(known)) for unit in names]
    return np.array(codes, dtype=np.int64), list(known)


def columns_of(data: Any, names: Sequence[str], kept: Ints) -> list[Column]:
    """Return what is counted: one column each; where entries are lists, one for each value.

    Raises:
        ConfigError: a column has too many values.
    """
    found = []
    for name in names:
        own = _of(data, name, kept, "values")
        several = any(isinstance(value, list | tuple | set | frozenset) for value in own)
        held = [_parts(value) for value in own]
        known = sorted({part for parts in held for part in parts})
        if len(known) > MOST_VALUES:
            raise ConfigError(
                f"The column {name!r} has {len(known):,} values; up to {MOST_VALUES} are counted. "
                "Put numbers and dates into ranges, and free text into no table."
            )
        if several:
            found += [
                Column(name, (value, f"not {value}"), _codes(value not in own for own in held), 1)
                for value in known
            ]
        else:
            place = {value: at for at, value in enumerate(known)}
            codes = _codes(place[parts[0]] if parts else -1 for parts in held)
            found.append(Column(name, tuple(known), codes))
    return found


def _parts(value: Any) -> list[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return sorted({str(part) for part in value if not _missing(part)})
    return [] if value is None else [str(value)]


def _codes(values: Iterable[int]) -> Ints:
    return np.fromiter((int(value) for value in values), np.int64)


def times_of(data: Any, name: str, kept: Ints) -> list[datetime | None]:
    """Return the time of each kept row.

    Raises:
        ConfigError: a value is no time.
    """
    return [_time(value, name) for value in _of(data, name, kept, "time")]


def _time(value: Any, name: str) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ConfigError(
            f"The column {name!r} holds something that is no time. Times are datetimes or ISO "
            "text (2026-03-01T09:30)."
        ) from None


def _of(data: Any, name: str, kept: Ints, setting: str) -> list[Any]:
    """Return the kept rows of a column.

    Raises:
        ConfigError: it is shorter or longer than the groups.
    """
    column = read(data, name, setting)
    if len(kept) and int(kept[-1]) >= len(column):
        raise ConfigError(f"The column {name!r} is shorter than the groups.")
    return [column[at] for at in kept.tolist()]
