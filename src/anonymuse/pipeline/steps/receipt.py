"""The receipt of a release, as far as the run knows it; the gate fills in what it decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anonymuse.domain.policy import ReleasePolicy, Unit
from anonymuse.domain.released.report import SCHEMA_VERSION, Receipt
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.measured import measured
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import groups, membership, names
from anonymuse.pipeline.steps.edges import edges_of
from anonymuse.pipeline.steps.edited import released_counts, told_of_people
from anonymuse.pipeline.steps.failed import told_of_calls
from anonymuse.pipeline.steps.failed import told_of_people as told_of_failed
from anonymuse.pipeline.steps.narrow import screening_failures
from anonymuse.pipeline.steps.narrowed import narrowed_by
from anonymuse.pipeline.steps.quality import drafted
from anonymuse.pipeline.steps.sample import NO_USERS, NOT_USERS
from anonymuse.stages.threshold import leaf_id

A_PART = "This report is about a part of the conversations, chosen by:"
_BASELINE = (
    "Names are published as a model wrote them: the unprotected baseline of the benchmark, to be "
    "shown to nobody who may not read the conversations."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the plan knows of how a report is made.

    Attributes:
        asked_unit: the privacy unit that was asked for.
        settings: sampling, extraction, clustering and naming, as configured.
        models: by what they did.
        prompts: digests by name.
        naming: how names come about.
        detector: what is replaced before a model reads a conversation.
        notes: what else a reader must see.
    """

    asked_unit: Unit
    settings: Mapping[str, Any]
    models: Mapping[str, str]
    prompts: Mapping[str, str]
    naming: names.Naming
    detector: str
    notes: tuple[str, ...] = ()


def draft_receipt(
    shop: Workshop, plan: Plan, *, parts: Parts, policy: ReleasePolicy, notes: Sequence[str]
) -> Receipt:
    """Return the receipt before the gate.

    Args:
        shop: of the step.
        plan: what was decided before the run.
        parts: notes and versions.
        policy: in force.
        notes: what else a reader must see.
    """
    unit = membership.unit_of(shop)
    narrowed = narrowed_by(shop)
    part = (f"{A_PART} {', '.join(narrowed)}.",) if narrowed else ()
    baseline = (_BASELINE,) if plan.naming == "direct" else ()
    asked = unit == plan.asked_unit
    return Receipt(
        unit=unit,
        unit_note="" if unit != "conversation" else NOT_USERS if asked else NO_USERS,
        mode="clio",
        policy={},
        models=plan.models,
        prompts=plan.prompts,
        settings={**plan.settings, **({"narrowed by": narrowed} if narrowed else {})},
        counts=_k(shop),
        failures=_failures(shop, policy, parts.key),
        window=_window(shop, policy, parts.key),
        withheld_share="",
        versions={**parts.versions, "schema": str(SCHEMA_VERSION)},
        notes=(
            *baseline,
            *part,
            *notes,
            *told_of_people(shop, parts.edits),
            *parts.notes,
            *names.read_notes(shop),
        ),
        naming=plan.naming,
        detector=plan.detector,
        without_unit=files.read_json(shop.of("sample") / "unit.json").get("without", ""),
        edits=released_counts(shop, parts.edits),
        measured=measured(plan.naming, policy, parts.versions.get("anonymuse", "")),
        quality=drafted(shop, policy, parts.key),
    )


def _k(shop: Workshop) -> dict[str, int]:
    found: dict[str, int] = files.read_json(shop.of("cluster") / "counts.json")
    return found


def _failures(shop: Workshop, policy: ReleasePolicy, key: ProjectKey) -> dict[str, dict[str, int]]:
    """Count failed model calls by line, from what is on disk: a resumed run says the same."""
    table = files.read_table(shop.of("extract") / "failures.parquet")
    people = membership.sampled(shop)
    _, first = np.unique(people.text, return_index=True)  # whose conversation was asked about
    whose = [people.pseudonyms[people.unit[first[place]]] for place in table["place"].to_pylist()]
    extract = list(zip(table["kind"].to_pylist(), whose, strict=True))
    lines = {
        "screen": screening_failures(shop),
        "extract": told_of_failed(extract, "extract", policy, key),
        **{
            line: told_of_calls(kinds, line, policy, key, people.pseudonyms)
            for line, kinds in names.read_failures(shop).items()
        },
    }
    return {line: kinds for line, kinds in lines.items() if kinds}


def _window(shop: Workshop, policy: ReleasePolicy, key: ProjectKey) -> tuple[str, str] | None:
    """Return the first and last month in which enough units have conversations that are shown."""
    table = files.read_table(shop.of("sample") / "rows.parquet", ["time", "unit"])
    people = membership.sampled(shop)
    published = {n.id for n in groups.read_nodes(shop, "parents") if n.level == 0}
    leaf = membership.leaves(shop)[people.text].tolist()
    units: dict[str, set[str]] = {}
    for time, unit, own in zip(
        table["time"].to_pylist(), table["unit"].to_pylist(), leaf, strict=True
    ):
        if time is not None and leaf_id(own) in published:
            units.setdefault(f"{time:%Y-%m}", set()).add(people.pseudonyms[unit])
    months = months_shown(units, policy, key)
    return (months[0], months[-1]) if months else None


def months_shown(
    units: Mapping[str, Collection[str]], policy: ReleasePolicy, key: ProjectKey
) -> list[str]:
    """Return the months that may be told, given the pseudonyms of who wrote in each.

    One at the edge may otherwise be one person's. Enough is what it is for a cell: whoever fills
    a month up to an exact number would see whether one person more wrote in it.
    """
    return sorted(
        month
        for month, who in units.items()
        if edges_of(who, policy, key).reached(len(who), policy.min_cell, "month")
    )
