"""The engine: skip what is complete, run what is not. It knows nothing of conversations."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.pipeline import files
from anonymuse.pipeline.events import Emit, StageDone, StageProgress, StageReused, StageStarted
from anonymuse.pipeline.fingerprint import folder_digest, step_key

DONE = ".done.json"
UNFINISHED = "to be asked again"
"""a count that a step returns when some of its work failed for a passing reason"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a step reads: the files of an earlier step that match a pattern."""

    step: str
    files: str = "*"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan.

    Attributes:
        name: also the folder's name.
        version: counted up when the code changes what it makes.
        params: everything besides the inputs that decides the output.
        needs: what it reads.
        run: writes files into ``workshop.folder`` and returns counts for the manifest.
    """

    name: str
    version: int
    params: Mapping[str, Any]
    needs: tuple[Needs, ...]
    run: Callable[[Workshop], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Finished:
    """A step whose output is complete on disk."""

    name: str
    key: str
    folder: Path
    counts: Mapping[str, int]
    reused: bool


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a step may use while it works."""

    folder: Path
    finished: Mapping[str, Finished]
    emit: Emit
    name: str

    def of(self, step: str) -> Path:
        """Return the folder of an earlier step."""
        return self.finished[step].folder

    def progress(self, done: int, total: int | None, what: str) -> None:
        """Tell how far the step is."""
        self.emit(StageProgress(self.name, done, total, what))


async def execute(steps: Sequence[Step], root: Path, emit: Emit) -> dict[str, Finished]:
    """Bring every step's output into being, in order, reusing what is there.

    A step's folder is named by its key, so two settings never mix; it counts as complete when its
    completion file is there, which is written last.
    """
    finished: dict[str, Finished] = {}
    for step in steps:
        digests = [folder_digest(finished[n.step].folder, n.files) for n in step.needs]
        key = step_key(step.name, step.version, step.params, digests)
        folder = root / step.name / key
        marker = folder / DONE
        if reused := marker.exists():
            counts = files.read_json(marker)
            emit(StageReused(step.name))
        else:
            files.make_folder(folder, private=True)
            emit(StageStarted(step.name))
            started = time.monotonic()
            counts = dict(await step.run(Workshop(folder, finished, emit, step.name)))
            if not counts.get(UNFINISHED):  # the next run goes on where this one could not
                files.write_json(marker, counts)
            emit(StageDone(step.name, time.monotonic() - started, counts))
        finished[step.name] = Finished(step.name, key, folder, counts, reused)
    return finished
