"""The plan up to the embeddings: what is read, which facets are answered, what is embedded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.transcript import VIEWS
from anonymuse.domain.taxonomy import DETAIL, TAXONOMY
from anonymuse.lexicon import special
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.facet_functions import code_digest, function_of
from anonymuse.pipeline.facet_sets import preset_names
from anonymuse.pipeline.parts import Mode, Parts
from anonymuse.pipeline.plan_cascade import (
    asking_of,
    predicting,
    seen_as,
    what_decides,
    without_predicted,
)
from anonymuse.pipeline.plan_narrow import choosing_steps
from anonymuse.pipeline.plan_taxonomy import sorting_steps
from anonymuse.pipeline.settings import ASKING
from anonymuse.pipeline.steps import derived, embedding, generalise, groups, texts
from anonymuse.ports.embedder import Embedder
from anonymuse.prompts.library import load
from anonymuse.stages import refuse
from anonymuse.stages.generalise import is_written


def reading(
    config: RunConfig,
    parts: Parts,
    policy: ReleasePolicy,
    mode: Mode,
    questions: Sequence[FacetQuestion],
) -> list[Step]:
    """Return the steps from the data to facets and embeddings of every conversation."""
    recipe = groups.recipe_of(config, seen_as(mode))
    answered = [q for q in questions if q.is_answered]
    models: dict[str, Any] = {"detector": parts.detector.id}
    if mode in ASKING and parts.chat is not None:
        models |= {"chat": parts.chat.asker.model_id, "prompt": load("extract").digest}
        if policy.generalise:
            models["special"] = load("generalise").digest
    if mode == "recorded" and parts.recorded is not None:
        models["recorded"] = parts.recorded.digest
    views = {
        view: parts.embed_conversation
        if view in VIEWS or parts.embed_facets is None
        else parts.embed_facets
        for view in groups.views_needed(recipe)
    }
    ingest, *choosing = choosing_steps(config, parts, policy)
    openings = _openings(parts.embed_conversation, mode)
    meaning = parts.embed_conversation if openings else None
    if meaning is not None:
        models["refusals"] = refuse.decides(meaning)
    told = without_predicted(questions, mode)
    people = (Needs("sample", "units.parquet"),) if mode == "cascade" else ()
    return [
        ingest,
        *_checking(told),  # before a screener is asked
        *choosing,
        *openings,
        Step(
            "extract",
            2,
            {"mode": mode, "questions": [q.what_decides() for q in answered], **models,
             **what_decides(config, parts, mode)},
            (Needs("scrub"), Needs("sample", "rows.parquet"), *people,
             *(Needs(o.name) for o in openings)),
            partial(
                texts.extract,
                parts=parts,
                mode=mode,
                questions=answered,
                generalise=policy.generalise,
                meaning=meaning,
                only=asking_of(config, parts).rows if mode == "cascade" else None,
            ),
        ),
        *_generalising(policy, answered),
        *_computing(told),
        embedding_step(views),
        *sorting_steps(config, views),
        *predicting(questions, mode, list(views), [one.id for one in views.values()]),
    ]  # fmt: skip


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
    if seen_as(mode) != "local" or not embedder.knows_meaning:
        return []
    run = partial(embedding.embed, views={"reply": embedder})
    return [Step("openings", 1, {"embedder": embedder.id}, (Needs("scrub"),), run)]


def embedding_step(views: Mapping[str, Embedder]) -> Step:
    """Return the step that embeds views of every conversation."""
    facets = [view for view in views if view not in embedding.TEXTS]
    return Step(
        "embed",
        1,
        {"views": {view: embedder.id for view, embedder in views.items()}},
        (Needs("scrub"), *(Needs("extract", f"facet-{name}.parquet") for name in facets)),
        partial(embedding.embed, views=views),
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
