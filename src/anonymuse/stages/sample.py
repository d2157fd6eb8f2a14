"""Sample: which conversations take part, up to which turn, and which stand for exact duplicates.

Both strategies of the paper (section 2). *Conversations*: every conversation has the same chance
and is taken whole. *Completions*: every turn of the assistant has the same chance, so that long
conversations weigh more; of each conversation the latest turn drawn counts, and it is taken up to
there.

Draws are by keyed hash: the order of the file plays no part, and nobody without the key can foresee
who is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import keyed_unit_interval
from anonymuse.domain.private.conversation import Turn

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Who takes part.

    Attributes:
        kept: shape (m,), indices of the rows that take part, ascending.
        completion: shape (m,), for each the number of the assistant's turn that it is taken up to,
            counted from 1; None where all are taken whole.
        over_size: rows left out by the sample size.
        over_bound: rows left out because their unit had given enough.
        silent: rows that could not be drawn, as the assistant says nothing in them.
    """

    kept: Indices
    completion: Indices | None
    over_size: int
    over_bound: int
    silent: int = 0


def sample_conversations(
    rows: Sequence[str],
    units: Sequence[str],
    *,
    key: bytes,
    seed: int,
    size: int | None,
    per_unit: int,
) -> Sample:
    """Draw conversations, and bound what one unit contributes.

    Args:
        rows: row ids.
        units: privacy unit of each row.
        key: the project's sampling key.
        seed: the run's seed.
        size: how many rows to draw; None for all.
        per_unit: at most this many rows of one unit.
    """
    chance = np.array([keyed_unit_interval(key, seed, row) for row in rows])
    order = np.lexsort((np.arange(len(rows)), chance))
    drawn = order if size is None else order[:size]
    kept = _bounded(drawn.tolist(), units, per_unit)
    return Sample(
        kept=np.array(kept, dtype=np.int64),
        completion=None,
        over_size=len(rows) - len(drawn),
        over_bound=len(drawn) - len(kept),
    )


def sample_completions(
    rows: Sequence[str],
    units: Sequence[str],
    completions: Sequence[int],
    *,
    key: bytes,
    seed: int,
    size: int | None,
    per_unit: int,
) -> Sample:
    """Draw turns of the assistant, keep the latest of each row, and bound each unit's rows.

    Args:
        rows: row ids.
        units: privacy unit of each row.
        completions: how many turns of the assistant each row has.
        key: the project's sampling key.
        seed: the run's seed.
        size: how many turns to draw; None for all. There are at most as many rows as turns drawn.
        per_unit: at most this many rows of one unit.
    """
    owner = np.repeat(np.arange(len(rows)), np.asarray(completions, dtype=np.int64))
    number = np.concatenate([np.arange(1, n + 1) for n in completions]) if len(rows) else owner
    chance = np.array(
        [
            keyed_unit_interval(key, seed, rows[own], int(turn))
            for own, turn in zip(owner.tolist(), number.tolist(), strict=True)
        ]
    )
    order = np.lexsort((np.arange(len(owner)), chance))
    drawn = order if size is None else order[:size]
    latest: dict[int, int] = {}  # in the order of each row's luckiest turn
    for own, turn in zip(owner[drawn].tolist(), number[drawn].tolist(), strict=True):
        latest[own] = max(turn, latest.get(own, 0))
    kept = _bounded(list(latest), units, per_unit)
    silent = sum(n == 0 for n in completions)
    return Sample(
        kept=np.array(kept, dtype=np.int64),
        completion=np.array([latest[index] for index in kept], dtype=np.int64),
        over_size=len(rows) - silent - len(latest),
        over_bound=len(latest) - len(kept),
        silent=silent,
    )


def draw_people(
    pseudonyms: Sequence[str], share: float, *, key: bytes, seed: int, least: int
) -> npt.NDArray[np.bool_]:
    """Draw people, each with the same chance, whose every conversation a model is asked about.

    Args:
        pseudonyms: of the privacy units.
        share: of them that is drawn, above 0 and up to 1.
        key: the project's sampling key.
        seed: the run's seed.
        least: as many are drawn at least, or all where there are fewer.

    Returns:
        Who is drawn, shape (units,).
    """
    chance = np.array([keyed_unit_interval(key, seed, "ask", own) for own in pseudonyms])
    number = min(len(chance), max(least, math.ceil(share * len(chance))))
    drawn = np.zeros(len(chance), dtype=np.bool_)
    drawn[np.argsort(chance, kind="stable")[:number]] = True
    return drawn


def _bounded(drawn: Sequence[int], units: Sequence[str], per_unit: int) -> list[int]:
    """Return the first rows of every unit in the order they were drawn, ascending."""
    given: dict[str, int] = {}
    kept: list[int] = []
    for index in drawn:
        unit = units[index]
        given[unit] = given.get(unit, 0) + 1
        if given[unit] <= per_unit:
            kept.append(index)
    return sorted(kept)


def turns_up_to(turns: Sequence[Turn], completion: int) -> int:
    """Return how many turns a conversation has up to and with its n-th turn of the assistant."""
    said = [place for place, turn in enumerate(turns, 1) if is_completion(turn)]
    return said[completion - 1]


def is_completion(turn: Turn) -> bool:
    """Say whether a turn is one that can be drawn: the assistant says something."""
    return turn.role == "assistant" and bool(turn.text.strip())


def collapse(contents: Sequence[Hashable]) -> Indices:
    """Return for each the place of the first with the same content: models are asked about that.

    Args:
        contents: content ids, of what is taken of each conversation.
    """
    first: dict[Hashable, int] = {}
    places = [first.setdefault(content, place) for place, content in enumerate(contents)]
    return np.array(places, dtype=np.int64)
