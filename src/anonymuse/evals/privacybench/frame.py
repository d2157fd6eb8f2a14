"""The frame: what an attack is, what it measures, and which pipelines it is run against.

An attack is a function that runs some trials against one *pipeline under test* and returns
measures: a number with an exact interval, and the limit that it has to keep. Everything else (which
pipelines, progress, results on disk, the page) is the runner's.

    async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
        world = worlds....                          # synthetic conversations, seeded by bench.seed
        with bench.folder() as out:                 # thrown away afterwards
            seen = await release(bench, pipeline, world, out, model=Accomplice(...))
        bench.tell(done, trials)                    # progress, from time to time
        return [bounded_rate("what leaked", pipeline, hits, trials, limit=0.01)]

    ATTACK = Attack("my-attack", "Title", "target in a sentence",
                    {"fast": 20, "full": 299}, run)  # then a line in attacks.py
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from anonymuse.ports.chat import ChatModel

Profile = Literal["fast", "full"]
PROFILES: tuple[Profile, ...] = ("fast", "full")

Judge = Literal["estimate", "low", "high"]
"""which end of the interval has to keep the limit"""

Tell = Callable[[int, int], None]
"""told how many trials are done, and of how many"""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One configuration under test.

    Attributes:
        name: heading of its column.
        policy: the release policy.
        naming: ``naming.mode``.
        baseline: it is unprotected on purpose: it has to leak, or the test is broken.
        settings: further settings, by ``section.key``.
    """

    name: str
    policy: str
    naming: str
    baseline: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def way(self) -> str:
        """How a receipt finds the results of its own configuration: naming and policy."""
        return f"{self.naming}/{self.policy}"


PUBLIC = Pipeline("hardened, public", "public", "voted")
INTERNAL = Pipeline("hardened, internal", "internal", "voted")
DIRECT = Pipeline("unhardened", "internal", "direct", baseline=True)
"""``public`` refuses direct naming: both wear the numbers of ``internal``, so the pair is fair"""

PIPELINES: tuple[Pipeline, ...] = (PUBLIC, INTERNAL, DIRECT)

CONTROL = "control"
"""how a measure is called that shows the attack awake; it is no attack itself"""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that an attack found out, and what it must be.

    Attributes:
        what: in words ("canaries that left"); the same for every pipeline.
        pipeline: name of the pipeline.
        trials: independent trials behind it.
        estimate: the number.
        low: lower end of its interval (one-sided 95 % where a limit is judged by it).
        high: upper end.
        limit: what it must keep; None: shown, not judged.
        judge: which of the three has to keep the limit.
        least: the limit is a least value (recall) and not a largest one.
        told: counts and remarks for the page; never a text from a conversation.
    """

    what: str
    pipeline: str
    trials: int
    estimate: float
    low: float
    high: float
    limit: float | None = None
    judge: Judge = "high"
    least: bool = False
    told: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if self.limit is None:
            return None
        value: float = getattr(self, self.judge)
        return value >= self.limit if self.least else value <= self.limit

    @property
    def open(self) -> bool:
        """Whether the limit is kept, and the interval reaches to where it is not."""
        return bool(self.met) and self.low < (self.limit or 0.0) < self.high

    @property
    def broken(self) -> bool:
        """Whether the limit is certainly not kept: a baseline for which this is False sleeps."""
        if self.limit is None:
            return False
        if self.judge == "estimate":
            return not self.met
        return self.high < self.limit if self.least else self.low > self.limit


@dataclass(frozen=True, slots=True)
class Bench:
    """What an attack is given.

    Attributes:
        profile: ``fast`` in the tests, ``full`` for the numbers that we publish.
        seed: of every random choice of the attack.
        tell: progress.
        real: a real chat model for attacks that can use one; None: our own accomplices.
    """

    profile: Profile
    seed: int
    tell: Tell
    real: ChatModel | None = None

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Yield a folder that is thrown away afterwards."""
        with tempfile.TemporaryDirectory(prefix="privacybench-") as made:
            yield Path(made)


Run = Callable[[Bench, Pipeline, int], Awaitable[list[Measure]]]


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Attributes:
        name: for ``--attack``.
        title: heading on the page.
        target: what has to hold, in a sentence.
        trials: by profile.
        run: runs the trials against one pipeline.
        about: how it is done, for the page.
        pipelines: which ones it is run against.
        must_leak: the baseline has to miss the target, with its whole interval.
        quick: pipelines of the ``fast`` profile, where all would take the tests too long.
    """

    name: str
    title: str
    target: str
    trials: Mapping[Profile, int]
    run: Run
    about: str = ""
    pipelines: tuple[Pipeline, ...] = PIPELINES
    must_leak: bool = True
    quick: tuple[Pipeline, ...] = ()

    def against(self, profile: Profile) -> tuple[Pipeline, ...]:
        """Return the pipelines of a profile."""
        return self.quick if profile == "fast" and self.quick else self.pipelines


@dataclass(frozen=True, slots=True)
class Finding:
    """What one attack found, over all its pipelines.

    Attributes:
        attack: its name.
        title: its heading.
        target: in a sentence.
        about: how it is done.
        must_leak: whether the baseline has to miss the target.
        seconds: wall time.
        measures: all of them.
    """

    attack: str
    title: str
    target: str
    about: str
    must_leak: bool
    seconds: float
    measures: tuple[Measure, ...]

    def missed(self) -> list[Measure]:
        """Return the measures of hardened pipelines that miss their limit."""
        bare = {p.name for p in PIPELINES if p.baseline}
        return [m for m in self.measures if m.pipeline not in bare and m.met is False]

    def asleep(self) -> bool:
        """Return whether the baseline keeps every limit: the attack then proves nothing."""
        bare = {p.name for p in PIPELINES if p.baseline}
        own = [m for m in self.measures if m.pipeline in bare and m.limit is not None]
        return self.must_leak and not any(m.broken for m in own)


def finding_from_dict(values: Mapping[str, Any]) -> Finding:
    """Build a finding from the values of ``dataclasses.asdict``."""
    rest = {k: v for k, v in values.items() if k != "measures"}
    measures = tuple(Measure(**cast("dict[str, Any]", m)) for m in values["measures"])
    return Finding(**rest, measures=measures)
