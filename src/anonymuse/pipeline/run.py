"""One run: the folder, the lock, the plan, the manifest, the released bundle."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from anonymuse.domain.released.report import Report, report_from_dict
from anonymuse.errors import ConfigError, NothingReleasedError, OutputError
from anonymuse.pipeline import files, sealing
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import SCOPE, Before, Finished, Step, execute, scope_of
from anonymuse.pipeline.events import Emit, Event, Foreseen, Note, StageProgress
from anonymuse.pipeline.forecast import FIRST_LOOK, SCRUB, predict
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.plan import make_plan
from anonymuse.pipeline.spent import in_one_line, released_cost, spent_so_far, usage_of
from anonymuse.pipeline.steps.edited import APPLIED, became
from anonymuse.pipeline.steps.project import PROJECT, read_places
from anonymuse.pipeline.steps.publish import WITHHELD
from anonymuse.ports.report_store import SaveReport

PRIVATE, RELEASE, RESTRICTED = "private", "release", "restricted"
EXPORT = "export"
"""where exports go that name no place"""
KEY = "key.json"
"""says with which key a folder was begun; never the key"""


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run that reached its end."""

    report: Report
    bundle: Path
    steps: Mapping[str, Finished]
    usage: Mapping[str, Any]


async def run_pipeline(
    config: RunConfig, parts: Parts, out: Path, save: SaveReport, emit: Emit
) -> FinishedRun:
    """Bring every stage up to date and put the released bundle in ``out/release``."""
    with at_work(out, emit) as tell:
        plan, steps, usage = await carry_out(config, parts, out, tell)
        for number, what in became(parts.edits, steps.values()).items():
            if what != APPLIED:
                tell(Note(f"Edit {number} {what}."))
        report = _whole_report(steps, tell)
        receipt = replace(report.receipt, cost=released_cost(parts.spending))
        before = _told(out)
        report = save(replace(report, receipt=receipt), out / RELEASE)
        if (out / EXPORT).exists() and before not in (None, _told(out)):
            tell(Note(f"{out / EXPORT} {_STALE}"))
        write_manifest(out / PRIVATE, config, parts, plan, steps)
    return FinishedRun(report, out / RELEASE, steps, usage)


@contextmanager
def at_work(out: Path, emit: Emit) -> Iterator[Emit]:
    """Hold a run's folder, and write down what is told."""
    private = out / PRIVATE
    files.make_folder(private, private=True)
    with alone(private), _recording(private / "events.jsonl", emit) as tell:
        yield tell


async def carry_out(
    config: RunConfig, parts: Parts, out: Path, tell: Emit
) -> tuple[list[Step], dict[str, Finished], Mapping[str, Any]]:
    """Bring every stage up to date; return the plan, what is finished, and what was spent."""
    private = out / PRIVATE
    refuse_another_key(private, parts.key)
    refuse_another_kind(out, restricted=config.zone.restricted)
    kind = {"restricted": True} if config.zone.restricted else {}
    files.write_json(
        private / KEY, {"fingerprint": parts.key.fingerprint, **kind, **parts.sealed_by}
    )
    for note in parts.notes:
        tell(Note(note))
    try:
        plan = make_plan(config, parts)
        foreseen = _foresee(config, parts, plan, private, tell)
        steps = await execute(plan, private, tell, before=foreseen)
    except NothingReleasedError as error:
        raise NothingReleasedError(error.message + _put_aside(out)) from None
    finally:  # what was spent is worth knowing after a stop, too
        usage = usage_of(parts)
        files.write_json(private / "usage.json", usage)
    return plan, steps, usage


def refuse_another_kind(out: Path, *, restricted: bool) -> None:
    """Refuse to mix what may be passed on with what may not: a folder is of one kind for ever.

    Raises:
        ConfigError: says which kind the folder is.
    """
    path = out / PRIVATE / KEY
    if not path.exists():
        return
    began = bool(files.read_json(path).get("restricted"))
    if began != restricted:
        ours, theirs = ("a public", "a restricted") if restricted else ("a restricted", "a public")
        raise ConfigError(
            f"{out} belongs to {ours} run, and this is {theirs} one. What may be passed on and "
            f"what may not never lie in one folder: choose another --out."
        )


def refuse_another_key(private: Path, key: ProjectKey) -> None:
    """Refuse to go on in a folder that another key has begun.

    Raises:
        ConfigError: says what the two ways out are.
    """
    path = private / KEY
    began = files.read_json(path)["fingerprint"] if path.exists() else key.fingerprint
    if began != key.fingerprint:
        raise ConfigError(
            f"{private.parent} was made with another key (fingerprint {began}, now "
            f"{key.fingerprint}). Put that key back or name its file with --key-file; or choose "
            f"another --out: with the new key pseudonyms and noise are others, and nothing can be "
            f"resumed or compared."
        )


