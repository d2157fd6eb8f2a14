"""The middle of the plan: from groups to names that have passed the auditors."""

from __future__ import annotations

from functools import partial
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.ids import content_id
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.errors import ConfigError
from anonymuse.lexicon.topics import fields, topics
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_edits import above_base, renaming, what_decides
from anonymuse.pipeline.steps import evidence, names, parents, verdicts
from anonymuse.pipeline.steps.carried import CARRIED
from anonymuse.prompts.library import load

NAME_PROMPTS: dict[names.Naming, tuple[str, ...]] = {
    "voted": ("name_contrast", "split_claims", "vote_claims", "rewrite_name"),
    "direct": ("name_direct",),
    "phrases": ("name_group",),
    "labels": ("name_group",),
    "silent": (),
}
"""by way of naming; parents have their own"""
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
    if config.naming.mode == "direct":
        return "direct"
    strong = parts.chat.strong or config.naming.mode == "voted"
    if mode == "local":
        # Labels cost a call for each of a few conversations a cluster: minutes on two cores.
        return "labels" if strong or config.naming.mode == "labels" else "phrases"
    small: names.Naming = "phrases" if _about_requests(by) else "silent"
    return "voted" if strong else small


def refuse_what_cannot_name(
    config: RunConfig, parts: Parts, policy: ReleasePolicy, mode: Mode
) -> None:
    """Refuse ways of naming that the run has no model, no facets or no leave for.

    Raises:
        ConfigError: names the setting.
    """
    wanted = config.naming.mode
    if wanted not in {"voted", "direct"}:
        return
    if wanted == "direct" and policy.name == "public":
        raise ConfigError(
            "--naming direct publishes what a model writes of people's conversations as it is. It "
            "is an unprotected baseline to measure against, and the policy 'public' refuses it. "
            "Drop it, or choose --policy internal or demo for readers who may see everything."
        )
    if parts.chat is None:
        raise ConfigError(f"--naming {wanted} needs a chat model. Name one (--chat), or drop it.")
    if mode == "local":
        raise ConfigError(
            f"--naming {wanted} shows a model what conversations are about, and nothing has said "
            f"it here (--extract local). Add --extract llm or --facets-from, or drop it."
        )


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
    tree = by.name if by else ""
    changed = above_base(parts, tree)
    proposing = asking and config.cluster.hierarchy == "model"
    model = audits(config, parts)
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
    kept = () if parts.base is None else (Needs("cluster", CARRIED),)
    voting = naming in {"voted", "direct"}
    who = Needs("sample", "units.parquet")  # noise is keyed on their pseudonyms
    lots = (Needs("cluster", "space.npy"), who, Needs("duplicates"))
    space = lots if voting else ()
    noise = {
        "words": policy.noise_sigma,
        "key": parts.key.fingerprint,
    }
    line_up = (parts.embed_facets or parts.embed_conversation).id
    nearest = _topics(parts, policy, config, mode, where, by)
    found = tuple(Needs(step.name) for step in nearest)
    steps = [
        *nearest,
        *([] if by else [_duplicates(config, parts, mode, people)]),
        Step(
            "support",
            3,
            {"labelled": labelled, "facets": facets},
            (*where, *said, *heard, *found, Needs("duplicates")),
            partial(evidence.support, labelled=labelled, facets=facets),
        ),
        Step(
            "describe",
            9,
            {
                **chat,
                "naming": naming,
                "prompts": {name: load(name).digest for name in NAME_PROMPTS[naming]},
                "claims": policy.claim_sigma if naming == "voted" else None,
                "line-up": line_up,
                "cell": policy.min_cell,
                "noise": noise,
                "by": by.what_decides() if by else None,
            },
            (*where, *kept, fit, *space, *said, *heard, *found, Needs("support"), who),
            partial(names.describe, parts=parts, policy=policy, naming=naming, by=by),
        ),
        *renaming(parts, policy, tree, model=model, auditor=_auditor(parts, model)),
        Step(
            "audit",
            2,
            {
                **_auditor(parts, model),
                "direct": naming == "direct",
                "cell": policy.min_cell,
                "noise": noise,
                "grade": policy.min_grade,
            },
            (Needs("describe"), Needs("support"), who, *kept),
            partial(verdicts.audit, parts=parts, policy=policy, naming=naming, model=model),
        ),
        Step(
            "parents",
            4,
            {
                **chat,
                **_auditor(parts, model),
                "direct": naming == "direct",
                "prompts": {name: load(name).digest for name in parent_prompts(config, naming)},
                "seed": config.seed if proposing else None,
                "line-up": line_up,
                "cell": policy.min_cell,
                "noise": noise,
                "grade": policy.min_grade,
                **({"edits": what_decides(changed)} if changed else {}),
            },
            (Needs("hierarchy"), Needs("threshold"), Needs("describe"), Needs("audit"),
             Needs("support"), who, *kept,
             *((*people, Needs("cluster", "labels.npy")) if changed else ())),
            partial(
                parents.parents,
                parts=parts,
                policy=policy,
                naming=naming,
                proposing=proposing,
                model=model,
                seed=config.seed,
                changed=changed,
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


def audits(config: RunConfig, parts: Parts) -> bool:
    """Return whether a model looks at every name."""
    if parts.chat is None or config.naming.audit == "off":
        return False
    return config.naming.audit == "on" or parts.chat.strong


def _auditor(parts: Parts, model: bool) -> dict[str, Any]:
    if not model or parts.chat is None:
        return {}
    return {"auditor": parts.chat.asker.model_id, "audit": load("audit").digest}


def _duplicates(config: RunConfig, parts: Parts, mode: Mode, people: tuple[Needs, ...]) -> Step:
    """Return the step that finds texts which are nearly the same: once, for every tree."""
    view = "user" if mode == "local" else None if config.cluster.method == "paper" else "whole"
    if not parts.embed_conversation.knows_meaning:
        view = None
    vectors: tuple[Needs, ...] = ()
    if view:
        vectors = (Needs("embed", f"{view}-*.npy"), Needs("extract", "facet-language.parquet"))
    return Step(
        "duplicates",
        1,
        {"view": view},
        (*people, Needs("scrub"), Needs("cluster", "labels.npy"), *vectors),
        partial(evidence.duplicates, view=view),
    )


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
    views: tuple[str, ...]
    if mode == "local":
        views, embedder = ("user" if paper else "whole",), parts.embed_conversation
    else:
        views = (by.name,) if by else ("request",) if paper else ("request", "task")
        embedder = parts.embed_facets or parts.embed_conversation
    if not embedder.knows_meaning or not _about_requests(by):
        return []  # our list of topics is of what people ask for
    vectors = tuple(Needs("embed", f"{view}-*.npy") for view in views)
    offered = [(topic, fields()[topic]) for topic in topics(generalise=policy.generalise)]
    return [
        Step(
            "topics",
            3,
            {"embed": embedder.id, "cell": policy.min_cell, "topics": content_id(offered)},
            (*where, *vectors, Needs("extract", "facet-language.parquet")),
            partial(evidence.topics, embedder=embedder, views=views, policy=policy),
        )
    ]
