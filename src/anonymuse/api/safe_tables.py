"""Safe tables of anybody's data: the counts, thresholds and gate of a run, without conversations.

What a run publishes beside names is a table of people by group and answer. This is the door to the
same code for data that has groups already: it counts, draws the noise, withholds, and goes through
the same gate (:mod:`anonymuse.stages.release`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any, Literal

import numpy as np

from anonymuse.api.aligned import aligned
from anonymuse.api.safe_input import Groups, columns_of, same_length, times_of, units_of
from anonymuse.api.tables import data_frame
from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, Drafts, Verdict
from anonymuse.domain.private.pruning import prune
from anonymuse.domain.released.report import NO_RECEIPT, Report
from anonymuse.errors import ConfigError, NothingReleasedError, did_you_mean
from anonymuse.insights.sheet import Tree
from anonymuse.stages.release import release
from anonymuse.stages.tabulate import tabulate
from anonymuse.stages.threshold import (
    count_leaves,
    draw_noise,
    nearest_policy,
    withheld_reason,
)
from anonymuse.stages.weigh import weigh
from anonymuse.stats.intervals import Protection, released_limits
from anonymuse.stats.rounding import DIGITS
from anonymuse.stats.tables.calendar import windows_of

_TENS = 10
_LEAST_KEY = 16
_MOST_NOISE = 1_000_000


@dataclass(frozen=True, slots=True)
class SafeCell:
    """One number that may be published, or the place where it is withheld.

    Attributes:
        group: the path of the group, from the top; empty for the whole table.
        column: whose value it is; empty for all people of the group.
        value: of the column; empty likewise.
        window: month ("2026-03") or ISO week; empty: all of the time.
        units: people, noisy and rounded; None: withheld, which does not mean none.
        share: of a group: of all people shown. Of a value: of the group's people. Of a window: of
            the people of the whole table in it. Of a value in a window: of the group's in it.
        low: lower end of its 95 % interval, from released numbers alone.
        high: upper end.
    """

    group: tuple[str, ...]
    column: str
    value: str
    window: str
    units: int | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, repr=False)
class SafeTable:
    """A table that may be published whole: iterate over its cells, print it, take it to pandas.

    Attributes:
        cells: groups first, then their values, then windows.
        account: what was withheld and why, and every number of the policy: plain values for JSON.
            It names no cell: that a certain one is too small is told by nothing here.
    """

    cells: tuple[SafeCell, ...]
    account: Mapping[str, Any]

    def rows(self) -> list[dict[str, Any]]:
        """Return a dict for each cell."""
        return [asdict(cell) for cell in self.cells]

    def to_pandas(self) -> Any:
        """Return a data frame with a row for each cell; a withheld number is NA.

        Raises:
            UserError: pandas is not installed.
        """
        import pyarrow as pa

        rows = [{**row, "group": " / ".join(row["group"])} for row in self.rows()]
        texts, numbers = ("group", "column", "value", "window"), ("share", "low", "high")
        schema = pa.schema(
            [*((name, pa.string()) for name in texts), ("units", pa.int64()),
             *((name, pa.float64()) for name in numbers)]
        )  # fmt: skip
        return data_frame(pa.Table.from_pylist(rows, schema=schema))

    def find(
        self, group: str | Sequence[str] = (), column: str = "", value: str = "", window: str = ""
    ) -> SafeCell:
        """Return one cell.

        Raises:
            ConfigError: the table has none there.
        """
        path = (group,) if isinstance(group, str) else tuple(group)
        for cell in self.cells:
            if (cell.group, cell.column, cell.value, cell.window) == (path, column, value, window):
                return cell
        place = " / ".join((*path, column, value, window))
        raise ConfigError(f"The table has no cell {place!r}.")

    def __iter__(self) -> Iterator[SafeCell]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def __str__(self) -> str:
        names = [field.name for field in fields(SafeCell)]
        rows = [names, *(_spelled(cell) for cell in self.cells)]
        return "\n".join(aligned(rows))

    def __repr__(self) -> str:
        shown = sum(cell.units is not None for cell in self.cells)
        return f"<{type(self).__name__}: {len(self.cells)} cells, {shown} of them shown>"


def safe_table(
    data: Any,
    *,
    unit: str,
    group: str | Sequence[str],
    values: Sequence[str] = (),
    key: bytes,
    policy: str | ReleasePolicy = "public",
    time: str | None = None,
    window: Literal["month", "week", "none"] = "month",
    identifying: Sequence[str] = (),
    sensitive: Sequence[str] = (),
) -> SafeTable:
    """Return a table of people by group and value that gives no small group away.

    Args:
        data: columns by name: a dict of sequences, a pandas data frame, a pyarrow table.
        unit: the column that says who it is; counted are distinct people, never rows.
        group: the column of the group, or several from the top of a tree to its leaves. A row
            without one is left out.
        values: columns whose values are counted. An entry that is a list counts in each of its
            values.
        key: a secret of 16 bytes or more that never leaves. The same people get the same noise
            under the same key, so keep it.
        policy: "public", "internal" or "demo", or numbers of your own.
        time: the column of the time: a datetime, or ISO text; without a zone UTC.
        window: month or week of a fixed calendar, where there is a time.
        identifying: columns that tell who somebody is, a country for instance.
        sensitive: columns of which nobody may be told the value.

    Raises:
        ConfigError: a column is missing or has too many values, the key is too short, or a number
            of the policy makes no sense.
        NothingReleasedError: no group has enough people; says what would have passed.
    """
    chosen = _checked(policy, key)
    same_length(data, [unit, *([group] if isinstance(group, str) else group), *values])
    if window not in ("month", "week", "none"):
        raise ConfigError(f"There is no window {window!r}. Windows: month, week, none.")
    groups = Groups.of(data, [group] if isinstance(group, str) else list(group))
    _known([*identifying, *sensitive], values)
    codes, people = units_of(data, unit, groups.kept)
    columns = columns_of(data, values, groups.kept)
    windows = None
    if time is not None and window != "none":
        windows = windows_of(times_of(data, time, groups.kept), window)
    counts = count_leaves(groups.leaf, codes, groups.count, per_node=chosen.per_node)
    noise = draw_noise(
        groups.leaf, codes, groups.count, policy=chosen, key=key, pseudonyms=people
    )  # fmt: skip
    reasons = {c.node: withheld_reason(c, chosen, n) for c, n in zip(counts, noise, strict=True)}
    drawn = {c.node: n for c, n in zip(counts, noise, strict=True)}
    nodes = prune(groups.nodes, withheld=[node for node, why in reasons.items() if why])
    if not nodes:
        raise NothingReleasedError(
            "Every group was withheld. " + nearest_policy(counts, chosen, drawn)
        )
    cells = tabulate(
        nodes, groups.leaf, codes, columns, chosen, key=key, pseudonyms=people,
        windows=windows if windows is not None and len(windows.values) > 1 else None,
        identifying=identifying, sensitive=sensitive,
    )  # fmt: skip
    # Groups are the caller's: nothing was written by a model that an auditor would have to see.
    drafts = Drafts(
        nodes=nodes,
        names={node.id: DraftName(node.id, "group", "", "given") for node in groups.nodes},
        verdicts=[
            Verdict(node.id, auditor, True, None, "given")
            for node in groups.nodes
            for auditor in ("rules", "support")
        ],
        counts=counts,
        noise=drawn,
        cells=cells,
        reasons={},
    )
    report = release(
        drafts, chosen, auditors=("rules", "support"), receipt=NO_RECEIPT, title="",
        weigh=partial(
            weigh, labels=groups.leaf, units=codes, policy=chosen, key=key, pseudonyms=people
        ),
    )  # fmt: skip
    why = Counter(cell.why for cell in cells if not cell.shown)
    return SafeTable(tuple(_cells(report, groups, chosen)), _account(report, chosen, why))


def _checked(policy: str | ReleasePolicy, key: bytes) -> ReleasePolicy:
    if not isinstance(key, bytes) or len(key) < _LEAST_KEY:
        raise ConfigError(
            f"The key must be {_LEAST_KEY} secret bytes or more: secrets.token_bytes(32), kept in "
            "a file. With another key, everything gets other noise."
        )
    if isinstance(policy, str):
        if policy not in POLICIES:
            near = did_you_mean(policy, POLICIES)
            raise ConfigError(
                f"There is no policy {policy!r}. {near}Policies: {', '.join(POLICIES)}."
            )
        return POLICIES[policy]
    whole = (policy.min_units, policy.min_conversations, policy.min_cell, policy.rounding)
    if not all(isinstance(number, int) and number >= 1 for number in (*whole, policy.per_node)):
        raise ConfigError("Thresholds and rounding of a policy are whole numbers of 1 or more.")
    if not (np.isfinite(policy.noise_sigma) and 0 <= policy.noise_sigma <= _MOST_NOISE):
        raise ConfigError(f"The noise of a policy has a sigma of 0 to {_MOST_NOISE:,}.")
    if not all(0 < share <= 1 for share in (policy.top_unit, policy.top_three, policy.one_answer)):
        raise ConfigError("top_unit, top_three and one_answer of a policy are shares above 0 to 1.")
    if policy.min_cell > policy.min_units:
        raise ConfigError("min_cell of a policy cannot be above min_units: no cell would show.")
    return policy


def _known(named: Sequence[str], values: Sequence[str]) -> None:
    for name in named:
        if name not in values:
            raise ConfigError(
                f"The column {name!r} is called identifying or sensitive and is not among the "
                f"values. {did_you_mean(name, values)}".rstrip()
            )


def _cells(report: Report, groups: Groups, policy: ReleasePolicy) -> Iterator[SafeCell]:
    tree = Tree.of(report)
    total = int(tree.units[tree.whole])
    low, high = released_limits(
        tree.units, total, Protection(policy.noise_sigma, policy.rounding),
        terms=tree.leaves, whole_terms=tree.leaves[tree.whole], inside=True,
        design=tree.squares.of_shares,
    )  # fmt: skip
    yield SafeCell((), "", "", "", total, 1.0, 1.0, 1.0)
    for cluster in report.clusters:
        row = tree.row[cluster.id]
        told = [cluster.units / total, float(low[row]), float(high[row])]
        share = [round(end, DIGITS) for end in told]
        yield SafeCell(groups.paths[cluster.id], "", "", "", cluster.units, *share)
    for cell in report.cells:
        yield SafeCell(
            () if cell.cluster is None else groups.paths[cell.cluster],
            cell.facet, cell.value, cell.window, cell.units,
            cell.share, cell.share_low, cell.share_high,
        )  # fmt: skip


def _account(report: Report, policy: ReleasePolicy, why: Mapping[str, int]) -> dict[str, Any]:
    """Return what was withheld and why; numbers of cells rounded up to tens."""
    return {
        "policy": policy.as_dict(),
        "groups shown": sum(cluster.level == 0 for cluster in report.clusters),
        "groups withheld": {item.reason: item.clusters for item in report.withheld},
        "rows not shown": report.receipt.withheld_share,
        "cells shown": sum(cell.units is not None for cell in report.cells),
        "cells withheld, at most": {
            reason: -(-count // _TENS) * _TENS for reason, count in sorted(why.items())
        },
    }


def _spelled(cell: SafeCell) -> list[str]:
    head = [" / ".join(cell.group) or "all", cell.column, cell.value, cell.window]
    if cell.units is None or cell.share is None or cell.low is None or cell.high is None:
        return [*head, "withheld", "", "", ""]
    shares = (cell.share, cell.low, cell.high)
    return [*head, str(cell.units), *(f"{100 * value:.2f} %" for value in shares)]
