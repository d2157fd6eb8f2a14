"""A restricted report: what safety staff look at, inside the secure zone alone.

Nothing here has passed the gate: counts are exact, thresholds are off, and accounts can be traced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from anonymuse.domain.restricted.evidence import Account, Coordination, Gap, GapRow, Rate, Signal

SCHEMA_VERSION = 1
KIND = "anonymuse restricted report"
"""stands in the file, so that nothing takes it for a released report"""


@dataclass(frozen=True, slots=True)
class EvidenceCluster:
    """A node of the tree with its evidence.

    Attributes:
        id: as in the run's other files: ``L0-0007`` for base clusters.
        parent: id of the parent; None at the top.
        level: 0 for base clusters, growing towards the top.
        name: plain text; a model may have written it after reading strangers' text.
        description: likewise.
        named_by: ``model``, ``phrase``, ``keywords`` or ``given``.
        conversations: exact.
        accounts: exact number of distinct accounts.
        organisations: likewise; 0 where the data have none.
        languages: conversations by language.
        concern: share of a grade of 4 or more; None where nobody graded.
        refused: share that was refused in part or whole; None where nobody said.
        flags: share flagged, by column.
        windows: (month or week, accounts, conversations), in order of time.
        top_accounts: those that its score is about first, then those with most conversations in
            it, at most 200; of base clusters only.
        coordination: of base clusters; None where there are too few accounts to tell.
    """

    id: str
    parent: str | None
    level: int
    name: str
    description: str
    named_by: str
    conversations: int
    accounts: int
    organisations: int
    languages: Mapping[str, int] = field(default_factory=dict)
    concern: Rate | None = None
    refused: Rate | None = None
    flags: Mapping[str, Rate] = field(default_factory=dict)
    windows: tuple[tuple[str, int, int], ...] = ()
    top_accounts: tuple[Account, ...] = ()
    coordination: Coordination | None = None


@dataclass(frozen=True, slots=True)
class RestrictedReport:
    """The whole of a restricted run.

    Attributes:
        title: stands on top.
        clusters: the tree, top level first.
        gaps: one per flag, and one for refusals.
        conversations: that took part.
        accounts: distinct.
        unit: what an account is in these data (user, organisation or conversation).
        window: first and last time, ISO 8601; None where the data have no times.
        settings: that decided the result.
        models: by role.
        notes: what a reader must know.
        doubts: sentences on what the run found to be wrong with its own groups; mostly none.
        schema_version: of this file.
        kind: :data:`KIND`.
    """

    title: str
    clusters: tuple[EvidenceCluster, ...]
    gaps: tuple[Gap, ...]
    conversations: int
    accounts: int
    unit: str
    window: tuple[str, str] | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION
    kind: str = KIND

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return asdict(self)

    def bases(self, cluster: str) -> frozenset[str]:
        """Return the base clusters below a cluster, itself where it is one; none of an unknown."""
        below = {cluster}
        for own in self.clusters:  # top level first
            if own.parent in below:
                below.add(own.id)
        return frozenset(own.id for own in self.clusters if own.level == 0 and own.id in below)


def report_from_dict(data: Mapping[str, Any]) -> RestrictedReport:
    """Build a report from the values of :meth:`RestrictedReport.as_dict`.

    Raises:
        KeyError, TypeError: when the values are not those of this schema version.
    """
    nested = {
        "clusters": tuple(map(_cluster, data["clusters"])),
        "gaps": tuple(map(_gap, data["gaps"])),
        "notes": tuple(data["notes"]),
        "doubts": tuple(data["doubts"]),
        "window": tuple(data["window"]) if data["window"] else None,
    }
    return RestrictedReport(**{**data, **nested})


def _cluster(data: Mapping[str, Any]) -> EvidenceCluster:
    coordination = data["coordination"]
    nested = {
        "concern": _rate(data["concern"]),
        "refused": _rate(data["refused"]),
        "flags": {name: Rate(**rate) for name, rate in data["flags"].items()},
        "windows": tuple(tuple(one) for one in data["windows"]),
        "top_accounts": tuple(Account(**one) for one in data["top_accounts"]),
        "coordination": None if coordination is None else _coordination(coordination),
    }
    return EvidenceCluster(**{**data, **nested})


def _coordination(data: Mapping[str, Any]) -> Coordination:
    signals = tuple(Signal(**one) for one in data["signals"])
    return Coordination(data["score"], signals, tuple(data["group"]))


def _rate(data: Mapping[str, Any] | None) -> Rate | None:
    return None if data is None else Rate(**data)


def _gap(data: Mapping[str, Any]) -> Gap:
    nested = {
        "missed": tuple(map(_gap_row, data["missed"])),
        "overdone": tuple(map(_gap_row, data["overdone"])),
        "by_language": {
            name: (Rate(**pair[0]), Rate(**pair[1])) for name, pair in data["by_language"].items()
        },
    }
    return Gap(**{**data, **nested})


def _gap_row(data: Mapping[str, Any]) -> GapRow:
    return GapRow(
        **{**data, "verdict": Rate(**data["verdict"]), "concern": Rate(**data["concern"])}
    )
