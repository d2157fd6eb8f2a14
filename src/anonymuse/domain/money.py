"""What a model call costs: prices, and amounts of money that are shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

MICRO = 1_000_000
"""micro-dollars in a dollar; a price in USD for a million tokens is one in micro-dollars each"""


@dataclass(frozen=True, slots=True)
class Price:
    """What one model's tokens cost, in USD for a million of them.

    Attributes:
        input: of the prompt.
        output: of the answer, thoughts included.
        cached: of prompt tokens that the provider took from its cache.
        batch: share of the price that a call in a batch costs.
        date: when the price was read (ISO 8601), or empty where somebody gave it.
        source: where it was read.
    """

    input: float
    output: float
    cached: float
    batch: float = 1.0
    date: str = ""
    source: str = ""

    @property
    def free(self) -> bool:
        """True for a model that costs nothing, as on this machine."""
        return not (self.input or self.output)

    def cost(
        self, tokens_in: float, tokens_out: float, cached: float = 0, *, batch: bool = False
    ) -> float:
        """Return what a call costs, in micro-dollars.

        Args:
            tokens_in: all tokens of the prompt.
            tokens_out: tokens of the answer.
            cached: those of ``tokens_in`` that came from the provider's cache.
            batch: the call went through a batch.
        """
        known = min(cached, tokens_in)
        full = (tokens_in - known) * self.input + known * self.cached + tokens_out * self.output
        return full * (self.batch if batch else 1.0)

    def as_text(self) -> str:
        """Return the price in words, with its date: a price without one means nothing."""
        if self.free:
            return "free"
        told = f"{_price(self.input)} in, {_price(self.output)} out for a million tokens"
        return f"{told}, {f'as of {self.date}' if self.date else 'as given'}"


def _price(usd: float) -> str:
    return f"${usd:.2f}" if round(usd, 2) == usd else f"${usd:g}"


LOCAL = Price(0.0, 0.0, 0.0, source="this machine")
"""A model on this machine costs nothing that we know of."""


def dollars(micro: float) -> str:
    """Spell an amount of micro-dollars: two digits that mean something, cents from a dollar on."""
    usd = micro / MICRO
    if usd <= 0:
        return "$0"
    if usd >= 1:
        return f"${usd:,.2f}"
    places = max(2, 1 - math.floor(math.log10(usd)))
    return f"${usd:.{places}f}"


def two_digits(number: float) -> float:
    """Return a number rounded to two significant digits, as a release states it."""
    if number <= 0:
        return 0
    step = 10.0 ** (math.floor(math.log10(number)) - 1)
    rounded = round(round(number / step) * step, 12)
    return int(rounded) if rounded >= 1 and rounded == int(rounded) else rounded
