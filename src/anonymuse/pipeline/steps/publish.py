"""The last steps: count facet values in the published tree, and go through the gate."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.policy import ReleasePolicy, Unit
from anonymuse.domain.private.counts import AskedNumbers, DraftCell
from anonymuse.domain.private.drafts import DraftNode, Drafts
from anonymuse.domain.private.thresholds import MARGIN
from anonymuse.domain.released.cube import Facet
from anonymuse.domain.released.report import ESTIMATE, Report
from anonymuse.errors import NothingReleasedError
from anonymuse.lexicon.open_values import shared_values, values_of
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.settings import TablesConfig
from anonymuse.pipeline.steps import behind, cascade, groups, membership, names, verdicts
from anonymuse.pipeline.steps.derived import rows_of
from anonymuse.pipeline.steps.ledgered import About, through
from anonymuse.pipeline.steps.quality import with_names
from anonymuse.pipeline.steps.receipt import Plan, draft_receipt
from anonymuse.stages.correct import correct
from anonymuse.stages.predict import can_be_predicted
from anonymuse.stages.release import release
from anonymuse.stages.tabulate import FacetColumn, facet_columns, is_closed, tabulate
from anonymuse.stages.threshold import leaf_id
from anonymuse.stages.weigh import weigh
from anonymuse.stats.noise import keyed_discrete_gaussian
from anonymuse.stats.tables.calendar import covered, join_edges, windows_of

WITHHELD = "withheld.json"
EDGES = "edges.json"
"""windows that the data hardly cover, and those that they count with"""
CLUSTERS = "clusters.json"
"""the clusters of the report once more: the map is drawn again where they change, not the rest"""
ASKED = "asked.json"
"""what corrects predicted facets"""
NOT_COUNTED = (
    "Not counted, as without users one person may be behind a value (name the values to be counted "
    "in the facet's definition):"
)


async def count_cells(
    shop: Workshop,
    *,
    parts: Parts,
    policy: ReleasePolicy,
    questions: Sequence[FacetQuestion],
    config: TablesConfig,
    asking: cascade.Asking | None = None,
) -> Mapping[str, int]:
    """Count every closed facet in every node of the published tree; writes ``cells.json``.

    Where only some people were asked (``asking``), also ``asked.json``: what corrects predictions.
    """
    people = membership.sampled(shop)
    labels = membership.leaves(shop)[people.text]
    nodes = groups.read_nodes(shop, "parents")
    shown = _published(labels, nodes)
    columns: list[FacetColumn] = []
    asked: dict[int, FacetColumn] = {}
    given: dict[str, Sequence[object]] = {}
    uncounted = _uncounted(questions, membership.unit_of(shop))
    for question in questions:
        if question.name in uncounted:
            continue
        answers = given[question.name] = rows_of(shop, question, people)
        if question.is_open:
            vocabulary = shared_values(
                [answers[row] for row in shown], people.unit[shown].tolist(), cell=policy.min_cell
            )
            question = replace(question, values=vocabulary)
            answers = [None if a is None else "; ".join(values_of(a)) for a in answers]
        if is_closed(question) and any(answer is not None for answer in answers):
            own = facet_columns(question, answers, given.get(question.part_of, ()))
            columns += own
            if asking is not None and can_be_predicted(question):
                said = cascade.asked_facet(shop, question.name)
                truth = facet_columns(question, [said[text] for text in people.text.tolist()])
                asked |= dict(enumerate(truth, len(columns) - len(own)))
    windows = _windows(shop, config, people, policy, parts.key)
    behind.write_columns(shop, columns, windows, config, asked)
    cells = tabulate(
        nodes,
        labels,
        people.unit,
        columns,
        policy,
        key=parts.key.derive("noise"),
        pseudonyms=people.pseudonyms,
        windows=windows,
        identifying=config.identifying,
        sensitive=config.sensitive,
    )
    files.write_json(shop.folder / "cells.json", [asdict(cell) for cell in cells])
    if asking is not None:
        found = correct(
            nodes,
            labels,
            people.unit,
            cascade.asked_rows(shop, people, asking),
            [(columns[place], truth) for place, truth in asked.items()],
            policy,
            key=parts.key.derive("noise"),
            pseudonyms=people.pseudonyms,
        )
        files.write_json(
            shop.folder / ASKED, [[*place, asdict(numbers)] for place, numbers in found.items()]
        )
    return {"cells": len(cells), "shown": sum(cell.shown for cell in cells)}


def _windows(
    shop: Workshop,
    config: TablesConfig,
    people: membership.Sampled,
    policy: ReleasePolicy,
    key: ProjectKey,
) -> FacetColumn | None:
    """Return the window of each row; None where none was asked for, or all are in one.

    Writes ``edges.json``: which windows at the edge count with their neighbours.
    """
    files.write_json(shop.folder / EDGES, [])
    if config.window == "none":
        return None
    times = files.read_table(shop.of("sample") / "rows.parquet", ["time"])["time"].to_pylist()
    noise = keyed_discrete_gaussian(
        key.derive("noise"), people.pseudonyms, policy.noise_sigma, purpose="windows"
    )
    least = max(policy.min_cell, policy.min_cell + round(MARGIN * policy.noise_sigma) + noise)
    span = covered(times, people.unit, people=least)
    windows = windows_of(times, config.window, until=span and span[1])
    found, edges = join_edges(windows, times, people.unit, config.window, people=least)
    files.write_json(shop.folder / EDGES, [[own.window, own.into] for own in edges])
    return found if len(found.values) > 1 else None


def _edges(shop: Workshop) -> tuple[str, ...]:
    """Return what a reader must know of windows at the edges."""
    joined: dict[str, list[str]] = {}
    for window, into in files.read_json(shop.of("tabulate") / EDGES):
        joined.setdefault(into, []).append(window)
    return tuple(
        f"{', '.join(own)} {'is' if len(own) == 1 else 'are'} covered for less than a third and "
        f"counted with {into}."
        for into, own in joined.items()
    )


def _uncounted(questions: Sequence[FacetQuestion], unit: Unit) -> list[str]:
    """Return the facets whose values are metadata of perhaps one person, such as a login."""
    return [q.name for q in questions if unit == "conversation" and q.is_open and q.is_derived]


def _published(labels: membership.Ints, nodes: Sequence[DraftNode]) -> list[int]:
    """Return the rows whose base cluster is published."""
    ids = {node.id for node in nodes if node.level == 0}
    return [row for row, leaf in enumerate(labels.tolist()) if leaf_id(leaf) in ids]


def _told(question: FacetQuestion, estimated: Collection[str]) -> Facet:
    if question.name in estimated:  # the question was put to a model for a few conversations only
        return Facet(question.name, f"{question.heading} {ESTIMATE}", "", question.kind)
    return Facet(question.name, question.heading, question.question, question.kind)


async def publish(
    shop: Workshop,
    *,
    parts: Parts,
    policy: ReleasePolicy,
    title: str,
    plan: Plan,
    auditors: Sequence[str],
    questions: Sequence[FacetQuestion],
    by: FacetQuestion | None = None,
) -> Mapping[str, int]:
    """Put all drafts before the gate; writes ``report.json``, which alone may leave.

    A tree ``by`` one more facet may be withheld whole: the main report goes out without it, and
    says so.
    """
    leaves = groups.read_leaves(shop)
    path = shop.of("tabulate") / ASKED
    asked = files.read_json(path) if path.exists() else ()
    found = names.read_names(shop)
    drafts = Drafts(
        nodes=groups.read_nodes(shop, "parents"),
        names=found,
        verdicts=verdicts.read_verdicts(shop),
        counts=leaves.counts,
        noise={own.node: noise for own, noise in zip(leaves.counts, leaves.noises, strict=True)},
        cells=[DraftCell(**cell) for cell in files.read_json(shop.of("tabulate") / "cells.json")],
        reasons=verdicts.read_reasons(shop),
        estimated=plan.settings.get("estimated", ()),
        asked={(n, f, v): AskedNumbers(**numbers) for n, f, v, numbers in asked},
    )
    uncounted = _uncounted(questions, membership.unit_of(shop))
    open_note = (f"{NOT_COUNTED} {', '.join(uncounted)}.",) if uncounted else ()
    notes = (*open_note, *plan.notes, *_edges(shop))
    receipt = draft_receipt(shop, plan, parts=parts, policy=policy, notes=notes)
    counted = {cell.facet for cell in drafts.cells}
    told = [_told(q, drafts.estimated) for q in questions if q.name in counted or q == by]
    grouping = by.name if by else ""

    sampled, labels = membership.sampled(shop), membership.leaves(shop)

    def judge(drafts: Drafts, overlap: Mapping[str, Any]) -> Report:
        return release(
            drafts,
            policy,
            auditors=auditors,
            receipt=replace(receipt, overlap=overlap),
            title=title,
            facets=told,
            facet=grouping,
            weigh=partial(
                weigh, labels=labels[sampled.text], units=sampled.unit, policy=policy,
                key=parts.key.derive("noise"), pseudonyms=sampled.pseudonyms,
            ),
        )  # fmt: skip

    about = About(parts=parts, policy=policy, unit=receipt.unit, grouping=grouping)
    try:
        report = through(shop, drafts, judge, about)
    except NothingReleasedError as error:
        if by is None:
            raise
        files.write_json(shop.folder / WITHHELD, {"title": by.heading, "why": error.message})
        return {"base clusters": 0, "parents": 0}
    report = with_names(report, names.line_up(parts))
    files.write_json(shop.folder / "report.json", report.as_dict())
    files.write_json(shop.folder / CLUSTERS, [asdict(cluster) for cluster in report.clusters])
    return {
        "base clusters": sum(c.level == 0 for c in report.clusters),
        "parents": sum(c.level > 0 for c in report.clusters),
    }
