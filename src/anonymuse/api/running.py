"""`run` and `arun`: the pipeline from Python, in a script as in a notebook."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anonymuse.api.aside import cancellable, complete
from anonymuse.api.layers import Config, settings
from anonymuse.api.view import ReportView
from anonymuse.domain.released.quality import all_doubts
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, ignore

if TYPE_CHECKING:
    from anonymuse.pipeline.run import FinishedRun

IN_DOUBT = 6
"""exit code of a run whose report says that its groups or names are not to be relied on"""

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@dataclass(frozen=True, slots=True, repr=False)
class Outcome(ReportView):
    """What a run made: its report, and how it came about.

    Attributes:
        stages: counts by stage.
        ran: stages that ran; the others were kept from an earlier run.
        usage: model calls of this run by line of the ledger.
    """

    stages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ran: tuple[str, ...] = ()
    usage: Mapping[str, Any] = field(default_factory=dict)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What the run found to be wrong with its own groups or names; mostly nothing."""
        return all_doubts(self.report)

    @property
    def exit_code(self) -> int:
        """What `anonymuse run` ends with: 0, or `IN_DOUBT`."""
        return IN_DOUBT if self.doubts else 0

    def summary(self) -> dict[str, Any]:
        """Return plain values for ``--json``: released numbers, and the model calls made.

        The calls are an exact count: they belong to who runs it, not into a report.
        """
        return {
            "report": str(self.bundle),
            "content_hash": self.report.content_hash,
            "conversations": self.report.conversations,
            "clusters": len(self.report.clusters),
            "withheld": {w.reason: w.clusters for w in self.report.withheld},
            "withheld_share": self.report.receipt.withheld_share,
            "policy": self.report.receipt.policy["name"],
            "further": {own.facet: len(own.clusters) for own in self.report.further},
            "notes": list(self.report.receipt.notes),
            "doubts": list(self.doubts),
            "exit_code": self.exit_code,
            "ran": list(self.ran),
            "usage": dict(self.usage),
        }


def places(data: Paths | None) -> list[str]:
    """Return what was given as data as names; none at all goes with a query in the settings."""
    if data is None:
        return []
    several = [data] if isinstance(data, str | os.PathLike) else data
    return [os.fspath(place) for place in several]


async def arun(
    data: Paths | None,
    out: str | os.PathLike[str],
    config: Config | None = None,
    *,
    emit: Emit = ignore,
    **keywords: Any,
) -> Outcome:
    """Run the pipeline on files of conversations, resuming what is already in ``out``.

    Args:
        data: a file, a folder, a pattern, an address, or several; None with ``sql=``.
        out: the run's folder, made where it is missing.
        config: a TOML file, the same as a dict, or a `RunConfig`; left out, the defaults.
        emit: called with every event of the run, from the thread that runs it;
            `anonymuse.show_progress` prints them.
        keywords: settings by the names of the flags: ``policy="demo"``, ``chat="none"``.

    Raises:
        UserError: the data, a setting or a model stands in the way; says which and what to do.
        NothingReleasedError: the policy withheld every cluster.
        WaitingError: answers come from outside (batches, a folder): call again later.
    """
    chosen = settings(config, keywords)
    return await cancellable(lambda told: _carry_out(data, out, chosen, told), emit)


async def _carry_out(
    data: Paths | None, out: str | os.PathLike[str], config: RunConfig, emit: Emit
) -> Outcome:
    from anonymuse.api.restricted import refuse_restricted
    from anonymuse.wiring.job import assemble

    refuse_restricted(config)
    async with assemble(places(data), Path(out), config, emit) as job:
        return outcome_of(await job.execute(), Path(out))


def outcome_of(finished: FinishedRun, out: Path) -> Outcome:
    """Return what a finished run made."""
    return Outcome(
        report=finished.report,
        out=out,
        bundle=finished.bundle,
        stages={name: step.counts for name, step in finished.steps.items()},
        ran=tuple(name for name, step in finished.steps.items() if not step.reused),
        usage=finished.usage,
    )


def run(
    data: Paths | None,
    out: str | os.PathLike[str],
    config: Config | None = None,
    *,
    emit: Emit = ignore,
    **keywords: Any,
) -> Outcome:
    """Do what :func:`arun` does and wait for it; works in a notebook's running loop too.

    An interrupt stops the run where it next tells something; the same call goes on from there.
    """
    chosen = settings(config, keywords)
    return complete(lambda told: _carry_out(data, out, chosen, told), emit)
