"""What got better or worse since a stored evaluation, beyond noise."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from anonymuse.errors import InputError
from anonymuse.evals.suite.section import Figure, Number, Section
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import over_pairs, over_seeds

Verdict = Literal["better", "worse", "no difference beyond noise", "no interval"]
LEAST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One figure, then and now.

    Attributes:
        section: title of the section.
        label: the measure in words, as it is called now, and then where that was otherwise.
        before: the stored value.
        now: the new one.
        change: now minus before, with its interval.
        paired: over the same draws of the same data; else as of independent measurements, whose
            interval is wider than need be.
        verdict: what the interval says.
        renamed: the stored figure was called otherwise, mostly by another number of clusters.
    """

    section: str
    label: str
    before: Number
    now: Number
    change: Number
    paired: bool
    verdict: Verdict
    renamed: bool = False


def compare_with(
    sections: Sequence[Section], stored: Mapping[str, Any], *, data: str
) -> tuple[Change, ...]:
    """Compare every figure that both evaluations have.

    Args:
        sections: the new evaluation.
        stored: what ``result.json`` of another one holds.
        data: name of what was measured now; seeds are paired on the same data alone.
    """
    same = stored.get("data") == data
    before = {
        (section["key"], figure["key"]): figure
        for section in stored["sections"]
        for figure in section["figures"]
    }
    return tuple(
        _change(section.title, figure, before[section.key, figure.key], same=same)
        for section in sections
        for figure in section.figures
        if (section.key, figure.key) in before
        and before[section.key, figure.key].get("judge", "") == figure.judge
    )


def read_stored(path: Path) -> dict[str, Any]:
    """Read a stored evaluation.

    Raises:
        InputError: it cannot be read, or is something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        for section in found["sections"]:
            for figure in section["figures"]:
                Number(**figure["ours"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{path} is no stored evaluation. Name a result.json that `anonymuse eval --out` wrote."
        ) from None
    return dict(found)


def _change(section: str, now: Figure, stored: Mapping[str, Any], *, same: bool) -> Change:
    before = Number(**stored["ours"])
    same = same and stored.get("rows") == now.rows and stored.get("draws", "") == now.draws
    in_pairs = _in_pairs(now, stored) if same else None
    half = _half(now.ours, before) if in_pairs is None else in_pairs.high - in_pairs.mean
    difference = now.ours.value - before.value
    change = Number(difference)
    if half is not None:
        change = Number(difference, difference - half, difference + half)
    was = stored.get("label", now.label)
    label, renamed = _called(now.label, was), was != now.label
    verdict = _verdict(change, now)
    return Change(section, label, before, now.ours, change, in_pairs is not None, verdict, renamed)


def _called(now: str, was: str) -> str:
    """Return the label, and what stood there before where that was something else."""
    here, there = now.split(), was.split()
    if here == there:
        return now
    same = len(here) == len(there)
    other = [b for a, b in zip(here, there, strict=True) if a != b] if same else there
    return f"{now} (before: {' '.join(other)})"


def _in_pairs(now: Figure, stored: Mapping[str, Any]) -> Estimate | None:
    """Return the difference over the same draws; None where they are not there, or too few.

    A measure of two draws shares each of them with other pairs: its interval is over draws.
    """
    seeds, pairs = stored.get("by_seed") or (), stored.get("by_pair") or ()
    if len(seeds) == len(now.by_seed) >= LEAST_PAIRS:
        return over_seeds(np.array(now.by_seed) - np.array(seeds))
    if [*map(len, pairs)] == [*map(len, now.by_pair)] and len(pairs) + 1 >= LEAST_PAIRS:
        return over_pairs(_table(now.by_pair) - _table(pairs))
    return None


def _table(by_pair: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
    """Return values of pairs of draws as a symmetric table, shape (draws, draws)."""
    table = np.zeros((len(by_pair) + 1, len(by_pair) + 1))
    for row, values in enumerate(by_pair, start=1):
        table[row, :row] = table[:row, row] = values
    return table


def _half(now: Number, before: Number) -> float | None:
    """Return half the interval of a difference of independent values (root of squares)."""
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return None
    return math.hypot(now.high - now.low, before.high - before.low) / 2.0


def _verdict(change: Number, now: Figure) -> Verdict:
    if change.low is None or change.high is None:
        return "no interval"
    if change.low <= 0.0 <= change.high:
        return "no difference beyond noise"
    good = {
        "higher": change.value > 0.0,
        "lower": change.value < 0.0,
        "zero": abs(now.ours.value) < abs(now.ours.value - change.value),
    }
    return "better" if good[now.better] else "worse"
