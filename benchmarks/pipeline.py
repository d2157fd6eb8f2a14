"""The whole pipeline with embeddings given: time by stage, peak memory, growth with n.

    python benchmarks/pipeline.py                     10,000, 30,000 and 100,000 conversations
    python benchmarks/pipeline.py --sizes 100000
    python benchmarks/pipeline.py --json FILE         keeps the numbers

Everything runs but the models: files are read, scrubbed, sampled, grouped, named by keywords,
audited, tabulated and released under the public policy. Languages are given with the embeddings,
as the detector is a model too. Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from scale import growth, table
from synthetic import Synthetic, make

from anonymuse.adapters.read.sniff import open_readers
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Event, StageDone
from anonymuse.pipeline.fingerprint import file_digest
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Parts, Source
from anonymuse.pipeline.run import run_pipeline
from anonymuse.ports.embedder import Vectors

SIZES = (10_000, 30_000, 100_000)
WORDS = 30
"""words of a user's turn; with the answer a conversation has about 600 characters"""


class Given:
    """Finds the vector of a text by the number it carries: the embeddings are given."""

    id = "given"
    keeps_prefix = False
    knows_meaning = False

    def __init__(self, data: Synthetic) -> None:
        self.vectors = data.vectors
        self.dimensions = int(data.vectors.shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the given vectors; names, which were not given, are all alike."""
        numbers = [_number(text) if "zeile" in text else 0 for text in texts]
        return np.asarray(self.vectors[numbers], dtype=np.float32)


class Languages:
    """Knows the language of every conversation."""

    id = "given"

    def __init__(self, data: Synthetic) -> None:
        self.languages = data.languages

    def detect(self, text: str) -> str:
        """Return the language made for it."""
        return f"Language{chr(65 + int(self.languages[_number(text)].split()[-1]))}"


def _number(text: str) -> int:
    """Read the row number, which is spelled in letters so that no scrubber takes it out."""
    word = text[text.index("zeile") + 5 :].split(maxsplit=1)[0]
    return int("".join(str(_PARTS.index(word[i : i + 2])) for i in range(0, len(word), 2)))


def write(data: Synthetic, path: Path) -> None:
    """Write conversations whose words come from their topic."""
    draw = np.random.default_rng(0)
    vocabulary = [f"{a}{b}{c}" for a in _PARTS for b in _PARTS for c in _PARTS]
    with path.open("w", encoding="utf-8") as out:
        for row, topic in enumerate(data.topic.tolist()):
            own = draw.integers(topic * 50, topic * 50 + 60, size=WORDS)
            said = " ".join(vocabulary[i] for i in own)
            tag = "".join(_PARTS[int(digit)] for digit in str(row))
            answer = " ".join(vocabulary[i] for i in draw.integers(0, 2_000, size=2 * WORDS))
            messages = [
                {"role": "user", "content": f"zeile{tag} {said}"},
                {"role": "assistant", "content": answer},
            ]
            user = f"u{data.users[row]}" if data.users[row] < 3_000 else f"v{row}"
            out.write(json.dumps({"id": row, "user": user, "messages": messages}) + "\n")


_PARTS = ("ba", "co", "di", "fu", "ge", "hi", "ja", "ko", "li", "mo", "na", "pe", "ru", "si", "to")


def one(n: int) -> dict[str, Any]:
    """Run one size and return its figures."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = make(n, seed=1, folder=folder)
        write(data, folder / "conversations.jsonl")
        seconds: dict[str, float] = {}

        def note(event: Event) -> None:
            if isinstance(event, StageDone):
                seconds[event.stage] = round(event.seconds, 2)

        file = folder / "conversations.jsonl"
        parts = Parts(
            sources=[
                Source(reader.name, reader, file_digest(file)) for reader in open_readers(file)
            ],
            key=ProjectKey(b"b" * 32),
            detector=Languages(data),
            embed_conversation=Given(data),
        )
        before = _peak_mib()
        finished = asyncio.run(run_pipeline(RunConfig(), parts, folder / "out", save_report, note))
        report = finished.report
        return {
            "n": n,
            **seconds,
            "seconds": round(sum(seconds.values()), 1),
            "peak MiB": round(_peak_mib()),
            "before MiB": round(before),
            "published": sum(c.level == 0 for c in report.clusters),
        }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", type=Path, help="keep the numbers in this file")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one)))
        return
    rows = []
    for n in given.sizes:
        command = [sys.executable, __file__, "--one", str(n)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout))
    print(table(rows))
    result: dict[str, Any] = {"python": platform.python_version(), "sizes": rows}
    if len(rows) > 1:
        for column in ("seconds", "peak MiB"):
            result[f"growth of {column}"] = round(growth(rows, column), 2)
            print(f"{column} grow with n to the power {result[f'growth of {column}']}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
