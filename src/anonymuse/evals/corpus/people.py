"""Invented people: who there is, which organisation they belong to, and when they write."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from anonymuse.domain.ids import keyed_id, keyed_unit_interval

START = datetime(2026, 8, 10, tzinfo=UTC)
"""a Monday"""
WEEKS = 12
END = START + timedelta(weeks=WEEKS)

USERS = 600
ORGANISATIONS = 40
_HOURS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 9, 7, 9, 10, 9, 8, 6, 5, 5, 5, 4, 3, 2)
_DAYS = (10, 10, 10, 10, 9, 5, 5)
_LIKED = 3
_LIKED_WEIGHT = 3.0
_ZIPF_USERS = 0.9
_ZIPF_ORGANISATIONS = 0.7


class Draw:
    """Draws that depend on the seed and on what is drawn for, never on the order of drawing."""

    def __init__(self, seed: int) -> None:
        self._key = b"population %d" % seed

    def unit(self, *what: Any) -> float:
        """Return a number in [0, 1)."""
        return keyed_unit_interval(self._key, *what)

    def name(self, *what: Any) -> str:
        """Return eight hexadecimal digits."""
        return keyed_id(self._key, *what)[:8]

    def choose(self, weights: Sequence[float], *what: Any) -> int:
        """Return a place in the weights, each as likely as its weight says."""
        sums = list(accumulate(weights))
        return min(bisect_left(sums, self.unit(*what) * sums[-1]), len(sums) - 1)


@dataclass(slots=True)
class _User:
    name: str
    weight: float
    liked: set[str] = field(default_factory=set)


def users_of(topics: Mapping[str, tuple[str, str]], draw: Draw) -> dict[str, str]:
    """Give every conversation a user who speaks its language; few users have many.

    Args:
        topics: category and language of a conversation, by its id.
        draw: where the choices come from.

    Returns:
        The user of each conversation, by its id.
    """
    chosen: dict[str, str] = {}
    categories = sorted({category for category, _ in topics.values()})
    languages: dict[str, list[str]] = defaultdict(list)
    for key, (_, language) in topics.items():
        languages[language].append(key)
    for language, ids in languages.items():
        count = max(1, round(len(ids) * USERS / len(topics)))
        people = [_user(language, rank, categories, draw) for rank in range(count)]
        mixed = sorted(ids, key=lambda key: draw.unit("order", key))
        for place, key in enumerate(mixed):
            if place < count:  # nobody without a conversation
                chosen[key] = people[place].name
                continue
            liked = topics[key][0]
            weights = [p.weight * (_LIKED_WEIGHT if liked in p.liked else 1.0) for p in people]
            chosen[key] = people[draw.choose(weights, "user", key)].name
    return chosen


def _user(language: str, rank: int, categories: Sequence[str], draw: Draw) -> _User:
    likes = {
        categories[int(draw.unit("likes", language, rank, n) * len(categories))]
        for n in range(_LIKED)
    }
    name = f"user-{draw.name('user', language, rank)}"
    return _User(name, 1.0 / (rank + 1) ** _ZIPF_USERS, likes)


def organisation_of(user: str, draw: Draw) -> str:
    """Return the organisation of a user; few organisations have many users."""
    weights = [1.0 / (rank + 1) ** _ZIPF_ORGANISATIONS for rank in range(ORGANISATIONS)]
    return f"org-{draw.choose(weights, 'organisation', user) + 1:02d}"


def any_time(draw: Draw, key: str) -> datetime:
    """Return a moment between `START` and `END`."""
    week = int(draw.unit("week", key) * WEEKS)
    return in_week(draw, key, week)


def in_week(draw: Draw, key: str, week: int) -> datetime:
    """Return a moment of a week: less at weekends and at night."""
    day = draw.choose(_DAYS, "day", key)
    hour = draw.choose(_HOURS, "hour", key)
    second = int(draw.unit("second", key) * 3600)
    return START + timedelta(weeks=week, days=day, hours=hour, seconds=second)


def within(draw: Draw, key: str, window: tuple[datetime, timedelta]) -> datetime:
    """Return a moment of a short window, given by its start and length."""
    start, length = window
    return start + timedelta(seconds=int(draw.unit("second", key) * length.total_seconds()))
