"""All simulations of intervals, and what they say in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from anonymuse.evals.coverage.compared import discoveries, growth, lifts
from anonymuse.evals.coverage.joined import predicted_in_several
from anonymuse.evals.coverage.predicted import predicted_shares
from anonymuse.evals.coverage.released import (
    Case,
    loyal_people,
    shares_of_conversations,
    shares_of_people,
    two_kinds_of_people,
    whole_reports,
)
from anonymuse.evals.coverage.scored import answers, clusterings, correlations, runs
from anonymuse.evals.coverage.several import chance_topics, people_in_several

DRAWS = 200
"""Populations that each setting is drawn from, unless told."""
LEAST, MOST = 0.93, 0.97
"""What coverage is to lie between."""

_FAMILIES: tuple[tuple[Callable[[int, int], Iterator[Case]], float], ...] = (
    (shares_of_people, 10.0),
    (whole_reports, 1.0),
    (shares_of_conversations, 0.3),
    (loyal_people, 0.3),
    (two_kinds_of_people, 0.3),
    (people_in_several, 0.5),
    (predicted_shares, 1.0),
    (predicted_in_several, 0.3),
    (lifts, 0.3),
    (growth, 0.3),
    (answers, 1.0),
    (clusterings, 1.0),
    (runs, 5.0),
    (correlations, 5.0),
)
"""what is simulated, and how many draws of each: where one draw holds many intervals, fewer"""


def simulate(draws: int = DRAWS, seed: int = 0) -> dict[str, Any]:
    """Return every case and what is found where nothing, or something, differs: plain values.

    Args:
        draws: populations of each setting.
        seed: of the drawing.
    """
    cases = [own for make, times in _FAMILIES for own in make(max(10, round(draws * times)), seed)]
    return {
        "draws": draws,
        "seed": seed,
        "cases": [asdict(own) for own in cases],
        "discoveries": [
            asdict(own) for make in (discoveries, chance_topics) for own in make(draws, seed)
        ],
    }


def summary(cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a line for each kind of interval: coverage over its settings, and where it is off."""
    lines = []
    for what in dict.fromkeys(own["what"] for own in cases):
        asked = [own for own in cases if own["what"] == what and own["told"]]
        shares = [own["covered"] / own["told"] for own in asked]
        lines.append(
            {
                "what": what,
                "settings": len(asked),
                "intervals": sum(own["told"] for own in asked),
                "mean": sum(shares) / len(shares),
                "lowest": min(shares),
                "highest": max(shares),
                "below": sum(off(own) < 0 for own in asked),
                "above": sum(off(own) > 0 for own in asked),
            }
        )
    return lines


def off(case: Mapping[str, Any]) -> int:
    """Return -1 or 1 where coverage is surely below or above what is asked for, else 0.

    Surely: by more than two standard errors of the simulation.
    """
    low, high = (
        2.0 * (bound * (1.0 - bound) / max(case["told"], 1)) ** 0.5 for bound in (LEAST, MOST)
    )
    share = case["covered"] / max(case["told"], 1)
    return int(share > MOST + high) - int(share < LEAST - low)


def tables(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown."""
    lines = [
        "| interval | settings | intervals | mean | lowest | highest | too short | too long |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for own in summary(result["cases"]):
        shares = " | ".join(f"{100 * own[name]:.1f} %" for name in ("mean", "lowest", "highest"))
        lines.append(
            f"| {own['what']} | {own['settings']} | {own['intervals']:,} | {shares} "
            f"| {own['below']} | {own['above']} |"
        )
    return "\n".join([*lines, "", *_short(result["cases"]), "", *_found(result["discoveries"])])


def _short(cases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| too short | setting | people | coverage |"
    yield "|---|---|--:|--:|"
    for own in cases:
        if off(own) < 0:
            share = 100 * own["covered"] / own["told"]
            yield f"| {own['what']} | {own['setting']} | {own['n']:,} | {share:.1f} % |"


def _found(discoveries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| lifts called notable | reports with a wrong one | of those named, wrong | found |"
    yield "|---|--:|--:|--:|"
    for own in discoveries:
        power = "" if own["found"] is None else f"{100 * own['found']:.0f} %"
        yield (
            f"| {own['setting']} | {100 * own['any_false']:.1f} % | {100 * own['false']:.1f} % "
            f"| {power} |"
        )
