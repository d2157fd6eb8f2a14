"""A number per cluster, as the explorer sorts, colours and plots by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Scale = Literal["share", "ratio", "amount"]
Numbers = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Column:
    """One number per cluster, in the order of :class:`anonymuse.insights.sheet.Tree`.

    Attributes:
        key: short name, as addresses have it.
        title: heading.
        note: what it is, in a sentence.
        scale: a ratio is centred on 1.
        values: None where too little is known.
        low: lower end of the interval; may be known where the value is not ("at least ...").
        high: upper end.
        notable: stands out after control over all clusters.
        base: of the whole report; None where it has none or too little is known.
        base_low: lower end of its interval.
        base_high: upper end.
        p: how often chance and noise alone make such a difference, NaN where too little is known;
            empty where nothing is compared.
    """

    key: str
    title: str
    note: str
    scale: Scale
    values: Numbers
    low: Numbers
    high: Numbers
    notable: tuple[bool, ...]
    base: float | None = None
    base_low: float | None = None
    base_high: float | None = None
    p: tuple[float, ...] = ()

    @property
    def tests(self) -> int:
        """How many clusters were compared, shown or not."""
        return len(self.values) if self.p else 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of any cluster."""
        return all(value is None for value in (*self.values, *self.low))


def told(values: npt.ArrayLike, digits: int = 4) -> Numbers:
    """Return numbers as they are shown: rounded, None for NaN and infinity."""
    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array).tolist()
    rounded = np.round(array, digits).tolist()
    return tuple(v if k else None for v, k in zip(rounded, known, strict=True))


def flags(values: Sequence[bool] | npt.NDArray[np.bool_]) -> tuple[bool, ...]:
    """Return flags as plain values."""
    return tuple(bool(value) for value in values)
