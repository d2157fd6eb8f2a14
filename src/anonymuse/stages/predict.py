"""Stage: answer facets for conversations that no model was asked about, from their own embedding.

What is predicted of a conversation depends on it and on the asked conversations, never on the
others. A prediction is an estimate: what may be said of it is decided where it is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.vectors.predict import predict
from anonymuse.vectors.rows import AnyRows

Ints = npt.NDArray[np.int64]

_MOST_STEPS = 20


def can_be_predicted(question: FacetQuestion) -> bool:
    """Return whether a facet that a model answers has few enough answers to learn them."""
    if question.source != "model":
        return False
    if question.kind == "integer":
        return question.high - question.low <= _MOST_STEPS
    return question.kind == "boolean" or bool(question.values)


def features(vectors: Sequence[AnyRows], said: Sequence[Scalar]) -> npt.NDArray[np.float64]:
    """Return what predictions are made from.

    Args:
        vectors: the views of each text, shape (n, d) each.
        said: whether the assistant refused, by its phrases alone.

    Returns:
        Shape (n, sum of d + 1).
    """
    refused = np.array([[float(own == "yes")] for own in said])
    return np.concatenate([*vectors, refused], axis=1, dtype=np.float64)


def predicted_answers(
    question: FacetQuestion,
    answers: Sequence[Scalar],
    rows: npt.NDArray[np.float64],
    group: Ints,
) -> list[Scalar]:
    """Return an answer for every conversation, predicted also where one was given.

    Args:
        question: see :func:`can_be_predicted`.
        answers: of each conversation; None where nobody was asked, or none was given.
        rows: what predictions are made from, shape (n, d).
        group: conversations of one group are never judged by what another of it taught, shape (n,).

    Returns:
        Of each conversation; None everywhere where too few gave one to learn from.
    """
    if question.kind == "several_of":
        return _several(question, answers, rows, group)
    values = _values(question)
    place = {value: number for number, value in enumerate(values)}
    codes = np.array([-1 if own is None else place.get(own, -1) for own in answers])
    found = predict(rows, codes, group, len(values))
    return [None if own < 0 else values[own] for own in found.tolist()]


def _values(question: FacetQuestion) -> tuple[Scalar, ...]:
    if question.kind == "boolean":
        return False, True
    if question.kind == "integer":
        return tuple(range(question.low, question.high + 1))
    return question.values


def _several(
    question: FacetQuestion,
    answers: Sequence[Scalar],
    rows: npt.NDArray[np.float64],
    group: Ints,
) -> list[Scalar]:
    """Predict each value of its own."""
    held = [
        None if own is None else {part.strip() for part in str(own).split(";")} for own in answers
    ]
    columns = [
        predict(
            rows, np.array([-1 if own is None else int(value in own) for own in held]), group, 2
        )
        for value in question.values
    ]
    found = np.stack(columns, axis=1)
    if (found < 0).all():
        return [None] * len(answers)
    return [
        "; ".join(value for value, has in zip(question.values, own, strict=True) if has > 0)
        for own in found.tolist()
    ]
