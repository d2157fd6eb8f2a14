"""Released reports of any size, invented: trees, facets, months, names that are hard to draw.

``python -m benchmarks.synthetic_report --clusters 10000 --levels 4 --out DIR`` writes a bundle that
`anonymuse explore DIR` opens. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.synthetic_names import KINDS, Namer

from anonymuse._version import __version__
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.domain.policy import POLICIES
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell, Facet
from anonymuse.domain.released.report import SCHEMA_VERSION, Receipt, Report
from anonymuse.stats.intervals import wilson

Ints = npt.NDArray[np.int64]

STEP = 5
LEAST = 10
POLICY = POLICIES["public"]
LANGUAGES = (
    "English", "Spanish", "Portuguese", "Hindi", "Arabic", "German", "Japanese", "French", "Korean",
    "Swahili", "Polish", "Thai",
)  # fmt: skip
FACETS: tuple[tuple[Facet, tuple[str, ...], float], ...] = (
    (Facet("language", "Language", "", "text"), LANGUAGES, 0.7),
    (
        Facet("concern", "Concern", "How concerning is the conversation for safety?", "integer"),
        ("1", "2", "3", "4", "5"),
        2.2,
    ),
    (
        Facet("refused", "Refused", "Did the assistant refuse the request?", "one_of"),
        ("no", "partly", "yes"),
        3.0,
    ),
    (Facet("flagged", "Flagged by a classifier", "", "boolean"), ("no", "yes"), 3.2),
    (Facet("turns", "Turns", "", "integer"), ("1 to 2", "3 to 4", "5 to 10", "11 to 20"), 0.8),
    (
        Facet("domains", "Domains", "Which fields is it about?", "several_of"),
        ("work", "study", "home", "health", "money", "leisure"),
        0.5,
    ),
)
"""what can be told of a conversation, its values, and how steeply their shares fall"""


def synthetic_report(
    clusters: int = 100,
    *,
    levels: int = 3,
    conversations: int = 100_000,
    facets: int = 4,
    windows: int = 6,
    names: str = "plain",
    seed: int = 0,
) -> Report:
    """Make a report whose tree is sound.

    Args:
        clusters: base clusters.
        levels: of the tree, base clusters included; fewer where there are too few clusters.
        conversations: about so many in all.
        facets: the first so many of :data:`FACETS`.
        windows: months; fewer than 2 for none.
        names: ``plain``, ``hostile``, ``rtl`` or ``long``.
        seed: of everything.
    """
    rng = np.random.default_rng(seed)
    tree = _tree(clusters, levels, rng)
    told = np.zeros(len(tree), dtype=np.int64)
    told[:clusters] = _sizes(clusters, conversations, rng)
    units = np.where(told > 0, np.maximum(told // 3 // STEP * STEP, LEAST), 0)
    for i, (_, parent) in enumerate(tree):  # children before parents
        if parent is not None:
            told[parent] += told[i]
            units[parent] += units[i]
    ids = _ids([level for level, _ in tree])
    namer = Namer(names, seed)
    total = int(told[:clusters].sum())
    nodes = []
    for i, (level, parent) in enumerate(tree):
        low, high = wilson(int(told[i]), total)
        name, description = namer.next(level)
        nodes.append(
            Cluster(
                id=ids[i],
                parent=None if parent is None else ids[parent],
                level=level,
                name=name,
                description=description,
                named_by="model" if rng.random() < 0.8 else "phrase",
                conversations=int(told[i]),
                units=int(units[i]),
                share=round(int(told[i]) / total, 4),
                share_low=round(low, 4),
                share_high=round(high, 4),
                grade=int(rng.integers(3, 6)),
            )
        )
    asked = FACETS[:facets]
    counts: list[tuple[str | None, int]] = [(None, int(units[:clusters].sum()))]
    counts += [(ids[i], int(units[i])) for i in range(len(tree))]
    cells = [cell for facet in asked for cell in _facet_cells(facet, counts, rng)]
    if windows > 1:
        cells += _window_cells(_months(windows), counts, rng)
    return Report(
        title=f"Invented: {clusters:,} topics",
        conversations=total,
        clusters=tuple(nodes),
        cells=tuple(cells),
        withheld=(Withheld("too few people", 1 + clusters // 20),),
        receipt=_receipt(clusters, windows, cells, seed),
        facets=tuple(facet for facet, _, _ in asked),
    )


def _tree(clusters: int, levels: int, rng: np.random.Generator) -> list[tuple[int, int | None]]:
    """Return ``(level, index of the parent)``, base clusters first; no parent has an only child."""
    found: list[tuple[int, int | None]] = [(0, None)] * clusters
    below = range(clusters)
    ratio = max(2.0, (clusters / 8) ** (1 / max(levels - 1, 1)))
    for level in range(1, levels):
        count = int(len(below) / ratio)
        if count < 2:
            break
        first = len(found)
        found += [(level, None)] * count
        weight = rng.pareto(1.5, count) + 0.3
        chosen = rng.choice(count, size=len(below), p=weight / weight.sum())
        chosen[: 2 * count] = np.tile(np.arange(count), 2)
        rng.shuffle(chosen)
        for child, parent in zip(below, chosen.tolist(), strict=True):
            found[child] = (level - 1, first + parent)
        below = range(first, first + count)
    return found


def _sizes(clusters: int, conversations: int, rng: np.random.Generator) -> Ints:
    """Return multiples of the policy's step with a long tail, none below its minimum."""
    raw = rng.lognormal(0.0, 1.1, clusters)
    least = POLICY.min_conversations
    spare = max(conversations - least * clusters, 0)
    sizes = least + spare * raw / raw.sum()
    return np.asarray(np.maximum(np.round(sizes / STEP) * STEP, least), dtype=np.int64)


