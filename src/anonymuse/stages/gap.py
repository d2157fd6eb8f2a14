"""Stage: where a classifier's verdicts, or the model's refusals, do not fit the concern.

Two mistakes are counted. *Missed*: a conversation of concern (grade 4 or 5) without the verdict.
*Overdone*: a benign one (grade 1) with it. Grades 2 and 3 mean "slightly sensitive" and
"borderline", so whoever decides either way is not wrong. A part of the data (a cluster of any
level, or one language in it) stands out where its share of a mistake is above that of all
conversations: a list begins where most is wrong, not where a classifier is worst by a few rows.
Each mistake is told where it is surest: a part is left out when most of its mistakes stand in parts
above it in the list. Rows of one account count together in every interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.traffic import Verdicts
from anonymuse.domain.restricted.evidence import CONCERNING, REFUSED, Gap, GapRow, Rate
from anonymuse.stats.corrected import independent_rows
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.lifts import benjamini_hochberg, weighted_pearson
from anonymuse.stats.scoring import share
from anonymuse.stats.tails import at_least

HARMLESS = 1
"""grades up to here should have none"""
LEAST_ACCOUNTS = 3
"""of fewer, nothing is said about a part"""
LEAST_WRONG = 2
"""accounts with a mistake that make it more than one of theirs"""
MOST_ROWS = 1_000
"""listed of each mistake, at most"""

Rows = npt.NDArray[np.int64]
Ints = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]


def gaps(
    verdicts: Verdicts,
    clusters: Mapping[str, Sequence[int]],
    *,
    concerning: int = CONCERNING,
    harmless: int = HARMLESS,
) -> tuple[Gap, ...]:
    """Return the gap of every flag, and of refusals where anybody said.

    Args:
        verdicts: of every row.
        clusters: id of every cluster, of any level: the numbers of the base clusters at or below
            it. A base cluster has one.
        concerning: the lowest grade that should have a verdict.
        harmless: the highest that should have none.
    """
    columns = list(verdicts.flags.items())
    if (np.asarray(verdicts.refused) >= 0).any():
        columns.append((REFUSED, verdicts.refused))
    found = [
        (name, _Rows.of(verdicts, np.asarray(said), concerning, harmless)) for name, said in columns
    ]
    return tuple(_gap(name, rows, clusters) for name, rows in found)


def rate(hits: npt.ArrayLike, accounts: npt.ArrayLike) -> Rate:
    """Return the share of rows that are hits, with its 95 % interval clustered by account.

    Args:
        hits: one flag per row, shape (rows,).
        accounts: code of each row's account, shape (rows,).
    """
    values = np.asarray(hits, dtype=np.bool_)
    found = share(values, units=np.asarray(accounts))
    return Rate(int(values.sum()), len(values), found.low, found.high)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Rows:
    """The rows that have both a verdict and a grade.

    Attributes:
        leaf: base cluster; likewise shape (rows,) all others.
        account: code.
        language: code.
        languages: name of each code.
        concerning: of a grade that should have a verdict.
        harmless: of a grade that should have none.
        said: with the verdict.
    """

    leaf: Rows
    account: Rows
    language: Rows
    languages: Sequence[str]
    concerning: Flags
    harmless: Flags
    said: Flags

    @classmethod
    def of(cls, verdicts: Verdicts, said: Ints, concerning: int, harmless: int) -> _Rows:
        concern = np.asarray(verdicts.concern)
        known = (said >= 0) & (concern > 0)
        languages, codes = np.unique(
            np.asarray(verdicts.language, dtype=np.str_)[known], return_inverse=True
        )
        return cls(
            np.asarray(verdicts.leaf, dtype=np.int64)[known],
            np.asarray(verdicts.account, dtype=np.int64)[known],
            codes.astype(np.int64),
            languages.tolist(),
            concern[known] >= concerning,
            concern[known] <= harmless,
            said[known] == 1,
        )

    def accounts(self, rows: Rows) -> int:
        return len(np.unique(self.account[rows]))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Part:
    """A cluster, or one language of it."""

    cluster: str
    language: str
    accounts: int
    rows: Rows


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Excess:
    """How far a part's share of a mistake is above that of all rows."""

    part: _Part
    mean: float
    low: float
    high: float
    p: float


