"""What the machine's owner does without signing in: staff by command. Every act is a row."""

from __future__ import annotations

from pathlib import Path

from anonymuse.secure.audit import MACHINE, machine_actor, open_log
from anonymuse.secure.passwords import Passwords, check_password
from anonymuse.secure.roles import role_named
from anonymuse.secure.rules import read_rules, zone_folder
from anonymuse.secure.sessions import SESSIONS, Sessions
from anonymuse.secure.staff import Staff, staff_name
from anonymuse.secure.state import Clock, Database
from anonymuse.secure.values import StaffMember
from anonymuse.secure.zone import STATE


class Office:
    """The staff of the zone beside a project's key.

    Args:
        key_path: the project's key.
        passwords: how passwords are hashed.

    Raises:
        ConfigError: there is no key, or a package is missing.
        OutputError: the folder cannot be written.
    """

    def __init__(self, key_path: Path, passwords: Passwords | None = None) -> None:
        folder = zone_folder(key_path)
        self._log = open_log(key_path)
        self._staff = Staff(folder, passwords)
        database = Database(folder / STATE, SESSIONS)
        self._clock = Clock(database)
        self._sessions = Sessions(database, self._staff, self._clock, read_rules(folder))

    def all(self) -> tuple[StaffMember, ...]:
        """Return everybody, by name."""
        return self._staff.all()

    def add(self, name: str, role: str, password: str | None, *, must_change: bool) -> StaffMember:
        """Add somebody; without a password a reverse proxy has to vouch for them.

        Raises:
            InputError: the name, role or password is not one, or the name is taken.
        """
        name, role, now = staff_name(name), role_named(role), self._clock.now()
        with self._staff.database.changing():
            added = self._staff.add(name, role, password, created=now, must_change=must_change)
            self._row(name, change="add", to=role, password=password is not None)
        return added

    def set_role(self, name: str, role: str) -> None:
        """Give somebody another role instead of theirs; their sessions end.

        Raises:
            AbsentError, InputError: as `staff.Staff.set_role`.
        """
        name = self._staff.get(name).name
        with self._staff.database.changing():
            before = self._staff.set_role(name, role)
            self._row(name, change="role", to=role, before=before)
        self._sessions.end_all(name)

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Shut somebody out, or let them in again; their sessions end.

        Raises:
            AbsentError, InputError: as `staff.Staff.set_disabled`.
        """
        name = self._staff.get(name).name
        with self._staff.database.changing():
            self._staff.set_disabled(name, disabled)
            self._row(name, change="disable" if disabled else "enable")
        self._sessions.end_all(name)

    def set_password(self, name: str, password: str, *, must_change: bool) -> None:
        """Set somebody's password; their sessions end.

        Raises:
            AbsentError: there is nobody.
            InputError: it is not good enough.
        """
        name = self._staff.get(name).name
        check_password(password, name)
        with self._staff.database.changing():
            self._staff.set_password(name, password, must_change=must_change)
            self._row(name, change="password")
        self._sessions.end_all(name)

    def _row(self, name: str, **details: object) -> None:
        self._log.append(
            actor=machine_actor(), role=MACHINE, action="manage staff", object=name, details=details
        )
