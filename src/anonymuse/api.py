"""The Python door: `run`, `arun` and `open_report`."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import RunConfig, load_config, make_config
from anonymuse.pipeline.events import Emit, ignore

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run made.

    Attributes:
        report: the released report.
        out: the run's folder.
        bundle: the folder that may be passed on.
        stages: counts by stage.
        ran: stages that ran; the others were kept from an earlier run.
        usage: model calls of this run by line of the ledger.
    """

    report: Report
    out: Path
    bundle: Path
    stages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ran: tuple[str, ...] = ()
    usage: Mapping[str, Any] = field(default_factory=dict)

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
            "notes": list(self.report.receipt.notes),
            "ran": list(self.ran),
            "usage": dict(self.usage),
        }


def settings(config: Path | None, overrides: Mapping[str, Any] | None = None) -> RunConfig:
    """Return the configuration of a TOML file with ``section.key`` values laid over it.

    Raises:
        InputError: the file cannot be read.
        ConfigError: a setting is not one of ours.
    """
    base = RunConfig() if config is None else load_config(config)
    values = base.model_dump()
    for name, value in (overrides or {}).items():
        section, _, key = name.rpartition(".")
        target = values.get(section) if section else values
        if not isinstance(target, dict):
            raise ConfigError(f"There is no section {section!r} in the configuration.")
        target[key] = value
    return make_config(values)


async def arun(
    data: Paths,
    out: str | os.PathLike[str],
    config: RunConfig | None = None,
    *,
    emit: Emit = ignore,
) -> Outcome:
    """Run the pipeline on files of conversations, resuming what is already in ``out``.

    Args:
        data: a file, a folder, or several.
        out: the run's folder, made where it is missing.
        config: left out, the defaults: policy ``public`` and the embedded models.
        emit: called with every event of the run, from the thread that runs it.

    Raises:
        UserError: the data, a setting or a model stands in the way; says which and what to do.
        NothingReleasedError: the policy withheld every cluster.
    """
    from anonymuse.wiring import assemble

    config = config or RunConfig()
    paths = [data] if isinstance(data, str | os.PathLike) else list(data)
    async with assemble([Path(p) for p in paths], Path(out), config, emit) as job:
        finished = await job.execute()
    return Outcome(
        report=finished.report,
        out=Path(out),
        bundle=finished.bundle,
        stages={name: step.counts for name, step in finished.steps.items()},
        ran=tuple(name for name, step in finished.steps.items() if not step.reused),
        usage=finished.usage,
    )


def run(
    data: Paths,
    out: str | os.PathLike[str],
    config: RunConfig | None = None,
    *,
    emit: Emit = ignore,
) -> Outcome:
    """Do what :func:`arun` does and wait for it; works in a notebook's running loop too."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(arun(data, out, config, emit=emit))
    result: list[Outcome] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            result.append(asyncio.run(arun(data, out, config, emit=emit)))
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread
            failure.append(error)

    thread = threading.Thread(target=work, name="anonymuse")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return result[0]


def open_report(folder: str | os.PathLike[str]) -> Report:
    """Open a released report: a run's folder, or the bundle itself.

    Raises:
        InputError: there is no report.
        BrokenRunError: its bytes are not what was released.
    """
    from anonymuse.adapters.store.report_folder import find_bundle, load_report

    return load_report(find_bundle(Path(folder)))
