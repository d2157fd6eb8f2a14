"""What a run is predicted to ask and to cost: numbers with an interval, stage by stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from anonymuse.domain.money import Price


@dataclass(frozen=True, slots=True)
class Range:
    """A prediction: what is likely, and between what it should lie (about 95 times of 100)."""

    low: float
    likely: float
    high: float

    @classmethod
    def exactly(cls, number: float) -> Range:
        """Return a range without width."""
        return cls(number, number, number)

    def __add__(self, other: Range) -> Range:
        """Add two that err together, which is the careful reading."""
        return Range(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __mul__(self, other: Range | float) -> Range:
        """Multiply by a number or by another range; all are positive."""
        if not isinstance(other, Range):
            other = Range.exactly(other)
        return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)

    def wider(self, share: float) -> Range:
        """Return the range with this relative error added on both sides."""
        return Range(self.low * (1 - share), self.likely, self.high * (1 + share))

    def holds(self, number: float) -> bool:
        """Say whether a number lies in it."""
        return self.low <= number <= self.high


NOTHING = Range.exactly(0)


@dataclass(frozen=True, slots=True)
class StageEstimate:
    """What one line of the ledger is predicted to hold.

    Attributes:
        purpose: the line ("extract", "name", ...), as the ledger calls it.
        calls: that reach a model, repeats included.
        tokens_in: of all their prompts.
        tokens_out: of all their answers.
    """

    purpose: str
    calls: Range
    tokens_in: Range
    tokens_out: Range

    def __add__(self, other: StageEstimate) -> StageEstimate:
        """Add another part of the same line."""
        return StageEstimate(
            self.purpose,
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
        )

    def cost(self, price: Price, *, batch: bool = False) -> Range:
        """Return the cost in micro-dollars; nothing is taken off for a provider's cache."""
        ends = zip(_ends(self.tokens_in), _ends(self.tokens_out), strict=True)
        return Range(*(price.cost(said, heard, batch=batch) for said, heard in ends))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run is predicted to ask of its chat model.

    Attributes:
        conversations: that take part.
        texts: different ones among them.
        model: the chat model's name, or empty where there is none.
        stages: in the order of the run.
        price: of the model; None where nobody says.
        batch: whether calls go through batches, at their price.
        notes: sentences that belong to the numbers.
    """

    conversations: int
    texts: int
    model: str
    stages: tuple[StageEstimate, ...]
    price: Price | None = None
    batch: bool = False
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> StageEstimate:
        """All stages together."""
        return sum(self.stages, StageEstimate("total", NOTHING, NOTHING, NOTHING))

    def cost(self, stage: StageEstimate | None = None) -> Range | None:
        """Return what a stage, or all, will cost in micro-dollars; None: the price is not known."""
        if self.price is None:
            return None
        return (stage or self.total).cost(self.price, batch=self.batch)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for ``--json``; costs in US dollars."""
        return {
            "conversations": self.conversations,
            "distinct_texts": self.texts,
            "model": self.model,
            "price": None if self.price is None else _price(self.price),
            "batch": self.batch,
            "stages": [self._row(stage) for stage in self.stages],
            "total": self._row(self.total),
            "notes": list(self.notes),
        }

    def _row(self, stage: StageEstimate) -> dict[str, Any]:
        cost = self.cost(stage)
        return {
            "purpose": stage.purpose,
            "calls": _whole(stage.calls),
            "tokens_in": _whole(stage.tokens_in),
            "tokens_out": _whole(stage.tokens_out),
            "usd": None if cost is None else _named(x / 1e6 for x in _ends(cost)),
        }


def _ends(found: Range) -> tuple[float, float, float]:
    return found.low, found.likely, found.high


def _whole(found: Range) -> dict[str, float]:
    return _named(round(x) for x in _ends(found))


def _named(ends: Iterable[float]) -> dict[str, float]:
    return dict(zip(("low", "likely", "high"), ends, strict=True))


def _price(price: Price) -> dict[str, Any]:
    return {
        "usd_per_million_in": price.input,
        "usd_per_million_out": price.output,
        "batch": price.batch,
        "date": price.date,
        "source": price.source,
    }
