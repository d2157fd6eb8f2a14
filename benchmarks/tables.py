"""How long a cube takes: facets by topic and month, counted, protected and rounded.

    python benchmarks/tables.py                     100,000 rows, 100 topics, 10 facets, 12 months
    python benchmarks/tables.py --rows 1000000

Told are seconds of a core and how many cells there are by what became of them.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np

from anonymuse.domain.policy import POLICIES
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.tabulate import FacetColumn, tabulate
from anonymuse.stats.tables.calendar import windows_of

LEAVES = 100
BELOW = 10
FACETS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--policy", choices=sorted(POLICIES), default="public")
    parser.add_argument("--flat", action="store_true", help="no parents")
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    people = args.rows // 3
    active = rng.pareto(1.5, people) + 1
    labels = rng.integers(0, LEAVES, args.rows)
    units = rng.choice(people, args.rows, p=active / active.sum())
    start = datetime(2026, 1, 3, tzinfo=UTC)
    times = [start + timedelta(hours=int(h)) for h in rng.integers(0, 24 * 350, args.rows)]
    columns = []
    for number in range(FACETS):
        values = tuple("abcdefgh"[: 3 + number % 5])
        shares = rng.dirichlet(np.full(len(values), 0.7))
        columns.append(
            FacetColumn(f"facet {number}", values, rng.choice(len(values), args.rows, p=shares))
        )
    began = time.process_time()
    cells = tabulate(
        _nodes(flat=args.flat), labels, units, columns, POLICIES[args.policy],
        key=b"k" * 32, pseudonyms=[f"p{i}" for i in range(people)],
        windows=windows_of(times, "month"), identifying=["facet 0"], sensitive=["facet 1"],
    )  # fmt: skip
    print(f"{args.rows:,} rows: {time.process_time() - began:.1f} s, {len(cells):,} cells")
    for why, count in Counter(cell.why or "shown" for cell in cells).most_common():
        print(f"  {why}: {count:,}")


def _nodes(*, flat: bool) -> list[DraftNode]:
    leaves = [f"L0-{i:04d}" for i in range(LEAVES)]
    if flat:
        return [DraftNode(leaf, None, (), 0) for leaf in leaves]
    found = []
    for number in range(LEAVES // BELOW):
        own, parent = leaves[number * BELOW : (number + 1) * BELOW], f"L1-{number:04d}"
        found += [DraftNode(leaf, parent, (), 0) for leaf in own]
        found.append(DraftNode(parent, None, tuple(own), 1))
    return found


if __name__ == "__main__":
    main()
