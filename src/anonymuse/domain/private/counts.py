"""Exact counts, and the noise that belongs to them. Private: what is shown is made of both."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[str | None, str, str, str]
"""where a cell stands: node, facet, value, window"""


@dataclass(frozen=True, slots=True, repr=False)
class LeafCounts:
    """How many people and conversations a base cluster rests on, exactly.

    Attributes:
        node: id of the base cluster.
        conversations: rows.
        units: distinct privacy units.
        top_unit_share: share of the conversations that the largest unit holds, 0 to 1.
        top_three_share: the same for the three largest together.
    """

    node: str
    conversations: int
    units: int
    top_unit_share: float
    top_three_share: float

    def __repr__(self) -> str:
        return f"LeafCounts({self.node})"


@dataclass(frozen=True, slots=True, repr=False)
class Noise:
    """The keyed draws of one base cluster: added to its two counts, in the test and when shown."""

    units: int
    conversations: int

    def __repr__(self) -> str:
        return "Noise(...)"


NO_NOISE = Noise(0, 0)


@dataclass(frozen=True, slots=True)
class WeighAsOne:
    """How many of those counted weigh as one, on average over the nodes of a level.

    Noisy and rounded up, so that they may be told (``stages/weigh.py``).

    Attributes:
        people: by level from 0 (base clusters, where each counts once), the whole report last;
            empty where nobody asked.
        conversations: likewise; in a base cluster one person may have several.
    """

    people: tuple[float, ...] = ()
    conversations: tuple[float, ...] = ()

    @property
    def any_above_one(self) -> bool:
        """Whether anybody is counted several times, as far as can be told."""
        return max((*self.people, *self.conversations), default=1.0) > 1.0


COUNTED_ONCE = WeighAsOne()


@dataclass(frozen=True, slots=True, repr=False)
class DraftCell:
    """One cell of the cube before the gate.

    Attributes:
        node: id of the node; None for the whole report.
        facet: name of the facet.
        value: one of its closed vocabulary.
        units: distinct units of each base cluster below the node, summed.
        people: distinct units over the whole node: what the threshold looks at.
        noise: the cell's keyed draw, added in the test and to the number shown.
        shown: False where the threshold or complementary suppression says no.
        window: the month or week it is about; empty: the whole time. With one, ``facet`` and
            ``value`` may be empty: everybody in it.
        count: the number to be released, noisy and rounded; a parent's adds up from its children.
            None: ``units`` and ``noise`` alone.
        terms: of how many noisy numbers that is the sum.
        why: why it is not shown.
    """

    node: str | None
    facet: str
    value: str
    units: int
    people: int
    noise: int
    shown: bool
    window: str = ""
    count: int | None = None
    terms: int = 1
    why: str = ""

    def __repr__(self) -> str:
        return f"DraftCell({self.node}, {self.facet})"

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.node, self.facet, self.value, self.window


@dataclass(frozen=True, slots=True, repr=False)
class AskedNumbers:
    """How the asked people of a node divide, for one value of a facet: noisy and rounded.

    Attributes:
        both: have the value, and were predicted to.
        missed: have it, and were predicted not to.
        wrong: do not have it, and were predicted to.
        neither: do not have it, as predicted.
        topics: in how many base clusters one person counts at most.
        split: by prediction too; else ``missed`` are all who have the value, and ``neither`` all
            who do not.
        learnt: noise alone, for what one of them has taught the predictions of all others.
        alike: how many of them weigh as one, at most; 1 where nobody counts twice.
        whole: everybody, asked or not, each counted in as many topics at most; None where nobody
            counts twice: the released number is then of the same.
        predicted: those of them who are predicted to have the value; None likewise, and where
            predictions weigh nothing.
    """

    both: int
    missed: int
    wrong: int
    neither: int
    topics: int
    split: bool = True
    learnt: int = 0
    alike: float = 1.0
    whole: int | None = None
    predicted: int | None = None

    @property
    def people(self) -> int:
        """How many were asked; with noise it may be anything."""
        return self.both + self.missed + self.wrong + self.neither

    def __repr__(self) -> str:
        return "AskedNumbers(...)"
