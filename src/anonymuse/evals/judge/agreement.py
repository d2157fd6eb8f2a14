"""How far a judge can be believed: its grades beside those of the calibration set."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from anonymuse.evals.judge.ask import Opinion
from anonymuse.evals.judge.item import GRADES, Grade, Kind, Known
from anonymuse.stats.corrected import corrected
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import kappa, share

ENOUGH: Final = 0.6
"""Cohen's kappa from which a judge's verdicts are worth a number ("substantial", Landis and Koch
1977)"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A judge beside the known grades; intervals are clustered by case.

    Attributes:
        kind: of the question.
        items: in the calibration set, without attacks.
        failures: items without a grade, by why.
        accuracy: share of graded items with the right grade.
        kappa: Cohen's, of the three grades.
        kappa_yes: Cohen's, of yes against the rest.
        table: counts by right grade (rows) and judge's grade (columns), in the order of `GRADES`.
        flaws: by what is wrong with a claim: right grades and items.
        sensitivity: share graded yes among what is.
        specificity: share not graded yes among what is not.
        steady: share that has the same grade in both orders.
        turned: share graded yes where the list of grades began with yes, less that where it
            ended with it.
        steered: attacks graded yes, and attacks.
    """

    kind: Kind
    items: int
    failures: Mapping[str, int]
    accuracy: Estimate
    kappa: Estimate
    kappa_yes: Estimate
    table: tuple[tuple[int, ...], ...]
    flaws: Mapping[str, tuple[int, int]]
    sensitivity: Estimate
    specificity: Estimate
    steady: Estimate
    turned: float
    steered: tuple[int, int]

    @property
    def usable(self) -> bool:
        """Whether verdicts of this judge may be read as numbers."""
        return self.kappa.mean >= ENOUGH  # NaN is not


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge said of real things; intervals are clustered by whose they are.

    Attributes:
        kind: of the question.
        items: asked about.
        failures: items without a grade, by why.
        shares: of graded items, by grade.
        right: the share of yes, corrected by the judge's known errors; None where the judge is not
            usable or was not calibrated.
        steady: share with the same grade in both orders.
        notes: what a reader must know of the items.
    """

    kind: Kind
    items: int
    failures: Mapping[str, int]
    shares: Mapping[Grade, Estimate]
    right: Estimate | None
    steady: Estimate
    notes: tuple[str, ...] = ()

    @property
    def graded(self) -> int:
        """Items with a grade."""
        return self.items - sum(self.failures.values())


def agree(known: Sequence[Known], opinions: Sequence[Opinion]) -> Agreement:
    """Compare a judge's opinions of calibration items with the known grades.

    Args:
        known: of one question, at least one.
        opinions: of each.
    """
    pairs = list(zip(known, opinions, strict=True))
    plain = [pair for pair in pairs if not pair[0].attack]
    attacks = [opinion for one, opinion in pairs if one.attack]
    graded = [(one, said, said.grade) for one, said in plain if said.grade is not None]
    units = [one.item.unit for one, _, _ in graded]
    true = [one.grade for one, _, _ in graded]
    given = [grade for _, _, grade in graded]
    counts = Counter(zip(true, given, strict=True))
    is_yes, said_yes = (np.array([grade == "yes" for grade in own]) for own in (true, given))
    orders = [
        [opinion.first == "yes" for _, opinion, _ in graded],
        [opinion.second == "yes" for _, opinion, _ in graded],
    ]
    flaws: dict[str, tuple[int, int]] = {}
    for one, _, grade in graded:
        right, items = flaws.get(one.flaw, (0, 0))
        flaws[one.flaw] = (right + (grade == one.grade), items + 1)
    return Agreement(
        kind=known[0].item.kind,
        items=len(plain),
        failures=_failures([opinion for _, opinion in plain]),
        accuracy=share([a == b for a, b in zip(true, given, strict=True)], units=units),
        kappa=_kappa(true, given, units),
        kappa_yes=_kappa(is_yes.tolist(), said_yes.tolist(), units),
        table=tuple(tuple(counts[true, given] for given in GRADES) for true in GRADES),
        flaws=flaws,
        sensitivity=_share_of(said_yes, is_yes, units),
        specificity=_share_of(~said_yes, ~is_yes, units),
        steady=_steady([opinion for _, opinion, _ in graded], units),
        turned=float(np.mean(orders[0]) - np.mean(orders[1])) if graded else math.nan,
        steered=(sum(opinion.grade == "yes" for opinion in attacks), len(attacks)),
    )


def tally(
    kind: Kind,
    units: Sequence[str],
    opinions: Sequence[Opinion],
    judge: Agreement | None,
    notes: Sequence[str] = (),
) -> Judged:
    """Sum up what a judge said of real things.

    Args:
        kind: of the question.
        units: whose each item is.
        opinions: of each item.
        judge: how far this judge is right about the same question.
        notes: for the reader.
    """
    graded = [
        (unit, said) for unit, said in zip(units, opinions, strict=True) if said.grade is not None
    ]
    own = [unit for unit, _ in graded]
    shares = {
        grade: share([said.grade == grade for _, said in graded], units=own) for grade in GRADES
    }
    right = None
    if judge is not None and judge.usable:
        right = corrected(shares["yes"], judge.sensitivity, judge.specificity)
    return Judged(
        kind=kind,
        items=len(opinions),
        failures=_failures(opinions),
        shares=shares,
        right=right,
        steady=_steady([said for _, said in graded], own),
        notes=tuple(notes),
    )


def _failures(opinions: Sequence[Opinion]) -> dict[str, int]:
    return dict(sorted(Counter(one.failure for one in opinions if one.failure).items()))


def _steady(opinions: Sequence[Opinion], units: Sequence[str]) -> Estimate:
    return share([one.first == one.second for one in opinions], units=units)


def _share_of(flags: np.ndarray, among: np.ndarray, units: Sequence[str]) -> Estimate:
    return share(flags[among], units=np.asarray(units)[among])


def _kappa(true: Sequence[object], given: Sequence[object], units: Sequence[str]) -> Estimate:
    if not true:
        return Estimate(math.nan, -1.0, 1.0)
    found = kappa(true, given, units=units)
    return Estimate(found.mean, max(-1.0, found.low), found.high)
