"""The engine: skip what is complete, run what is not. It knows nothing of conversations."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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
        replaces: earlier steps whose files it writes anew: later steps read them here.
    """

    name: str
    version: int
    params: Mapping[str, Any]
    needs: tuple[Needs, ...]
    run: Callable[[Workshop], Awaitable[Mapping[str, int]]]
    replaces: tuple[str, ...] = ()


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
    """What a step may use while it works; ``finished`` holds what it reads under each name."""

    folder: Path
    finished: Mapping[str, Finished]
    emit: Emit
    name: str

    def of(self, step: str) -> Path:
        """Return the folder of an earlier step, in this step's scope where it ran there."""
        return self.finished[resolved(step, self.name, self.finished)].folder

    def ran(self, step: str) -> bool:
        """Return whether an earlier step ran, for this very scope."""
        return step + scope_of(self.name) in self.finished

    def progress(self, done: int, total: int | None, what: str) -> None:
        """Tell how far the step is."""
        self.emit(StageProgress(self.name, done, total, what))


SCOPE = "@"


def scoped(step: Step, scope: str) -> Step:
    """Return the step under the name ``step@scope``: it and its like work on their own results.

    What a scoped step reads is looked for in its scope first, then outside.
    """
    replaces = tuple(f"{name}{SCOPE}{scope}" for name in step.replaces)
    return replace(step, name=f"{step.name}{SCOPE}{scope}", replaces=replaces)


def scope_of(name: str) -> str:
    """Return the scope of a step's name with its sign, empty for none."""
    return "".join(name.partition(SCOPE)[1:])


def resolved(step: str, reader: str, finished: Collection[str]) -> str:
    """Return the name under which the step that ``reader`` reads has run."""
    own = step + scope_of(reader)
    return own if own in finished else step


Before = Callable[[Mapping[str, Finished]], Awaitable[None]]
"""what is done before a step, with what is finished until then"""


async def execute(
    steps: Sequence[Step],
    root: Path,
    emit: Emit,
    *,
    before: Mapping[str, Before] | None = None,
) -> dict[str, Finished]:
    """Bring every step's output into being, in order, reusing what is there.

    A step's folder is named by its key, so two settings never mix; it counts as complete when its
    completion file is there, which is written last.

    Args:
        steps: the plan.
        root: a folder in it for every step.
        emit: is told how it goes.
        before: what else is done before a step of this name; it makes nothing that a step reads.
    """
    finished: dict[str, Finished] = {}
    read: dict[str, Finished] = {}
    for step in steps:
        if before is not None and step.name in before:
            await before[step.name](finished)
        sources = [read[resolved(n.step, step.name, read)].folder for n in step.needs]
        digests = [folder_digest(p, n.files) for p, n in zip(sources, step.needs, strict=True)]
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
            counts = dict(await step.run(Workshop(folder, dict(read), emit, step.name)))
            if not counts.get(UNFINISHED):  # the next run goes on where this one could not
                files.write_json(marker, counts)
            emit(StageDone(step.name, time.monotonic() - started, counts))
        done = finished[step.name] = Finished(step.name, key, folder, counts, reused)
        read |= dict.fromkeys((step.name, *step.replaces), done)
    return finished
