"""The seam to what model calls have cost: a run reads it, the ledger of its folder keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from anonymuse.domain.money import Price


@dataclass(frozen=True, slots=True)
class Line:
    """What one purpose has cost so far, over every run of the folder.

    Attributes:
        calls: that reached a model.
        hits: answers that were there already.
        tokens_in: tokens of the prompts that reached a model.
        tokens_out: tokens of the answers.
        tokens_cached: prompt tokens that the provider took from its cache.
        micro_dollars: what it cost; calls without a known price are left out.
        unpriced: calls without a known price.
        failures: calls that gave nothing usable, by kind; the same question may have been answered
            later.
    """

    calls: int = 0
    hits: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    micro_dollars: float = 0.0
    unpriced: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)


class Spending(Protocol):
    """What the calls of a run folder have cost."""

    @property
    def price(self) -> Price | None:
        """The chat model's price, or None where nobody says."""
        ...

    def lines(self) -> dict[str, Line]:
        """Return what was spent by purpose, sorted."""
        ...


def total(lines: Mapping[str, Line]) -> Line:
    """Return the sum of lines."""
    failures: dict[str, int] = {}
    for line in lines.values():
        for kind, count in line.failures.items():
            failures[kind] = failures.get(kind, 0) + count
    every = lines.values()
    return Line(
        calls=sum(line.calls for line in every),
        hits=sum(line.hits for line in every),
        tokens_in=sum(line.tokens_in for line in every),
        tokens_out=sum(line.tokens_out for line in every),
        tokens_cached=sum(line.tokens_cached for line in every),
        micro_dollars=sum(line.micro_dollars for line in every),
        unpriced=sum(line.unpriced for line in every),
        failures=dict(sorted(failures.items())),
    )
