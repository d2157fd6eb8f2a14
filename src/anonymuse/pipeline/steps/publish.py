"""The last steps: count facet values in the published tree, and go through the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.policy import ReleasePolicy, Unit
from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.released.report import SCHEMA_VERSION, Receipt
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import groups, membership, names, texts
from anonymuse.pipeline.steps.ingest import NO_USERS, NOT_USERS
from anonymuse.stages.release import Drafts, release
from anonymuse.stages.tabulate import facet_column, is_closed, tabulate
from anonymuse.stages.threshold import leaf_id

TENS = 10


async def count_cells(
    shop: Workshop, *, parts: Parts, policy: ReleasePolicy, questions: Sequence[FacetQuestion]
) -> Mapping[str, int]:
    """Count every closed facet in every node of the published tree; writes ``cells.json``."""
    people = membership.sampled(shop)
    labels = membership.leaves(shop)[people.text]
    columns = []
    for question in questions:
        answers = texts.facet(shop.of("extract"), question.name)
        if is_closed(question) and any(answer is not None for answer in answers):
            column = facet_column(question, answers)
            columns.append(replace(column, codes=column.codes[people.text]))
    cells = tabulate(
        groups.read_nodes(shop, "parents"),
        labels,
        people.unit,
        columns,
        policy,
        key=parts.key.derive("noise"),
        pseudonyms=people.pseudonyms,
    )
    files.write_json(shop.folder / "cells.json", [asdict(cell) for cell in cells])
    return {"cells": len(cells), "shown": sum(cell.shown for cell in cells)}


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
) -> Mapping[str, int]:
    """Put all drafts before the gate; writes ``report.json``, the only file that may leave."""
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
    unit = files.read_json(shop.of("sample") / "unit.json")["unit"]
    receipt = Receipt(
        unit=unit,
        unit_note="" if unit != "conversation" else NO_USERS if unit != asked_unit else NOT_USERS,
        mode="clio",
        policy={},
        models=models,
        prompts=prompts,
        settings=settings,
        counts=_k(shop),
        failures=_failures(shop),
        window=_window(shop, policy),
        withheld_share="",
        versions={**parts.versions, "schema": str(SCHEMA_VERSION)},
        notes=(*parts.notes, *names.read_notes(shop)),
    )
    report = release(drafts, policy, auditors=auditors, receipt=receipt, title=title)
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
    lines = {"extract": extract, **names.read_failures(shop)}
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
