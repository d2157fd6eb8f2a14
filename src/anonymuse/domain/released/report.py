"""The report: what a run publishes, and the only thing that exports and the explorer read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell, Facet
from anonymuse.domain.released.layout import Place

SCHEMA_VERSION = 4

ESTIMATE = "(estimate)"
"""ends the title of a facet whose answers were predicted for most conversations"""


MAY_LAG = "may be off by"
"""in what a receipt says of earlier releases: people by which a number may be behind that stands
once more; not there where no earlier release counts the same people"""


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
        failures: model calls that failed, by purpose and kind, in tens; with noise only kinds that
            enough people met.
        window: first and last month (YYYY-MM) with enough units behind what is shown, or None.
        withheld_share: band ("2 % to 5 %") of conversations not shown.
        versions: of anonymuse and of the bundle's schema.
        notes: sentences a reader must see ("no chat model: names are keywords").
        naming: how names came about: ``voted``, ``phrases``, ``labels``, ``silent``, or ``direct``,
            the unprotected baseline.
        detector: what was replaced before a model read a conversation ("patterns", or that and
            what finds names).
        weigh_as_one: how many of the ``people`` and of the ``conversations`` counted weigh as one,
            by level of the tree from 0, the whole report last; rounded up, noise in it.
        without_unit: band of conversations that name nobody in data that names users; together
            they count as one.
        cells: numbers inside topics that are shown and that are not, as a reader can count them.
        edits: what people changed before the release, by kind ("renamed": 2).
        overlap: what earlier releases of the same people share with this one, in bands.
        measured: what privacybench found for this way of naming, policy and version; empty where
            nothing was measured.
        quality: what the run found out about its own groups and names (``released/quality``);
            empty in reports of earlier versions.
        cost: what the model calls cost, rounded; outside of the content hash, as the same report
            may have been made in one go or in several.
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
    naming: str = ""
    detector: str = ""
    weigh_as_one: Mapping[str, Sequence[float]] = field(default_factory=dict)
    without_unit: str = ""
    cells: Mapping[str, int] = field(default_factory=dict)
    edits: Mapping[str, int] = field(default_factory=dict)
    overlap: Mapping[str, Any] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)
    cost: Mapping[str, Any] = field(default_factory=dict)


NO_RECEIPT: Final = Receipt(
    unit="user", unit_note="", mode="clio", policy={}, models={}, prompts={}, settings={},
    counts={}, failures={}, window=None, withheld_share="", versions={},
)  # fmt: skip
"""of a report that is never written: tables and attacks go through the gate for its numbers"""


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
        content_hash: digest of everything else, filled in by the store.
        facets: what the breakdowns count, and the facet that groups this tree.
        facet: name of the text facet by which conversations were grouped; empty for the main
            report, which groups by what people ask for.
        places: where the clusters lie on the map; empty where nobody has drawn one.
        further: the same conversations grouped by one further facet each; their own gate let
            each of them through.
    """

    title: str
    conversations: int
    clusters: tuple[Cluster, ...]
    cells: tuple[Cell, ...]
    withheld: tuple[Withheld, ...]
    receipt: Receipt
    content_hash: str = ""
    schema_version: int = SCHEMA_VERSION
    facets: tuple[Facet, ...] = ()
    facet: str = ""
    places: tuple[Place, ...] = ()
    further: tuple[Report, ...] = ()

    @property
    def overall(self) -> tuple[Cell, ...]:
        """The cells that are about the whole time."""
        return tuple(cell for cell in self.cells if not cell.window)

    @property
    def windowed(self) -> tuple[Cell, ...]:
        """The cells of one window each."""
        return tuple(cell for cell in self.cells if cell.window)

    @property
    def estimated(self) -> frozenset[str]:
        """The facets whose shares are estimates: few conversations were asked about."""
        return frozenset(self.receipt.settings.get("estimated", ()))

    def series(self, cluster: str | None) -> tuple[Cell, ...]:
        """Return how many people a cluster (None: the whole report) has in each window, in order.

        The first and the last window may be incomplete: the data begin and end inside them.
        """
        own = (c for c in self.cells if c.window and not c.facet and c.cluster == cluster)
        return tuple(sorted(own, key=lambda cell: cell.window))

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values of all that the content hash covers: all but the cost."""
        values = asdict(self)
        for own in (values, *values["further"]):
            del own["receipt"]["cost"]
        return values


_NESTED = frozenset({"clusters", "cells", "withheld", "receipt", "facets", "places", "further"})


def report_from_dict(data: Mapping[str, Any]) -> Report:
    """Build a report from the values of :meth:`Report.as_dict`.

    Raises:
        KeyError, TypeError: when the values are not those of this schema version.
    """
    rest = {k: v for k, v in data.items() if k not in _NESTED}
    receipt = dict(data["receipt"])
    receipt["notes"] = tuple(receipt.get("notes", ()))
    receipt["window"] = tuple(receipt["window"]) if receipt.get("window") else None
    return Report(
        clusters=tuple(Cluster(**c) for c in data["clusters"]),
        cells=tuple(Cell(**c) for c in data["cells"]),
        withheld=tuple(Withheld(**w) for w in data["withheld"]),
        facets=tuple(Facet(**f) for f in data.get("facets", ())),
        places=tuple(_place(p) for p in data.get("places", ())),
        further=tuple(map(report_from_dict, data.get("further", ()))),
        receipt=Receipt(**receipt),
        **rest,
    )


def _place(data: Mapping[str, Any]) -> Place:
    return Place(**{**data, "near": tuple(data.get("near", ()))})
