"""The plan of `--extract cascade`: who is asked, and what is predicted of the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.facet_sets import trees_of
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.steps import cascade
from anonymuse.stages.predict import can_be_predicted
from anonymuse.stats.tables.asked import MOST_TOPICS

NOTE = (
    "Estimates: a model was asked about the conversations of {share} of the people, and {least} "
    "at least, drawn at random; {facets} of all others were predicted from what their "
    "conversations are about. Each share is corrected by how far predictions are off for those "
    "asked, and its interval says how well that is known; lifts are not told of them. Above base "
    "topics, whoever is in more than {topics} of them counts in {topics}."
)


def asking_of(config: RunConfig, parts: Parts) -> cascade.Asking:
    """Return whom a model is asked about."""
    return cascade.Asking(config.extract.ask, config.seed, parts.key)


def what_decides(config: RunConfig, parts: Parts, mode: Mode) -> dict[str, Any]:
    """Return what decides who is asked; nothing where all are."""
    if mode != "cascade":
        return {}
    return {"ask": [config.extract.ask, config.seed, parts.key.fingerprint, cascade.LEAST_ASKED]}


def seen_as(mode: Mode) -> Mode:
    """Return how conversations are grouped and named: a cascade as where no model is asked."""
    return "local" if mode == "cascade" else mode


def without_predicted(questions: Sequence[FacetQuestion], mode: Mode) -> list[FacetQuestion]:
    """Return the facets that a rule may look at: never what is predicted."""
    return [q for q in questions if mode != "cascade" or q.source != "model"]


def predicted(questions: Sequence[FacetQuestion], mode: Mode) -> list[FacetQuestion]:
    """Return the facets whose shares are estimates."""
    return [q for q in questions if mode == "cascade" and can_be_predicted(q)]


def told_of_estimates(
    config: RunConfig, questions: Sequence[FacetQuestion], mode: Mode
) -> dict[str, Any]:
    """Return what the receipt's settings tell: which facets are estimates, of how many asked."""
    names = [q.name for q in predicted(questions, mode)]
    return {"estimated": names, "asked": config.extract.ask} if names else {}


def note(config: RunConfig, questions: Sequence[FacetQuestion], mode: Mode) -> tuple[str, ...]:
    """Return what a reader must know of estimates."""
    headings = [f"“{q.heading}”" for q in predicted(questions, mode)]
    if not headings:
        return ()
    share = f"{100 * config.extract.ask:g} %"
    told = NOTE.format(
        share=share, least=cascade.LEAST_ASKED, facets=", ".join(headings), topics=MOST_TOPICS
    )
    return (told,)


def refuse_what_cannot_be_predicted(
    config: RunConfig, parts: Parts, questions: Sequence[FacetQuestion]
) -> None:
    """Refuse settings that need an answer about every conversation.

    Raises:
        ConfigError: names them.
    """
    if config.extract.mode != "cascade":
        if config.extract.ask != type(config.extract)().ask:
            raise ConfigError(
                "--ask says how many people --extract cascade asks about; any other extraction "
                "reads everybody's conversations. Add --extract cascade, or drop --ask."
            )
        return
    if parts.recorded is not None:
        raise ConfigError(
            "--facets-from has the answers already, and --extract cascade would predict them. Drop "
            "one of the two."
        )
    if config.zone.restricted:
        raise ConfigError(
            "A restricted report speaks of single accounts, and --extract cascade only estimates "
            "shares of many. Use --extract llm, or drop --restricted."
        )
    if config.taxonomy.file is not None and config.taxonomy.by == "model":
        raise ConfigError(
            "taxonomy.by = 'model' needs an answer about every conversation, and --extract cascade "
            "asks about some. Use taxonomy.by = 'vectors', or --extract llm."
        )
    core = {q.name for q in CORE}
    trees = trees_of(config, questions)
    wrong = [
        q.name
        for q in questions
        if q.name in trees
        or (q.source == "model" and q.name not in core and not can_be_predicted(q))
    ]
    if wrong:
        raise ConfigError(
            f"Texts and open values cannot be predicted (--extract cascade), and these are such: "
            f"{', '.join(wrong)}. Name their values, drop them, or use --extract llm."
        )


def predicting(
    questions: Sequence[FacetQuestion], mode: Mode, views: Sequence[str], embedders: Sequence[str]
) -> list[Step]:
    """Return the step after which `extract` is a prediction of every conversation's facets."""
    if mode != "cascade":
        return []
    wanted = predicted(questions, mode)
    return [
        Step(
            cascade.PREDICT,
            1,
            {"questions": [q.what_decides() for q in wanted], "views": [*views, *embedders]},
            (
                Needs("sample", "rows.parquet"),
                Needs("sample", "units.parquet"),
                Needs("extract"),
                Needs("embed"),
            ),
            partial(cascade.predict, questions=wanted, views=views),
            replaces=("extract",),
        )
    ]
