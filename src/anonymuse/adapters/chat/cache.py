"""A store of answers already paid for, so that no question is asked twice (SQLite, WAL).

Prompts are never stored: the key is a hash of the question, the value is the answer alone. With a
vault the answer is sealed with the key of whom it is about, and the hash is keyed, so that nobody
can try questions on it.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, cast, get_args

from anonymuse.adapters.chat.private_sqlite import explained, open_private
from anonymuse.domain.ids import content_id, keyed_id
from anonymuse.errors import ErasedError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest, FailureKind, Finish
from anonymuse.ports.vault import PROJECT, Vault

if TYPE_CHECKING:
    from types import TracebackType

TERMINAL: Final[frozenset[FailureKind]] = frozenset({"refusal", "context", "filter"})
"""Failures that the same question would meet again: remembered like answers."""

_VERSION: Final = 2
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,        -- "reply", or the kind of a terminal failure
    body BLOB NOT NULL,        -- the reply's text or the failure's detail, zlib
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    finish TEXT NOT NULL,
    created REAL NOT NULL,     -- seconds since 1970
    unit TEXT NOT NULL DEFAULT ''  -- pseudonym of whom it is about; empty: nobody, or many
) WITHOUT ROWID
"""
_UPGRADES: Final = {1: "ALTER TABLE replies ADD COLUMN unit TEXT NOT NULL DEFAULT ''"}
_SECRET: Final = 32
"""bytes of the secret that keys are hashed with"""


def request_key(model_id: str, request: ChatRequest) -> str:
    """Return the 32-digit key of a question: BLAKE2b-128 of all that shapes the answer.

    ``purpose`` and ``unit`` are left out: who pays and whom it is about are not what is asked.
    """
    return content_id(
        model_id,
        [[message.role, message.content] for message in request.messages],
        request.schema,
        request.temperature,
        request.max_tokens,
        request.attempt,
    )


class ResponseCache:
    """Answers by key, in one SQLite file that survives a kill; safe to use from several threads.

    Args:
        path: the file; it and its folder are made when missing (readable by the owner only).
        vault: seals the answers; None: they lie there as they are.

    Raises:
        OutputError: the file cannot be opened or written.
        BrokenRunError: the file is not one of ours or is damaged.
    """

    def __init__(self, path: Path, vault: Vault | None = None) -> None:
        self._path = path
        self._vault = vault
        # The project's key seals nothing alike under another name: what it makes of this name is
        # a secret that outlives every erasure and is nowhere on the disk.
        self._secret = (
            b"" if vault is None else vault.seal(bytes(_SECRET), unit=PROJECT, about="questions")
        )
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        with self._explained():
            self._connection = open_private(
                path, _SCHEMA, version=_VERSION, names={"replies"}, upgrades=_UPGRADES
            )

    def key_of(self, model_id: str, request: ChatRequest) -> str:
        """Return the key of a question here: `request_key`, or what only the ring makes of it."""
        key = request_key(model_id, request)
        return keyed_id(self._secret, key) if self._secret else key

    def get(self, key: str) -> ChatReply | ChatFailure | None:
        """Return the stored answer or terminal failure, or None."""
        with self._explained() as connection:
            row = connection.execute(
                "SELECT kind, body, tokens_in, tokens_out, finish, unit FROM replies WHERE key = ?",
                (key,),
            ).fetchone()
            if row is None:
                return None
            kind, body, tokens_in, tokens_out, finish, unit = row
            if self._vault is not None:
                try:
                    body = self._vault.open(body, unit=unit or None, about=f"answer/{key}")
                except ErasedError:
                    return None
            text = zlib.decompress(body).decode("utf-8", "surrogatepass")
            if kind == "reply" and finish in get_args(Finish):
                return ChatReply(text, tokens_in, tokens_out, cast("Finish", finish))
            if kind in TERMINAL:
                return ChatFailure(
                    cast("FailureKind", kind), text, tokens_in=tokens_in, tokens_out=tokens_out
                )
            raise sqlite3.DatabaseError("a kind of answer that is not ours")

    def put(self, key: str, outcome: ChatReply | ChatFailure, unit: str = "") -> None:
        """Store an answer; committed when this returns.

        Passing failures are not stored, and nothing about a unit that was erased.
        """
        if isinstance(outcome, ChatReply):
            kind, text, finish = "reply", outcome.text, outcome.finish
            tokens = outcome.tokens_in, outcome.tokens_out
        elif outcome.kind in TERMINAL:
            kind, text, finish = outcome.kind, outcome.detail, "stop"
            tokens = outcome.tokens_in, outcome.tokens_out
        else:
            return
        body = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
        if self._vault is not None:
            try:
                body = self._vault.seal(body, unit=unit or None, about=f"answer/{key}")
            except ErasedError:
                return
        with self._explained() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (key, kind, body, *tokens, finish, time.time(), unit),
            )

    def erase(self, units: Collection[str]) -> int:
        """Delete the answers about some units, and those about many; return how many they were."""
        marks = ", ".join("?" * len(units))
        return self._delete(f"unit = '' OR unit IN ({marks})", tuple(units))

    def count_before(self, when: float) -> int:
        """Return how many answers were stored before a time, in seconds since 1970."""
        with self._explained() as connection:
            row = connection.execute("SELECT count(*) FROM replies WHERE created < ?", (when,))
            return int(row.fetchone()[0])

    def forget_before(self, when: float) -> int:
        """Delete answers that were stored before a time, in seconds since 1970; return how many."""
        return self._delete("created < ?", (when,))

    def _delete(self, which: str, values: tuple[str | float, ...]) -> int:
        """Delete rows, from the file's free pages and its journal too."""
        with self._explained() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            gone = connection.execute(f"DELETE FROM replies WHERE {which}", values).rowcount  # noqa: S608
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    @property
    def size(self) -> int:
        """How many answers are stored."""
        with self._explained() as connection:
            return int(connection.execute("SELECT count(*) FROM replies").fetchone()[0])

    @property
    def tokens(self) -> tuple[int, int]:
        """How many tokens all stored answers took, in and out."""
        with self._explained() as connection:
            row = connection.execute("SELECT sum(tokens_in), sum(tokens_out) FROM replies")
            said, heard = row.fetchone()
            return int(said or 0), int(heard or 0)

    def close(self) -> None:
        """Close the file; using the cache afterwards is an error."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _explained(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection, and turn what SQLite says into our errors."""
        told = explained(
            "The answer cache",
            self._path,
            without="the answers in it will be asked again",
            also=(zlib.error, UnicodeDecodeError),
        )
        with told, self._lock:
            # During the first opening there is nothing to lend yet, and nobody uses it.
            yield cast("sqlite3.Connection", self._connection)
