"""The plan: which steps a configuration makes, what each depends on, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.taxonomy import DETAIL, TAXONOMY
from anonymuse.errors import ConfigError
from anonymuse.lexicon import special
from anonymuse.pipeline.base import refuse_what_differs
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step, scoped
from anonymuse.pipeline.facet_functions import code_digest, function_of
from anonymuse.pipeline.facet_sets import facets_of, preset_names, trees_of
from anonymuse.pipeline.flag_columns import with_sensitive_flags
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_assign import assigning, keeping, refuse_another_project
from anonymuse.pipeline.plan_edits import hiding, merging
from anonymuse.pipeline.plan_naming import naming_steps, refuse_what_cannot_name
from anonymuse.pipeline.plan_narrow import choosing_steps, refuse_what_cannot_narrow
from anonymuse.pipeline.plan_release import release_steps
from anonymuse.pipeline.plan_restricted import refuse_what_is_released, restricted_steps
from anonymuse.pipeline.plan_taxonomy import sorting_steps
from anonymuse.pipeline.steps import derived, generalise, groups, texts
from anonymuse.ports.embedder import Embedder
from anonymuse.prompts.library import load
from anonymuse.stages import refuse
from anonymuse.stages.generalise import is_written


def make_plan(config: RunConfig, parts: Parts) -> list[Step]:
    """Return the steps of a run, first to last."""
    config = with_sensitive_flags(config)
    policy = config.policy()
    _refuse_what_cannot_be(config, parts)
    mode: Mode = "recorded" if parts.recorded is not None else config.extract.mode
    refuse_what_cannot_name(config, parts, policy, mode)
    questions = _questions(config, parts, mode)
    _refuse_another_base(config, parts, mode, questions)
    begin = [
        *_reading(config, parts, policy, mode, questions),
        *_grouping(config, parts, policy, mode),
    ]
    if config.zone.restricted:
        return [*begin, *restricted_steps(config, parts, policy, mode, questions)]
    steps = [
        *begin,
        *naming_steps(config, parts, policy, mode),
        *release_steps(config, parts, policy, mode, questions),
    ]
    for question in questions:
        if question.name in trees_of(config, questions):
            steps += _tree(config, parts, policy, mode, questions, question)
    return steps


def _tree(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    questions: Sequence[FacetQuestion],
    by: FacetQuestion,
) -> list[Step]:
    """Return the steps that group the same conversations by one text facet more."""
    embedder = parts.embed_facets or parts.embed_conversation
    steps = [
        _embedding({by.name: embedder}),
        *_grouping(config, parts, policy, mode, by=by.name),
        *naming_steps(config, parts, policy, mode, by=by),
        *release_steps(config, parts, policy, mode, questions, by=by),
    ]
    return [scoped(step, by.name) for step in steps]


def _refuse_what_cannot_be(config: RunConfig, parts: Parts) -> None:
    """Refuse settings that need a chat model where there is none, rather than ignore them.

    Raises:
        ConfigError: names the setting.
    """
    refuse_what_is_released(config, parts)
    refuse_what_cannot_narrow(config, parts)
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


def _refuse_another_base(
    config: RunConfig, parts: Parts, mode: Mode, questions: Sequence[FacetQuestion]
) -> None:
    """Refuse to put conversations into clusters that were made of something else."""
    if parts.base is not None:
        refuse_another_project(parts)
        models = {"embed": parts.embed_conversation, "embed facets": parts.embed_facets}
        refuse_what_differs(parts.base, config, models, questions, mode)


def _questions(config: RunConfig, parts: Parts, mode: Mode) -> tuple[FacetQuestion, ...]:
    """Return the facets of the run.

    Concern is left out where the answers would mean nothing (design: local models).

    Raises:
        ConfigError: a facet needs a model's answers, and there are none.
    """
    ask = config.extract.ask_concern
    if ask is None:
        ask = mode != "llm" or (parts.chat is not None and parts.chat.strong)
    questions = facets_of(config)
    if mode == "local":
        _refuse_what_needs_answers(config, questions)
    return tuple(q for q in questions if q.name != "concern" or ask)


def _refuse_what_needs_answers(config: RunConfig, questions: Sequence[FacetQuestion]) -> None:
    core = {q.name for q in CORE}
    asked = [q.name for q in questions if q.source == "model" and q.name not in core]
    asked += [name for name in trees_of(config, questions) if name not in asked]
    if asked:
        raise ConfigError(
            f"No model answers facets here (--extract local), and these need one: "
            f"{', '.join(asked)}. Add --extract llm and a --chat model, give a file of answers "
            f"with --facets-from, or drop them."
        )


def _reading(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    questions: Sequence[FacetQuestion],
) -> list[Step]:
    recipe = groups.recipe_of(config, mode)
    answered = [q for q in questions if q.is_answered]
    models: dict[str, Any] = {"detector": parts.detector.id}
    if mode == "llm" and parts.chat is not None:
        models |= {"chat": parts.chat.asker.model_id, "prompt": load("extract").digest}
        if policy.generalise:
            models["special"] = load("generalise").digest
    if mode == "recorded" and parts.recorded is not None:
        models["recorded"] = parts.recorded.digest
    views = {
        view: parts.embed_conversation
        if view in {"user", "whole"} or parts.embed_facets is None
        else parts.embed_facets
        for view in groups.views_needed(recipe)
    }
    ingest, *choosing = choosing_steps(config, parts, policy)
    openings = _openings(parts.embed_conversation, mode)
    meaning = parts.embed_conversation if openings else None
    if meaning is not None:
        models["refusals"] = refuse.decides(meaning)
    return [
        ingest,
        *_checking(questions),  # before a screener is asked
        *choosing,
        *openings,
        Step(
            "extract",
            1,
            {"mode": mode, "questions": [q.what_decides() for q in answered], **models},
            (Needs("scrub"), Needs("sample", "rows.parquet"), *(Needs(o.name) for o in openings)),
            partial(
                texts.extract,
                parts=parts,
                mode=mode,
                questions=answered,
                generalise=policy.generalise,
                meaning=meaning,
            ),
        ),
        *_generalising(policy, answered),
        *_computing(questions),
        _embedding(views),
        *sorting_steps(config, views),
    ]


def _generalising(policy: ReleasePolicy, answered: Sequence[FacetQuestion]) -> list[Step]:
    """Return the step after which nothing tells specifics of a special category, if asked for."""
    if not policy.generalise:
        return []
    return [
        Step(
            "generalise",
            1,
            {"terms": special.digest(), "written": [q.name for q in answered if is_written(q)]},
            (Needs("scrub"), Needs("extract")),
            partial(generalise.generalise, questions=answered),
            replaces=("scrub", "extract"),
        )
    ]


def _openings(embedder: Embedder, mode: Mode) -> list[Step]:
    """Return the step that embeds how answers begin, where no model says who was refused."""
    if mode != "local" or not embedder.knows_meaning:
        return []
    run = partial(texts.embed, views={"reply": embedder})
    return [Step("openings", 1, {"embedder": embedder.id}, (Needs("scrub"),), run)]


def _embedding(views: Mapping[str, Embedder]) -> Step:
    facets = [view for view in views if view not in texts.TEXTS]
    return Step(
        "embed",
        1,
        {"views": {view: embedder.id for view, embedder in views.items()}},
        (Needs("scrub"), *(Needs("extract", f"facet-{name}.parquet") for name in facets)),
        partial(texts.embed, views=views),
    )


def _checking(questions: Sequence[FacetQuestion]) -> list[Step]:
    """Return the step that looks at the user's facets before anybody is asked, if there are any."""
    shipped = preset_names()
    ours = {*shipped, TAXONOMY, DETAIL, *(q.name for q in questions if q.source == "flag")}
    own = [q.name for q in questions if q.name not in ours]
    if not own and not any(q.is_derived for q in questions):
        return []
    return [
        Step(
            "facets",
            1,
            {"facets": [q.what_decides() for q in questions]},
            (Needs("ingest"),),
            partial(derived.check, questions=questions, own=own),
        )
    ]


