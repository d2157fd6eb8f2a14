"""The first part of the plan: reading, narrowing, sampling, scrubbing and screening."""

from __future__ import annotations

from functools import partial
from typing import Any

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.errors import ConfigError
from anonymuse.pipeline.conditions import compile_condition
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.patterns import check_pattern
from anonymuse.pipeline.steps import ingest, narrow, sample, texts
from anonymuse.prompts.library import load
from anonymuse.stages.narrow import read_window

_LONGEST_QUESTION = 500


def choosing_steps(config: RunConfig, parts: Parts, policy: ReleasePolicy) -> list[Step]:
    """Return the steps from the sources to the scrubbed transcripts of who takes part."""
    narrowed = (Needs("narrow", "rows.parquet"),) if narrows(config) else ()
    steps = [
        Step(
            "ingest",
            3,
            {
                "sources": [[source.name, source.digest] for source in parts.sources],
                "key": parts.key.fingerprint,
                **_input(config),
            },
            (),
            partial(ingest.ingest, parts=parts),
        ),
        *_narrowing(config, parts, policy),
        Step(
            "sample",
            4,
            {
                "unit": config.privacy.unit,
                **_blurring(parts, policy),
                "seed": config.seed,
                "minimum": [policy.min_units, policy.min_conversations],
                **config.slice("sample"),
            },
            (Needs("ingest"), *narrowed),
            partial(
                sample.choose,
                parts=parts,
                config=config.sample,
                unit=config.privacy.unit,
                policy=policy,
                seed=config.seed,
            ),
        ),
        Step(
            "scrub",
            5,
            {
                **config.slice("extract.budget_tokens"),
                "names": parts.entities.id if parts.entities is not None else None,
            },
            (Needs("ingest"), Needs("sample", "rows.parquet")),
            partial(texts.scrub, parts=parts, budget_tokens=config.extract.budget_tokens),
        ),
    ]
    return [*steps, *_screening(config, parts, policy)]


def _input(config: RunConfig) -> dict[str, Any]:
    """Return what decides how the sources are read; without flags, nothing is said of them."""
    settings = config.input.model_dump()
    if not config.input.flag_columns:
        del settings["flag_columns"]
    return {"input": settings}


def narrows(config: RunConfig) -> bool:
    """Say whether anything is left out before the sample is drawn."""
    chosen = config.narrow
    return any(one is not None for one in (chosen.since, chosen.until, chosen.where, chosen.grep))


def told_to_readers(config: RunConfig) -> tuple[Needs, ...]:
    """Return what a receipt needs to say how the set was narrowed."""
    steps = [("narrow", narrows(config)), ("screen", config.narrow.screen is not None)]
    return tuple(Needs(name, "*.json") for name, there in steps if there)


def refuse_what_cannot_narrow(config: RunConfig, parts: Parts) -> None:
    """Look at every setting before a file is read.

    Raises:
        ConfigError: a setting is empty, cannot be read, or needs what is not there.
    """
    chosen = config.narrow
    read_window(chosen.since, chosen.until)
    if chosen.where is not None:
        compile_condition(chosen.where, setting="--where")
    if chosen.grep is not None:
        check_pattern(chosen.grep, setting="--grep")
    if chosen.screen is None:
        return
    if not any(map(str.isalpha, chosen.screen)) or len(chosen.screen) > _LONGEST_QUESTION:
        raise ConfigError(
            "--screen is a question that yes or no answers, of at most "
            f"{_LONGEST_QUESTION} characters: --screen 'Is this about cooking?'"
        )
    if parts.chat is None:
        raise ConfigError("--screen needs a chat model. Name one with --chat, or drop it.")


def _blurring(parts: Parts, policy: ReleasePolicy) -> dict[str, Any]:
    """Return what decides the noise on what a receipt tells of these steps."""
    noise = [policy.noise_sigma, policy.per_node, policy.min_cell]
    return {"key": parts.key.fingerprint, "noise": noise}


def _narrowing(config: RunConfig, parts: Parts, policy: ReleasePolicy) -> list[Step]:
    if not narrows(config):
        return []
    settings = config.narrow.model_dump(exclude={"screen"})
    if config.narrow.grep is None:
        del settings["grep_in"]
    return [
        Step(
            "narrow",
            2,
            {**settings, "unit": config.privacy.unit, **_blurring(parts, policy)},
            (Needs("ingest"),),
            partial(
                narrow.narrow_down,
                config=config.narrow,
                parts=parts,
                unit=config.privacy.unit,
                policy=policy,
            ),
        )
    ]


def _screening(config: RunConfig, parts: Parts, policy: ReleasePolicy) -> list[Step]:
    question = config.narrow.screen
    if question is None or parts.chat is None:
        return []
    return [
        Step(
            "screen",
            2,
            {
                "question": question,
                "chat": parts.chat.asker.model_id,
                "prompt": load("screen").digest,
                "minimum": [policy.min_units, policy.min_conversations],
                **_blurring(parts, policy),
            },
            (Needs("sample"), Needs("scrub")),
            partial(narrow.screen, parts=parts, question=question, policy=policy),
            replaces=("sample", "scrub"),
        )
    ]
