"""The report: what a run publishes, and the only thing that exports and the explorer read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a privacy officer asks about a release; part of every bundle.

    Attributes:
        unit: the privacy unit: user, organisation or conversation.
        unit_note: a prominent sentence where the data has no users.
        mode: ``clio`` (measured resistance, no formal guarantee).
        policy: every threshold in force.
        models: model ids by what they did ("chat", "embed", "language").
        prompts: digests of the prompts by name.
        settings: sampling, extraction, clustering and naming as configured, and the seed.
        counts: k before and after merging, published and withheld clusters.
        failures: model calls that failed, by purpose and kind, rounded up to tens.
        window: first and last month (YYYY-MM) with enough units behind what is shown, or None.
        withheld_share: band ("2 % to 5 %") of conversations not shown.
        versions: of anonymuse and of the bundle's schema.
        notes: sentences a reader must see ("no chat model: names are keywords").
    """

    unit: str
    unit_note: str
    mode: str
    policy: Mapping[str, Any]
    models: Mapping[str, str]
    prompts: Mapping[str, str]
    settings: Mapping[str, Any]
    counts: Mapping[str, int]
    failures: Mapping[str, Mapping[str, int]]
    window: tuple[str, str] | None
    withheld_share: str
    versions: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a run publishes.

    Attributes:
        title: shown on top of every export.
        conversations: sum of the published base clusters (the withheld rest is a band).
        clusters: the tree, parents by id.
        cells: facet breakdowns.
        withheld: base clusters not published, by reason.
        receipt: how it was made and under which policy.
        content_hash: digest of everything above, filled in by the store.
    """

    title: str
    conversations: int
    clusters: tuple[Cluster, ...]
    cells: tuple[Cell, ...]
    withheld: tuple[Withheld, ...]
    receipt: Receipt
    content_hash: str = ""
    schema_version: int = SCHEMA_VERSION

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def report_from_dict(data: Mapping[str, Any]) -> Report:
    """Build a report from the values of :meth:`Report.as_dict`.

    Raises:
        KeyError, TypeError: when the values are not those of this schema version.
    """
    rest = {k: v for k, v in data.items() if k not in {"clusters", "cells", "withheld", "receipt"}}
    receipt = dict(data["receipt"])
    receipt["notes"] = tuple(receipt.get("notes", ()))
    receipt["window"] = tuple(receipt["window"]) if receipt.get("window") else None
    return Report(
        clusters=tuple(Cluster(**c) for c in data["clusters"]),
        cells=tuple(Cell(**c) for c in data["cells"]),
        withheld=tuple(Withheld(**w) for w in data["withheld"]),
        receipt=Receipt(**receipt),
        **rest,
    )