def _computing(questions: Sequence[FacetQuestion]) -> list[Step]:
    """Return the step that computes facets by rules; another rule runs it alone again."""
    rules = [q for q in questions if q.is_derived]
    if not rules:
        return []
    functions = [q for q in rules if q.source == "function"]
    answered = [q for q in questions if q.is_answered]
    return [
        Step(
            "compute",
            1,
            {
                "rules": [q.what_decides() for q in rules],
                "code": {q.name: code_digest(function_of(q)) for q in functions},
            },
            (
                Needs("ingest"),
                Needs("sample", "rows.parquet"),
                *((Needs("scrub"),) if functions else ()),
                Needs("extract", "rows.parquet"),
                *(Needs("extract", f"facet-{q.name}.parquet") for q in answered),
            ),
            partial(derived.compute, questions=questions),
        )
    ]


def _grouping(
    config: RunConfig, parts: Parts, policy: ReleasePolicy, mode: Mode, *, by: str = ""
) -> list[Step]:
    people = (Needs("sample", "rows.parquet"), Needs("extract", "rows.parquet"))
    hidden, base, recipe = hiding(parts, by), parts.base, groups.recipe_of(config, mode)
    read = (
        *people,
        Needs("sample", "units.parquet"),
        Needs("embed"),
        Needs("extract", "facet-language.parquet"),
    )
    grouping = Step(
        "cluster",
        7,
        {
            "recipe": recipe,
            "by": by,
            "k": config.cluster.k,
            "seed": config.seed,
            "policy": policy.as_dict(),
            "key": parts.key.fingerprint,
        },
        read,
        partial(
            groups.group,
            recipe=recipe,
            by=by,
            k=config.cluster.k,
            policy=policy,
            parts=parts,
            seed=config.seed,
        ),
    )
    tree = Step("hierarchy", 4, {}, (*people, Needs("cluster")), groups.grow)
    before: tuple[str, ...] = ()
    if base is not None:
        grouping = assigning(base, parts, policy, recipe, read, seed=config.seed, by=by)
        tree, before = keeping(base, people, by=by), tuple(base.hidden(by))
    return [
        grouping,
        *merging(parts, by),
        tree,
        *hidden,
        Step(
            "threshold",
            1,
            {
                "policy": policy.as_dict(),
                "key": parts.key.fingerprint,
                **({"hidden before": before} if before else {}),
            },
            (*people, Needs("sample", "units.parquet"), Needs("cluster", "labels.npy"),
             *(Needs(step.name) for step in hidden)),
            partial(groups.threshold, policy=policy, parts=parts, hidden=before),
        ),
    ]  # fmt: skip