def _foresee(
    config: RunConfig, parts: Parts, plan: Sequence[Step], private: Path, tell: Emit
) -> dict[str, Before]:
    """Have the cost said before the first call, where calls cost money."""
    spending = parts.spending
    if spending is None or spending.price is None or spending.price.free:
        return {}

    async def say(finished: Mapping[str, Finished]) -> None:
        ahead = await predict(config, parts, plan, finished, private, most=FIRST_LOOK)
        if ahead.estimate.stages:
            tell(Foreseen(in_one_line(ahead.estimate, spent_so_far(spending.lines()))))

    return {SCRUB: say}


def _whole_report(steps: Mapping[str, Finished], tell: Emit) -> Report:
    """Join the main report and those of the trees by further facets, each with its map."""
    main, *others = (name for name in steps
                     if name == RELEASE or name.startswith(RELEASE + SCOPE))  # fmt: skip
    report = _drawn_report(steps, main)
    further, notes = [], []
    for name in others:
        folder = steps[name].folder
        if (folder / WITHHELD).exists():
            withheld = files.read_json(folder / WITHHELD)
            tell(Note(f"Grouped by {withheld['title']}: {withheld['why']}"))
            notes.append(f"Grouped by {withheld['title']}: every cluster was withheld.")
        else:
            further.append(_drawn_report(steps, name))
    receipt = replace(report.receipt, notes=(*report.receipt.notes, *notes))
    return replace(report, further=tuple(further), receipt=receipt)


def _drawn_report(steps: Mapping[str, Finished], name: str) -> Report:
    report = report_from_dict(files.read_json(steps[name].folder / "report.json"))
    places = read_places(steps[PROJECT + scope_of(name)].folder)
    return replace(report, places=places)


def _put_aside(out: Path) -> str:
    """Move an earlier bundle out of the way: it was made under other settings."""
    bundle, aside = out / RELEASE, out / f"{RELEASE}-earlier"
    if not bundle.exists():
        return ""
    with files.writing_to(out):
        shutil.rmtree(aside, ignore_errors=True)
        bundle.rename(aside)
    stale = f" {out / EXPORT} {_STALE}" if (out / EXPORT).exists() else ""
    return f" The earlier release, made with other settings, is now in {aside}.{stale}"


def _told(out: Path) -> bytes | None:
    """Return the released report that lies there, if any, damaged or not."""
    path = out / RELEASE / "report.json"
    return path.read_bytes() if path.exists() else None


_STALE = (
    "was written from an earlier release, maybe under another policy: do not pass it on as this "
    "one. `anonymuse export` writes it again."
)


def write_manifest(
    private: Path,
    config: RunConfig,
    parts: Parts,
    plan: Sequence[Step],
    steps: Mapping[str, Finished],
) -> None:
    """Say what ran with what. Counts here are exact: the manifest is private."""
    files.write_json(
        private / "manifest.json",
        {
            "config": config.shown().model_dump(),
            "key": parts.key.fingerprint,
            "versions": dict(parts.versions),
            "edits": [edit.number for edit in parts.edits],
            "stages": {
                step.name: {
                    "key": steps[step.name].key,
                    "counts": dict(steps[step.name].counts),
                    "replaces": list(step.replaces),
                }
                for step in plan
            },
        },
    )


@contextmanager
def alone(private: Path) -> Iterator[None]:
    """Hold the folder for this process: two runs in one folder would undo each other."""
    path = private / ".lock"
    with files.writing_to(private):
        handle = path.open("w")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"Another run is at work in {private.parent}. Wait for it, or choose another --out."
            ) from None
        yield


@contextmanager
def _recording(path: Path, emit: Emit) -> Iterator[Emit]:
    """Write events beside passing them on; progress is drawn only."""
    with files.writing_to(path.parent):
        stream = path.open("a+b")
        stream.seek(0)
        numbers = count(sum(1 for _ in stream) + 1)
    with stream:

        def take(event: Event) -> None:
            if not isinstance(event, StageProgress):
                line = {"time": round(time.time(), 3), "event": type(event).__name__}
                said = json.dumps(line | asdict(event)).encode()
                with files.writing_to(path.parent):
                    stream.write(sealing.seal_line(path, next(numbers), said) + b"\n")
                    stream.flush()
            emit(event)

        yield take
