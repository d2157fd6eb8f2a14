"""The plan: which steps a configuration makes, what each depends on, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.errors import ConfigError
from anonymuse.pipeline.base import refuse_what_differs
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step, scoped
from anonymuse.pipeline.facet_sets import facets_of, trees_of
from anonymuse.pipeline.flag_columns import with_sensitive_flags
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_assign import assigning, keeping, refuse_another_project
from anonymuse.pipeline.plan_cascade import refuse_what_cannot_be_predicted, seen_as
from anonymuse.pipeline.plan_edits import hiding, merging
from anonymuse.pipeline.plan_naming import naming_steps, refuse_what_cannot_name
from anonymuse.pipeline.plan_narrow import refuse_what_cannot_narrow
from anonymuse.pipeline.plan_reading import embedding_step, reading
from anonymuse.pipeline.plan_release import release_steps
from anonymuse.pipeline.plan_restricted import refuse_what_is_released, restricted_steps
from anonymuse.pipeline.settings import ASKING
from anonymuse.pipeline.steps import groups


def make_plan(config: RunConfig, parts: Parts) -> list[Step]:
    """Return the steps of a run, first to last."""
    config = with_sensitive_flags(config)
    policy = config.policy()
    _refuse_what_cannot_be(config, parts)
    mode: Mode = "recorded" if parts.recorded is not None else config.extract.mode
    grouped = seen_as(mode)
    refuse_what_cannot_name(config, parts, policy, grouped)
    questions = _questions(config, parts, mode)
    refuse_what_cannot_be_predicted(config, parts, questions)
    _refuse_another_base(config, parts, mode, questions)
    begin = [
        *reading(config, parts, policy, mode, questions),
        *_grouping(config, parts, policy, grouped),
    ]
    if config.zone.restricted:
        return [*begin, *restricted_steps(config, parts, policy, mode, questions)]
    steps = [
        *begin,
        *naming_steps(config, parts, policy, grouped),
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
        embedding_step({by.name: embedder}),
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
        ask = mode not in ASKING or (parts.chat is not None and parts.chat.strong)
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
        9,
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
    tree = Step(
        "hierarchy",
        7,
        {"key": parts.key.fingerprint},
        (*people, Needs("cluster")),
        partial(groups.grow, parts=parts),
    )
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
            3,
            {
                "policy": policy.as_dict(),
                "key": parts.key.fingerprint,
                **({"hidden before": before} if before else {}),
            },
            (*people, Needs("sample", "unit*"), Needs("cluster", "labels.npy"),
             Needs("cluster", "centroids.npy"), *(Needs(step.name) for step in hidden)),
            partial(groups.threshold, policy=policy, parts=parts, hidden=before),
        ),
    ]  # fmt: skip
