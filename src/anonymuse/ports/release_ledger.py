"""The seam for the ledger of releases: who stood behind every number that was ever published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

People = npt.NDArray[np.uint64]
"""shape (n,): keyed ids of distinct units, ascending"""

Weights = npt.NDArray[np.int32]
"""shape (n,): how much each unit adds to a number"""

Part = Literal["units", "conversations", "cell", "rest"]
"""size of a base cluster in units or conversations; a cell; what a parent's withheld cells add"""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PublishedNumber:
    """One number of a release, and whom it counts.

    Attributes:
        part: what kind of number it is.
        node: id of the cluster in its release; None for the whole report.
        facet: what it counts; empty for a size.
        value: of the facet.
        window: month or week it is about; empty for the whole time.
        released: as it was published; None where it was withheld.
        people: whom it counts.
        weights: how much each adds: conversations, or base clusters below the node.
    """

    part: Part
    node: str | None
    facet: str
    value: str
    window: str
    released: int | None
    people: People
    weights: Weights

    def __repr__(self) -> str:
        return f"PublishedNumber({self.part}, {self.node}, {self.facet})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLine:
    """One line of the ledger.

    Attributes:
        id: digest of what was released and of who stands behind it: the same release, the same id.
        made: when, ISO 8601 in UTC; filled in by the ledger.
        key: fingerprint of the project's key.
        unit: the privacy unit.
        grouping: the facet that grouped the tree; empty for the main one.
        policy: every threshold in force.
        window: first and last month shown, where they are known.
        people: distinct units behind what was published, exactly.
        numbers: how many numbers were published or withheld.
        run: the run's folder; filled in by the ledger.
    """

    id: str
    key: str
    unit: str
    grouping: str
    policy: Mapping[str, Any]
    window: tuple[str, str] | None
    people: int
    numbers: int
    made: str = ""
    run: str = ""


class OpenLedger(Protocol):
    """The ledger while nobody else writes to it."""

    @property
    def lines(self) -> Sequence[ReleaseLine]:
        """Every release so far, first to last."""
        ...

    def numbers(self, line: ReleaseLine) -> Sequence[PublishedNumber]:
        """Return the numbers of a release."""
        ...

    def append(self, line: ReleaseLine, numbers: Sequence[PublishedNumber]) -> None:
        """Add a release, whole or not at all."""
        ...


class ReleaseLedger(Protocol):
    """Keeps, on the private side, who stood behind what was published."""

    def opened(self) -> AbstractContextManager[OpenLedger]:
        """Hold the ledger: between looking and adding nobody else may add."""
        ...
