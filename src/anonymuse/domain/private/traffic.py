"""Rows as the safety stages read them: who wrote when, in which cluster, with which verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.integer]
    Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True, repr=False)
class Traffic:
    """Conversations of a run, one per row; a *text* is what equal conversations share.

    Attributes:
        leaf: number of each row's base cluster, shape (rows,).
        account: code of each row's account, 0 and up, shape (rows,).
        organisation: code of its organisation, -1 where unknown, shape (rows,).
        time: seconds since 1970, NaN where unknown, shape (rows,).
        text: place of its text, shape (rows,).
        requests: what the user says first, scrubbed, one per text.
        vectors: unit vectors of the texts, shape (texts, dimensions).
        language: full name, one per text.
        metadata: further columns of the source by name, one value per row.
    """

    leaf: Ints
    account: Ints
    organisation: Ints
    time: Floats
    text: Ints
    requests: Sequence[str]
    vectors: Floats
    language: Sequence[str]
    metadata: Mapping[str, Sequence[object]]

    def __repr__(self) -> str:
        return f"Traffic({len(self.leaf)} conversations, {len(self.requests)} texts)"


@dataclass(frozen=True, slots=True, repr=False)
class Verdicts:
    """What was said of each row, as the gap needs it.

    Attributes:
        leaf: number of each row's base cluster, shape (rows,).
        account: code of each row's account, shape (rows,).
        language: full name, one per row.
        concern: 1 to 5, 0 where nobody graded, shape (rows,).
        refused: 1 for partly or yes, 0 for no, -1 where nobody said, shape (rows,).
        flags: by column: 1, 0, or -1 where the row has no verdict, each of shape (rows,).
    """

    leaf: Ints
    account: Ints
    language: Sequence[str]
    concern: Ints
    refused: Ints
    flags: Mapping[str, Ints]

    def __repr__(self) -> str:
        return f"Verdicts({len(self.leaf)} conversations, {len(self.flags)} flags)"
