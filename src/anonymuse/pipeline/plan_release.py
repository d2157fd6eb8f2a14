"""The last part of the plan: counts, the gate, the map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.released.report import SCHEMA_VERSION
from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.pipeline.base import told_of_base
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_cascade import (
    asking_of,
    note,
    seen_as,
    told_of_estimates,
    what_decides,
)
from anonymuse.pipeline.plan_edits import edits_of, hiding
from anonymuse.pipeline.plan_naming import NAME_PROMPTS, audits, parent_prompts, way_of_naming
from anonymuse.pipeline.plan_narrow import told_to_readers
from anonymuse.pipeline.plan_taxonomy import told_of_taxonomy
from anonymuse.pipeline.settings import ASKING, TablesConfig
from anonymuse.pipeline.steps import project, publish
from anonymuse.pipeline.steps.derived import step_of
from anonymuse.pipeline.steps.names import line_up
from anonymuse.pipeline.steps.receipt import Plan
from anonymuse.prompts.library import load


def release_steps(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    questions: Sequence[FacetQuestion],
    *,
    by: FacetQuestion | None = None,
) -> list[Step]:
    """Return the last steps: counting, the gate, and the map of what it let through.

    Raises:
        ConfigError: a facet that is called identifying or sensitive is not one of the run's.
    """
    _check_roles(config.tables, questions)
    counted = tuple(Needs(step_of(q), f"facet-{q.name}.parquet") for q in questions)
    model = audits(config, parts)
    naming = way_of_naming(config, parts, seen_as(mode), by)
    labelled = naming == "labels"
    labels = (Needs("label", "failures.json"),) if labelled else ()
    settings = {
        **settings_of(config, mode),
        **told_of_estimates(config, questions, mode),
        **told_of_base(parts.base),
    }
    tree = by.name if by else ""
    models = models_of(parts, mode)
    prompts = _prompts(config, parts, mode, model, by)
    title = f"{config.title}: {by.heading}" if by else config.title
    if by is not None:
        settings["grouped by the facet"] = by.name
    exact = ("form",) if naming == "direct" else ("rules", "support")
    auditors = (*exact, *(("model",) if model else ()))
    plan = Plan(
        asked_unit=config.privacy.unit,
        settings=settings,
        models=models,
        prompts=prompts,
        naming=naming,
        detector="patterns" if parts.entities is None else f"patterns and {parts.entities.id}",
        notes=note(config, questions, mode),
    )
    return [
        Step(
            "tabulate",
            10,
            {"policy": policy.as_dict(), "key": parts.key.fingerprint, **config.slice("tables"),
             **{q.name: [q.values, q.within] for q in questions if q.within},
             **what_decides(config, parts, mode)},
            (Needs("sample"), Needs("extract", "rows.parquet"), *counted,
             *((Needs("extract", "asked-*.parquet"), Needs("extract", "failures.parquet"))
               if mode == "cascade" else ()),
             Needs("cluster", "labels.npy"), Needs("parents", "nodes.json")),
            partial(
                publish.count_cells,
                parts=parts,
                policy=policy,
                questions=questions,
                config=config.tables,
                asking=asking_of(config, parts) if mode == "cascade" else None,
            ),
        ),
        Step(
            "release",
            12,
            {
                "policy": policy.as_dict(),
                "title": title,
                "facets": [[q.name, q.heading, q.question, q.kind] for q in questions],
                "unit": config.privacy.unit,
                "settings": settings,
                "models": models,
                "prompts": prompts,
                "auditors": auditors,
                "notes": (*plan.notes, *parts.notes),
                "versions": dict(parts.versions),
                "schema": SCHEMA_VERSION,
                "naming": plan.naming,
                "detector": plan.detector,
                "line-up": line_up(parts).id,
                **_edited(parts, tree),
            },
            (Needs("sample"), *told_to_readers(config), Needs("extract", "failures.parquet"),
             Needs("extract", "rows.parquet"), Needs("cluster"), *labels,
             Needs("threshold"), *(Needs(step.name) for step in hiding(parts, tree)),
             Needs("describe"), Needs("audit"), Needs("parents"), Needs("tabulate")),
            partial(
                publish.publish,
                parts=parts,
                policy=policy,
                title=title,
                questions=questions,
                by=by,
                plan=plan,
                auditors=auditors,
            ),
        ),
        Step(
            project.PROJECT,
            1,
            {"embed": parts.embed_conversation.id},
            (Needs("release", publish.CLUSTERS),),
            partial(project.draw, embedder=parts.embed_conversation),
        ),
    ]  # fmt: skip


def _edited(parts: Parts, tree: str) -> dict[str, Any]:
    """Return what the receipt tells of people's edits: kinds and roles, never who and why."""
    chosen = edits_of(parts, tree)
    return {"edits": [[e.number, e.kind, e.role] for e in chosen]} if chosen else {}


def _check_roles(config: TablesConfig, questions: Sequence[FacetQuestion]) -> None:
    """Refuse a name that the user gave and the run does not know; our own may be absent."""
    usual, known = TablesConfig(), [question.name for question in questions]
    for setting in ("identifying", "sensitive"):
        for name in getattr(config, setting):
            if name not in known and name not in getattr(usual, setting):
                raise ConfigError(
                    f"Setting 'tables.{setting}' names the facet {name!r}, which this run does not "
                    f"have. {did_you_mean(name, known)}Facets: {', '.join(known)}."
                )


def settings_of(config: RunConfig, mode: Mode) -> dict[str, Any]:
    """Return the settings that a report tells: sampling, extraction, clustering and naming."""
    return {
        "extraction": mode,
        "seed": config.seed,
        "sample": "all" if config.sample.size is None else "random",
        "sampled": config.sample.strategy,
        "conversations per unit, at most": config.sample.per_unit,
        **config.slice("cluster", "naming"),
        **told_of_taxonomy(config),
    }


def models_of(parts: Parts, mode: Mode) -> dict[str, str]:
    """Return what each model is called in a report, by what it did."""
    models = {"language": parts.detector.id, "embed": parts.embed_conversation.id}
    if parts.embed_facets is not None:
        models["embed facets"] = parts.embed_facets.id
    if parts.entities is not None:
        models["names"] = parts.entities.id
    if mode == "recorded":
        models["facets"] = "recorded, from a file"
    if parts.chat is not None:
        models["chat"] = parts.chat.name
    return models


def _prompts(
    config: RunConfig, parts: Parts, mode: Mode, model: bool, by: FacetQuestion | None
) -> dict[str, str]:
    """Return the digests of the prompts in use, for the receipt."""
    naming = way_of_naming(config, parts, seen_as(mode), by)
    used: list[str] = ["screen"] if config.narrow.screen is not None else []
    read = mode in ASKING
    used += ["extract"] if read else []
    used += ["generalise"] if read and config.policy().generalise else []
    if naming != "silent":
        # Without facets and labels there are no phrases to show a model: topics name the leaves.
        used += NAME_PROMPTS[naming] if (naming, seen_as(mode)) != ("phrases", "local") else ()
        used += ["label_message"] if naming == "labels" else []
        used += parent_prompts(config, naming)
    used += ["audit"] if model else []
    return {name: load(name).digest for name in used}
