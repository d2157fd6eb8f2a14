"""What `plan` prints: a table of stages with intervals, and on request one prompt."""

from __future__ import annotations

from collections.abc import Iterator

from anonymuse.api.aligned import aligned
from anonymuse.domain.money import dollars
from anonymuse.pipeline.estimate import Estimate, Range, StageEstimate
from anonymuse.ports.chat import ChatRequest

TITLES = {
    "entities": "looking for names",
    "screen": "asking the screening question",
    "extract": "finding facets",
    "label": "reading a few of each cluster",
    "name": "naming",
    "vote": "voting on names",
    "tree": "building the tree",
    "audit": "auditing names",
    "total": "total",
}
_HEAD = ("", "calls", "tokens in", "tokens out", "cost (US dollars)")

SHOWN = "One prompt, as it would be sent. This is the scrubbed text of a real conversation."
NO_TEXT = "No prompt of this run holds the text of a conversation."


def plain(estimate: Estimate) -> str:
    """Return the page as text, aligned with spaces."""
    return "\n".join(_lines(estimate))


def prompt_page(request: ChatRequest | None) -> str:
    """Return a prompt with a clear heading, every message under its role."""
    if request is None:
        return NO_TEXT
    parts = [f"=== {SHOWN} ==="]
    for message in request.messages:
        parts += ["", f"--- {message.role} ---", message.content]
    return "\n".join([*parts, "", "=== end of the prompt ==="])


def _lines(estimate: Estimate) -> Iterator[str]:
    yield (
        f"{estimate.conversations:,} conversations would take part, {estimate.texts:,} different "
        "texts among them."
    )
    if estimate.model:
        price = "price unknown" if estimate.price is None else estimate.price.as_text()
        yield f"Chat model: {estimate.model} ({price})."
    if estimate.stages:
        yield ""
        table = [_HEAD, *(_row(estimate, stage) for stage in _rows(estimate))]
        yield from aligned(table, numbers=True)
    yield ""
    yield from estimate.notes
    yield "Nothing was sent anywhere."


def _rows(estimate: Estimate) -> tuple[StageEstimate, ...]:
    several = len(estimate.stages) > 1
    return (*estimate.stages, estimate.total) if several else estimate.stages


def _row(estimate: Estimate, stage: StageEstimate) -> tuple[str, ...]:
    cost = estimate.cost(stage)
    return (
        TITLES.get(stage.purpose, stage.purpose),
        _spell(stage.calls),
        _spell(stage.tokens_in),
        _spell(stage.tokens_out),
        "unknown" if cost is None else _spell_money(cost),
    )


def _spell(found: Range) -> str:
    low, likely, high = (rounded(x) for x in (found.low, found.likely, found.high))
    return likely if low == high else f"{likely} ({low} to {high})"


def _spell_money(found: Range) -> str:
    low, likely, high = (dollars(x) for x in (found.low, found.likely, found.high))
    return likely if low == high else f"{likely} ({low} to {high})"


def rounded(number: float) -> str:
    """Spell a count with three digits that mean something: 1,790, 1.72 M."""
    if number < 999.5:
        return f"{number:.0f}"
    if number < 999_500:
        places = len(str(round(number))) - 3
        return f"{round(number, -places):,.0f}"
    return f"{number / 1e6:,.2f} M" if number < 99.95e6 else f"{number / 1e6:,.0f} M"
