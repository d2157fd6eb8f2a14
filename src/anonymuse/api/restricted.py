"""`run_restricted`: a report for the secure zone, made from Python. Nothing of it is returned."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anonymuse.api.aside import complete
from anonymuse.api.layers import Config, find_setting, settings
from anonymuse.api.running import IN_DOUBT, Paths, places
from anonymuse.domain.restricted.report import RestrictedReport
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, ignore
from anonymuse.pipeline.plan_restricted import OF_A_RELEASE

SHOWN = 5
"""clusters whose coordination score is told, highest first"""


@dataclass(frozen=True, slots=True)
class RestrictedOutcome:
    """What a restricted run made, in numbers and ids: a name may hold what a person wrote.

    Attributes:
        out: the run's folder.
        bundle: the folder of the sealed report.
        conversations: that took part.
        accounts: distinct; of what, says ``unit``.
        unit: user, organisation or conversation.
        clusters: base clusters.
        parents: clusters above them.
        coordination: id, score and accounts of the base clusters that score highest.
        gaps: verdicts that were compared with concern.
        notes: what a reader must know.
        doubts: what the run found to be wrong with its own groups; mostly nothing.
        stages: counts by stage.
        ran: stages that ran; the others were kept from an earlier run.
        usage: model calls of this run by line of the ledger.
    """

    out: Path
    bundle: Path
    conversations: int
    accounts: int
    unit: str
    clusters: int
    parents: int
    coordination: tuple[tuple[str, float, int], ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...]
    doubts: tuple[str, ...]
    stages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ran: tuple[str, ...] = ()
    usage: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """What `anonymuse run` ends with: 0, or `IN_DOUBT`."""
        return IN_DOUBT if self.doubts else 0

    def summary(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "restricted": str(self.bundle),
            "conversations": self.conversations,
            "accounts": self.accounts,
            "unit": self.unit,
            "clusters": self.clusters,
            "parents": self.parents,
            "coordination": [
                {"cluster": cluster, "score": score, "accounts": accounts}
                for cluster, score, accounts in self.coordination
            ],
            "gaps": list(self.gaps),
            "notes": list(self.notes),
            "doubts": list(self.doubts),
            "exit_code": self.exit_code,
            "ran": list(self.ran),
            "usage": dict(self.usage),
        }


def run_restricted(
    data: Paths | None,
    out: str | os.PathLike[str],
    config: Config | None = None,
    *,
    emit: Emit = ignore,
    **keywords: Any,
) -> RestrictedOutcome:
    """Make a report for safety staff, with thresholds off, sealed in ``out/restricted``.

    It is looked at with `anonymuse investigate`, where every look is written down.

    Args:
        data: as for :func:`anonymuse.run`; all other arguments likewise.
        out: the run's folder, of no public run.
        config: as for :func:`anonymuse.run`.
        emit: called with every event.
        keywords: settings by the names of the flags; ``restricted`` need not be said.

    Raises:
        UserError: the data, a setting or a model stands in the way.
    """
    refuse_thresholds(keywords)
    chosen = settings(config, {**keywords, "zone.restricted": True})
    return complete(lambda told: _carry_out(data, out, chosen, told), emit)


def refuse_thresholds(said: Iterable[str]) -> None:
    """Refuse settings, by any name, that say in the same breath what may be published.

    Raises:
        ConfigError: names the setting.
    """
    for setting in map(find_setting, said):
        if setting in {f"privacy.{name}" for name in OF_A_RELEASE}:
            raise ConfigError(
                f"A restricted report has its thresholds off and is never published, and {setting} "
                f"says what may be. Drop it, or drop --restricted."
            )


def refuse_restricted(config: RunConfig) -> None:
    """Refuse settings of a restricted run where a released report is made.

    Raises:
        ConfigError: says what makes one.
    """
    if config.zone.restricted:
        raise ConfigError(
            "zone.restricted makes a report for the secure zone, which nothing else is shown. "
            "Make it with `anonymuse run --restricted` or, from Python, with "
            "`anonymuse.api.restricted.run_restricted`; look at it with `anonymuse investigate`."
        )


async def _carry_out(
    data: Paths | None, out: str | os.PathLike[str], config: RunConfig, emit: Emit
) -> RestrictedOutcome:
    from anonymuse.wiring.job import assemble

    async with assemble(places(data), Path(out), config, emit) as job:
        finished = await job.execute_restricted()
    report = finished.report
    return RestrictedOutcome(
        out=Path(out),
        bundle=finished.bundle,
        conversations=report.conversations,
        accounts=report.accounts,
        unit=report.unit,
        clusters=sum(own.level == 0 for own in report.clusters),
        parents=sum(own.level > 0 for own in report.clusters),
        coordination=_highest(report),
        gaps=tuple(gap.verdict for gap in report.gaps if gap.by_language),
        notes=report.notes,
        doubts=report.doubts,
        stages={name: step.counts for name, step in finished.steps.items()},
        ran=tuple(name for name, step in finished.steps.items() if not step.reused),
        usage=finished.usage,
    )


def _highest(report: RestrictedReport) -> tuple[tuple[str, float, int], ...]:
    scored = [
        (own.id, round(own.coordination.score, 3), own.accounts)
        for own in report.clusters
        if own.coordination is not None
    ]
    return tuple(sorted(scored, key=lambda own: (-own[1], own[0]))[:SHOWN])
