"""The shipped corpus with an invented population: who wrote when, and what was planted.

Conversations lie in the data files beside this program. Users, organisations and times are drawn
here, from a seed, and so are the planted conversations' (their texts never change).
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.private.conversation import Conversation, Scalar, Turn
from anonymuse.evals.corpus.people import (
    START,
    Draw,
    any_time,
    in_week,
    organisation_of,
    users_of,
    within,
)
from anonymuse.evals.corpus.planted import Kind, Planted, planted

GROWTH_PER_WEEK = (0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5)
BURST = (START + timedelta(weeks=7, days=3, hours=6), timedelta(hours=36))
CAMPAIGN = (START + timedelta(weeks=9, days=1), timedelta(days=5))


@dataclass(frozen=True, slots=True, repr=False)
class Truth:
    """What is known of a conversation because it was written to be so.

    Attributes:
        part: ``regular``, ``safety`` or ``planted``.
        category: one of 20 (regular), 12 (safety), or the planted topic's.
        subcategory: within the category.
        language: English name.
        refused: whether the assistant refuses.
        concern: 1 to 5.
        flagged: what an invented, imperfect classifier says; None outside ``safety``.
        planted: why the row was planted; None for the others. Known-truth scores leave these out.
        pii: exact substrings of the messages that identify the invented person.
        sensitive: exact substrings that tell something of a special category.
    """

    part: str
    category: str
    subcategory: str
    language: str
    refused: bool
    concern: int
    flagged: bool | None = None
    planted: Kind | None = None
    pii: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Truth({self.part}, {self.category!r}, {self.subcategory!r}, {self.language})"


@dataclass(frozen=True, slots=True)
class CorpusRow:
    """A conversation with its invented user, organisation and time, and with its truth."""

    conversation: Conversation
    truth: Truth


def load(seed: int = 0) -> list[CorpusRow]:
    """Return the whole corpus with planted rows, in the order of time.

    Args:
        seed: of users, organisations and times; texts and ids are the same for every seed.
    """
    draw = Draw(seed)
    written = [(row, _truth(row)) for part in ("regular", "safety") for row in _lines(part)]
    users = users_of({row["id"]: (truth.category, truth.language) for row, truth in written}, draw)
    rows = [
        _row(str(row["id"]), _turns(row), users[str(row["id"])], any_time(draw, row["id"]), t, draw)
        for row, t in written
    ]
    rows += _planted_rows(_by_language(rows), draw)
    return sorted(rows, key=lambda row: (row.conversation.time or START, row.conversation.id))


def recorded_facets() -> dict[str, dict[str, Scalar]]:
    """Return the recorded answers to the facet questions of every conversation, by its id."""
    found = {str(row.pop("id")): row for row in _lines("facets")}
    for item in planted():
        found[item.id] = {
            "request": f"{REQUEST_PREFIX}{item.request.rstrip('.')}.",
            "task": item.task,
            "language": item.language,
            "refused": item.refused,
            "concern": item.concern,
        }
    return found


def write_jsonl(path: Path, *, count: int | None = None, flagged: bool = False) -> int:
    """Write the corpus as the messages JSONL that any reader takes; return the number of rows.

    Columns: id, user, organisation, timestamp (ISO 8601, UTC), messages. The truth is not in it.

    Args:
        path: the file.
        count: only so many rows, spread evenly over the time; left out, all of them.
        flagged: add what the invented classifier says, as column ``flagged``; null where it was
            not asked.
    """
    rows = load()
    if count is not None and count < len(rows):
        rows = [rows[place * len(rows) // count] for place in range(count)]
    return _write(path, (_as_messages(row.conversation) | _verdict(row, flagged) for row in rows))


def write_truth(path: Path) -> int:
    """Write the truth of every conversation as JSON lines: id, and the fields of `Truth`."""
    return _write(path, (_as_truth(row) for row in load()))


def write_facets(path: Path) -> int:
    """Write the recorded facets as JSON lines, for ``--facets-from``."""
    return _write(path, ({"id": key, **answers} for key, answers in recorded_facets().items()))


def _write(path: Path, rows: Iterator[Mapping[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _as_messages(item: Conversation) -> dict[str, Any]:
    return {
        "id": item.id,
        "user": item.user,
        "organisation": item.organisation,
        "timestamp": None if item.time is None else item.time.isoformat(),
        "messages": [{"role": turn.role, "content": turn.text} for turn in item.turns],
    }


def _verdict(row: CorpusRow, wanted: bool) -> dict[str, bool | None]:
    return {"flagged": row.truth.flagged} if wanted else {}


def _as_truth(row: CorpusRow) -> dict[str, Any]:
    return {
        "id": row.conversation.id,
        **{name: getattr(row.truth, name) for name in Truth.__dataclass_fields__},
    }


def _lines(name: str) -> Iterator[dict[str, Any]]:
    packed = files(__package__).joinpath(f"{name}.jsonl.gz").read_bytes()
    for line in gzip.decompress(packed).decode().splitlines():
        yield json.loads(line)


def _turns(row: Mapping[str, Any]) -> tuple[Turn, ...]:
    return tuple(Turn(message["role"], message["content"]) for message in row["messages"])


def _truth(row: Mapping[str, Any]) -> Truth:
    return Truth(
        part="regular" if str(row["id"]).startswith("r") else "safety",
        category=row["category"],
        subcategory=row["subcategory"],
        language=row["language"],
        refused=row["refused"],
        concern=row["concern"],
        flagged=row.get("flagged"),
        pii=tuple(row["pii"]),
        sensitive=tuple(row["sensitive"]),
    )


def _row(
    key: str, turns: tuple[Turn, ...], user: str, time: datetime, truth: Truth, draw: Draw
) -> CorpusRow:
    return CorpusRow(Conversation(key, turns, user, organisation_of(user, draw), time), truth)


def _by_language(rows: Sequence[CorpusRow]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        found[row.truth.language][str(row.conversation.user)] = None
    return {language: sorted(users) for language, users in found.items()}


def _planted_rows(users: Mapping[str, Sequence[str]], draw: Draw) -> list[CorpusRow]:
    weeks = [week for week, count in enumerate(GROWTH_PER_WEEK) for _ in range(count)]
    items = planted()
    growth = sorted(
        (item.id for item in items if item.kind == "growth"), key=lambda key: draw.unit("g", key)
    )
    week_of = dict(zip(growth, weeks, strict=True))
    taken: set[str] = set()
    rows = []
    for item in items:
        user = _planted_user(item, users, taken, draw)
        taken.add(user)
        if item.kind == "growth":
            time = in_week(draw, item.id, week_of[item.id])
        elif item.kind == "burst":
            time = within(draw, item.id, BURST)
        elif item.kind == "campaign":
            time = within(draw, item.id, CAMPAIGN)
        else:
            time = any_time(draw, item.id)
        turns = (Turn("user", item.user), Turn("assistant", item.assistant))
        rows.append(_row(item.id, turns, user, time, _planted_item_truth(item), draw))
    return rows


def _planted_user(
    item: Planted, users: Mapping[str, Sequence[str]], taken: set[str], draw: Draw
) -> str:
    """Return who wrote it: a known user, one per conversation; a new account; the heavy user."""
    if item.kind == "heavy user":
        return f"user-{draw.name('heavy user')}"
    if item.kind == "campaign":
        return f"user-{draw.name('campaign', item.id)}"
    free = [user for user in users[item.language] if user not in taken]
    return free[int(draw.unit("planted user", item.id) * len(free))]


def _planted_item_truth(item: Planted) -> Truth:
    category, subcategory = item.topic
    return Truth(
        part="planted",
        category=category,
        subcategory=subcategory,
        language=item.language,
        refused=item.refused != "no",
        concern=item.concern,
        planted=item.kind,
    )
