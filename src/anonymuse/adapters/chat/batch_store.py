"""Which questions are out in which batch: one SQLite file that survives a kill at any moment.

A batch goes through three states, each committed before the next thing is done::

    ready ──► sending ──► out ──► (deleted: all answers are in the response cache)
      ▲          │ the provider certainly did not take it
      └──────────┘

Prompts are not in here: a question is its key. Answers go to the response cache.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

from anonymuse.adapters.chat.private_sqlite import explained, open_private
from anonymuse.ports.chat import ChatFailure, FailureKind

State = Literal["ready", "sending", "out"]

_VERSION: Final = 2
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS batches (
    name TEXT PRIMARY KEY,     -- ours, unique, told to the provider where it takes a name
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    id TEXT NOT NULL,          -- the provider's, empty until it is known
    questions INTEGER NOT NULL,
    tokens INTEGER NOT NULL,   -- estimated input
    answers INTEGER NOT NULL,  -- tokens that the answers may have at most
    changed REAL NOT NULL      -- seconds since 1970, of the last change of state
);
CREATE TABLE IF NOT EXISTS asked (
    key TEXT PRIMARY KEY,      -- of the response cache
    batch TEXT NOT NULL,
    turn INTEGER NOT NULL,     -- 1, 2, ...: how often this question has gone out
    fails INTEGER NOT NULL,    -- how often it came back without an answer
    purpose TEXT NOT NULL,
    schema INTEGER NOT NULL,   -- whether the answer is JSON
    open INTEGER NOT NULL,     -- 1 while it is out
    kind TEXT NOT NULL,        -- of the last failure
    detail TEXT NOT NULL,
    unit TEXT NOT NULL DEFAULT ''  -- pseudonym of whom it is about; empty: nobody, or many
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_in ON asked (batch) WHERE open;
"""
_UPGRADES: Final = {1: "ALTER TABLE asked ADD COLUMN unit TEXT NOT NULL DEFAULT ''"}
_NAMES: Final = {"batches", "asked", "open_in"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that goes out, or is out.

    Attributes:
        key: of the response cache.
        purpose: which line of the ledger pays.
        schema: whether the answer is JSON.
        turn: how often it has gone out, this time included.
        fails: how often it came back without an answer.
        open: whether it is out now.
        failure: what came back the last time instead of an answer.
        batch: the batch that it is or was in.
        unit: pseudonym of whom it is about; empty where it is about nobody, or about many.
    """

    key: str
    purpose: str
    schema: bool
    turn: int = 1
    fails: int = 0
    open: bool = False
    failure: ChatFailure | None = None
    batch: str = ""
    unit: str = ""

    @property
    def custom_id(self) -> str:
        """The key, with the number of a repeat: an old failure must not end a new try."""
        return self.key if self.turn == 1 else f"{self.key}-{self.turn}"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that is not done with.

    Attributes:
        name: ours, unique.
        state: how far it is.
        id: the provider's, empty until it is known.
        questions: how many it holds.
        tokens: estimated input.
        answers: tokens that the answers may have at most.
        changed: when the state changed, in seconds since 1970.
    """

    name: str
    state: State
    id: str
    questions: int
    tokens: int
    answers: int
    changed: float


def from_custom_id(custom_id: str) -> tuple[str, int]:
    """Return key and turn; turn 0 for what cannot be one of ours."""
    key, dash, turn = custom_id.partition("-")
    if not dash:
        return key, 1
    return key, int(turn) if turn.isdecimal() and len(turn) < 6 else 0


class BatchStore:
    """The file of a run's batches; every method is one transaction.

    Args:
        path: made when missing, readable by the owner only.

    Raises:
        OutputError: the file cannot be opened or written.
        BrokenRunError: the file is not one of ours or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._explained():
            # A batch costs money: its state has to survive a power cut too.
            self._connection = open_private(
                path, _SCHEMA, version=_VERSION, names=_NAMES, durable=True, upgrades=_UPGRADES
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def seal(self, batch: Batch, model: str, asked: Iterable[Asked]) -> None:
        """Remember a new batch with its questions, all at once."""
        with self._explained(), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO batches VALUES (?, ?, 'ready', '', ?, ?, ?, ?)",
                (
                    batch.name,
                    model,
                    batch.questions,
                    batch.tokens,
                    batch.answers,
                    batch.changed,
                ),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?, ?, ?, 1, '', '', ?)",
                (
                    (a.key, batch.name, a.turn, a.fails, a.purpose, int(a.schema), a.unit)
                    for a in asked
                ),
            )

    def move(self, name: str, state: State, now: float, id: str = "") -> None:  # noqa: A002
        """Change the state of a batch, and its id."""
        with self._explained():
            self._connection.execute(
                "UPDATE batches SET state = ?, id = ?, changed = ? WHERE name = ?",
                (state, id, now, name),
            )

    def batches(self, model: str) -> list[Batch]:
        """Return the batches of a model that are not done with, oldest first."""
        with self._explained():
            rows = self._connection.execute(
                "SELECT name, state, id, questions, tokens, answers, changed FROM batches "
                "WHERE model = ? ORDER BY rowid",
                (model,),
            ).fetchall()
        return [Batch(*row) for row in rows]

    def names(self) -> set[str]:
        """Return the names of all batches that are not done with, of any model."""
        with self._explained():
            return {name for (name,) in self._connection.execute("SELECT name FROM batches")}

    def find(self, key: str) -> Asked | None:
        """Return a question that is out or came back without an answer."""
        with self._explained():
            row = self._connection.execute(
                "SELECT purpose, schema, turn, fails, open, kind, detail, batch, unit FROM asked "
                "WHERE key = ?",
                (key,),
            ).fetchone()
        if row is None:
            return None
        purpose, schema, turn, fails, is_open, kind, detail, batch, unit = row
        failure = ChatFailure(cast("FailureKind", kind), detail) if kind else None
        open_now = bool(is_open)
        return Asked(key, purpose, bool(schema), turn, fails, open_now, failure, batch, unit)

    def answered(self, keys: Iterable[str]) -> None:
        """Forget questions whose answers are in the response cache."""
        with self._explained(), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("DELETE FROM asked WHERE key = ?", ((key,) for key in keys))

    def failed(self, failures: Iterable[tuple[str, ChatFailure]]) -> None:
        """Take questions back that brought no answer."""
        with self._explained(), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "UPDATE asked SET open = 0, fails = fails + 1, kind = ?, detail = ? "
                "WHERE key = ? AND open",
                ((f.kind, f.detail, key) for key, f in failures),
            )

    def begin_anew(self, key: str) -> None:
        """Grant a question that was given up its full number of tries."""
        with self._explained():
            self._connection.execute("UPDATE asked SET fails = 0 WHERE key = ?", (key,))

    def erase(self, units: Collection[str]) -> int:
        """Forget the questions about some units, and those about many; return how many are out.

        An answer that comes later is taken for a stranger's, and not kept.
        """
        marks = ", ".join("?" * len(units))
        with self._explained():
            which = f"unit = '' OR unit IN ({marks})"
            out = self._connection.execute(
                f"SELECT count(*) FROM asked WHERE open AND ({which})",  # noqa: S608
                tuple(units),
            ).fetchone()[0]
            self._connection.execute(f"DELETE FROM asked WHERE {which}", tuple(units))  # noqa: S608
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(out)

    def still_out(self, name: str) -> int:
        """Return how many questions of a batch are out."""
        with self._explained():
            row = self._connection.execute(
                "SELECT count(*) FROM asked WHERE batch = ? AND open", (name,)
            ).fetchone()
        return int(row[0])

    def keys_out(self, name: str) -> Iterator[str]:
        """Yield the keys of a batch that are out."""
        with self._explained():
            rows = self._connection.execute(
                "SELECT key FROM asked WHERE batch = ? AND open", (name,)
            ).fetchall()
        return (key for (key,) in rows)

    def finish(self, name: str, missing: ChatFailure) -> int:
        """End a batch; what is still out has come back with nothing. Returns how many."""
        with self._explained(), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            lost = connection.execute(
                "UPDATE asked SET open = 0, fails = fails + 1, kind = ?, detail = ? "
                "WHERE batch = ? AND open",
                (missing.kind, missing.detail, name),
            ).rowcount
            connection.execute("DELETE FROM batches WHERE name = ?", (name,))
        return lost

    def _explained(self) -> AbstractContextManager[None]:
        return explained(
            "The list of batches",
            self._path,
            without="questions that are out in a batch will be asked again",
        )
