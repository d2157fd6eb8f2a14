"""What a cluster of a restricted report rests on: accounts, signals, gaps. Never published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CONCERNING = 4
"""grades from here on are of concern"""
REFUSED = "refused"
"""in place of a flag's column: the model's own refusals"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of conversations with its 95 % interval, clustered by account.

    Attributes:
        count: conversations that have it.
        n: conversations of which it is known.
        low: lower end, 0 to 1.
        high: upper end.
    """

    count: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share itself; 0 where nothing is known."""
        return self.count / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Account:
    """One account in one cluster.

    Attributes:
        account: keyed pseudonym.
        organisation: keyed pseudonym; None where the data have none.
        conversations: of this account in the cluster.
        elsewhere: of this account in all other clusters.
        flagged: of those in the cluster, how many carry any flag.
        first: time of the first in the cluster, ISO 8601; None where the data have no times.
        last: of the last.
        beyond: conversations of this account that were read and took no part: over the bound of a
            run, or not chosen.
        grouped: it is of the group that the cluster's coordination score is about.
    """

    account: str
    organisation: str | None
    conversations: int
    elsewhere: int
    flagged: int
    first: str | None
    last: str | None
    beyond: int = 0
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """One part of a coordination score.

    Attributes:
        name: short and fixed ("templates", "burst", ...).
        value: what was measured, in the unit that ``told`` names; None: the data cannot tell.
        points: what it adds to the score's log-odds.
        told: one sentence with the number; no text of anybody's.
    """

    name: str
    value: float | None
    points: float
    told: str


@dataclass(frozen=True, slots=True)
class Coordination:
    """How much a base cluster looks like the work of accounts that act together.

    Attributes:
        score: calibrated, 0 to 1.
        signals: its parts, in a fixed order.
        group: codes of the accounts that it is about, ascending. A report says it of the accounts
            themselves, and has none here.
    """

    score: float
    signals: tuple[Signal, ...]
    group: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GapRow:
    """A cluster in which a verdict and the concern do not fit each other.

    Attributes:
        cluster: id.
        language: the part of the cluster that it is about; empty: all of it.
        accounts: distinct accounts of that part.
        verdict: share that was flagged, or refused.
        concern: share of a concern grade of 4 or more.
        excess: by how much the share of wrong verdicts is above that of all conversations.
        low: lower end of its 95 % interval.
        high: upper end.
        notable: stands out after control over all rows of the gap.
    """

    cluster: str
    language: str
    accounts: int
    verdict: Rate
    concern: Rate
    excess: float
    low: float
    high: float
    notable: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A classifier's flag, or the model's refusals, against concern.

    Attributes:
        verdict: column of the flag, or :data:`REFUSED`.
        clusters: on how many clusters the correlation rests.
        r: Pearson correlation over clusters, weighted by accounts; None where it has no meaning.
        low: lower end of its 95 % interval.
        high: upper end.
        missed: concern without a verdict (false negatives, under-refusal), worst first.
        overdone: a verdict without concern (false positives, over-refusal), worst first.
        by_language: of conversations of concern (grade 4 or 5), the share with a verdict; and of
            benign ones (1). Under an empty name: of all languages.
    """

    verdict: str
    clusters: int
    r: float | None
    low: float | None
    high: float | None
    missed: tuple[GapRow, ...]
    overdone: tuple[GapRow, ...]
    by_language: Mapping[str, tuple[Rate, Rate]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """One conversation of a restricted report, without its text.

    Attributes:
        row: our id; a trace is asked for by it.
        cluster: id of its base cluster.
        account: keyed pseudonym.
        organisation: keyed pseudonym or None.
        time: ISO 8601 or None.
        language: full name.
        concern: 1 to 5, None where nobody answered.
        refused: no, partly, yes, or None.
        flags: by column; None where a row has no verdict.
        stands_for: row whose text is the same; itself where it is the first.
    """

    row: str
    cluster: str
    account: str
    organisation: str | None
    time: str | None
    language: str
    concern: int | None
    refused: str | None
    flags: Mapping[str, bool | None]
    stands_for: str
