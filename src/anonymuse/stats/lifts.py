"""Ratios of shares: how much more often something occurs here than elsewhere.

A lift is the share in a cluster over the share in the rest of the report. A ratio of shares is what
people take "twice as often" to mean; the odds ratio, which is close to it where shares are small,
grows beyond it where they are large (80 % against 50 % is 1.6 times as often, at odds of 4). All is
reckoned on a log scale, where twice and half as often are equally far from "as often".

The interval is MOVER's (Zou and Donner 2008: each part's distance to its own 95 % limit, combined
as a root of squares) with Wilson limits for both shares, and limits of noise and rounding for all
four counts. Where the same people are in both groups, their shares rise and fall together, and the
distances are combined as those of correlated estimates (Zou 2007).

p is that of the likelihood-ratio test, which keeps to its level for counts of ten or so, where a
normal approximation of the log ratio finds far too much. Its statistic is multiplied by the
variance that the test takes for granted over the one there is, with noise, rounding and people in
both groups (as quasi-likelihood treats overdispersion).

Everything is computed from released counts, so nothing here can tell more than they do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.stats.intervals import Z95, wilson_limits

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = float | Sequence[float] | npt.NDArray[np.generic]

FALSE_DISCOVERIES = 0.05
"""Of all that is called notable, at most this share is chance (Benjamini and Hochberg 1995)."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Released counts of people with something, among a released number of people.

    Attributes:
        part: people who have it, shape (n,) or one number; likewise all others.
        whole: people asked.
        part_terms: of how many noisy and rounded numbers each part is the sum.
        whole_terms: the same of each whole.
        design: how many of the people counted weigh as one.
    """

    part: Numbers
    whole: Numbers
    part_terms: Numbers = 1
    whole_terms: Numbers = 1
    design: Numbers = 1


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Ratios with 95 % intervals, shape (n,) each; NaN where too little is known to compare.

    Attributes:
        ratio: share here over share there.
        low: lower end of the interval.
        high: upper end.
        p: how often chance and noise alone make such a difference or a larger one.
    """

    ratio: Floats
    low: Floats
    high: Floats
    p: Floats


def ratios(
    here: Counts, there: Counts, *, sigma: float, rounding: int, together: Numbers = 0.0
) -> Ratios:
    """Return the ratios of two groups' shares.

    Args:
        here: counts of one group.
        there: counts of another one.
        sigma: of the noise on each released number.
        rounding: the step that each released number is a multiple of.
        together: correlation of both shares, 0 where no one is in both groups. It holds for what is
            a person's; of what differs from one conversation to the next no two are alike. An
            interval is made for the worse of both.
    """
    variance = sigma**2 + (rounding**2 - 1) / 12
    sides = [_Side.of(own, variance) for own in np.broadcast_arrays(*_columns(here, there))]
    a, whole_a, b, whole_b = sides
    known = np.ones(a.count.shape, dtype=np.bool_)
    for side in sides:
        known &= side.count > side.moved
    n, m = (
        side.count / np.asarray(own.design, dtype=np.float64)
        for side, own in ((whole_a, here), (whole_b, there))
    )
    shared = np.asarray(together, dtype=np.float64)
    with np.errstate(all="ignore"):
        one = np.minimum(a.count / whole_a.count, 1.0)
        two = np.minimum(b.count / whole_b.count, 1.0)
        falls, rises = zip(
            _by_chance(one, n, two, m, shared),
            _by_chance(one, whole_a.count, two, whole_b.count, np.zeros_like(shared)),
            strict=True,
        )
        down = _root(np.maximum(*falls), a.fall, whole_a.rise, b.rise, whole_b.fall)
        up = _root(np.maximum(*rises), a.rise, whole_a.fall, b.fall, whole_b.rise)
        middle = np.log(one / two)
        p = _p_value((one, n, a.variance, whole_a), (two, m, b.variance, whole_b), shared)
        found = (np.exp(middle), np.exp(middle - down), np.exp(middle + up), p)
    return Ratios(*(np.where(known, own, np.nan) for own in found))


def benjamini_hochberg(
    p: npt.ArrayLike, *, tests: int | None = None, q: float = FALSE_DISCOVERIES
) -> Flags:
    """Return which differences are notable, so that at most a share q of those is chance.

    Args:
        p: shape (n,); NaN is never notable.
        tests: how many differences were looked at, at least n: what is not shown was
            looked at as well, since it shows where it is large. None: n.
        q: the share.
    """
    values = np.asarray(p, dtype=np.float64)
    asked = np.where(np.isnan(values), 1.0, values)
    order = np.argsort(asked, kind="stable")
    family = max(len(values), tests or 0)
    passing = np.flatnonzero(asked[order] <= q * np.arange(1, len(values) + 1) / max(family, 1))
    found = np.zeros(len(values), dtype=np.bool_)
    if len(passing):
        found[order[: passing[-1] + 1]] = True
    return found & ~np.isnan(values)


