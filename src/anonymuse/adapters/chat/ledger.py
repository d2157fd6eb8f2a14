"""The ledger: one row for every call of a run folder, in SQLite. No text in it, and no id.

Rows are gathered and committed together, so that a call does not wait for the disk. A kill loses
what was gathered, about a second's worth; `reconcile` finds the tokens again in the answers that
were stored, so that what was spent is never counted too low.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Final

from anonymuse.adapters.chat.private_sqlite import explained, open_private
from anonymuse.domain.money import Price
from anonymuse.ports.spending import Line

REPLY: Final = "reply"
LOST: Final = "lost"
"""purpose of the row that stands for what a kill kept from the ledger"""

STORED: Final = (REPLY, "refusal", "context", "filter")
"""outcomes that the store of answers keeps"""

_VERSION: Final = 1
_ROWS: Final = 200
_SECONDS: Final = 1.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS calls (
    time REAL NOT NULL,             -- seconds since 1970
    purpose TEXT NOT NULL,
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,          -- "reply", or the kind of a failure
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    tokens_cached INTEGER NOT NULL, -- of tokens_in, from the provider's cache
    micro_dollars REAL,             -- NULL: the price is not known
    latency_ms INTEGER NOT NULL,
    hit INTEGER NOT NULL,           -- 1: the answer was there already and cost nothing
    batch INTEGER NOT NULL          -- 1: at the price of a batch
);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One row; the fields are the columns, in their order."""

    time: float
    purpose: str
    model: str
    outcome: str
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    micro_dollars: float | None = None
    latency_ms: int = 0
    hit: bool = False
    batch: bool = False


class Ledger:
    """What a run folder has asked of models and paid for it; safe to use from several threads.

    Args:
        path: the SQLite file; made when missing, readable by the owner only.
        price: of the run's chat model, for whoever shows the sums.
        clock: monotonic seconds; replaced in tests.

    Raises:
        OutputError: the file cannot be opened or written.
        BrokenRunError: the file is not one of ours or is damaged.
    """

    def __init__(
        self,
        path: Path,
        *,
        price: Price | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._price = price
        self._clock = clock
        self._lock = threading.Lock()
        self._rows: list[Call] = []
        self._flushed = clock()
        with self._explained():
            self._connection = open_private(
                path, _SCHEMA, version=_VERSION, names={"calls", "about"}
            )
            self._spent = float(
                self._connection.execute("SELECT total(micro_dollars) FROM calls").fetchone()[0]
            )

    @property
    def price(self) -> Price | None:
        """The chat model's price, or None where nobody says."""
        return self._price

    @property
    def spent(self) -> float:
        """Micro-dollars spent in this folder so far."""
        return self._spent

    def add(self, call: Call) -> None:
        """Take a row; it is on disk within about a second, or at `close`."""
        with self._lock:
            self._rows.append(call)
            self._spent += call.micro_dollars or 0.0
            due = len(self._rows) >= _ROWS or self._clock() - self._flushed >= _SECONDS
        if due:
            self.flush()

    def flush(self) -> None:
        """Write the gathered rows."""
        with self._explained(), self._lock:
            rows, self._rows = self._rows, []
            self._flushed = self._clock()
            if rows:
                self._write(rows)

    def reconcile(self, tokens_in: int, tokens_out: int, price: Price | None) -> Call | None:
        """Make up for rows that a kill lost, from what the store of answers holds.

        Args:
            tokens_in: of all stored answers; 0 where none are.
            tokens_out: the same for the answers.
            price: of the dearest model in use.

        Returns:
            The row that was added, or None where nothing was missing.
        """
        self.flush()
        with self._explained(), self._lock:
            read = self._connection.execute
            counted = read(
                "SELECT coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0) FROM calls "
                "WHERE NOT hit AND outcome IN (?, ?, ?, ?)",
                STORED,
            ).fetchone()
            known = dict(read("SELECT name, value FROM about").fetchall())
            lost = []
            for name, stored, rows in zip(
                ("surplus in", "surplus out"), (tokens_in, tokens_out), counted, strict=True
            ):
                missing = stored - (rows - known.get(name, 0))
                lost.append(max(0, missing))
                # Answers that somebody deleted stay paid for; from now on they count as known.
                surplus = rows + max(0, missing) - stored
                read("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, surplus))
            if not any(lost):
                return None
            cost = None if price is None else price.cost(*lost)
            row = Call(time.time(), LOST, "", REPLY, lost[0], lost[1], micro_dollars=cost)
            self._write([row])
            self._spent += cost or 0.0
            return row

    def lines(self) -> dict[str, Line]:
        """Return what was spent by purpose, sorted."""
        self.flush()
        found: dict[str, Line] = {}
        with self._explained(), self._lock:
            rows = self._connection.execute(
                "SELECT purpose, outcome, sum(NOT hit), sum(hit), "
                "sum(iif(hit, 0, tokens_in)), sum(iif(hit, 0, tokens_out)), "
                "sum(iif(hit, 0, tokens_cached)), total(micro_dollars), "
                "sum(NOT hit AND micro_dollars IS NULL) "
                "FROM calls GROUP BY purpose, outcome ORDER BY purpose, outcome"
            ).fetchall()
        for purpose, outcome, calls, hits, t_in, t_out, cached, micro, unpriced in rows:
            line = found.get(purpose, Line())
            failures = dict(line.failures)
            if outcome != REPLY and calls:
                failures[outcome] = calls
            found[purpose] = replace(
                line,
                # The lost row stands for an unknown number of calls.
                calls=line.calls + (calls if purpose != LOST else 0),
                hits=line.hits + hits,
                tokens_in=line.tokens_in + t_in,
                tokens_out=line.tokens_out + t_out,
                tokens_cached=line.tokens_cached + cached,
                micro_dollars=line.micro_dollars + micro,
                unpriced=line.unpriced + unpriced,
                failures=failures,
            )
        return found

    def close(self) -> None:
        """Write what was gathered and close the file."""
        try:
            self.flush()
        finally:
            self._connection.close()

    def _write(self, rows: list[Call]) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, rows)
        )
        self._connection.execute("COMMIT")

    def _explained(self) -> AbstractContextManager[None]:
        return explained(
            "The ledger",
            self._path,
            without="what was spent is then counted from the answers that are stored",
        )
