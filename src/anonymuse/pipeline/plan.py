"""The plan: which steps a configuration makes, what each depends on, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_release import naming_steps, release_steps
from anonymuse.pipeline.steps import groups, ingest, texts
from anonymuse.prompts.library import load


def make_plan(config: RunConfig, parts: Parts) -> list[Step]:
    """Return the steps of a run, first to last."""
    policy = config.policy()
    _refuse_what_cannot_be(config, parts)
    mode: Mode = "recorded" if parts.recorded is not None else config.extract.mode
    questions = _questions(config, parts, mode)
    return [
        *_reading(config, parts, policy, mode, questions),
        *_grouping(config, parts, policy, mode),
        *naming_steps(config, parts, policy, mode),
        *release_steps(config, parts, policy, mode, questions),
    ]


def _refuse_what_cannot_be(config: RunConfig, parts: Parts) -> None:
    """Refuse settings that need a chat model where there is none, rather than ignore them.

    Raises:
        ConfigError: names the setting.
    """
    asked = {
        "naming.audit = 'on'": config.naming.audit == "on",
        "cluster.hierarchy = 'model'": config.cluster.hierarchy == "model",
    }
    if config.naming.audit == "on" and parts.chat is not None and not parts.chat.strong:
        raise ConfigError(
            "naming.audit = 'on' needs a stronger chat model than the embedded one, which turned "
            "down every clean name when it was measured. Name one with --chat, or drop it."
        )
    for setting, wanted in asked.items():
        if wanted and parts.chat is None:
            raise ConfigError(f"{setting} needs a chat model. Name one with --chat, or drop it.")


def _questions(config: RunConfig, parts: Parts, mode: Mode) -> tuple[FacetQuestion, ...]:
    """Leave out concern where the answers would mean nothing (design: local models)."""
    ask = config.extract.ask_concern
    if ask is None:
        ask = mode != "llm" or (parts.chat is not None and parts.chat.strong)
    return tuple(q for q in CORE if q.name != "concern" or ask)


def _reading(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    questions: Sequence[FacetQuestion],
) -> list[Step]:
    recipe = _recipe(config, mode)
    models: dict[str, Any] = {"detector": parts.detector.id}
    if mode == "llm" and parts.chat is not None:
        models |= {"chat": parts.chat.asker.model_id, "prompt": load("extract").digest}
    if mode == "recorded" and parts.recorded is not None:
        models["recorded"] = parts.recorded.digest
    views = {
        view: parts.embed_conversation
        if view in {"user", "whole"} or parts.embed_facets is None
        else parts.embed_facets
        for view in groups.views_needed(recipe)
    }
    sample = config.sample
    return [
        Step(
            "ingest",
            1,
            {
                "sources": [[source.name, source.digest] for source in parts.sources],
                "key": parts.key.fingerprint,
                **config.slice("input"),
            },
            (),
            partial(ingest.ingest, parts=parts),
        ),
        Step(
            "sample",
            1,
            {
                "unit": config.privacy.unit,
                "key": parts.key.fingerprint,
                "seed": config.seed,
                "minimum": [policy.min_units, policy.min_conversations],
                **config.slice("sample"),
            },
            (Needs("ingest"),),
            partial(
                ingest.choose,
                parts=parts,
                config=sample,
                unit=config.privacy.unit,
                policy=policy,
                seed=config.seed,
            ),
        ),
        Step(
            "scrub",
            2,
            config.slice("extract.budget_tokens"),
            (Needs("ingest"), Needs("sample", "rows.parquet")),
            partial(texts.scrub, budget_tokens=config.extract.budget_tokens),
        ),
        Step(
            "extract",
            1,
            {"mode": mode, "questions": [asdict(q) for q in questions], **models},
            (Needs("scrub"), Needs("sample", "rows.parquet")),
            partial(texts.extract, parts=parts, mode=mode, questions=questions),
        ),
        Step(
            "embed",
            1,
            {"views": {view: embedder.id for view, embedder in views.items()}},
            (
                Needs("scrub"),
                *(
                    Needs("extract", f"facet-{v}.parquet")
                    for v in views
                    if v in {"request", "task"}
                ),
            ),
            partial(texts.embed, views=views),
        ),
    ]


def _recipe(config: RunConfig, mode: Mode) -> groups.Recipe:
    if config.cluster.method == "paper":
        return "paper-text" if mode == "local" else "paper-facets"
    return "text" if mode == "local" else "facets"


def _grouping(config: RunConfig, parts: Parts, policy: ReleasePolicy, mode: Mode) -> list[Step]:
    people = (Needs("sample", "rows.parquet"), Needs("extract", "rows.parquet"))
    return [
        Step(
            "cluster",
            2,
            {
                "recipe": _recipe(config, mode),
                "k": config.cluster.k,
                "seed": config.seed,
                "policy": policy.as_dict(),
                "key": parts.key.fingerprint,
            },
            (
                *people,
                Needs("sample", "units.parquet"),
                Needs("embed"),
                Needs("extract", "facet-language.parquet"),
            ),
            partial(
                groups.group,
                recipe=_recipe(config, mode),
                k=config.cluster.k,
                policy=policy,
                parts=parts,
                seed=config.seed,
            ),
        ),
        Step("hierarchy", 1, {}, (*people, Needs("cluster")), groups.grow),
        Step(
            "threshold",
            1,
            {"policy": policy.as_dict(), "key": parts.key.fingerprint},
            (*people, Needs("sample", "units.parquet"), Needs("cluster", "labels.npy")),
            partial(groups.threshold, policy=policy, parts=parts),
        ),
    ]