def notable(found: Ratios, *, tests: int | None = None) -> Flags:
    """Return which ratios stand out: notable among all tests, and away from 1 by themselves."""
    away = (found.low > 1.0) | (found.high < 1.0)
    return benjamini_hochberg(found.p, tests=tests) & away


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's r with its 95 % interval; all None where too few points tell."""

    r: float | None
    low: float | None
    high: float | None


def weighted_pearson(x: npt.ArrayLike, y: npt.ArrayLike, weights: npt.ArrayLike) -> Correlation:
    """Return the correlation of points of unequal weight, with Fisher's interval.

    The interval counts as many points as would be worth the same with equal weights (Kish).

    Args:
        x: shape (n,).
        y: shape (n,).
        weights: not negative, shape (n,).
    """
    x, y, w = (np.asarray(own, dtype=np.float64) for own in (x, y, weights))
    points = float(w.sum() ** 2 / (w**2).sum()) if w.any() else 0.0
    if points <= 3.0:
        return Correlation(None, None, None)
    across, along = x - np.average(x, weights=w), y - np.average(y, weights=w)
    spread = math.sqrt(float((w * across**2).sum()) * float((w * along**2).sum()))
    if spread < 1e-12:
        return Correlation(None, None, None)
    r = min(1.0, max(-1.0, float((w * across * along).sum()) / spread))
    inner = math.atanh(min(1.0 - 1e-12, max(-1.0 + 1e-12, r)))
    half = Z95 / math.sqrt(points - 3.0)
    return Correlation(r, math.tanh(inner - half), math.tanh(inner + half))


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One count with what noise and rounding do to it, on a log scale."""

    count: Floats
    moved: Floats
    fall: Floats
    rise: Floats
    variance: Floats

    @classmethod
    def of(cls, column: npt.NDArray[np.float64], variance: float) -> _Side:
        count, terms = column
        moved = Z95 * np.sqrt(terms * variance)
        with np.errstate(all="ignore"):
            return cls(
                count, moved, np.log(count / (count - moved)), np.log1p(moved / count),
                terms * variance,
            )  # fmt: skip


def _columns(here: Counts, there: Counts) -> list[Floats]:
    """Return count and terms of part and whole, here and there, as columns of one shape."""
    found: list[Floats] = []
    for own in (here, there):
        for count, terms in ((own.part, own.part_terms), (own.whole, own.whole_terms)):
            pair = np.broadcast_arrays(
                np.atleast_1d(np.asarray(count, dtype=np.float64)),
                np.atleast_1d(np.asarray(terms, dtype=np.float64)),
            )
            found.append(np.stack(pair))
    return found


def _by_chance(
    one: Floats, n: Floats, two: Floats, m: Floats, together: Floats
) -> tuple[Floats, Floats]:
    """Return how far chance moves a log ratio down and up, of shares that correlate."""
    (low_one, high_one), (low_two, high_two) = wilson_limits(one, n), wilson_limits(two, m)

    def joined(own: Floats, other: Floats) -> Floats:
        return np.sqrt(np.maximum(own**2 + other**2 - 2.0 * together * own * other, 0.0))

    down = joined(np.log(one / low_one), np.log(high_two / two))
    return down, joined(np.log(high_one / one), np.log(two / low_two))


def _root(*distances: Floats) -> Floats:
    found: Floats = np.sqrt(np.sum([distance**2 for distance in distances], axis=0))
    return found


_Group = tuple[Floats, Floats, Floats, _Side]
"""share, people that count as independent, variance of the part by noise and rounding, the whole"""


def _p_value(here: _Group, there: _Group, together: Floats) -> Floats:
    """Return p of the likelihood-ratio test, its statistic in units of the variance there is."""
    (one, n, _, whole), (two, m, _, rest) = here, there
    pooled = (one * n + two * m) / (n + m)
    gain = n * _divergence(one, pooled) + m * _divergence(two, pooled)
    spread = pooled * (1.0 - pooled)
    assumed = spread * (1.0 / n + 1.0 / m)
    of_people = assumed - 2.0 * spread * together / np.sqrt(n * m)
    of_conversations = spread * (1.0 / whole.count + 1.0 / rest.count)
    noise = sum(
        (moved + pooled**2 * own.variance) / own.count**2 for _, _, moved, own in (here, there)
    )
    variance = np.maximum(of_people, of_conversations) + noise
    part = np.where(assumed > 0, assumed / variance, 0.0)
    z = np.sqrt(np.maximum(gain, 0.0) * part)
    return np.array([math.erfc(own) for own in z.ravel().tolist()]).reshape(z.shape)


def _divergence(share: Floats, other: Floats) -> Floats:
    """Return how far two shares are apart, as Kullback and Leibler measure it."""
    inside = np.where(share > 0, share * np.log(share / other), 0.0)
    outside = np.where(share < 1, (1.0 - share) * np.log((1.0 - share) / (1.0 - other)), 0.0)
    found: Floats = inside + outside
    return found
