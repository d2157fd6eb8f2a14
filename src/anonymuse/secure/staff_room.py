"""The staff room: operators let people in, give them roles and shut them out."""

from __future__ import annotations

from anonymuse.errors import RightsError
from anonymuse.secure.desk import Desk
from anonymuse.secure.passwords import one_time_password
from anonymuse.secure.roles import Person, role_named
from anonymuse.secure.sessions import Sessions
from anonymuse.secure.staff import staff_name
from anonymuse.secure.values import StaffMember


class StaffRoom:
    """Manages staff, for an operator.

    Args:
        desk: what all rooms share.
        sessions: end where somebody's rights change.
    """

    def __init__(self, desk: Desk, sessions: Sessions) -> None:
        self._desk, self._sessions = desk, sessions

    def list(self, person: Person) -> tuple[StaffMember, ...]:
        """Return everybody, by name."""
        self._desk.allow(person, "see staff")
        return self._desk.staff.all()

    def add(self, person: Person, name: str, role: str) -> str:
        """Add somebody; return a password that they have to change, and that is shown once.

        Raises:
            InputError: the name or role is not one, or the name is taken.
        """
        self._desk.check(person, "manage staff")
        name, role = staff_name(name), role_named(role)
        password, now = one_time_password(), self._desk.clock.now()
        with self._desk.staff.database.changing():
            self._desk.staff.add(name, role, password, created=now, must_change=True)
            self._desk.row(person, "manage staff", name, change="add", to=role)
        return password

    def set_role(self, person: Person, name: str, role: str) -> None:
        """Give somebody else another role instead of theirs; their sessions end.

        Raises:
            RightsError: it is the operator's own.
            AbsentError, InputError: as `staff.Staff.set_role`.
        """
        name = self._other(person, name)
        with self._desk.staff.database.changing():
            before = self._desk.staff.set_role(name, role)
            self._desk.row(person, "manage staff", name, change="role", to=role, before=before)
        self._sessions.end_all(name)

    def disable(self, person: Person, name: str) -> None:
        """Shut somebody out; their sessions end.

        Raises:
            RightsError: it is the operator.
            AbsentError: there is nobody.
        """
        self._switch(person, name, disabled=True)

    def enable(self, person: Person, name: str) -> None:
        """Let somebody in again.

        Raises:
            RightsError: it is the operator.
            AbsentError: there is nobody.
        """
        self._switch(person, name, disabled=False)

    def reset(self, person: Person, name: str) -> str:
        """Give somebody else a new password that they have to change; return it, shown once.

        Raises:
            RightsError: it is the operator's own.
            AbsentError: there is nobody.
        """
        name = self._other(person, name)
        password = one_time_password()
        with self._desk.staff.database.changing():
            self._desk.staff.set_password(name, password, must_change=True)
            self._desk.row(person, "manage staff", name, change="password")
        self._sessions.end_all(name)
        return password

    def _switch(self, person: Person, name: str, *, disabled: bool) -> None:
        name = self._other(person, name)
        with self._desk.staff.database.changing():
            self._desk.staff.set_disabled(name, disabled)
            change = "disable" if disabled else "enable"
            self._desk.row(person, "manage staff", name, change=change)
        self._sessions.end_all(name)

    def _other(self, person: Person, name: str) -> str:
        """Return the kept name of somebody else: nobody gives rights to themselves."""
        self._desk.check(person, "manage staff")
        name = self._desk.staff.get(name).name
        if name == person.name:
            error = RightsError("Nobody changes their own account here: ask another operator.")
            self._desk.deny(person, "manage staff", name, "own", error)
        return name
