"""Stage: compare a release with every earlier one of the same people, so that no two tell a few.

Two numbers that count almost the same people differ by those few. So where the people behind a
number differ from those behind an earlier published one by too few, the earlier number is published
once more, under its own heading or another: it tells nothing new. A cell for which there is nothing
to repeat (what is near is the size of a base cluster, or was withheld) is withheld.

"Too few" is the rule of every threshold (`reaches`), with noise keyed on the people who differ: a
sharp one would be an oracle on one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import MARGIN, reaches
from anonymuse.ports.release_ledger import Part, People, PublishedNumber
from anonymuse.stats.noise import keyed_noise
from anonymuse.stats.rounding import band

Place = tuple[Part, str | None, str, str, str]
"""where a number stands: part, node, facet, value, window"""

Flags = npt.NDArray[np.bool_]

_PARTS: tuple[Part, ...] = ("units", "conversations", "cell", "rest")

_COMPARABLE = np.eye(4, dtype=np.bool_)
_COMPARABLE[_PARTS.index("units"), _PARTS.index("cell")] = True
"""by part of an earlier number and of a new one"""

_TAIL = 6
"""Standard deviations beyond which noise is not looked for."""


@dataclass(frozen=True, slots=True, repr=False)
class Earlier:
    """An earlier release.

    Attributes:
        policy: its thresholds.
        numbers: all of them, withheld ones too.
    """

    policy: Mapping[str, Any]
    numbers: Sequence[PublishedNumber]


@dataclass(frozen=True, slots=True, repr=False)
class Overlap:
    """What comparing has found.

    Attributes:
        repeated: the earlier number that stands in place of a new one.
        withheld: what may not be shown, and for which there is nothing to repeat.
    """

    repeated: Mapping[Place, PublishedNumber] = field(default_factory=dict)
    withheld: frozenset[Place] = frozenset()


def place_of(number: PublishedNumber) -> Place:
    """Return where a number stands."""
    return number.part, number.node, number.facet, number.value, number.window


def recorded(numbers: Sequence[PublishedNumber], overlap: Overlap) -> list[PublishedNumber]:
    """Return what goes into the ledger.

    A repeated number still counts whom it counted. What was withheld for being too near is left
    out: only the release that it is near to decides about it again.
    """
    found = []
    for number in numbers:
        place = place_of(number)
        if (old := overlap.repeated.get(place)) is not None:
            found.append(replace(number, people=old.people, weights=old.weights))
        elif place not in overlap.withheld:
            found.append(number)
    return found


def compare(
    numbers: Sequence[PublishedNumber],
    earlier: Sequence[Earlier],
    policy: ReleasePolicy,
    *,
    key: bytes,
) -> Overlap:
    """Say which numbers repeat an earlier one, and which cells must be withheld.

    Each is compared with its like, and cells with the units of base clusters, too. What a parent's
    withheld cells add can only repeat an earlier number, or not.

    Args:
        numbers: what would be published.
        earlier: releases, first to last.
        policy: in force.
        key: the project's noise key.
    """
    shown = [number for number in numbers if number.released is not None]
    alike, others = _near(shown, earlier, policy)
    repeated: dict[Place, PublishedNumber] = {}
    withheld = set()
    for new, number in enumerate(shown):
        nearest = _first_too_near(number, alike.get(new, ()), policy, key)
        if nearest is not None:
            if nearest.distance:
                repeated[place_of(number)] = nearest.old
        elif other := _first_too_near(number, others.get(new, ()), policy, key):
            if other.old.part == number.part and other.old.released is not None:
                repeated[place_of(number)] = other.old
            elif number.part != "rest":
                withheld.add(place_of(number))
    return Overlap(repeated, frozenset(withheld))


@dataclass(frozen=True, slots=True, repr=False)
class _Near:
    """An earlier number that may be too near to a new one, and how many units apart they are."""

    distance: int
    old: PublishedNumber


_Found = dict[int, list[_Near]]


def _near(
    shown: Sequence[PublishedNumber], earlier: Sequence[Earlier], policy: ReleasePolicy
) -> tuple[_Found, _Found]:
    """Return what may be too near to each: published numbers of its kind, and all others.

    The same people under another heading are near as well. They would draw new noise with every
    new name of a category; and were they let through, one person's joining them would be seen.
    """
    alike: _Found = {}
    others: _Found = {}
    reach = _reach(policy)
    for release in earlier:
        told = [old for old in release.numbers if _matters(old, release.policy, policy)]
        pairs = _candidates(shown, told, reach)
        rest = []
        for new, place in pairs:
            old = told[place]
            if old.released is None or _label(old) != _label(shown[new]):
                rest.append((new, old))
            elif (distance := _distance(shown[new], old)) <= reach:
                alike.setdefault(new, []).append(_Near(distance, old))
        for new, old in rest:
            if any(near.distance < policy.min_cell for near in alike.get(new, ())):
                continue  # decided already
            distance = _distance(shown[new], old)
            if distance <= reach:
                others.setdefault(new, []).append(_Near(distance, old))
    return alike, others


def _first_too_near(
    number: PublishedNumber, found: Sequence[_Near], policy: ReleasePolicy, key: bytes
) -> _Near | None:
    """Return the nearest that is too near, of equals the earliest; None where none is."""
    for one in sorted(found, key=lambda near: near.distance):
        if one.distance < policy.min_cell:
            return one
        members = _who_differs(number, one.old)
        noise = keyed_noise(key, members, policy.noise_sigma, purpose="overlap")
        if not reaches(one.distance, noise, policy.min_cell, policy.noise_sigma):
            return one
    return None


def everybody(numbers: Sequence[PublishedNumber]) -> People:
    """Return who is behind what was published, ascending."""
    sizes = [one.people for one in numbers if one.part == "units" and one.released is not None]
    return np.unique(np.concatenate([np.empty(0, np.uint64), *sizes]))


def in_common(own: People, theirs: People, sigma: float, *, key: bytes) -> str | None:
    """Return the band of the share of a release's people who are in an earlier one, too.

    None where nobody is. Keyed noise on those in common keeps the edges of bands from telling of
    one of them.
    """
    both = np.intersect1d(own, theirs, assume_unique=True)
    if not len(both):
        return None
    noise = keyed_noise(key, _sum(both), sigma, purpose="in common")
    return band(min(len(own), max(1, len(both) + noise)), len(own))


def months(own: tuple[str, str] | None, theirs: tuple[str, str] | None) -> str:
    """Return how the months of a release lie to those of an earlier one, in words."""
    if own is None or theirs is None:
        return "months not known"
    if own == theirs:
        return "the same months"
    if own[1] < theirs[0] or theirs[1] < own[0]:
        return "other months"
    if theirs[0] <= own[0] and own[1] <= theirs[1]:
        return "a part of its months"
    if own[0] <= theirs[0] and theirs[1] <= own[1]:
        return "its months and more"
    return "some of its months"


def _both(one: PublishedNumber, other: PublishedNumber) -> tuple[Flags, Flags]:
    """Return which of one's people the other counts, too, and which of those differently."""
    at = np.minimum(np.searchsorted(other.people, one.people), len(other.people) - 1)
    both = other.people[at] == one.people
    return both, both & (other.weights[at] != one.weights)


