"""Calibrates a judge, then has it judge real things; every answer is stored as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from anonymuse.errors import ModelUnavailableError
from anonymuse.evals.judge.agreement import Agreement, Judged, agree, tally
from anonymuse.evals.judge.ask import PURPOSE, Progress, judge, judge_requests
from anonymuse.evals.judge.item import Item, Kind, calibration
from anonymuse.evals.judge.material import Material
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.estimate import Range, StageEstimate
from anonymuse.pipeline.estimate_each import RETRIES
from anonymuse.pipeline.events import Emit, StageProgress
from anonymuse.pipeline.files import make_folder
from anonymuse.pipeline.key import KEY_NAME, load_key
from anonymuse.ports.chat import Asker
from anonymuse.ports.tokens import TokenCounter
from anonymuse.wiring.asking import opened_chat

MARKS: Final = b"marks of the calibration set...."
"""Key of the marks around calibration items: their texts are public, and so is it."""

_ANSWER: Final = '{"grade": "added or missing"}'


@dataclass(slots=True)
class Verdicts:
    """What came out.

    Attributes:
        model: id of the judge.
        agreements: beside known grades, by question.
        judged: of real things, by question.
        spent: calls, answers that were stored before, tokens, by what was done.
    """

    model: str = ""
    agreements: dict[Kind, Agreement] = field(default_factory=dict)
    judged: dict[Kind, Judged] = field(default_factory=dict)
    spent: dict[str, dict[str, Any]] = field(default_factory=dict)


async def calibrate(
    kinds: Sequence[Kind],
    config: RunConfig,
    folder: Path,
    emit: Emit,
    *,
    cases: int | None = None,
) -> Verdicts:
    """Have a model judge the items whose grades are known.

    Args:
        kinds: questions.
        config: names the model.
        folder: answers are stored here; nothing in it is of any user.
        emit: told how it goes.
        cases: of the calibration set, for each question; None: all.

    Raises:
        UserError: the model, its key or its price stands in the way.
        BudgetError: the limit on money is reached; what was answered is kept.
    """
    found = Verdicts()
    async with _asker(config, folder, emit, found, "calibration") as asker:
        for kind in kinds:
            known = calibration(kind, cases)
            opinions = await judge(
                [one.item for one in known], asker, marks=MARKS, progress=_telling(emit, kind)
            )
            found.agreements[kind] = agree(known, opinions)
    return found


async def judge_material(
    found: Verdicts, material: Iterable[Material], config: RunConfig, folder: Path, emit: Emit
) -> None:
    """Have the calibrated model judge real things, and add what it says.

    Args:
        found: from :func:`calibrate`; filled here.
        material: what is judged.
        config: names the model.
        folder: private: answers about private texts are stored here, with the key of their marks.
        emit: told how it goes.

    Raises:
        UserError: the model, its key or its price stands in the way.
        BudgetError: the limit on money is reached; what was answered is kept.
    """
    async with _asker(config, folder, emit, found, "judging") as asker:
        marks = load_key(folder / KEY_NAME).derive("sample")
        for one in material:
            opinions = await judge(one.items, asker, marks=marks, progress=_telling(emit, one.kind))
            units = [item.unit for item in one.items]
            known = found.agreements.get(one.kind)
            found.judged[one.kind] = tally(one.kind, units, opinions, known, one.notes)


def estimate(
    kinds: Sequence[Kind],
    material: Iterable[Material],
    counter: TokenCounter,
    *,
    cases: int | None = None,
) -> StageEstimate:
    """Return what all of it will ask at most, where no answer is stored yet."""
    items: list[Item] = [one.item for kind in kinds for one in calibration(kind, cases)]
    items += [item for one in material for item in one.items]
    prompts = [
        counter.prompt(request.messages, request.schema)
        for _, request in judge_requests(items, MARKS)
    ]
    calls = RETRIES[False] * len(prompts)
    told = Range.exactly(sum(prompts)).wider(counter.error) * RETRIES[False]
    return StageEstimate(PURPOSE, calls, told, calls * (counter.text(_ANSWER) + 1))


@asynccontextmanager
async def _asker(
    config: RunConfig, folder: Path, emit: Emit, found: Verdicts, what: str
) -> AsyncIterator[Asker]:
    make_folder(folder, private=True)
    async with opened_chat(config, folder, emit) as asking:
        if asking.chat is None:
            raise ModelUnavailableError(
                f"A judge is a chat model: {asking.why} Name one with --chat."
            )
        asker = asking.chat.asker
        found.model = asker.model_id
        yield asker
        used = asdict(asker.usage)
        found.spent[what] = {name: used[name] for name in _COUNTS}


_COUNTS: Final = ("calls", "cached", "tokens_in", "tokens_out", "retries")


def _telling(emit: Emit, kind: Kind) -> Progress:
    stage = f"Judging: {kind}"
    return lambda done, total: emit(StageProgress(stage, done, total, "calls"))
