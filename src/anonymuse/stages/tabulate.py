"""Stage: count facet values in every node of the published tree, and decide which cells may show.

The table holds base clusters x values; a parent's cell is the sum over its published base
clusters (as its number of units is), so nobody can subtract one number from another and be left
with the few people who are in two clusters. What a cell rests on is counted in distinct units.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.ids import leaf_number
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import DraftCell, Place
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.errors import ConfigError
from anonymuse.stats.tables.counting import OUTSIDE, Column, frame_of
from anonymuse.stats.tables.cube import cube

Ints = npt.NDArray[np.integer]

TURNS: tuple[tuple[int, str], ...] = (
    (2, "1 to 2"), (4, "3 to 4"), (10, "5 to 10"), (20, "11 to 20"),
)  # fmt: skip
MORE_TURNS = "more than 20"
"""Buckets of the ``turns`` facet: up to the number, its name; and what lies above."""

_MOST_STEPS = 20
_LANGUAGE = re.compile(r"[^\W\d_]+(?:[ '()-]+[^\W\d_]+)*\)?")
_UNKNOWN = "Unknown"
_NO: frozenset[str] = frozenset()


FacetColumn = Column
"""The answers to one facet with a closed vocabulary."""


def is_closed(question: FacetQuestion) -> bool:
    """Return whether a facet's answers may be counted in public: never free text, never ids."""
    if question.name in {"turns", "language"} and question.source == "computed":
        return True
    short = question.kind == "integer" and question.high - question.low <= _MOST_STEPS
    listed = question.kind in {"one_of", "several_of"} and bool(question.values)
    return short or listed or question.kind == "boolean"


def facet_columns(
    question: FacetQuestion, answers: Sequence[object], coarser: Sequence[object] = ()
) -> list[FacetColumn]:
    """Return what is counted of one facet, as codes of closed vocabularies.

    One column; of ``several_of`` one for each value, as a conversation counts in each of its own:
    they do not add up, so each is a table of its own, with all who lack the value beside it. Those
    without an answer lack it too: their number is part of what a reader could subtract. Of values
    that are within those of a coarser facet, one column for each of these, of its own rows alone:
    how many these are, the coarser facet tells. A value that has but one part has no column: the
    same people would be told twice, each time with other noise.

    Args:
        question: closed (see :func:`is_closed`).
        answers: one per row; None where a model gave none.
        coarser: answers to the coarser facet that the values are within, where they are.

    Raises:
        ConfigError: the facet is free text.
    """
    if question.within:
        return _nested_columns(question, answers, coarser)
    if question.kind != "several_of" or not is_closed(question):
        return [facet_column(question, answers)]
    held = [_parts(answer) for answer in answers]
    return [
        FacetColumn(
            question.name,
            (value, f"not {value}"),
            np.fromiter((int(value not in own) for own in held), np.int64, count=len(held)),
            told=1,
        )
        for value in question.values
    ]


def _nested_columns(
    question: FacetQuestion, answers: Sequence[object], coarser: Sequence[object]
) -> list[FacetColumn]:
    """Return a column for each value of the coarser facet, of the rows that have it.

    A model may answer with a part of another value; within its own, that is no answer.
    """
    columns = []
    for above in dict.fromkeys(question.within):
        pairs = zip(question.values, question.within, strict=True)
        values = tuple(value for value, own in pairs if own == above)
        if len(values) < 2:
            continue
        code: dict[object, int] = {value: place for place, value in enumerate(values)}
        both = zip(answers, coarser, strict=True)
        found = (code.get(own, -1) if upper == above else OUTSIDE for own, upper in both)
        codes = np.fromiter(found, np.int64, count=len(answers))
        columns.append(FacetColumn(question.name, values, codes, within=(question.part_of, above)))
    return columns


def _parts(answer: object) -> frozenset[str]:
    """Return the values of a ``several_of`` answer; whoever gave none lacks all of them."""
    return frozenset(part.strip() for part in answer.split(";")) if isinstance(answer, str) else _NO


