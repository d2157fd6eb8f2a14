"""What one part of an evaluation says: figures, tables and pictures, whoever measured them.

Every section gives the same few values, so that one page draws them all, one file stores them and
one comparison reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anonymuse.stats.bootstrap import Comparison
from anonymuse.stats.intervals import Estimate

Better = Literal["higher", "lower", "zero"]
"""which way is good; ``zero``: the nearer to 0"""


@dataclass(frozen=True, slots=True)
class Number:
    """A measured value with its 95 % interval, where one can be told."""

    value: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, estimate: Estimate) -> Number:
        """Return an estimate's mean and interval."""
        return cls(estimate.mean, estimate.low, estimate.high)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure.

    Attributes:
        key: of the measure, the same in every evaluation ("purity.base"); letters, digits, dots.
        label: the measure in words.
        ours: the product's.
        baseline: measured beside it on the same samples; None: there is none.
        gain: ours minus the baseline's, in pairs.
        better: which way is good.
        rows: conversations (or names, or pairs) that it rests on.
        by_seed: ours for each seed, so that a later evaluation can be compared in pairs.
        by_pair: where the measure is of two draws: ours for the second draw with the first, the
            third with both before it, and so on.
        draws: which rows each draw has, in words; the same words are the same rows.
        judge: whose verdicts these are, where a model judged; another one's are not compared.
    """

    key: str
    label: str
    ours: Number
    baseline: Number | None = None
    gain: Number | None = None
    better: Better = "higher"
    rows: int | None = None
    by_seed: tuple[float, ...] = ()
    by_pair: tuple[tuple[float, ...], ...] = ()
    draws: str = ""
    judge: str = ""

    @classmethod
    def paired(
        cls,
        key: str,
        label: str,
        found: Comparison,
        *,
        rows: int,
        by_seed: tuple[float, ...] = (),
        better: Better = "higher",
    ) -> Figure:
        """Return a figure with its baseline, measured on the same rows."""
        sides = (Number.of(found.ours), Number.of(found.theirs), Number.of(found.gain))
        return cls(key, label, *sides, better=better, rows=rows, by_seed=by_seed)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words and numbers; numbers are written with two decimals, whole ones as they are.

    Attributes:
        caption: one sentence.
        columns: headings.
        rows: as long as ``columns`` each.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A matrix in colours: shares of each row, 0 to 1."""

    caption: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A share for each thing, with its interval; ``beside`` is the baseline's."""

    caption: str
    labels: tuple[str, ...]
    values: tuple[Number, ...]
    beside: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of what was said (x) and what was so (y), 0 to 1; the same on the diagonal."""

    caption: str
    across: str
    along: str
    points: tuple[tuple[float, Number], ...]
    diagonal: bool = True


Picture = Heat | Bars | Curve


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an evaluation.

    Attributes:
        key: a word ("reconstruction").
        title: for the page.
        lead: one or two sentences: what was measured, and how.
        figures: the measures.
        tables: beside them.
        pictures: beside them.
        notes: what a reader has to know: what was left out, what could not be measured.
        baseline: what stands beside the figures, in words.
    """

    key: str
    title: str
    lead: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    baseline: str = ""
