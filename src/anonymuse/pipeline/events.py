"""What a run tells the outside while it works. Plain values; only the CLI draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage has begun."""

    stage: str


@dataclass(frozen=True, slots=True)
class StageProgress:
    """A stage has done ``done`` of ``total`` (None: not known) of ``what``."""

    stage: str
    done: int
    total: int | None
    what: str


@dataclass(frozen=True, slots=True)
class StageReused:
    """A stage's result was there already, made from the same inputs and settings."""

    stage: str


@dataclass(frozen=True, slots=True)
class StageDone:
    """A stage is complete and on disk."""

    stage: str
    seconds: float
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that the reader of the report must see too."""

    text: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the run is expected to ask and to cost, in one sentence, before the first call."""

    text: str


Event = StageStarted | StageProgress | StageReused | StageDone | Note | Foreseen
Emit = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Take an event and do nothing with it."""
