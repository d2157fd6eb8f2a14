"""Every number per cluster that trees sort by, maps are coloured by and quadrants plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from anonymuse.domain.released import sentences
from anonymuse.domain.released.report import Report
from anonymuse.insights.columns import Column, told
from anonymuse.insights.growth import growth
from anonymuse.insights.parts import Part, share_of
from anonymuse.insights.sheet import Sheets, Tree

CONCERN, REFUSED = "concern", "refused"
GRADES, CONCERNING = ("1", "2", "3", "4", "5"), 3
"""Grades of concern, and that from which on a conversation counts as concerning."""
IN_PART = ("partly", "yes")
"""Answers of which each is a refusal, at least in part."""


def measures(report: Report, sheets: Sheets) -> list[Column]:
    """Return the measures of which something is known, in the order in which they are offered."""
    tree = sheets.tree
    found = [growth(sheets.windows, sentences.unit_noun(report.receipt))]
    for name, sheet in sheets.facets.items():
        part = _part(report, name, sheet.values)
        found.append(share_of(sheet, part) if part else None)
    found += [_per_person(report, tree), _evidence(tree), _grade(tree)]
    return [column for column in found if column is not None and not column.is_empty]


def _part(report: Report, name: str, values: Sequence[str]) -> Part | None:
    """Return what is taken together of a facet; None where nothing is."""
    many = sentences.unit_noun(report.receipt)
    title = sentences.facet_title(report, name)
    if name == CONCERN and set(values) <= set(GRADES):
        chosen = tuple(grade for grade in GRADES if int(grade) >= CONCERNING)
        note = (
            f"Share of {many} with a conversation of concern {CONCERNING} or more, of 5. "
            "Where some grades are not shown, the middle of what the others leave open."
        )
        return Part(CONCERN, "Concern", note, chosen) if {*chosen} & {*values} else None
    if name == REFUSED and set(values) <= {"no", *IN_PART}:
        note = (
            f"Share of {many} whom the assistant refused something, at least in part. "
            "Where an answer is not shown, the middle of what the others leave open."
        )
        return Part(REFUSED, "Refused", note, IN_PART) if {*IN_PART} & {*values} else None
    if "yes" in values and set(values) <= {"no", "yes"}:
        return Part(name, title, f"Share of {many} of whom it holds.", ("yes",))
    return None


def _per_person(report: Report, tree: Tree) -> Column | None:
    """Return conversations per person; None where each conversation counts as a person."""
    if report.receipt.unit == "conversation":
        return None
    talks = np.array([cluster.conversations for cluster in tree.clusters], dtype=np.float64)
    ratio = talks / tree.units[: tree.whole]
    if (ratio <= 1.0).all():
        return None
    one = sentences.unit_noun(report.receipt, 1)
    note = (
        f"Conversations that count for each {one}: few {sentences.unit_noun(report.receipt)} with "
        f"many, or many with few.{_rounded(report)} Without an interval."
    )
    base = round(sum(c.conversations for c in tree.clusters if c.level == 0) / tree.units[-1], 2)
    return replace(
        _plain("density", f"Conversations per {one}", note, told(ratio, 2)), base=float(base)
    )


def _rounded(report: Report) -> str:
    """Return that counts are rounded, where they are."""
    return " From rounded counts." if int(report.receipt.policy.get("rounding", 1)) > 1 else ""


def _evidence(tree: Tree) -> Column:
    """Return how firmly each cluster's size is known, from 0 to 1."""
    width = np.array([c.share_high - c.share_low for c in tree.clusters])
    share = np.array([c.share for c in tree.clusters])
    with np.errstate(all="ignore"):
        firm = np.clip(1.0 - width / (2.0 * share), 0.0, 1.0)
    note = (
        "How firmly the size of a topic is known: 0.9 where its 95 % interval reaches a tenth of "
        "the size to either side, 0.5 where it reaches half. Small topics are known least."
    )
    return _plain("evidence", "Evidence", note, told(firm, 3))


def _grade(tree: Tree) -> Column:
    grades = tuple(None if c.grade is None else float(c.grade) for c in tree.clusters)
    return _plain("grade", "Auditor's grade", "What a model that audits names gave, of 5.", grades)


def _plain(key: str, title: str, note: str, values: tuple[float | None, ...]) -> Column:
    """Return amounts that have no interval."""
    nothing = (None,) * len(values)
    return Column(key, title, note, "amount", values, nothing, nothing, (False,) * len(values))
