"""Who may sign in: names, roles and hashed passwords, in a file of the zone's owner."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from anonymuse.errors import AbsentError, InputError
from anonymuse.secure.passwords import Passwords, check_password
from anonymuse.secure.roles import Person, Role, role_named
from anonymuse.secure.state import Database
from anonymuse.secure.values import StaffMember

STAFF = "staff.sqlite"
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS staff (
    name TEXT PRIMARY KEY,
    hash TEXT,                     -- argon2id; NULL: a reverse proxy has to vouch
    role TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    must_change INTEGER NOT NULL,
    created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    kind TEXT NOT NULL,            -- account or address
    who TEXT NOT NULL,
    count INTEGER NOT NULL,
    last REAL NOT NULL,
    PRIMARY KEY (kind, who)
) WITHOUT ROWID;
"""


def staff_name(name: str) -> str:
    """Return a name as it is kept: lower case, of letters, digits and ``. _ @ -``.

    Raises:
        InputError: it is none.
    """
    folded = name.strip().lower()
    if not _NAME.fullmatch(folded):
        raise InputError(
            "A name of staff has 2 to 64 characters of a to z, 0 to 9, dot, underscore, @ and "
            "hyphen, and begins with a letter or digit."
        )
    return folded


class Staff:
    """The store of staff. It checks nobody's rights: `staff_room.py` and the machine's owner do.

    Args:
        folder: of the zone.
        passwords: hashes them.
    """

    def __init__(self, folder: Path, passwords: Passwords | None = None) -> None:
        self.database = Database(folder / STAFF, _SCHEMA)
        self._passwords = passwords or Passwords()

    def all(self) -> tuple[StaffMember, ...]:
        """Return everybody, by name."""
        return tuple(map(_member, self.database.all("SELECT * FROM staff ORDER BY name")))

    def find(self, name: str) -> StaffMember | None:
        """Return somebody by name, if they are staff."""
        row = self.database.one("SELECT * FROM staff WHERE name = ?", name.strip().lower())
        return None if row is None else _member(row)

    def get(self, name: str) -> StaffMember:
        """Return somebody by name.

        Raises:
            AbsentError: there is nobody.
        """
        found = self.find(name)
        if found is None:
            raise AbsentError("There is nobody by that name on the staff.")
        return found

    def person(self, name: str) -> Person | None:
        """Return who may act under a name now; None for strangers and who was disabled."""
        found = self.find(name)
        if found is None or found.disabled:
            return None
        return Person(found.name, found.role, found.must_change)

    def add(
        self, name: str, role: str, password: str | None, *, created: float, must_change: bool
    ) -> StaffMember:
        """Add somebody; without a password a reverse proxy has to vouch for them.

        Raises:
            InputError: the name, role or password is not one, or the name is taken.
        """
        name, role = staff_name(name), role_named(role)
        kept = None if password is None else self._kept(password, name)
        with self.database.changing() as sql:
            try:
                sql.execute(
                    "INSERT INTO staff VALUES (?, ?, ?, 0, ?, ?)",
                    (name, kept, role, must_change and kept is not None, created),
                )
            except sqlite3.IntegrityError:
                raise InputError(f"There is somebody named {name} already.") from None
        return self.get(name)

    def set_role(self, name: str, role: str) -> Role:
        """Give somebody another role instead of theirs; return the one before.

        Raises:
            AbsentError: there is nobody.
            InputError: there is no such role, or nobody would be left to manage staff.
        """
        role = role_named(role)
        with self.database.changing() as sql:
            before = self.get(name)
            if role != "operator":
                self._keep_an_operator(before)
            sql.execute("UPDATE staff SET role = ? WHERE name = ?", (role, before.name))
        return before.role

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Shut somebody out, or let them in again.

        Raises:
            AbsentError: there is nobody.
            InputError: nobody would be left to manage staff.
        """
        with self.database.changing() as sql:
            found = self.get(name)
            if disabled:
                self._keep_an_operator(found)
            sql.execute("UPDATE staff SET disabled = ? WHERE name = ?", (disabled, found.name))

    def set_password(self, name: str, password: str, *, must_change: bool) -> None:
        """Set a password.

        Raises:
            AbsentError: there is nobody.
            InputError: it is not good enough.
        """
        found = self.get(name)
        kept = self._kept(password, found.name)
        with self.database.changing() as sql:
            sql.execute(
                "UPDATE staff SET hash = ?, must_change = ? WHERE name = ?",
                (kept, must_change, found.name),
            )

    def holds(self, name: str, password: str) -> bool:
        """Return whether that is somebody's password; it takes as long for strangers."""
        row = self.database.one(
            "SELECT hash FROM staff WHERE name = ? AND NOT disabled", name.strip().lower()
        )
        return self._passwords.same(None if row is None else row["hash"], password)

    def _kept(self, password: str, name: str) -> str:
        return self._passwords.hash(check_password(password, name))

    def _keep_an_operator(self, going: StaffMember) -> None:
        """Refuse the last operator's end: nobody could undo it from inside."""
        if going.role == "operator" and not any(
            one.role == "operator" and not one.disabled and one.name != going.name
            for one in self.all()
        ):
            raise InputError("This is the last operator: add another one first.")


def _member(row: sqlite3.Row) -> StaffMember:
    return StaffMember(
        row["name"],
        row["role"],
        bool(row["disabled"]),
        bool(row["must_change"]),
        row["created"],
        row["hash"] is not None,
    )