def facet_column(question: FacetQuestion, answers: Sequence[object]) -> FacetColumn:
    """Return one facet as codes of its closed vocabulary; any other answer counts as none.

    Args:
        question: closed (see :func:`is_closed`).
        answers: one per row; None where a model gave none.

    Raises:
        ConfigError: the facet is free text.
    """
    if not is_closed(question):
        raise ConfigError(
            f"The facet {question.name!r} has free answers and is never counted in a report. "
            f"Give it a closed vocabulary (boolean, values, or a short range of integers)."
        )
    words = [_word(question, answer) for answer in answers]
    values = _vocabulary(question) or tuple(sorted({w for w in words if w is not None}))
    code = {value: place for place, value in enumerate(values)}
    codes = np.fromiter((code.get(w or "", -1) for w in words), np.int64, count=len(words))
    return FacetColumn(question.name, values, codes, ranked=question.ranked)


def _vocabulary(question: FacetQuestion) -> tuple[str, ...]:
    if question.name == "turns":
        return (*(name for _, name in TURNS), MORE_TURNS)
    if question.kind == "boolean":
        return "no", "yes"
    if question.kind == "integer":
        return tuple(str(n) for n in range(question.low, question.high + 1))
    return question.values


def _word(question: FacetQuestion, answer: object) -> str | None:
    """Return an answer as the vocabulary spells it; None for what is no answer."""
    if isinstance(answer, bool):
        return ("no", "yes")[answer] if question.kind == "boolean" else None
    if isinstance(answer, int) and question.name == "turns":
        return next((name for most, name in TURNS if answer <= most), MORE_TURNS)
    if isinstance(answer, int):
        return str(answer)
    if not isinstance(answer, str):
        return None
    if question.name == "language" and (answer == _UNKNOWN or not _LANGUAGE.fullmatch(answer)):
        return None
    return answer


def tabulate(
    nodes: Sequence[DraftNode],
    labels: Ints,
    units: Ints,
    columns: Sequence[FacetColumn],
    policy: ReleasePolicy,
    *,
    key: bytes,
    pseudonyms: Sequence[str],
    windows: FacetColumn | None = None,
    identifying: Collection[str] = (),
    sensitive: Collection[str] = (),
    banned: Collection[Place] = (),
) -> list[DraftCell]:
    """Return the cube: every value that shows for the whole report, for the whole and every node.

    Args:
        nodes: the published tree (:func:`anonymuse.domain.private.pruning.prune`); base cluster
            ``i`` is ``L0-<i>``.
        labels: base cluster of each row, shape (rows,); rows of withheld ones are left out.
        units: code of each row's privacy unit, shape (rows,).
        columns: the facets to count.
        policy: thresholds for cells.
        key: the project's noise key.
        pseudonyms: of each unit code.
        windows: month or week of each row (:func:`anonymuse.stats.tables.calendar.windows_of`).
        identifying: names of facets that tell who somebody is.
        sensitive: names of facets of which nobody may be told the answer.
        banned: cells that an earlier release forbids to show.
    """
    if not nodes:
        return []
    order = sorted(nodes, key=lambda n: (n.level, n.id))
    row_of = {node.id: row for row, node in enumerate(order)}
    root = len(order)
    parent = [row_of[n.parent] if n.parent is not None else root for n in order]
    rows = _rows_of_leaves(order, labels)
    kept = np.flatnonzero(rows >= 0)
    frame = frame_of(
        [*parent, root], rows[kept], units[kept],
        key=key, pseudonyms=pseudonyms, sigma=policy.noise_sigma,
    )  # fmt: skip
    found = cube(
        frame,
        [replace(column, codes=column.codes[kept]) for column in columns],
        policy,
        windows=None if windows is None else replace(windows, codes=windows.codes[kept]),
        identifying=identifying,
        sensitive=sensitive,
        banned={(row_of.get(own[0] or "", root), *own[1:]) for own in banned},
    )
    ids = [*(node.id for node in order), None]
    return [
        DraftCell(
            node=ids[cell.row],
            facet=cell.column,
            value=cell.value,
            units=cell.units,
            people=cell.people,
            noise=cell.noise,
            shown=cell.shown,
            window=cell.window,
            count=cell.count,
            terms=cell.terms,
            why=cell.why,
        )
        for cell in found
    ]


def _rows_of_leaves(order: Sequence[DraftNode], labels: Ints) -> npt.NDArray[np.int64]:
    """Return the table row of each row's base cluster, -1 where it is not published."""
    lookup = np.full(int(labels.max(initial=-1)) + 1, -1, dtype=np.int64)
    for row, node in enumerate(order):
        if node.level == 0 and (leaf := leaf_number(node.id)) < len(lookup):
            lookup[leaf] = row
    return lookup[labels]
