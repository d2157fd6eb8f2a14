"""The result of ``eval naming`` as plain values, and as a page's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from anonymuse.evals.naming import Way
from anonymuse.stats.intervals import Estimate

_KINDS = {
    "model": "written",
    "phrase": "phrases",
    "keywords": "our topics",
    "words": "keywords",
    "nothing": "says nothing",
}


def as_result(ways: Mapping[str, Sequence[Way]], provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values for JSON: by policy, every way of naming."""
    found = {policy: [way.as_dict() for way in own] for policy, own in ways.items()}
    return {"evaluation": "naming", **provenance, "policies": found}


def as_markdown(ways: Mapping[str, Sequence[Way]]) -> str:
    """Return a table for each policy."""
    return "\n\n".join(_table(policy, own) for policy, own in ways.items())


def _table(policy: str, ways: Sequence[Way]) -> str:
    lines = [
        f"Policy `{policy}`, {ways[0].clusters} clusters:",
        "",
        f"| way of naming | right | paired gain | in two tries | {_heads()} | calls | seconds |",
        f"|{'---|' * (len(_KINDS) + 6)}",
    ]
    for way in ways:
        gain = "" if way.gain is None else _points(way.gain)
        kinds = " | ".join(f"{way.kinds.get(kind, 0.0):.0%}" for kind in _KINDS)
        lines.append(
            f"| {way.name} | {_share(way.right)} | {gain} | {way.second.mean:.0%} | {kinds} "
            f"| {way.calls:.0f} | {way.seconds:.2f} |"
        )
    return "\n".join(lines)


def _heads() -> str:
    return " | ".join(_KINDS.values())


def _share(found: Estimate) -> str:
    return f"{found.mean:.0%} ({found.low:.0%} to {found.high:.0%})"


def _points(found: Estimate) -> str:
    low, mean, high = (f"{100 * value:+.0f}" for value in (found.low, found.mean, found.high))
    return f"{mean} ({low} to {high})"
