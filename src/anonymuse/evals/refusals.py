"""How well phrases tell a refusal: against people's labels, and against a corpus' truth."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.lexicon.refusals import refusal

_HEAD = 400
"""Characters of a turn that a transcript keeps for this (`stages.scrub`)."""


@dataclass(frozen=True, slots=True)
class RefusalScore:
    """Counts on one set; a refusal is found when the answer is ``yes`` or ``partly``.

    Attributes:
        name: of the set.
        conversations: in it.
        refusals: true ones.
        found: of these.
        wrong: conversations without a refusal that were said to hold one.
    """

    name: str
    conversations: int
    refusals: int
    found: int
    wrong: int

    @property
    def precision(self) -> float:
        """Share of the found that are true."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the true that are found."""
        return self.found / self.refusals if self.refusals else 1.0


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def score_heads(name: str, labelled: Iterable[tuple[Sequence[str], bool]]) -> RefusalScore:
    """Score ``(assistant turns, refused)`` pairs."""
    total = refusals = found = wrong = 0
    for turns, refused in labelled:
        said = refusal([turn[:_HEAD] for turn in turns]) != "no"
        total += 1
        refusals += refused
        found += refused and said
        wrong += said and not refused
    return RefusalScore(name, total, refusals, found, wrong)


def score_xstest(path: Path) -> tuple[RefusalScore, RefusalScore]:
    """Score GPT-4's answers of XSTest (arXiv 2308.01263) with people's labels.

    Returns:
        The half with even ids, on which phrases were written, and the held-out half.
    """
    halves: list[list[tuple[Sequence[str], bool]]] = [[], []]
    for row in _rows(path):
        odd = int(row["id"].rpartition("-")[2]) % 2
        halves[odd].append(([row["completion"]], row["final_label"] != "1_full_compliance"))
    return score_heads("XSTest, even ids", halves[0]), score_heads("XSTest, odd ids", halves[1])


def score_corpus(path: Path, *, name: str) -> RefusalScore:
    """Score a known-truth file (``messages`` and ``refused``)."""
    return score_heads(
        name,
        (
            ([m["content"] for m in row["messages"] if m["role"] == "assistant"], row["refused"])
            for row in _rows(path)
        ),
    )


def table(scores: Iterable[RefusalScore]) -> str:
    """Return the result as a Markdown table."""
    lines = [
        "| set | conversations | refusals | precision | recall |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {s.name} | {s.conversations:,} | {s.refusals:,} | {s.precision:.2f} | {s.recall:.2f} |"
        for s in scores
    ]
    return "\n".join(lines)
