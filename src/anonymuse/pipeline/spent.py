"""What the calls of a run folder have cost: exact for who runs it, rounded for a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from anonymuse.domain.money import MICRO, dollars, two_digits
from anonymuse.pipeline.estimate import Estimate, Range
from anonymuse.pipeline.parts import Parts
from anonymuse.ports.spending import Line, Spending, total


def usage_of(parts: Parts) -> dict[str, Any]:
    """Return exact counts: of this run's calls, and under ``folder`` of every run's."""
    if parts.chat is None:
        return {}
    asker = parts.chat.asker
    lines = {purpose: asdict(usage) for purpose, usage in sorted(asker.ledger.items())}
    found = {**asdict(asker.usage), "by purpose": lines}
    if parts.spending is not None:
        found["folder"] = _folder(parts.spending)
    return found


def _folder(spending: Spending) -> dict[str, Any]:
    lines = spending.lines()
    price = spending.price
    return {
        "price": None if price is None else asdict(price),
        "total": _row(total(lines)),
        "by purpose": {purpose: _row(line) for purpose, line in lines.items()},
    }


def _row(line: Line) -> dict[str, Any]:
    row = asdict(line)
    micro = row.pop("micro_dollars")
    return {**row, "usd": None if line.unpriced else round(micro / MICRO, 9)}


def released_cost(spending: Spending | None) -> dict[str, Any]:
    """Return what a release says of the cost; two digits, as exact sums would count conversations.

    Empty where no model was asked.
    """
    if spending is None:
        return {}
    line = total(spending.lines())
    if not line.tokens_in + line.tokens_out:
        return {}
    price = spending.price
    known = price is not None and not line.unpriced
    return {
        "usd": two_digits(line.micro_dollars / MICRO) if known else None,
        "price": "unknown" if price is None else price.as_text(),
        "price date": "" if price is None else price.date,
        "tokens in": two_digits(line.tokens_in),
        "tokens out": two_digits(line.tokens_out),
    }


def in_one_line(estimate: Estimate, spent: float) -> str:
    """Say what a run will probably ask and cost.

    Args:
        estimate: of the whole run.
        spent: micro-dollars spent in the folder already.
    """
    whole, cost = estimate.total, estimate.cost()
    said = (
        f"Expected: {_about(whole.calls)} calls, {_about(whole.tokens_in)} tokens in, "
        f"{_about(whole.tokens_out)} out, "
    )
    if cost is None or estimate.price is None:
        return f"{said}price unknown."
    if estimate.price.free:
        return f"{said}{estimate.price.as_text()}."
    said += (
        f"{dollars(cost.likely)} "
        f"({dollars(cost.low)} to {dollars(cost.high)}; {estimate.price.as_text()})"
    )
    return f"{said}; spent in this folder so far: {dollars(spent)}." if spent else f"{said}."


def _about(found: Range) -> str:
    return f"{two_digits(round(found.likely)):,}"


def spent_so_far(spending: Mapping[str, Line]) -> float:
    """Return the micro-dollars of all lines."""
    return total(spending).micro_dollars
