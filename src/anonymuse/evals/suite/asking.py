"""Has a chat model answer the facets of labelled conversations, as a run has: foreseen, bounded.

The model, its fallback, batches, prices and the limit on money are those of the configuration;
answers and the ledger are kept in the evaluation's folder, so that nothing is paid twice.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from anonymuse.adapters.entities.open import NONE
from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.money import MICRO
from anonymuse.domain.private.transcript import Transcript
from anonymuse.errors import ModelUnavailableError, OutputError
from anonymuse.evals.suite.material import Spent
from anonymuse.evals.truth.known import Answers, KnownTruth
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.estimate import Estimate, Range
from anonymuse.pipeline.estimate_each import asked_of_each
from anonymuse.pipeline.events import Emit, Foreseen, Note, StageDone, StageProgress, StageStarted
from anonymuse.pipeline.facet_sets import facets_of
from anonymuse.pipeline.files import make_folder
from anonymuse.pipeline.forecast import BY_BATCH, NO_CALLS, NO_PRICE, SAMPLE
from anonymuse.pipeline.spent import in_one_line, spent_so_far
from anonymuse.pipeline.usual_texts import answer_text
from anonymuse.ports.chat import Asker, ChatFailure
from anonymuse.ports.language import LanguageDetector
from anonymuse.ports.spending import Line, Spending, total
from anonymuse.stages.extract import extract_request, model_answers
from anonymuse.wiring.asking import opened_chat
from anonymuse.wiring.chat import chat_name, terms_of
from anonymuse.wiring.endpoints import refuse_endpoints
from anonymuse.wiring.job import chat_in_name, token_counter

_NO_MODEL: Final = "This needs a chat model: {why} Name one with --chat."


def foresee(known: KnownTruth, config: RunConfig, *, asks: bool) -> Estimate:
    """Predict calls, tokens and cost where no answer is kept yet. Nothing is sent.

    Args:
        known: what would be asked about.
        config: names the model and its price.
        asks: a model is asked at all.

    Raises:
        UserError: the model, its price or the limit on money is not as it has to be.
    """
    transcripts = known.transcripts or ()
    return foresee_questions(transcripts, _questions(config) if asks else (), config)


def foresee_questions(
    transcripts: Sequence[Transcript], questions: Sequence[FacetQuestion], config: RunConfig
) -> Estimate:
    """Predict what asking some questions about each of some conversations takes.

    Args:
        transcripts: the conversations.
        questions: those that a model answers count; where there are none, nothing is asked.
        config: names the model and its price.

    Raises:
        UserError: the model, its price or the limit on money is not as it has to be.
    """
    texts = list({one.tagged: one for one in transcripts}.values())
    asked = [question for question in questions if question.source == "model"]
    nothing = Estimate(len(transcripts), len(texts), "", (), notes=(NO_CALLS,))
    if not asked:
        return nothing
    price, chat = terms_of(config).price, chat_in_name(config)
    if chat is None:
        raise ModelUnavailableError(_NO_MODEL.format(why="none can be used here."))
    with token_counter(config) as counter:
        line = asked_of_each(
            "extract",
            [extract_request(one, asked) for one in _some(texts, config.seed)],
            answer_text(asked, strong=chat.strong),
            Range.exactly(len(texts)),
            counter,
            of=len(texts),
            strong=chat.strong,
        )
    notes = [f"Counted: {counter.how}."]
    notes += [NO_PRICE] if price is None else []
    notes += [BY_BATCH] if config.models.batch else []
    return replace(
        nothing,
        model=chat.name,
        stages=(line,),
        price=price,
        batch=config.models.batch,
        notes=tuple(notes),
    )


@asynccontextmanager
async def opened_model(
    config: RunConfig, folder: Path, ahead: Estimate, emit: Emit
) -> AsyncIterator[tuple[Asker, Spending]]:
    """Open the chat model as a run does, and tell where text goes and what it may cost.

    Args:
        config: names the model, its fallback, its price and the limit on money.
        folder: keeps answers and the ledger.
        ahead: what is going to be asked.
        emit: is told.

    Yields:
        What asks the model, and what the folder's calls have cost.

    Raises:
        UserError: the model, its key or its price stands in the way.
        BudgetError: (while asking) the next call might pass the limit; answers are kept.
        WaitingError: (while asking) batches are not answered yet; the same command goes on.
    """
    emit(Note(refuse_endpoints(_without_names(config))))
    try:
        make_folder(folder, private=True)
    except OutputError:
        raise OutputError(
            f"No answers can be kept in {folder}. Name another folder with --cache."
        ) from None
    async with opened_chat(config, folder, emit) as asking:
        if asking.chat is None:
            raise ModelUnavailableError(_NO_MODEL.format(why=asking.why))
        emit(Foreseen(in_one_line(ahead, spent_so_far(asking.spending.lines()))))
        yield asking.chat.asker, asking.spending


async def answered(
    known: KnownTruth, config: RunConfig, folder: Path, detector: LanguageDetector, emit: Emit
) -> tuple[KnownTruth, Spent]:
    """Ask about every conversation; return those that were answered, and what it took.

    Args:
        known: what is asked about.
        config: of the run that is measured.
        folder: keeps answers and the ledger.
        detector: tells languages.
        emit: told where text goes, what it may cost, and how far it is.

    Raises:
        UserError: the model, its key or its price stands in the way, or it answers nothing.
        BudgetError: the next call might pass the limit on money; what was answered is kept.
        WaitingError: batches are not answered yet; the same command goes on.
    """
    ahead = foresee(known, config, asks=True)
    async with opened_model(config, folder, ahead, emit) as (asker, spending):
        before, started = total(spending.lines()), time.monotonic()
        answers, failures = await _ask(known, config, asker, detector, emit)
        if not answers:
            told = ", ".join(f"{kind} {count}" for kind, count in sorted(failures.items()))
            raise ModelUnavailableError(
                f"{chat_name(config)} gave no answer that can be used ({told}). Name another model "
                "with --chat."
            )
        spent = _spent(spending, before, failures, time.monotonic() - started)
    return known.with_answers(answers), replace(spent, chat=chat_name(config))


async def _ask(
    known: KnownTruth, config: RunConfig, asker: Asker, detector: LanguageDetector, emit: Emit
) -> tuple[dict[int, Answers], dict[str, int]]:
    """Return answers by row, and failures by kind."""
    stage = "Asking facets"
    transcripts = known.transcripts or ()
    emit(StageStarted(stage))
    started = time.monotonic()
    answers: dict[int, Answers] = {}
    failures: dict[str, int] = {}
    async for row, found in model_answers(
        transcripts, _questions(config), asker, detector=detector
    ):
        if isinstance(found, ChatFailure):
            failures[found.kind] = failures.get(found.kind, 0) + 1
        else:
            answers[row] = found
        done = len(answers) + sum(failures.values())
        emit(StageProgress(stage, done, len(transcripts), "conversations"))
    emit(StageDone(stage, time.monotonic() - started, {"answers": len(answers)}))
    return answers, failures


def _questions(config: RunConfig) -> tuple[FacetQuestion, ...]:
    """Return what is asked; concern of a weak model too, as it is here that it is judged."""
    asks_concern = config.extract.ask_concern is not False
    return tuple(q for q in facets_of(config) if q.name != "concern" or asks_concern)


def _some(transcripts: Sequence[Transcript], seed: int) -> list[Transcript]:
    draw = np.random.Generator(np.random.Philox(seed)).permutation(len(transcripts))
    return [transcripts[row] for row in sorted(draw[:SAMPLE].tolist())]


def _spent(spending: Spending, before: Line, failures: dict[str, int], seconds: float) -> Spent:
    """Return what the calls since then took, a fallback's and batches' among them."""
    now, price = total(spending.lines()), spending.price
    priced = now.unpriced == before.unpriced
    return Spent(
        {"asking facets": seconds},
        calls=now.calls - before.calls,
        tokens_in=now.tokens_in - before.tokens_in,
        tokens_out=now.tokens_out - before.tokens_out,
        usd=(now.micro_dollars - before.micro_dollars) / MICRO if priced else None,
        price="" if price is None else price.as_text(),
        unanswered=failures,
    )


def _without_names(config: RunConfig) -> RunConfig:
    """Return the configuration without what finds names: an evaluation gives it nothing."""
    return config.model_copy(update={"privacy": config.privacy.model_copy(update={"names": NONE})})
