"""Draws a run's events: bars on a terminal, a line now and then elsewhere, nothing for --quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from anonymuse.pipeline.events import (
    Emit,
    Event,
    Foreseen,
    Note,
    StageDone,
    StageProgress,
    StageReused,
    StageStarted,
    ignore,
)

LINE_EVERY = 15.0
TITLES = {
    "ingest": "Reading conversations",
    "narrow": "Leaving out what was not asked for",
    "sample": "Choosing who takes part",
    "facets": "Checking your facets against the data",
    "compute": "Computing facets",
    "scrub": "Removing identifiers",
    "screen": "Asking the screening question",
    "openings": "Embedding how answers begin",
    "extract": "Finding facets",
    "generalise": "Generalising special categories",
    "embed": "Embedding",
    "predict": "Predicting the others' facets",
    "batches": "Waiting for batches",
    "cluster": "Grouping",
    "merge": "Joining what people merged",
    "hierarchy": "Building the tree",
    "hide": "Hiding what people hid",
    "threshold": "Applying thresholds",
    "label": "Reading a few of each cluster",
    "topics": "Finding topics",
    "duplicates": "Finding near-duplicates",
    "support": "Counting shared words",
    "describe": "Naming clusters",
    "rename": "Giving people's names",
    "audit": "Auditing names",
    "parents": "Naming parents",
    "tabulate": "Counting",
    "release": "Releasing",
    "project": "Drawing the map",
    "restrict": "Gathering evidence",
}


class _Drawer(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def take(self, event: Event) -> None: ...


@contextmanager
def drawing(*, quiet: bool) -> Iterator[Emit]:
    """Yield what takes a run's events and draws them on standard error."""
    if quiet:
        yield ignore
        return
    drawer: _Drawer = _Bars() if sys.stderr.isatty() else _Lines(sys.stderr)
    with drawer:
        yield drawer.take


def show_progress(event: Event) -> None:
    """Print a run's events as lines on standard output: ``am.run(..., emit=am.show_progress)``."""
    _SHOWN.take(event)


def titled(stage: str) -> str:
    """Return what a stage is called; one of a further tree says by which facet it groups."""
    name, _, facet = stage.partition("@")
    return TITLES.get(name, name) + (f", by {facet}" if facet else "")


def duration(seconds: float) -> str:
    """Say a duration as people do: ``8 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def pace(event: StageProgress, seconds: float) -> str:
    """Say how fast a stage goes and how long it will take."""
    rate = event.done / seconds if seconds > 0 else 0.0
    text = f"{rate:,.1f}/s" if rate < 100 else f"{rate:,.0f}/s"
    if event.total and rate > 0:
        text += f", {duration((event.total - event.done) / rate)} left"
    return text


class _Clock:
    """Measures a stage's pace from its first progress, so that reused work does not flatter it."""

    def __init__(self) -> None:
        self._start: dict[str, tuple[float, int]] = {}

    def restart(self, stage: str) -> None:
        self._start.pop(stage, None)

    def pace(self, event: StageProgress) -> str:
        started, already = self._start.setdefault(event.stage, (time.monotonic(), event.done))
        elapsed = time.monotonic() - started
        if event.done <= already or elapsed < 0.5:
            return ""
        total = None if event.total is None else event.total - already
        return pace(StageProgress(event.stage, event.done - already, total, event.what), elapsed)


def amount(event: StageProgress) -> str:
    """Say how much is done."""
    total = f"/{event.total:,}" if event.total else ""
    return f"{event.done:,}{total} {event.what}"


class _Lines:
    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream  # None: what standard output is then
        self._clock = _Clock()
        self._last = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def take(self, event: Event) -> None:
        if isinstance(event, StageProgress):
            pace_now = self._clock.pace(event)
            if time.monotonic() - self._last < LINE_EVERY:
                return
            self._last = time.monotonic()
            self._say(f"  {amount(event)} {pace_now}".rstrip())
        elif isinstance(event, StageStarted):
            self._last = time.monotonic()
            self._clock.restart(event.stage)
            self._say(f"{titled(event.stage)} ...")
        elif isinstance(event, StageReused):
            self._say(f"{titled(event.stage)}: kept from an earlier run")
        elif isinstance(event, StageDone):
            self._say(f"  done in {duration(event.seconds)}")
        elif isinstance(event, Note):
            self._say(f"Note: {event.text}")
        elif isinstance(event, Foreseen):
            self._say(event.text)

    def _say(self, text: str) -> None:
        stream = self._stream or sys.stdout
        stream.write(text + "\n")
        stream.flush()


_SHOWN = _Lines(None)


class _Bars:
    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", justify="left"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[amount]}"),
            TextColumn("{task.fields[pace]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, TaskID] = {}
        self._clock = _Clock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def take(self, event: Event) -> None:
        if isinstance(event, Note):
            self._progress.console.print(f"Note: {event.text}", markup=False, highlight=False)
            return
        if isinstance(event, Foreseen):
            self._progress.console.print(event.text, markup=False, highlight=False)
            return
        task = self._task(event.stage)
        if isinstance(event, StageReused):
            self._progress.update(task, total=1, completed=1, amount="kept from an earlier run")
        elif isinstance(event, StageProgress):
            self._progress.update(
                task,
                total=event.total,
                completed=event.done,
                amount=amount(event),
                pace=self._clock.pace(event),
            )
        elif isinstance(event, StageDone):
            done = self._progress.tasks[task].total or 1
            self._progress.update(task, total=done, completed=done, pace="")
            self._progress.stop_task(task)

    def _task(self, stage: str) -> TaskID:
        if stage not in self._tasks:
            title = titled(stage)
            self._tasks[stage] = self._progress.add_task(title, total=None, amount="", pace="")
        return self._tasks[stage]
