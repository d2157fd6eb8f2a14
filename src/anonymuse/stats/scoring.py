"""How well answers fit the truth: scores with 95 % intervals, for rows that belong to people.

Each score is linearised: how far every row pulls it, summed over each person's rows, gives the
variance that people's habits make (the sandwich, or "ultimate cluster", estimator). Of how many
independent rows that is the variance is then put into Wilson's formula, which stays inside 0 to 1
and has a width where everything is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.stats.bootstrap import Comparison, Units
from anonymuse.stats.intervals import Z95, Estimate, wilson

Floats = npt.NDArray[np.float64]
Flags = Sequence[float] | npt.NDArray[np.generic]
"""one flag for each row, or a number from 0 to 1"""
Answers = Sequence[object] | npt.NDArray[np.generic]


def share(right: Flags, *, units: Units | None = None) -> Estimate:
    """Return the share of rows that are right (accuracy), NaN for no rows.

    Args:
        right: one flag, or a number from 0 to 1, for each row.
        units: whose each row is. None: everybody has one.
    """
    values = np.asarray(right, dtype=np.float64)
    if not len(values):
        return Estimate(math.nan, 0.0, 1.0)
    mean = float(values.mean())
    if units is None or len(np.unique(np.asarray(units))) == len(values):
        return Estimate(mean, *wilson(float(values.sum()), len(values)))
    return _wilson(mean, _pulls(values, mean), units)


def f1(true: Flags, said: Flags, *, units: Units | None = None) -> Estimate:
    """Return F1 of a yes; NaN where nobody said yes and nobody should have.

    F1 is a rising function of the share of hits among the rows where either side says yes, so its
    interval is that share's.
    """
    a, b = np.asarray(true, dtype=np.bool_), np.asarray(said, dtype=np.bool_)
    either = a | b
    own = None if units is None else np.asarray(units)[either]
    found = share((a & b)[either], units=own)
    return Estimate(*(2.0 * hits / (1.0 + hits) for hits in (found.mean, found.low, found.high)))


def macro_f1(true: Answers, said: Answers, *, units: Units | None = None) -> Estimate:
    """Return the mean F1 of every answer that is true somewhere."""
    names, codes = np.unique(np.asarray([*true, *said], dtype=np.str_), return_inverse=True)
    truth, found = codes[: len(true)], codes[len(true) :]
    sizes = np.bincount(truth, minlength=len(names)) + np.bincount(found, minlength=len(names))
    hits = np.bincount(truth[truth == found], minlength=len(names))
    asked = np.unique(truth)
    each = 2.0 * hits / np.maximum(sizes, 1)
    mean = float(each[asked].mean())
    counts = np.isin(np.arange(len(names)), asked)
    pull = counts * each / np.maximum(sizes, 1)
    gain = counts * 2.0 / np.maximum(sizes, 1)
    pulls = np.where(truth == found, gain[truth], 0.0) - pull[truth] - pull[found]
    return _wilson(mean, pulls / len(asked), units)


def kappa(one: Answers, other: Answers, *, units: Units | None = None) -> Estimate:
    """Return Cohen's kappa of two raters; NaN where both give one and the same answer always.

    The interval is that of their agreement, stretched as kappa stretches it, with kappa's own
    variance.
    """
    names, codes = np.unique(np.asarray([*one, *other], dtype=np.str_), return_inverse=True)
    a, b = codes[: len(one)], codes[len(one) :]
    n = len(a)
    left, right = (np.bincount(own, minlength=len(names)) / n for own in (a, b))
    chance = float(left @ right)
    if chance >= 1.0:
        return Estimate(math.nan, -1.0, 1.0)
    same = (a == b).astype(np.float64)
    agreement = float(same.mean())
    value = (agreement - chance) / (1.0 - chance)
    # of kappa = (agreement - chance) / (1 - chance), times (1 - chance)
    pulls = (same - agreement) - (1.0 - value) * (right[a] + left[b] - 2.0 * chance)
    found = _wilson(agreement, pulls / n, units)
    low, high = ((end - chance) / (1.0 - chance) for end in (found.low, found.high))
    return Estimate(value, low, high)


def gain(ours: Flags, theirs: Flags, *, units: Units | None = None) -> Comparison:
    """Return two shares of the same rows and their difference, in pairs (Newcombe 1998).

    Args:
        ours: one flag, or a number from 0 to 1, for each row.
        theirs: likewise, of the same rows.
        units: whose each row is. None: everybody has one.
    """
    sides = [np.asarray(side, dtype=np.float64) for side in (ours, theirs)]
    one, two = (share(side, units=units) for side in sides)
    sums = [_sums(_pulls(side, float(side.mean())), units) for side in sides]
    both = math.sqrt(float(sums[0] @ sums[0]) * float(sums[1] @ sums[1]))
    together = float(sums[0] @ sums[1]) / both if both > 0 else 0.0
    down = _paired(one.mean - one.low, two.high - two.mean, together)
    up = _paired(one.high - one.mean, two.mean - two.low, together)
    apart = one.mean - two.mean
    return Comparison(one, two, Estimate(apart, apart - down, apart + up))


def spearman(
    x: Sequence[float] | npt.NDArray[np.generic],
    y: Sequence[float] | npt.NDArray[np.generic],
    *,
    units: Units | None = None,
) -> Estimate:
    """Return Spearman's rank correlation; NaN where either side is all the same.

    Ties share their mean rank. The interval is made on Fisher's scale, from how far each row pulls
    the correlation of the ranks and the ranks of all others.
    """
    a, b = (np.asarray(own, dtype=np.float64) for own in (x, y))
    ranks = [_ranks(own) for own in (a, b)]
    spread = [float(own.std()) for own in ranks]
    if len(a) < 4 or min(spread) == 0.0:
        return Estimate(math.nan, -1.0, 1.0)
    u, v = ((own - own.mean()) / wide for own, wide in zip(ranks, spread, strict=True))
    r = float((u * v).mean())
    pulls = u * v - r * (u**2 + v**2) / 2.0
    pulls += _moved_ranks(a, v - r * u, spread[0]) + _moved_ranks(b, u - r * v, spread[1])
    pulls = (pulls - pulls.mean()) / len(a)
    inside = min(abs(r), 1.0 - 1e-9)
    variance, factor = _variance(pulls, units)
    wide = Z95 * factor * math.sqrt(variance) / (1.0 - inside**2)
    middle = math.atanh(math.copysign(inside, r))
    return Estimate(r, math.tanh(middle - wide), math.tanh(middle + wide))


def over_pairs(values: npt.ArrayLike) -> Estimate:
    """Return the mean of a score over all pairs of runs, with a 95 % interval over runs.

    Pairs that share a run are not independent: the spread is the jackknife's, which leaves out
    one run with all its pairs.

    Args:
        values: symmetric, shape (runs, runs), at least three; the diagonal is not looked at.
    """
    table = np.array(values, dtype=np.float64)
    runs = len(table)
    np.fill_diagonal(table, 0.0)
    mean = float(table.sum() / (runs * (runs - 1)))
    without = (table.sum() - 2.0 * table.sum(axis=1)) / ((runs - 1) * (runs - 2))
    variance = (runs - 1) / runs * float(((without - without.mean()) ** 2).sum())
    half = _t_quantile(runs - 1) * math.sqrt(variance)
    return Estimate(mean, mean - half, mean + half)


def over_seeds(values: npt.ArrayLike) -> Estimate:
    """Return the mean of a score over seeds, with a 95 % interval by Student's t.

    It tells what other seeds of the same data would give; nothing of other data.

    Args:
        values: one for each seed, at least three.
    """
    own = np.asarray(values, dtype=np.float64)
    mean = float(own.mean())
    half = _t_quantile(len(own) - 1) * float(own.std(ddof=1)) / math.sqrt(len(own))
    return Estimate(mean, mean - half, mean + half)


def _t_quantile(freedom: float) -> float:
    """Return the 97.5 % quantile of Student's t (Cornish and Fisher's series), from 2 degrees."""
    z = Z95
    terms = (
        (z**3 + z) / 4.0,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96.0,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384.0,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160.0,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def _pulls(values: Floats, mean: float) -> Floats:
    """Return how far each row pulls a mean."""
    pulls: Floats = (values - mean) / len(values)
    return pulls


def _sums(pulls: Floats, units: Units | None) -> Floats:
    """Return how far each person pulls, with all their rows together."""
    if units is None:
        return pulls
    place = np.unique(np.asarray(units), return_inverse=True)[1]
    return np.bincount(place, weights=pulls).astype(np.float64)


def _variance(pulls: Floats, units: Units | None) -> tuple[float, float]:
    """Return the variance that people make, and the factor that its own uncertainty asks for.

    The larger of two. Each person is left out once (the jackknife, linearised): who has many rows
    pulls the mean towards their own, which would else hide how far off they are. And all people
    are as alike within themselves as the average one is, as the few who have most rows are too few
    to tell. Of how many equally large people it rests on (Kish) gives the degrees of freedom of
    Student's t.
    """
    sizes = np.ones(len(pulls)) if units is None else _sums(np.ones(len(pulls)), units)
    people, rows = len(sizes), float(len(pulls))
    if people < 2:
        return 0.0, 1.0
    each = float(sizes @ sizes) / rows
    sums, own = _sums(pulls, units), _sums(pulls**2, units)
    out = sums / (1.0 - sizes / rows)
    left_out = float(out @ out) * (people - 1) / people
    several = sizes > 1
    pairs = float(((sums**2 - own)[several] / (sizes[several] - 1.0)).sum())
    alike = min(1.0, max(0.0, pairs / max(float(own[several].sum()), 1e-300)))
    as_all = float(own.sum()) * (1.0 + alike * (each - 1.0))
    return max(left_out, as_all), _t_quantile(max(rows / each - 1.0, 2.0)) / Z95


def _wilson(mean: float, pulls: Floats, units: Units | None) -> Estimate:
    """Return Wilson's interval with as many rows as would be independent.

    At most all rows. Where no row pulls (all right, all wrong), nothing says how alike a person's
    rows are: then as many as there are if they are wholly alike (Kish).
    """
    variance, factor = _variance(pulls, units)
    rows = float(len(pulls))
    if variance > 0.0:
        rows = min(rows, mean * (1.0 - mean) / variance / factor**2)
    elif units is not None:
        sizes = np.unique(np.asarray(units), return_counts=True)[1]
        rows = rows**2 / float(sizes @ sizes)
    return Estimate(mean, *wilson(mean * rows, rows))


def _paired(one: float, two: float, together: float) -> float:
    return math.sqrt(max(0.0, one**2 - 2.0 * together * one * two + two**2))


def _ranks(values: Floats) -> Floats:
    """Return mean ranks from 0 to 1."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = ((counts.cumsum() - counts / 2.0) / len(values))[place]
    return ranks


def _moved_ranks(values: Floats, along: Floats, spread: float) -> Floats:
    """Return how far each row pulls by pushing the ranks of the others (mean not removed)."""
    _, place = np.unique(values, return_inverse=True)
    sums = np.bincount(place, weights=along)
    above: Floats = ((sums.sum() - sums.cumsum() + sums / 2.0) / (len(values) * spread))[place]
    return above
