"""What a run printed at its end: model calls by line, tokens, cost, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from anonymuse.adapters.chat.ledger import LOST
from anonymuse.domain.money import MICRO, Price, dollars

FOUND_AGAIN = "lost in a kill, counted from the stored answers"


def spent(usage: Mapping[str, Any]) -> list[str]:
    """Return the lines; none where no model was asked.

    Args:
        usage: of an outcome: exact counts, for who runs it.
    """
    folder = usage.get("folder")
    if not folder or not folder["by purpose"]:
        return []
    return list(_lines(folder, usage))


def _lines(folder: Mapping[str, Any], usage: Mapping[str, Any]) -> Iterator[str]:
    price = None if folder["price"] is None else Price(**folder["price"])
    told = "price unknown" if price is None else price.as_text()
    whole = folder["total"]
    yield f"Model calls for this folder: {_said(whole)} ({told})"
    for purpose, row in folder["by purpose"].items():
        failed = ", ".join(f"{kind} {count:,}" for kind, count in sorted(row["failures"].items()))
        # A call that failed may have been repeated with success.
        title = FOUND_AGAIN if purpose == LOST else purpose
        yield f"  {title}: {_said(row)}{f'; calls that failed: {failed}' if failed else ''}"
    second = usage.get("fallback") or {"calls": 0}
    calls = usage["calls"] + second["calls"]
    if whole["calls"] != calls:
        yield f"Of these in this run: {calls:,} calls; the others were paid for before."
    if answered := usage.get("by_fallback"):
        yield f"Answered by the fallback model in this run: {answered:,} that the first one refused"
    given_up = ", ".join(f"{k} {n:,}" for k, n in sorted((usage["failures"] or {}).items()))
    if given_up:
        yield f"Questions without an answer in this run: {given_up}"


def _said(row: Mapping[str, Any]) -> str:
    # What a kill kept from the ledger has no number of calls.
    parts = [f"{row['calls']:,} calls"] if row["calls"] else []
    parts += [f"{row['tokens_in']:,} tokens in", f"{row['tokens_out']:,} out"]
    if row["usd"] is not None:
        parts.append(dollars(row["usd"] * MICRO))
    return ", ".join(parts)
