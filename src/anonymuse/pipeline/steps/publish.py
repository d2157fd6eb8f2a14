"""The last steps: count facet values in the published tree, and go through the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.policy import ReleasePolicy, Unit
from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.released.cube import Facet
from anonymuse.domain.released.report import SCHEMA_VERSION, Receipt
from anonymuse.errors import NothingReleasedError
from anonymuse.lexicon.open_values import shared_values, values_of
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import groups, membership, names
from anonymuse.pipeline.steps.derived import rows_of
from anonymuse.pipeline.steps.narrow import narrowed_by, screening_failures
from anonymuse.pipeline.steps.sample import NO_USERS, NOT_USERS
from anonymuse.stages.release import Drafts, release
from anonymuse.stages.tabulate import facet_columns, is_closed, tabulate
from anonymuse.stages.threshold import leaf_id

TENS = 10
WITHHELD = "withheld.json"
NOT_COUNTED = (
    "Not counted, as without users one person may be behind a value (name the values to be counted "
    "in the facet's definition):"
)
A_PART = "This report is about a part of the conversations, chosen by:"


async def count_cells(
    shop: Workshop, *, parts: Parts, policy: ReleasePolicy, questions: Sequence[FacetQuestion]
) -> Mapping[str, int]:
    """Count every closed facet in every node of the published tree; writes ``cells.json``."""
    people = membership.sampled(shop)
    labels = membership.leaves(shop)[people.text]
    nodes = groups.read_nodes(shop, "parents")
    shown = _published(labels, nodes)
    columns = []
    uncounted = _uncounted(questions, _unit(shop))
    for question in questions:
        if question.name in uncounted:
            continue
        answers = rows_of(shop, question, people)
        if question.is_open:
            vocabulary = shared_values(
                [answers[row] for row in shown], people.unit[shown].tolist(), cell=policy.min_cell
            )
            question = replace(question, values=vocabulary)
            answers = [None if a is None else "; ".join(values_of(a)) for a in answers]
        if is_closed(question) and any(answer is not None for answer in answers):
            columns += facet_columns(question, answers)
    cells = tabulate(
        nodes,
        labels,
        people.unit,
        columns,
        policy,
        key=parts.key.derive("noise"),
        pseudonyms=people.pseudonyms,
    )
    files.write_json(shop.folder / "cells.json", [asdict(cell) for cell in cells])
    return {"cells": len(cells), "shown": sum(cell.shown for cell in cells)}


def _unit(shop: Workshop) -> Unit:
    unit: Unit = files.read_json(shop.of("sample") / "unit.json")["unit"]
    return unit


def _uncounted(questions: Sequence[FacetQuestion], unit: Unit) -> list[str]:
    """Return the facets whose values are metadata of perhaps one person, such as a login."""
    return [q.name for q in questions if unit == "conversation" and q.is_open and q.is_derived]


def _published(labels: membership.Ints, nodes: Sequence[DraftNode]) -> list[int]:
    """Return the rows whose base cluster is published."""
    ids = {node.id for node in nodes if node.level == 0}
    return [row for row, leaf in enumerate(labels.tolist()) if leaf_id(leaf) in ids]


def _told(question: FacetQuestion) -> Facet:
    return Facet(question.name, question.heading, question.question, question.kind)


async def publish(
    shop: Workshop,
    *,
    parts: Parts,
    policy: ReleasePolicy,
    title: str,
    asked_unit: Unit,
    settings: Mapping[str, Any],
    models: Mapping[str, str],
    prompts: Mapping[str, str],
    auditors: Sequence[str],
    questions: Sequence[FacetQuestion],
    by: FacetQuestion | None = None,
) -> Mapping[str, int]:
    """Put all drafts before the gate; writes ``report.json``, the only file that may leave.

    A tree ``by`` one more facet may be withheld whole: the main report goes out without it, and
    says so.
    """
    leaves = groups.read_leaves(shop)
    found = names.read_names(shop)
    drafts = Drafts(
        nodes=groups.read_nodes(shop, "parents"),
        names=found,
        verdicts=names.read_verdicts(shop),
        counts=leaves.counts,
        noise={own.node: noise for own, noise in zip(leaves.counts, leaves.noises, strict=True)},
        cells=[DraftCell(**cell) for cell in files.read_json(shop.of("tabulate") / "cells.json")],
        reasons=names.read_reasons(shop),
    )
    unit = _unit(shop)
    uncounted = _uncounted(questions, unit)
    open_note = (f"{NOT_COUNTED} {', '.join(uncounted)}.",) if uncounted else ()
    narrowed = narrowed_by(shop)
    part = (f"{A_PART} {', '.join(narrowed)}.",) if narrowed else ()
    receipt = Receipt(
        unit=unit,
        unit_note="" if unit != "conversation" else NO_USERS if unit != asked_unit else NOT_USERS,
        mode="clio",
        policy={},
        models=models,
        prompts=prompts,
        settings={**settings, **({"narrowed by": narrowed} if narrowed else {})},
        counts=_k(shop),
        failures=_failures(shop),
        window=_window(shop, policy),
        withheld_share="",
        versions={**parts.versions, "schema": str(SCHEMA_VERSION)},
        notes=(*part, *open_note, *parts.notes, *names.read_notes(shop)),
    )
    counted = {cell.facet for cell in drafts.cells}
    told = [_told(q) for q in questions if q.name in counted or q == by]
    try:
        report = release(
            drafts,
            policy,
            auditors=auditors,
            receipt=receipt,
            title=title,
            facets=told,
            facet=by.name if by else "",
        )
    except NothingReleasedError as error:
        if by is None:
            raise
        files.write_json(shop.folder / WITHHELD, {"title": by.heading, "why": error.message})
        return {"base clusters": 0, "parents": 0}
    files.write_json(shop.folder / "report.json", report.as_dict())
    return {
        "base clusters": sum(c.level == 0 for c in report.clusters),
        "parents": sum(c.level > 0 for c in report.clusters),
    }


def _k(shop: Workshop) -> dict[str, int]:
    found: dict[str, int] = files.read_json(shop.of("cluster") / "counts.json")
    return found


def _failures(shop: Workshop) -> dict[str, dict[str, int]]:
    """Count failed model calls by line, from what is on disk: a resumed run says the same.

    Rounded up to tens: one failed call is one person's conversation.
    """
    table = files.read_table(shop.of("extract") / "failures.parquet")
    extract = dict(sorted(Counter(table["kind"].to_pylist()).items()))
    screened = screening_failures(shop)
    lines = {"screen": screened, "extract": extract, **names.read_failures(shop)}
    return {
        line: {kind: -(-count // TENS) * TENS for kind, count in kinds.items()}
        for line, kinds in lines.items()
        if kinds
    }


def _window(shop: Workshop, policy: ReleasePolicy) -> tuple[str, str] | None:
    """Return the first and last month in which enough units have conversations that are shown.

    A month at the edge may otherwise be one person's.
    """
    table = files.read_table(shop.of("sample") / "rows.parquet", ["time", "unit"])
    people = membership.sampled(shop)
    published = {n.id for n in groups.read_nodes(shop, "parents") if n.level == 0}
    leaf = membership.leaves(shop)[people.text].tolist()
    units: dict[str, set[int]] = {}
    for time, unit, own in zip(
        table["time"].to_pylist(), table["unit"].to_pylist(), leaf, strict=True
    ):
        if time is not None and leaf_id(own) in published:
            units.setdefault(f"{time:%Y-%m}", set()).add(unit)
    months = sorted(month for month, who in units.items() if len(who) >= policy.min_cell)
    return (months[0], months[-1]) if months else None
