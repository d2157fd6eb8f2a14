"""The attacker who uses every equation of a table at once: what each withheld count can still be.

A table over a tree is a network (Cox 1995): people flow from a base cluster's row through its cells
into the columns of its parent, and on to the whole. Everything released bounds an arc. What an arc
can carry at least and at most, all bounds kept, is found by changing the true flow along cycles
until none is left; it does not depend on the true flow, which only saves looking for one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

ANY = 10**9
"""no upper bound"""

Point = Hashable


@dataclass(frozen=True, slots=True)
class Arc:
    """A count that flows from one point to another.

    Attributes:
        tail: where from.
        head: where to.
        count: the true one.
        least: what the attacker knows it to be at least.
        most: and at most.
    """

    tail: Point
    head: Point
    count: int
    least: int
    most: int


@dataclass(slots=True, repr=False)
class Network:
    """Arcs by name; no two of them join the same two points in the same direction."""

    arcs: Mapping[Any, Arc]
    _room: dict[Point, dict[Point, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._room = {}
        for arc in self.arcs.values():
            self._widen(arc.tail, arc.head, arc.most - arc.count)
            self._widen(arc.head, arc.tail, arc.count - arc.least)

    def range_of(self, name: Hashable) -> tuple[int, int]:
        """Return the least and the most that an arc can carry."""
        arc = self.arcs[name]
        up = self._most(arc.head, arc.tail, arc, arc.most - arc.count)
        down = self._most(arc.tail, arc.head, arc, arc.count - arc.least)
        return arc.count - down, arc.count + up

    def _widen(self, tail: Point, head: Point, room: int) -> None:
        to = self._room.setdefault(tail, {})
        to[head] = to.get(head, 0) + room

    def _most(self, start: Point, goal: Point, own: Arc, wanted: int) -> int:
        """Return how much more can flow from start to goal without an arc, up to what is wanted."""
        room = {point: dict(to) for point, to in self._room.items()}
        room[own.tail][own.head] -= own.most - own.count
        room[own.head][own.tail] -= own.count - own.least
        found = 0
        while found < wanted and (path := _shortest(room, start, goal)):
            step = min(wanted - found, *(room[a][b] for a, b in path))
            for a, b in path:
                room[a][b] -= step
                room.setdefault(b, {})[a] = room.setdefault(b, {}).get(a, 0) + step
            found += step
        return found


def _shortest(
    room: Mapping[Point, Mapping[Point, int]], start: Point, goal: Point
) -> list[tuple[Point, Point]]:
    """Return a shortest path with room left; empty where there is none."""
    came: dict[Point, Point] = {start: start}
    waiting = deque([start])
    while waiting and goal not in came:
        point = waiting.popleft()
        for to, left in room.get(point, {}).items():
            if left > 0 and to not in came:
                came[to] = point
                waiting.append(to)
    if goal not in came or start == goal:
        return []
    path, point = [], goal
    while point != start:
        path.append((came[point], point))
        point = came[point]
    return path[::-1]
