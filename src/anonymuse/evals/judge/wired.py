"""From what a user names to sections of a page: material, prediction, calls, provenance."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from anonymuse._version import __version__
from anonymuse.adapters.chat.token_counters import TableCounter
from anonymuse.adapters.models.store import evaluation_folder
from anonymuse.domain.money import dollars
from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.evals.judge.ask import digests
from anonymuse.evals.judge.item import KINDS, Kind
from anonymuse.evals.judge.material import FACETS, Material, corpus_material, run_material
from anonymuse.evals.judge.run import Verdicts, calibrate, estimate, judge_material
from anonymuse.evals.judge.section import agreement_section, judged_section
from anonymuse.evals.suite.section import Section, Table
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.estimate import Estimate
from anonymuse.pipeline.events import Emit
from anonymuse.pipeline.last_run import LastRun, last_run
from anonymuse.wiring.chat import chat_name, terms_of

CORPUS: Final = "corpus"
OWN_WORDS = (
    "The judge is the model that took part in making what it judges. Models favour their own words."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user named.

    Attributes:
        target: folder of a run, `CORPUS`, or None for the calibration alone.
        questions: of `KINDS`; empty for all.
        sample: things to judge for each question, at most.
        facet: the summary that is judged.
        seed: of every draw.
        cases: of the calibration set, for each question; None: all.
        cache: folder for answers about shipped texts; None: the user's cache.
    """

    target: str | None = None
    questions: Sequence[str] = ()
    sample: int = 100
    facet: str = "request"
    seed: int = 0
    cases: int | None = None
    cache: Path | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """What will be asked: questions and material, and the run that it is of."""

    wanted: Wanted
    kinds: tuple[Kind, ...]
    run: LastRun | None
    material: tuple[Material, ...]


def prepare(wanted: Wanted) -> Prepared:
    """Check what was named and read what is to be judged.

    Raises:
        ConfigError: there is no such question or summary, or nothing to judge.
        InputError: no run has ended in the folder.
        BrokenRunError: the folder is damaged.
    """
    _refuse_unknown("question", wanted.questions, KINDS)
    _refuse_unknown("summary", [wanted.facet], FACETS)
    kinds = tuple(kind for kind in KINDS if not wanted.questions or kind in wanted.questions)
    run: LastRun | None = None
    found: list[Material] = []
    if wanted.target == CORPUS:
        found = corpus_material(sample=wanted.sample, facet=wanted.facet, seed=wanted.seed)
    elif wanted.target is not None:
        run = last_run(Path(wanted.target))
        found = run_material(run, sample=wanted.sample, facet=wanted.facet, seed=wanted.seed)
    if wanted.target is None:
        return Prepared(wanted, kinds, None, ())
    material = tuple(one for one in found if one.kind in kinds)
    if not material:
        raise ConfigError(
            f"There is nothing to judge here for {', '.join(kinds)}. A run has names, parents "
            "where there are levels, and summaries where a model wrote facets; the corpus has "
            "summaries. Leave out --question, or judge another run."
        )
    return Prepared(wanted, tuple(one.kind for one in material), run, material)


def foresee(ready: Prepared, config: RunConfig) -> Estimate:
    """Predict calls, tokens and cost where no answer is stored yet. Nothing is sent.

    Raises:
        ConfigError: a limit is set and the price is not known.
    """
    counter = TableCounter(config.models.chat)
    asked = estimate(ready.kinds, ready.material, counter, cases=ready.wanted.cases)
    return Estimate(
        conversations=0,
        texts=0,
        model=chat_name(config),
        stages=(asked,),
        price=terms_of(config).price,
        batch=config.models.batch,
    )


def in_words(ahead: Estimate) -> str:
    """Return a prediction as a sentence."""
    whole, cost = ahead.total, ahead.cost()
    money = "price unknown" if cost is None else f"at most {dollars(cost.high)}"
    return (
        f"{ahead.model}: {whole.calls.likely:,.0f} calls, {whole.tokens_in.likely:,.0f} tokens in, "
        f"{whole.tokens_out.likely:,.0f} out, {money}; answers that are stored cost nothing again."
    )


async def judged(ready: Prepared, config: RunConfig, emit: Emit) -> Verdicts:
    """Measure the judge, then have it judge.

    Raises:
        UserError: the model, its key or its price stands in the way.
        BudgetError: the limit on money is reached; what was answered is kept.
        WaitingError: batches are not answered yet.
    """
    shared = ready.wanted.cache or evaluation_folder() / "judge"
    own = shared if ready.run is None else ready.run.private / "judge"
    found = await calibrate(ready.kinds, config, shared, emit, cases=ready.wanted.cases)
    if ready.material:
        await judge_material(found, ready.material, config, own, emit)
    return found


def sections_of(found: Verdicts, ready: Prepared, config: RunConfig) -> tuple[Section, ...]:
    """Return the parts of the page."""
    sections = [agreement_section(found.agreements)]
    if found.judged:
        title = "What it said of the run" if ready.run else "What it said of recorded facets"
        itself = ready.run is not None and ready.run.config.models.chat == config.models.chat
        notes = (OWN_WORDS,) if itself else ()
        sections.append(judged_section(found.judged, found.agreements, title, notes))
    rows = tuple((what, *own.values()) for what, own in found.spent.items())
    columns = ("", "calls", "answers stored before", "tokens in", "tokens out", "asked again")
    cost = Table("What was asked this time.", columns, rows)
    lead = f"Expected where nothing is stored: {in_words(foresee(ready, config))}"
    return (*sections, Section("cost", "Cost", lead, tables=(cost,)))


def provenance_of(found: Verdicts, ready: Prepared, config: RunConfig, date: str) -> dict[str, Any]:
    """Return where the numbers come from, without any path of this machine."""
    wanted = ready.wanted
    words = ["anonymuse", "eval", "judge"]
    words += [] if wanted.target is None else ["RUN" if ready.run else CORPUS]
    words += ["--chat", chat_name(config)] if config.models.chat != "embedded" else []
    for kind in ready.kinds if wanted.questions else ():
        words += ["--question", kind]
    words += ["--cases", str(wanted.cases)] if wanted.cases else []
    if wanted.target is not None:
        words += ["--sample", str(wanted.sample), "--facet", wanted.facet]
        words += ["--seed", str(wanted.seed)]
    return {
        "date": date,
        "command": shlex.join(words),
        "model": found.model,
        "prompts": digests(ready.kinds),
        "versions": {"anonymuse": __version__},
    }


def _refuse_unknown(what: str, named: Sequence[str], known: Sequence[str]) -> None:
    for name in named:
        if name not in known:
            raise ConfigError(
                f"There is no {what} {name!r}. {did_you_mean(name, known)}"
                f"Known: {', '.join(known)}."
            )
