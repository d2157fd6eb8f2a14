"""The second half of the plan: names, audit, counts and the gate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.ids import content_id
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.lexicon.topics import fields
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_narrow import told_to_readers
from anonymuse.pipeline.steps import evidence, names, publish
from anonymuse.prompts.library import load

NAME_PROMPTS = {
    "contrast": "name_contrast",
    "phrases": "name_group",
    "labels": "name_group",
}
PROPOSE_PROMPTS = ("propose_parents", "join_parents", "assign_parent", "rename_parent")


def way_of_naming(
    config: RunConfig, parts: Parts, mode: Mode, by: FacetQuestion | None = None
) -> names.Naming:
    """Return how base clusters are named, given the models and facets there are.

    The examples that a small model generalises from are about requests: it names no tree ``by``
    another facet.
    """
    if parts.chat is None or config.naming.mode == "none":
        return "silent"
    strong = parts.chat.strong or config.naming.mode == "model"
    if mode == "local":
        # Labels cost a call for each of a few conversations a cluster: minutes on two cores.
        return "labels" if strong or config.naming.mode == "labels" else "phrases"
    small: names.Naming = "phrases" if _about_requests(by) else "silent"
    return "contrast" if strong else small


def _about_requests(by: FacetQuestion | None) -> bool:
    return by is None or by.name in evidence.SAID_IN


def parent_prompts(config: RunConfig, naming: names.Naming) -> tuple[str, ...]:
    """Return the prompts that parents are named with."""
    if naming == "silent":
        return ()
    return PROPOSE_PROMPTS if config.cluster.hierarchy == "model" else ("name_parent",)


def naming_steps(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    *,
    by: FacetQuestion | None = None,
) -> list[Step]:
    """Return the steps from groups to names that have passed the auditors.

    ``by`` is the facet that groups this tree, None for the main one.
    """
    naming = way_of_naming(config, parts, mode, by)
    facets = (by.name,) if by else evidence.SAID_IN
    asking = naming != "silent"
    labelled = naming == "labels"
    proposing = asking and config.cluster.hierarchy == "model"
    model = _audits(config, parts)
    chat: dict[str, Any] = {}
    if asking and parts.chat is not None:
        chat = {"chat": parts.chat.asker.model_id}
    people = (Needs("sample", "rows.parquet"), Needs("extract", "rows.parquet"))
    where = (*people, Needs("cluster", "labels.npy"), Needs("threshold"))
    said = (
        (Needs("scrub"),)
        if mode == "local"
        else tuple(Needs("extract", f"facet-{name}.parquet") for name in facets)
    )
    heard = (Needs("label"),) if labelled else ()
    fit = Needs("cluster", "fit.npy")
    space = (Needs("cluster", "space.npy"),) if naming == "contrast" else ()
    line_up = (parts.embed_facets or parts.embed_conversation).id
    nearest = _topics(parts, policy, config, mode, where, by)
    found = tuple(Needs(step.name) for step in nearest)
    steps = [
        *nearest,
        Step(
            "support",
            1,
            {"labelled": labelled, "facets": facets},
            (*where, *said, *heard, *found),
            partial(evidence.support, labelled=labelled, facets=facets),
        ),
        Step(
            "describe",
            1,
            {
                **chat,
                "naming": naming,
                "prompt": load(NAME_PROMPTS[naming]).digest if asking else None,
                "line-up": line_up,
                "cell": policy.min_cell,
                "seed": config.seed,
                "by": by.what_decides() if by else None,
            },
            (*where, fit, *space, *said, *heard, *found, Needs("support")),
            partial(
                names.describe, parts=parts, policy=policy, naming=naming, seed=config.seed, by=by
            ),
        ),
        Step(
            "audit",
            1,
            {**_auditor(parts, model), "cell": policy.min_cell, "grade": policy.min_grade},
            (Needs("describe"), Needs("support")),
            partial(names.audit, parts=parts, policy=policy, model=model),
        ),
        Step(
            "parents",
            1,
            {
                **chat,
                **_auditor(parts, model),
                "prompts": {name: load(name).digest for name in parent_prompts(config, naming)},
                "seed": config.seed if proposing else None,
                "line-up": line_up,
                "cell": policy.min_cell,
                "grade": policy.min_grade,
            },
            (Needs("hierarchy"), Needs("threshold"), Needs("describe"), Needs("audit"),
             Needs("support")),
            partial(
                names.parents,
                parts=parts,
                policy=policy,
                asking=asking,
                proposing=proposing,
                model=model,
                seed=config.seed,
            ),
        ),
    ]  # fmt: skip
    if labelled:
        label = Step(
            "label",
            1,
            {**chat, "prompt": load("label_message").digest},
            (*where, fit, Needs("scrub"), Needs("extract", "facet-language.parquet")),
            partial(evidence.label, parts=parts),
        )
        steps.insert(0, label)
    return steps


def _audits(config: RunConfig, parts: Parts) -> bool:
    if parts.chat is None or config.naming.audit == "off":
        return False
    return config.naming.audit == "on" or parts.chat.strong


def _auditor(parts: Parts, model: bool) -> dict[str, Any]:
    if not model or parts.chat is None:
        return {}
    return {"auditor": parts.chat.asker.model_id, "audit": load("audit").digest}


def _topics(
    parts: Parts,
    policy: ReleasePolicy,
    config: RunConfig,
    mode: Mode,
    where: tuple[Needs, ...],
    by: FacetQuestion | None,
) -> list[Step]:
    """Return the step that finds topics, where there are embeddings that know meaning."""
    paper = config.cluster.method == "paper"
    if mode == "local":
        view, embedder = ("user" if paper else "whole"), parts.embed_conversation
    else:
        view = by.name if by else "request" if paper else "task"
        embedder = parts.embed_facets or parts.embed_conversation
    if not embedder.knows_meaning or not _about_requests(by):
        return []  # our list of topics is of what people ask for
    return [
        Step(
            "topics",
            1,
            {"embed": embedder.id, "cell": policy.min_cell, "topics": content_id(fields())},
            (*where, Needs("embed", f"{view}-*.npy"), Needs("extract", "facet-language.parquet")),
            partial(evidence.topics, embedder=embedder, view=view, policy=policy),
        )
    ]


def release_steps(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    questions: Sequence[FacetQuestion],
    *,
    by: FacetQuestion | None = None,
) -> list[Step]:
    """Return the last steps: counting, and the gate."""
    counted = tuple(
        Needs("compute" if q.is_derived else "extract", f"facet-{q.name}.parquet")
        for q in questions
    )
    model = _audits(config, parts)
    labelled = way_of_naming(config, parts, mode, by) == "labels"
    labels = (Needs("label", "failures.json"),) if labelled else ()
    settings: dict[str, Any] = {
        "extraction": mode,
        "seed": config.seed,
        "sample": "all" if config.sample.size is None else "random",
        "sampled": config.sample.strategy,
        "conversations per unit, at most": config.sample.per_unit,
        **config.slice("cluster", "naming"),
    }
    models = _models(parts, mode)
    prompts = _prompts(config, parts, mode, model, by)
    title = f"{config.title}: {by.heading}" if by else config.title
    if by is not None:
        settings["grouped by the facet"] = by.name
    auditors = ("rules", "support", *(("model",) if model else ()))
    return [
        Step(
            "tabulate",
            2,
            {"policy": policy.as_dict(), "key": parts.key.fingerprint},
            (Needs("sample"), Needs("extract", "rows.parquet"), *counted,
             Needs("cluster", "labels.npy"), Needs("parents", "nodes.json")),
            partial(publish.count_cells, parts=parts, policy=policy, questions=questions),
        ),
        Step(
            "release",
            1,
            {
                "policy": policy.as_dict(),
                "title": title,
                "facets": [[q.name, q.heading, q.question, q.kind] for q in questions],
                "unit": config.privacy.unit,
                "settings": settings,
                "models": models,
                "prompts": prompts,
                "auditors": auditors,
                "notes": parts.notes,
                "versions": dict(parts.versions),
            },
            (Needs("sample"), *told_to_readers(config), Needs("extract", "failures.parquet"),
             Needs("extract", "rows.parquet"), Needs("cluster"), *labels,
             Needs("threshold"), Needs("describe"), Needs("audit"), Needs("parents"),
             Needs("tabulate")),
            partial(
                publish.publish,
                parts=parts,
                policy=policy,
                title=title,
                questions=questions,
                by=by,
                asked_unit=config.privacy.unit,
                settings=settings,
                models=models,
                prompts=prompts,
                auditors=auditors,
            ),
        ),
    ]  # fmt: skip


def _models(parts: Parts, mode: Mode) -> dict[str, str]:
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
    naming = way_of_naming(config, parts, mode, by)
    used: list[str] = ["screen"] if config.narrow.screen is not None else []
    used += ["extract"] if mode == "llm" else []
    if naming != "silent":
        # Without facets and labels there are no phrases to show a model: topics name the leaves.
        used += [NAME_PROMPTS[naming]] if (naming, mode) != ("phrases", "local") else []
        used += ["label_message"] if naming == "labels" else []
        used += parent_prompts(config, naming)
    used += ["audit"] if model else []
    return {name: load(name).digest for name in used}