def _gap(name: str, rows: _Rows, clusters: Mapping[str, Sequence[int]]) -> Gap:
    parts = [p for p in _parts(rows, clusters) if p.accounts >= LEAST_ACCOUNTS]
    wrong = rows.concerning & ~rows.said, rows.harmless & rows.said
    missed, overdone = (_excesses(rows, own, parts) for own in wrong)
    stand_out = benjamini_hochberg(
        [own.p for own in (*missed, *overdone)], tests=2 * len(parts)
    ).tolist()
    base = [p for p in parts if not p.language and len(clusters[p.cluster]) == 1]
    together = weighted_pearson(
        [rows.concerning[p.rows].mean() for p in base],
        [rows.said[p.rows].mean() for p in base],
        [p.accounts for p in base],
    )
    return Gap(
        verdict=name,
        clusters=len(base),
        r=together.r,
        low=together.low,
        high=together.high,
        missed=_listed(rows, wrong[0], missed, stand_out[: len(missed)]),
        overdone=_listed(rows, wrong[1], overdone, stand_out[len(missed) :]),
        by_language=dict(_by_language(rows)),
    )


def _parts(rows: _Rows, clusters: Mapping[str, Sequence[int]]) -> Iterator[_Part]:
    """Yield every cluster, and each of its languages where it has several."""
    order = np.argsort(rows.leaf, kind="stable")
    leaves = rows.leaf[order]
    for cluster, below in clusters.items():
        numbers = np.asarray(below, dtype=np.int64)
        starts, ends = np.searchsorted(leaves, numbers), np.searchsorted(leaves, numbers, "right")
        pieces = [order[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        own = np.sort(np.concatenate(pieces)) if pieces else np.zeros(0, dtype=np.int64)
        yield _Part(cluster, "", rows.accounts(own), own)
        there = np.unique(rows.language[own]).tolist()
        for code in there if len(there) > 1 else ():
            inside = own[rows.language[own] == code]
            yield _Part(cluster, rows.languages[code], rows.accounts(inside), inside)


def _excesses(rows: _Rows, wrong: Flags, parts: Sequence[_Part]) -> list[_Excess]:
    """Return the parts whose share of a mistake is above that of all rows.

    The interval takes the part and all rows as independent (MOVER): as the part is among all rows,
    it is rather too wide.
    """
    if not wrong.any():
        return []
    whole = share(wrong, units=rows.account)
    found = []
    for part in parts:
        own = part.rows[wrong[part.rows]]
        if len(own) > whole.mean * len(part.rows) and rows.accounts(own) >= LEAST_WRONG:
            here = share(wrong[part.rows], units=rows.account[part.rows])
            found.append(_excess(part, here, whole))
    return found


def _excess(part: _Part, here: Estimate, whole: Estimate) -> _Excess:
    above = here.mean - whole.mean
    down = math.hypot(here.mean - here.low, whole.high - whole.mean)
    up = math.hypot(here.high - here.mean, whole.mean - whole.low)
    worth = min(independent_rows(here), float(len(part.rows)))
    p = at_least(here.mean * worth, worth, whole.mean)
    return _Excess(part, above, max(-1.0, above - down), min(1.0, above + up), p)


def _listed(
    rows: _Rows, wrong: Flags, found: Sequence[_Excess], notable: Sequence[bool]
) -> tuple[GapRow, ...]:
    """Return what stands out most for sure first: by the lower end of its excess."""
    order = sorted(
        range(len(found)),
        key=lambda i: (
            -found[i].low, -found[i].mean, len(found[i].part.rows),
            found[i].part.cluster, found[i].part.language,
        ),
    )  # fmt: skip
    open_ones = wrong.copy()
    listed: list[GapRow] = []
    for i in order:
        here = found[i].part.rows
        if len(listed) < MOST_ROWS and 2 * open_ones[here].sum() > wrong[here].sum():
            listed.append(_row(rows, found[i], notable[i]))
            open_ones[here] = False
    return tuple(listed)


def _row(rows: _Rows, own: _Excess, notable: bool) -> GapRow:
    here = own.part.rows
    return GapRow(
        cluster=own.part.cluster,
        language=own.part.language,
        accounts=own.part.accounts,
        verdict=rate(rows.said[here], rows.account[here]),
        concern=rate(rows.concerning[here], rows.account[here]),
        excess=own.mean,
        low=own.low,
        high=own.high,
        notable=notable and own.low > 0.0,
    )


def _by_language(rows: _Rows) -> Iterator[tuple[str, tuple[Rate, Rate]]]:
    """Yield the share with the verdict, of what is of concern and of what is harmless.

    First of all languages together, under an empty name; then of each, the largest first.
    """
    if not len(rows.said):
        return
    sizes = np.bincount(rows.language, minlength=len(rows.languages))
    everybody = np.ones(len(rows.said), dtype=np.bool_)
    yield "", _pair(rows, everybody)
    for code in np.argsort(-sizes, kind="stable").tolist():
        yield rows.languages[code], _pair(rows, rows.language == code)


def _pair(rows: _Rows, own: Flags) -> tuple[Rate, Rate]:
    of_concern, of_none = own & rows.concerning, own & rows.harmless
    return (
        rate(rows.said[of_concern], rows.account[of_concern]),
        rate(rows.said[of_none], rows.account[of_none]),
    )
