"""What everybody in a run does, and who is beside a group: signals are measured against both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.traffic import Traffic
from anonymuse.stats.shared import Sharing, shared_bits

START = 10
"""characters at the start of a longer value: the day of a time, the front of an identifier"""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Everybody:
    """All conversations.

    Args:
        traffic: of the run.
        marks: of the shape of every text.
    """

    def __init__(self, traffic: Traffic, marks: Sequence[Sequence[str]]) -> None:
        self.account = traffic.account.astype(np.int64)
        self.text = traffic.text.astype(np.int64)
        self.time = traffic.time
        self.times = np.sort(traffic.time[~np.isnan(traffic.time)])
        self.marks = Sharing.of(marks)
        users = int(self.account.max(initial=-1)) + 1
        pairs = np.unique(np.stack([self.account, traffic.leaf.astype(np.int64)], axis=1), axis=0)
        self.rows_of = np.bincount(self.account, minlength=users)
        self.leaves_of = np.bincount(pairs[:, 0], minlength=users)
        self.active = int((self.leaves_of > 0).sum())
        self.at_home = int((self.leaves_of == 1).sum())
        known = traffic.organisation >= 0
        own = traffic.organisation[known].astype(np.int64)
        self.organisations = Sharing(self.account[known], own, users)
        self.columns = {
            f"{name}{part}": Sharing(self.account[rows], codes, users)
            for name, values in traffic.metadata.items()
            for part, rows, codes in _coded(values)
        }


class Beside:
    """Conversations that are like a group's, and so none of the others'.

    A large campaign lies in several clusters that are each other's neighbours.

    Args:
        everybody: in the run.
        rows: of the group's cluster and its neighbours.
    """

    def __init__(self, everybody: Everybody, rows: Ints) -> None:
        times = everybody.time[rows]
        self._all, self._times = everybody, np.sort(times[~np.isnan(times)])
        accounts, count = np.unique(everybody.account[rows], return_counts=True)
        self.marks = everybody.marks.near(np.unique(everybody.text[rows]))
        self.organisations = everybody.organisations.near(accounts)
        self._columns = {name: own.near(accounts) for name, own in everybody.columns.items()}
        self._home = accounts[count == everybody.rows_of[accounts]]
        one = int((everybody.leaves_of[accounts] == 1).sum())
        others = everybody.active - len(accounts)
        self._share = min(1.0, (everybody.at_home - one + 0.5) / (others + 1.0))

    def most_shared_value(self, accounts: Ints) -> tuple[float, str, int]:
        """Return the bits of the column's value that accounts share most, its column, how many.

        Returns:
            NaN bits where the data have no columns.
        """
        found = (0.0 if self._columns else np.nan, "", 0)
        for name, near in self._columns.items():
            bits, _, count = self._all.columns[name].most_shared(accounts, near)
            if bits > found[0]:
                found = bits, name, count
        return found

    def only_here(self, accounts: Ints) -> tuple[float, int]:
        """Return the bits by which accounts do nothing else, where others do; and how many."""
        here = len(np.intersect1d(accounts, self._home))
        return float(shared_bits([here], len(accounts), [self._share])[0]), here

    def places(self, times: Floats) -> tuple[Floats, float]:
        """Return where times stand among those of all others, 0 to 1, and one other's width."""
        others = max(1, len(self._all.times) - len(self._times))
        before = np.searchsorted(self._all.times, times) - np.searchsorted(self._times, times)
        return before / others, 1.0 / others


def _coded(values: Sequence[object]) -> Iterator[tuple[str, Ints, Ints]]:
    """Yield a column's rows and codes, and those of the starts of its longer values."""
    texts = ["" if value is None else str(value) for value in values]
    starts = [text[:START] if len(text) > START else "" for text in texts]
    for part, own in (("", texts), (f", first {START} characters", starts)):
        numbers: dict[str, int] = {"": -1}
        codes = np.array([numbers.setdefault(text, len(numbers) - 1) for text in own], np.int64)
        rows = np.flatnonzero(codes >= 0)
        if len(rows):
            yield part, rows, codes[rows]
