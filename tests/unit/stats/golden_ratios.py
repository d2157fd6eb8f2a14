"""Cases that the interface's own statistics must agree with: ``ui/tests/golden/stats.json``.

``python -m tests.unit.stats.golden_ratios`` writes them anew.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from anonymuse.stats.lifts import Counts, benjamini_hochberg, ratios

PATH = Path(__file__).parents[3] / "ui" / "tests" / "golden" / "stats.json"

# a of A people here, b of B there; sigma, rounding; terms of a, A, b, B; how many weigh as one
_Ratio = tuple[float, float, float, float, float, int, tuple[int, int, int, int]]
_RATIOS: tuple[_Ratio, ...] = (
    (40, 71, 63, 1640, 0, 1, (1, 1, 1, 1)),
    (100, 729, 88, 982, 0, 1, (1, 1, 1, 1)),
    (10, 100, 200, 10_000, 0, 1, (1, 1, 1, 1)),
    (3, 24, 300, 1_700, 0, 1, (1, 1, 1, 1)),
    (50, 500, 500, 5_000, 0, 1, (1, 1, 1, 1)),
    (5, 5, 900, 1_000, 0, 1, (1, 1, 1, 1)),
    (5, 5, 1_000, 1_000, 0, 1, (1, 1, 1, 1)),
    (999, 1_000, 20, 21, 0, 1, (1, 1, 1, 1)),
    (45, 120, 340, 2_630, 5, 5, (1, 1, 9, 14)),
    (25, 300, 800, 3_000, 5, 5, (1, 1, 14, 14)),
    (265, 1_300, 2_410, 24_100, 2, 5, (12, 20, 160, 230)),
    (30, 400, 1_250_000, 40_000_000, 5, 5, (1, 1, 3_000, 9_999)),
    (15, 60, 20, 80, 0, 5, (1, 1, 1, 1)),
    (7, 50, 6, 40, 0, 1, (1, 1, 1, 1)),
    (20, 100, 105, 100, 0, 5, (1, 1, 1, 1)),  # rounding has made the part exceed the whole
    (10, 100, 200, 10_000, 5, 5, (1, 1, 1, 1)),  # no more than noise: nothing to compare
    (50, 100, 5, 10_000, 5, 5, (1, 1, 1, 1)),
    (50, 100, 0, 10_000, 0, 1, (1, 1, 1, 1)),
    (0, 100, 50, 10_000, 0, 1, (1, 1, 1, 1)),
    (50, 100, 0, 0, 0, 1, (1, 1, 1, 1)),
    (50, 100, -5, 200, 0, 5, (1, 1, 1, 1)),
)
_FAMILIES: tuple[tuple[tuple[float, ...], float], ...] = (
    ((), 0.05),
    ((0.05,), 0.05),
    ((0.051,), 0.05),
    ((0.01, 0.04, 0.03, 0.02), 0.05),
    ((0.04, 0.9, 0.001, 0.02, 1.0, 1.0), 0.05),
    ((0.013, 0.013, 0.5, 0.013), 0.05),
    ((0.2, 0.6, 0.9), 0.05),
    ((0.03, 0.2, 1e-12, 0.04), 0.1),
)


def cases() -> dict[str, Any]:
    """Return all cases with what comes out of them."""
    ratio = [_ratio(*case, designs) for case in _RATIOS for designs in ((1.0, 1.0), (1.7, 2.4))]
    return {"ratio": ratio, "bh": [_bh(*case) for case in _FAMILIES]}


def written() -> str:
    """Return the cases as they are kept."""
    return json.dumps(cases(), indent=1) + "\n"


def _ratio(
    a: float, n: float, b: float, m: float, sigma: float, rounding: int, terms: tuple[int, ...],
    designs: tuple[float, float],
) -> dict[str, Any]:  # fmt: skip
    here = Counts(a, n, terms[0], terms[1], designs[0])
    there = Counts(b, m, terms[2], terms[3], designs[1])
    found = ratios(here, there, sigma=sigma, rounding=rounding)
    names = ("ratio", "low", "high", "p")
    values = {name: float(getattr(found, name)[0]) for name in names}
    case = {"a": a, "A": n, "b": b, "B": m, "sigma": sigma, "rounding": rounding}
    return {
        "in": {**case, "terms": list(terms), "designs": list(designs)},
        "out": None if math.isnan(values["ratio"]) else values,
    }


def _bh(p: tuple[float, ...], q: float) -> dict[str, Any]:
    return {"p": list(p), "q": q, "out": benjamini_hochberg(p, q=q).tolist()}


if __name__ == "__main__":
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(written())
