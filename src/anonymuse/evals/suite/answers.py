"""Section: are the answers about conversations right, where the truth is known?

Facets with a truth beside them, whoever answered: a model, rules, or a file of recorded answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anonymuse.domain.facets import FacetQuestion
from anonymuse.evals.suite.facet_scores import LEAST_GROUP, Asked, put_beside, scored
from anonymuse.evals.suite.material import Material, without_model
from anonymuse.evals.suite.section import Section
from anonymuse.pipeline.facet_sets import facets_of


def measure_answers(material: Material, *, seeds: int) -> Section | None:  # noqa: ARG001 - as all
    """Return the section; None where no facet has both answers and a truth.

    Args:
        material: everything that was asked about, also what is not clustered.
        seeds: not used: intervals are by formula.
    """
    known = material.everything
    if known.answers is None:
        known = known.answered(
            without_model(known, material.detector, material.conversation, material.embed)
        )
    questions = {question.name: question for question in facets_of(material.config)}
    if known.answers is None:
        return None
    asked = [
        put_beside(
            facet,
            truth,
            [answers.get(facet) for answers in known.answers],
            languages=known.language,
            units=known.units,
            lengths=tuple(map(len, known.texts["user"])) if "user" in known.texts else None,
        )
        for facet, truth in known.truth.items()
        if facet in questions
    ]
    return answers_section(asked, questions)


def answers_section(
    asked: Sequence[Asked], questions: Mapping[str, FacetQuestion]
) -> Section | None:
    """Score every facet as its kind wants it; None where nothing can be scored."""
    parts = [scored(one, questions[one.facet].kind) for one in asked if len(one)]
    if not any(part.figures or part.notes for part in parts):
        return None
    silent = [one.facet for one in asked if not len(one) and one.unanswered]
    notes = [
        f"{one.facet}: {one.unanswered:,} conversations have a truth and no answer."
        for one in asked
        if len(one) and one.unanswered
    ]
    if silent:
        notes.append(f"Nobody answered {', '.join(silent)} here, so nothing is said of it.")
    return Section(
        key="answers",
        title="Answers about conversations",
        lead=(
            "Facets beside the truth, conversation by conversation; intervals know that a person's "
            f"conversations are alike. A language with fewer than {LEAST_GROUP} is not apart."
        ),
        figures=tuple(figure for part in parts for figure in part.figures),
        tables=tuple(table for part in parts for table in part.tables),
        pictures=tuple(picture for part in parts for picture in part.pictures),
        notes=(*notes, *(note for part in parts for note in part.notes)),
    )
