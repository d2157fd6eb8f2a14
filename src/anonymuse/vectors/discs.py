"""Discs of many groups laid side by side: close together, none over another of its group.

Every group has a plane of its own with the origin in its middle. All groups are moved at once, so
that thousands of small ones take no longer than one large one. What is close at the start stays
close; nothing is drawn by chance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import Sums, philox

Ints = npt.NDArray[np.int64]
Pairs = tuple[Ints, Ints]

_ROUNDS = 8
_STEPS = 120
_SETTLING = 240
_ROUGH_STEPS = 40
_ROUGH_SETTLING = 60
_PULL = 0.05  # of the way to the middle, in a step, at the beginning
_TRIES = 7
_EFFORT = 12_000  # discs that are packed once more, at most
_SHAKE = 0.5  # of a group's reach, at most
_FEW = 40  # groups of so many look at all their pairs
_REFRESH = 6  # steps until the pairs of a large group are looked for again
_CLOSE = 2e-3  # an overlap that stretching takes away
_FILL = 1.3  # the room that discs take, by their own area
GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


def arranged(start: Sums, radius: Sums, group: Ints, links: Pairs) -> Sums:
    """Return places in which linked discs are near and every region holds as much as it has room.

    Args:
        start: where each would like to be, in any unit, shape (n, 2).
        radius: above 0, shape (n,).
        group: of each, numbered from 0, shape (n,).
        links: discs that want to be close, as two columns of rows of the same group.
    """
    at = _evened(start, radius, group)
    for turn in range(_ROUNDS):
        keen = 1.0 - turn / _ROUNDS
        for _ in range(2):
            at = at + 0.6 * keen * _towards(at, links)
        at = _evened(at, radius, group)
    return at


def pack(start: Sums, radius: Sums, group: Ints, *, rough: bool = False) -> Sums:
    """Return centres close to ``start``, shape (n, 2), of discs that do not overlap in their group.

    Args:
        start: places around the origin of each group, shape (n, 2).
        radius: above 0, shape (n,).
        group: of each, numbered from 0, shape (n,).
        rough: leave more room between them, in a third of the time.
    """
    steps, settling = (_ROUGH_STEPS, _ROUGH_SETTLING) if rough else (_STEPS, _SETTLING)
    unit = np.sqrt(_mean(radius**2, group))[group]
    size = radius / unit
    at = start / unit[:, None]
    look = _Neighbours(size, group)
    pull = (_PULL / np.sqrt(np.bincount(group)))[group][:, None]
    for step in range(steps):
        at *= 1.0 - pull * (1.0 - step / steps)
        pairs = look.pairs(at, refresh=step % _REFRESH == 0)
        for _ in range(3):
            _push(at, size, pairs)
    for step in range(settling):
        pairs = look.pairs(at, refresh=step % _REFRESH == 0)
        if _push(at, size, pairs) < _CLOSE:
            break
    at = _stretched(at, size, group, look.pairs(at, refresh=True))
    return np.asarray((at - _middle(at, size, group)[group]) * unit[:, None])


def _evened(at: Sums, radius: Sums, group: Ints) -> Sums:
    """Return places in the same order left to right and up, with equal room for equal area.

    Every group's square is cut in two by area, again and again, across and upright in turn; then
    the square is bent into a disc.
    """
    area = radius**2
    low = np.zeros((len(at), 2))
    span = np.ones((len(at), 2))
    cell, every = group.copy(), np.arange(len(at))
    for _ in range(64):
        axis = (span[:, 1] > span[:, 0]).astype(np.int64)
        order = np.lexsort((at[every, axis], cell))
        first = np.r_[True, cell[order][1:] != cell[order][:-1]]
        if first.all():
            break
        part = np.cumsum(first) - 1
        members = np.bincount(part)
        begin = np.flatnonzero(first)
        total = np.add.reduceat(area[order], begin)
        before = np.cumsum(area[order]) - area[order]
        before -= before[begin][part]
        left = before + area[order] / 2.0 < total[part] / 2.0
        place = np.arange(len(at)) - begin[part]
        left = ((place == 0) & (members[part] > 1)) | left & (place < members[part] - 1)
        left |= members[part] == 1
        share = np.bincount(part, area[order] * left)[part] / total[part]
        cut = (order, axis[order])
        low[cut] += np.where(left, 0.0, span[cut] * share)
        span[cut] *= np.where(left, share, 1.0 - share)
        cell[order] = 2 * part + ~left
    reach = np.sqrt(np.bincount(group, area) * _FILL)[group]
    return np.asarray(_bent(2.0 * low + span - 1.0) * reach[:, None])


def _bent(square: Sums) -> Sums:
    """Return points of the square from -1 to 1 moved into the disc, keeping areas equal."""
    x, y = square.T
    wide = np.abs(x) >= np.abs(y)
    far = np.where(wide, x, y)
    other = np.where(wide, y, x)
    angle = np.pi / 4.0 * other / np.where(far == 0.0, 1.0, far)
    along, across = far * np.cos(angle), far * np.sin(angle)
    return np.column_stack([np.where(wide, along, across), np.where(wide, across, along)])


def enclosing(at: Sums, radius: Sums, group: Ints) -> tuple[Sums, Sums]:
    """Return the centre (g, 2) and radius (g,) of a small circle around the discs of each group."""
    groups = int(group.max()) + 1
    centre = _middle(at, radius, group)
    for step in range(1, 80):
        reach = np.hypot(*(at - centre[group]).T) + radius
        far = _last_of(reach, group, groups)
        away = at[far] - centre
        distance = np.maximum(np.hypot(*away.T), 1e-12)
        rim = at[far] + away / distance[:, None] * radius[far][:, None]
        centre = centre + (rim - centre) / (step + 1.0)
    reach = np.hypot(*(at - centre[group]).T) + radius
    return centre, reach[_last_of(reach, group, groups)]


def tightest(start: Sums, radius: Sums, group: Ints) -> tuple[Sums, Sums]:
    """Return centres like :func:`pack` around each group's origin (n, 2), and its reach (g,).

    Small groups are packed from several places near ``start``; the smallest circle wins.
    """
    members = np.bincount(group)
    groups = len(members)
    some = np.flatnonzero((members[group] > 2) & (members[group] <= _FEW))
    tries = min(_TRIES, _EFFORT // max(len(some), 1))
    rows = [np.arange(len(group)), *[some] * tries]
    trial = [group, *(group[some] + groups * (1 + n) for n in range(tries))]
    row = np.concatenate(rows)
    _, number = np.unique(np.concatenate(trial), return_inverse=True)
    reach = np.sqrt(np.bincount(group, radius**2))[group[row], None]
    shaken = philox(0).uniform(-_SHAKE, _SHAKE, size=(len(row), 2))
    shaken[: len(group)] = 0.0
    at = pack(start[row] + shaken * reach, radius[row], number)
    centre, around = enclosing(at, radius[row], number)
    of = np.empty(len(around), dtype=np.int64)
    of[number] = group[row]
    best = np.lexsort((np.round(around, 9), of))
    best = best[np.r_[True, of[best][1:] != of[best][:-1]]]
    chosen = number == best[group[row]]
    found = np.empty_like(start)
    found[row[chosen]] = (at - centre[number])[chosen]
    return found, around[best]


def roughly(start: Sums, radius: Sums, group: Ints) -> tuple[Sums, Sums]:
    """Return what :func:`tightest` does, less tight and much faster."""
    at = pack(start, radius, group, rough=True)
    centre, around = enclosing(at, radius, group)
    return at - centre[group], around


class _Neighbours:
    """Which discs may touch: all pairs of a small group, those in near cells of a large one."""

    def __init__(self, size: Sums, group: Ints) -> None:
        self._size = size
        self._group = group
        members = np.bincount(group)
        self._fixed = _all_pairs(group, members)
        self._large = np.flatnonzero(members[group] > _FEW)
        self._found: Pairs = self._fixed

    def pairs(self, at: Sums, *, refresh: bool) -> Pairs:
        if refresh:
            a, b = self._fixed
            near = _squared(at[a] - at[b]) < (1.5 * (self._size[a] + self._size[b])) ** 2
            self._found = a[near], b[near]
        if refresh and len(self._large):
            rows = self._large
            a, b = _near_pairs(at[rows], self._size[rows], self._group[rows])
            one, other = self._found
            self._found = np.concatenate([one, rows[a]]), np.concatenate([other, rows[b]])
        return self._found


def _all_pairs(group: Ints, members: Ints) -> Pairs:
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(members)
    first, second = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for m in np.unique(members[(members > 1) & (members <= _FEW)]):
        a, b = np.triu_indices(m, 1)
        base = (ends[members == m] - m)[:, None]
        first.append(order[base + a].ravel())
        second.append(order[base + b].ravel())
    return np.concatenate(first), np.concatenate(second)


def _near_pairs(at: Sums, size: Sums, group: Ints) -> Pairs:
    """Return pairs whose discs touch or nearly do; discs of like size share a grid of cells."""
    grade = np.ceil(np.log2(np.maximum(size, 1e-6))).astype(np.int64)
    first, second = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for own in np.unique(grade):
        cell = 2.4 * 2.0**own
        place = np.floor(at / cell).astype(np.int64)
        place -= place.min(axis=0) - 1
        wide, high = place.max(axis=0) + 2
        key = (group * wide + place[:, 0]) * high + place[:, 1]
        table = np.flatnonzero(grade == own)
        table = table[np.argsort(key[table], kind="stable")]
        asking = np.flatnonzero(grade <= own)
        for column in (-1, 0, 1):
            want = key[asking] + column * high
            low = np.searchsorted(key[table], want - 1, "left")
            count = np.searchsorted(key[table], want + 1, "right") - low
            a = np.repeat(asking, count)
            b = table[np.arange(len(a)) + np.repeat(low - (np.cumsum(count) - count), count)]
            gap = np.hypot(*(at[a] - at[b]).T) - size[a] - size[b]
            keep = (gap < 0.4 * 2.0**own) & ((grade[a] < grade[b]) | (a < b))
            first.append(a[keep])
            second.append(b[keep])
    return np.concatenate(first), np.concatenate(second)


def _push(at: Sums, size: Sums, pairs: Pairs) -> float:
    """Move overlapping discs apart, small ones further; return the largest overlap found."""
    a, b = pairs
    x, y = at[a, 0] - at[b, 0], at[a, 1] - at[b, 1]
    need = size[a] + size[b]
    over = np.flatnonzero(x * x + y * y < need * need)
    if not len(over):
        return 0.0
    a, b, x, y, need = a[over], b[over], x[over], y[over], need[over]
    same = np.hypot(x, y) < 1e-9
    angle = (a + b) * GOLDEN
    x, y = np.where(same, 1e-9 * np.cos(angle), x), np.where(same, 1e-9 * np.sin(angle), y)
    distance = np.sqrt(x * x + y * y)
    deep = 0.55 * (need - distance) / distance
    light = size[b] / need
    n = len(at)
    crowd = np.bincount(a, light, minlength=n) + np.bincount(b, 1.0 - light, minlength=n)
    calm = 1.0 / np.maximum(1.0, 0.3 * crowd)  # many pushes at once would throw it about
    for axis, away in enumerate((x, y)):
        move = away * deep
        there = np.bincount(a, move * light, minlength=n)
        at[:, axis] += calm * (there - np.bincount(b, move * (1.0 - light), minlength=n))
    return float((1.0 - distance / need).max())


def _squared(away: Sums) -> Sums:
    return np.asarray(away[:, 0] ** 2 + away[:, 1] ** 2)


def _stretched(at: Sums, size: Sums, group: Ints, pairs: Pairs) -> Sums:
    """Return the centres moved apart group by group until no two discs overlap."""
    a, b = pairs
    ratio = (size[a] + size[b]) / np.maximum(np.sqrt(_squared(at[a] - at[b])), 1e-9)
    factor = np.ones(int(group.max()) + 1)
    np.maximum.at(factor, group[a], ratio)
    return at * (factor * (1.0 + 1e-9))[group][:, None]


def _towards(at: Sums, links: Pairs) -> Sums:
    a, b = links
    n = len(at)
    count = np.maximum(np.bincount(a, minlength=n), 1)
    mean = np.column_stack([np.bincount(a, at[b, axis], minlength=n) / count for axis in (0, 1)])
    return np.asarray(np.where((np.bincount(a, minlength=n) > 0)[:, None], mean - at, 0.0))


def _mean(values: Sums, group: Ints) -> Sums:
    return np.asarray(np.bincount(group, values) / np.maximum(np.bincount(group), 1))


def _middle(at: Sums, size: Sums, group: Ints) -> Sums:
    """Return the centre of mass of each group, shape (g, 2)."""
    mass = np.bincount(group, size**2)
    return np.column_stack([np.bincount(group, at[:, axis] * size**2) / mass for axis in (0, 1)])


def _last_of(value: Sums, group: Ints, groups: int) -> Ints:
    """Return the row with the largest value of each group, shape (g,)."""
    order = np.lexsort((value, group))
    ends = np.cumsum(np.bincount(group, minlength=groups)) - 1
    return np.asarray(order[ends])