def _ids(levels: Sequence[int]) -> list[str]:
    count: dict[int, int] = {}
    found = []
    for level in levels:
        found.append(f"L{level}-{count.get(level, 0):04}")
        count[level] = count.get(level, 0) + 1
    return found


def _facet_cells(
    facet: tuple[Facet, tuple[str, ...], float],
    counts: Sequence[tuple[str | None, int]],
    rng: np.random.Generator,
) -> Iterator[Cell]:
    told, values, steep = facet
    base = np.arange(1, len(values) + 1) ** -(1.0 + steep)
    for cluster, units in counts:
        tilt = np.zeros(len(values)) if cluster is None else rng.normal(0.0, 0.8, len(values))
        weight = base * np.exp(tilt)
        if told.kind == "several_of":
            share = np.clip(weight / weight.max() * 0.6, 0.0, 1.0)
        else:
            share = weight / weight.sum()
        for value, part in zip(values, (units * share).tolist(), strict=True):
            yield _cell(cluster, told.name, value, part, units)


def _window_cells(
    months: Sequence[str], counts: Sequence[tuple[str | None, int]], rng: np.random.Generator
) -> Iterator[Cell]:
    whole: list[int] = []
    for cluster, units in counts:
        trend = 0.0 if cluster is None else rng.normal(0.0, 0.08)
        weight = np.exp(trend * np.arange(len(months)) + rng.normal(0.0, 0.05, len(months)))
        parts = (units * weight / weight.sum()).tolist()
        if cluster is None:
            whole = [int(part) for part in parts]
        for month, part, of in zip(months, parts, whole, strict=True):
            yield _cell(cluster, "", "", part, units if cluster is None else of, window=month)


def _cell(
    cluster: str | None, facet: str, value: str, part: float, whole: int, window: str = ""
) -> Cell:
    units = int(round(part / STEP) * STEP)
    if units < LEAST or whole < units:
        return Cell(cluster, facet, value, None, None, None, None, window)
    low, high = wilson(units, whole)
    share = round(units / whole, 4)
    return Cell(cluster, facet, value, units, share, round(low, 4), round(high, 4), window)


def _months(windows: int) -> list[str]:
    return [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(windows)]


def _receipt(clusters: int, windows: int, cells: Sequence[Cell], seed: int) -> Receipt:
    months = _months(max(windows, 1))
    inside = [cell for cell in cells if cell.cluster is not None]
    shown = sum(cell.units is not None for cell in inside)
    return Receipt(
        unit="user",
        unit_note="",
        mode="clio",
        policy=POLICY.as_dict(),
        models={"chat": "invented", "embed": "invented", "language": "invented"},
        prompts={},
        settings={"seed": seed, "sample": "all"},
        counts={"k asked": clusters, "published": clusters, "withheld": 1 + clusters // 20},
        failures={},
        window=(months[0], months[-1]) if windows > 1 else None,
        withheld_share="2 % to 5 %",
        versions={"anonymuse": __version__, "schema": str(SCHEMA_VERSION)},
        notes=("This report is invented: no conversation stands behind it.",),
        naming="voted",
        detector="patterns",
        without_unit="0 %",
        cells={"shown": shown, "withheld": len(inside) - shown},
    )


def main() -> None:
    """Write a bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clusters", type=int, default=100)
    parser.add_argument("--levels", type=int, default=3)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--facets", type=int, default=4)
    parser.add_argument("--windows", type=int, default=6)
    parser.add_argument("--names", choices=KINDS, default="plain")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    given = vars(parser.parse_args())
    out = given.pop("out")
    report = save_report(synthetic_report(**given), out)
    print(f"Wrote {len(report.clusters):,} clusters, {len(report.cells):,} cells to {out}")


if __name__ == "__main__":
    main()
