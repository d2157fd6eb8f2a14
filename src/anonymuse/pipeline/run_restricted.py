"""One restricted run: the same stages, and a bundle for the secure zone in place of a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.domain.restricted.report import RestrictedReport, report_from_dict
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Finished
from anonymuse.pipeline.events import Emit
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.run import PRIVATE, RESTRICTED, at_work, carry_out, write_manifest
from anonymuse.pipeline.steps import restricted
from anonymuse.ports.restricted_store import SaveRestricted


@dataclass(frozen=True, slots=True, repr=False)
class FinishedRestricted:
    """A restricted run that reached its end."""

    report: RestrictedReport
    bundle: Path
    steps: Mapping[str, Finished]
    usage: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"FinishedRestricted({self.report.conversations} conversations)"


async def run_restricted(
    config: RunConfig, parts: Parts, out: Path, save: SaveRestricted, emit: Emit
) -> FinishedRestricted:
    """Bring every stage up to date and put the restricted bundle in ``out/restricted``."""
    with at_work(out, emit) as tell:
        plan, steps, usage = await carry_out(config, parts, out, tell)
        folder = steps[restricted.RESTRICT].folder
        report = report_from_dict(files.read_json(folder / restricted.REPORT))
        save(report, restricted.read_members(folder), out / RESTRICTED)
        write_manifest(out / PRIVATE, config, parts, plan, steps)
    return FinishedRestricted(report, out / RESTRICTED, steps, usage)