def _distance(one: PublishedNumber, other: PublishedNumber) -> int:
    """Return how many units two numbers count differently."""
    both, apart = _both(one, other)
    common, changed = np.count_nonzero(both), np.count_nonzero(apart)
    return len(one.people) + len(other.people) - 2 * int(common) + int(changed)


def _who_differs(one: PublishedNumber, other: PublishedNumber) -> int:
    """Return the sum of the ids of those whom two numbers count differently, modulo 2^64."""
    both, apart = _both(one, other)
    sums = _sum(one.people) + _sum(other.people) - 2 * _sum(one.people[both])
    return (sums + _sum(one.people[apart])) % 2**64


def _sum(people: People) -> int:
    return int(people.sum(dtype=np.uint64))


def _label(number: PublishedNumber) -> tuple[str, str, str, str]:
    return number.part, number.facet, number.value, number.window


def _matters(old: PublishedNumber, then: Mapping[str, Any], now: ReleasePolicy) -> bool:
    """Return whether an earlier number limits what may be published now.

    A published one under less noise or rounding does not: it is for the readers of a weaker policy,
    against whom the noise of this release stands. A withheld one does not if a stricter policy
    withheld it, or if it was withheld for its size: there is no difference to be told.
    """
    if old.released is not None:
        return bool(then["noise_sigma"] >= now.noise_sigma and then["rounding"] >= now.rounding)
    stricter = then["noise_sigma"] > now.noise_sigma or then["min_cell"] > now.min_cell
    return not stricter and len(old.people) >= now.min_cell


def _reach(policy: ReleasePolicy) -> int:
    """Return the distance above which no noise makes two numbers too near."""
    return policy.min_cell + int((MARGIN + _TAIL) * policy.noise_sigma) + 1


def _candidates(
    new: Sequence[PublishedNumber], old: Sequence[PublishedNumber], reach: int
) -> Iterator[tuple[int, int]]:
    """Yield the pairs that may be within reach of each other and are of comparable kinds.

    Of the ``reach + 1`` smallest ids of a union at most ``reach`` are in one set only: two sets
    within reach that share anybody share one of their own ``reach + 1`` smallest.
    """
    ids, owner = _smallest(new, reach + 1)
    old_ids, old_owner = _smallest(old, reach + 1)
    first, last = (np.searchsorted(old_ids, ids, side) for side in ("left", "right"))
    times = last - first
    starts = np.repeat(first - (np.cumsum(times) - times), times)
    mine = np.repeat(owner, times)
    theirs = old_owner[starts + np.arange(len(starts))]
    sizes = np.array([len(one.people) for one in new], dtype=np.int64)
    old_sizes = np.array([len(one.people) for one in old], dtype=np.int64)
    fits = np.abs(sizes[mine] - old_sizes[theirs]) <= reach
    fits &= _COMPARABLE[_kinds(old)[theirs], _kinds(new)[mine]]
    for pair in np.unique(mine[fits] * len(old) + theirs[fits]).tolist():
        yield divmod(pair, len(old))


def _kinds(numbers: Sequence[PublishedNumber]) -> npt.NDArray[np.int64]:
    return np.array([_PARTS.index(one.part) for one in numbers], dtype=np.int64)


def _smallest(
    numbers: Sequence[PublishedNumber], most: int
) -> tuple[People, npt.NDArray[np.int64]]:
    """Return the smallest ids of each number in one ascending row, and whose they are."""
    rows = [one.people[:most] for one in numbers]
    ids = np.concatenate([np.empty(0, np.uint64), *rows])
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    order = np.argsort(ids, kind="stable")
    return ids[order], owner[order]
