"""The secure zone as one object: rooms that each check a right, write a row, and only then act."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from anonymuse.pipeline.key import ProjectKey
from anonymuse.ports.restricted_store import RestrictedStore
from anonymuse.ports.scrubber import EntityDetector
from anonymuse.secure.audit import MACHINE, AuditLog, machine_actor
from anonymuse.secure.audit_check import verify
from anonymuse.secure.audit_line import Keyring
from anonymuse.secure.cases import Cases
from anonymuse.secure.desk import Desk
from anonymuse.secure.door import Door
from anonymuse.secure.limits import LOOKS, Attempts, Looks
from anonymuse.secure.log_room import LogRoom
from anonymuse.secure.passwords import Passwords
from anonymuse.secure.reading import Reading
from anonymuse.secure.request_book import REQUESTS, RequestBook
from anonymuse.secure.requests import Requests
from anonymuse.secure.rules import ZoneRules, read_rules
from anonymuse.secure.sessions import SESSIONS, Sessions
from anonymuse.secure.staff import Staff
from anonymuse.secure.staff_room import StaffRoom
from anonymuse.secure.state import Clock, Database
from anonymuse.secure.traces import Traces
from anonymuse.secure.verdicts import VERDICTS, Verdicts

STATE = "zone.sqlite"


class Zone:
    """One run in the secure zone. Every method of every room takes the person who asks.

    Attributes:
        rules: in force.
        door: sessions.
        report: clusters, accounts, the queue; no text.
        requests: for traces, and decisions on them.
        traces: conversations.
        verdicts: on clusters and accounts.
        cases: exports.
        log: the audit log.
        staff: accounts of staff.

    Args:
        store: the run's restricted report and conversations.
        run: names the run in requests and in the log; see :func:`run_name`.
        folder: of the zone, beside the project's key; made where it is missing.
        key: the project's key.
        retired: keys that were in its place before, for old rows.
        rules: left out, those of the folder's `rules.toml`.
        detector: finds names for redaction; left out, cues.
        passwords: how passwords are hashed.
        wall: seconds since 1970 as the machine has it.
        steady: seconds that only grow.

    Raises:
        ConfigError: `rules.toml` is wrong, or a package is missing.
        OutputError: the folder cannot be written.
        BrokenRunError: a file of the zone is damaged.
    """

    def __init__(
        self,
        store: RestrictedStore,
        *,
        run: str,
        folder: Path,
        key: ProjectKey,
        retired: Sequence[ProjectKey] = (),
        rules: ZoneRules | None = None,
        detector: EntityDetector | None = None,
        passwords: Passwords | None = None,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rules = read_rules(folder) if rules is None else rules
        tables = SESSIONS + LOOKS + REQUESTS + VERDICTS
        self._database = Database(folder / STATE, tables)
        clock = Clock(self._database, wall=wall, steady=steady)
        self._log = AuditLog(folder, Keyring(key, retired), wall=wall)
        self._staff = Staff(folder, passwords)
        looks = Looks(self._database, clock, self.rules)
        desk = Desk(store, run, self.rules, self._log, self._database, self._staff, clock, looks)
        sessions = Sessions(self._database, self._staff, clock, self.rules)
        self.run = run
        self.door = Door(desk, sessions, Attempts(self._staff.database, clock, self.rules))
        self.verdicts = Verdicts(desk)
        self.report = Reading(desk, self.verdicts)
        book = RequestBook(desk)
        self.requests = Requests(desk, book)
        self.traces = Traces(desk, self.requests, detector)
        self.cases = Cases(desk, book, self.traces, self.verdicts)
        self.log = LogRoom(desk)
        self.staff = StaffRoom(desk, sessions)

    def open(self) -> None:
        """Check the whole log, then write down that the zone begins to serve, and its rules.

        Raises:
            BrokenRunError: somebody changed the log.
            OutputError: it cannot be added to.
        """
        if not verify(self._log.path.parent, self._log.keys).sound:
            raise self._log.broken("is not as it was written")
        self._log.append(
            actor=machine_actor(),
            role=MACHINE,
            action="zone opened",
            details={"run": self.run, **asdict(self.rules)},
        )

    def has_staff(self) -> bool:
        """Return whether an operator may sign in: without one nobody can let anybody in."""
        return any(one.role == "operator" and not one.disabled for one in self._staff.all())

    def close(self) -> None:
        """Close the zone's files."""
        self._database.close()
        self._staff.database.close()


def run_name(path: Path) -> str:
    """Return how requests and the log name a run: its folder, and a digest of where that lies."""
    whole = path.resolve()
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in whole.name)[:40]
    return f"{plain}-{hashlib.sha256(str(whole).encode()).hexdigest()[:8]}"
