"""How time and memory grow with the number of conversations, embeddings given.

    python benchmarks/scale.py                 10,000, 30,000 and 100,000 conversations
    python benchmarks/scale.py --sizes 1000000
    python benchmarks/scale.py --kmeans        our k-means beside plain Lloyd, same run
    python benchmarks/scale.py --json FILE     keeps the numbers

Each size runs in a process of its own, so that its peak memory is its own. The stages are those
of the product: cluster (two views of 384 dimensions, fp16 on disk), merge, hierarchy.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from synthetic import Synthetic, make

from anonymuse.domain.policy import PUBLIC
from anonymuse.stages.cluster import choose_k, cluster, merge_small
from anonymuse.stages.hierarchy import grow_tree
from anonymuse.stats.agreement import purity
from anonymuse.vectors.ground import survey
from anonymuse.vectors.kmeans import spherical_kmeans
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.views import View

SIZES = (10_000, 30_000, 100_000)


def stages(n: int, k: int | None, folder: Path) -> dict[str, Any]:
    """Run cluster, merge and hierarchy on ``n`` rows; return seconds and peak memory."""
    user = make(n, seed=1, folder=folder)
    (folder / "whole").mkdir()
    whole = make(n, seed=1, folder=folder / "whole")
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        value = work()
        seconds[name] = round(time.perf_counter() - started, 2)
        return value

    before = _peak_mib()
    views = [
        View("user", user.vectors, user.languages),
        View("whole", whole.vectors, user.languages),
    ]
    wanted = k or choose_k(n, PUBLIC.min_conversations)
    found = timed("cluster", lambda: cluster(views, k=wanted, seed=0))
    merged = timed("merge", lambda: merge_small(found, _enough(user)))
    nodes = timed("hierarchy", lambda: grow_tree(survey(merged.space, merged.labels)))
    return {
        "n": n,
        "k": wanted,
        "clusters": len(merged.centroids),
        "nodes": len(nodes),
        "topic purity": round(purity(merged.labels, user.topic), 3),
        **seconds,
        "seconds": round(sum(seconds.values()), 2),
        "peak MiB": round(_peak_mib()),
        "before MiB": round(before),
    }


def _enough(data: Synthetic) -> Callable[[Any], bool]:
    def enough(rows: Any) -> bool:
        users = len(np.unique(data.users[rows]))
        return len(rows) >= PUBLIC.min_conversations and users >= PUBLIC.min_units

    return enough


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(n: int, k: int | None) -> dict[str, Any]:
    """Run one size in a fresh process."""
    command = [sys.executable, __file__, "--one", str(n), *(["--k", str(k)] if k else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def growth(rows: list[dict[str, Any]], column: str) -> float:
    """Return the exponent of a power law fitted through a column (1: linear)."""
    x = [math.log(row["n"]) for row in rows]
    y = [math.log(max(row[column], 1e-3)) for row in rows]
    return float(np.polyfit(x, y, 1)[0])


def lloyd(rows: Any, k: int, *, passes: int, seed: int) -> float:
    """Plain spherical Lloyd from random rows, for comparison; returns the mean cosine."""
    rng = np.random.default_rng(seed)
    centroids = rows[rng.choice(len(rows), size=k, replace=False)]
    for last in range(passes):
        labels, fit = _nearest(rows, centroids)
        if last == passes - 1:
            break
        sums = np.zeros((k, rows.shape[1]))
        np.add.at(sums, labels, rows)
        moved = unit_rows(sums)
        lost = np.linalg.norm(moved, axis=1) < 0.5
        moved[lost] = centroids[lost]
        centroids = moved
    return float(fit.mean())


def _nearest(rows: Any, centroids: Any) -> tuple[Any, Any]:
    labels, fit = [], []
    for low in range(0, len(rows), 4096):
        near = rows[low : low + 4096] @ centroids.T
        labels.append(near.argmax(axis=1))
        fit.append(near.max(axis=1))
    return np.concatenate(labels), np.concatenate(fit)


def compare_kmeans(n: int, k: int) -> list[dict[str, Any]]:
    """Time our k-means beside twenty passes of Lloyd on hierarchical and on flat data."""
    found = []
    for shape in ("hierarchical", "flat"):
        data = make(n, hierarchical=shape == "hierarchical", languages=1, subtopics=2_000)
        rows = data.vectors.astype(np.float32)
        started, cpu = time.perf_counter(), time.process_time()
        ours = spherical_kmeans(rows, k, seed=0)
        middle, cpu_middle = time.perf_counter(), time.process_time()
        plain = lloyd(rows, k, passes=20, seed=0)
        ended, cpu_ended = time.perf_counter(), time.process_time()
        found.append(
            {
                "data": shape, "n": n, "k": k, "passes": ours.passes,
                "ours s": round(middle - started, 1), "Lloyd s": round(ended - middle, 1),
                "ratio": round((middle - started) / (ended - middle), 2),
                "ours CPU s": round(cpu_middle - cpu, 1),
                "Lloyd CPU s": round(cpu_ended - cpu_middle, 1),
                "ours cosine": round(ours.objective, 4), "Lloyd cosine": round(plain, 4),
                "objective ratio": round(ours.objective / plain, 4),
            }
        )  # fmt: skip
    return found


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a Markdown table."""
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(r[c]) for c in head) + " |" for r in rows])


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--k", type=int, help="base clusters; else as the public policy gives")
    parser.add_argument("--kmeans", action="store_true", help="compare k-means with plain Lloyd")
    parser.add_argument("--rows", type=int, default=100_000, help="of that comparison")
    parser.add_argument("--json", type=Path, help="keep the numbers in this file")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(stages(given.one, given.k, Path(folder))))
        return
    result: dict[str, Any] = {"python": platform.python_version(), "numpy": np.__version__}
    if given.kmeans:
        result["kmeans"] = compare_kmeans(given.rows, given.k or given.rows // 50)
        print(table(result["kmeans"]))
    else:
        result["stages"] = [in_own_process(n, given.k) for n in given.sizes]
        print(table(result["stages"]))
        if len(given.sizes) > 1:
            for column in ("seconds", "peak MiB"):
                result[f"growth of {column}"] = round(growth(result["stages"], column), 2)
                print(f"{column} grow with n to the power {result[f'growth of {column}']}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
