"""The door of the zone: signing in and out, and changing one's password."""

from __future__ import annotations

from typing import Any, NoReturn

from anonymuse.errors import InputError, RightsError
from anonymuse.secure.desk import Desk
from anonymuse.secure.limits import Attempt, Attempts
from anonymuse.secure.roles import Person
from anonymuse.secure.sessions import Sessions, csrf_ok
from anonymuse.secure.values import Visit

_WRONG = "Name or password is wrong."


class Door:
    """Lets staff in, and out.

    Args:
        desk: what all rooms share.
        sessions: of the zone.
        attempts: counts wrong passwords.
    """

    def __init__(self, desk: Desk, sessions: Sessions, attempts: Attempts) -> None:
        self._desk, self._sessions, self._attempts = desk, sessions, attempts

    def sign_in(self, name: str, password: str, *, address: str) -> Visit:
        """Begin a session by name and password.

        Raises:
            RightsError: they do not fit, or the account is disabled: the same sentence for all.
            PauseError: too many attempts, by this account or this address.
        """
        attempt = self._attempts.begin(name, address)
        if not self._desk.staff.holds(name, password):
            self._refuse(name, address, attempt)
        person = self._desk.staff.person(name)
        if person is None:
            self._refuse(name, address, attempt)
        self._attempts.right(attempt)
        return self._begin(person, address, "password")

    def arrive(self, name: str, *, address: str) -> Visit:
        """Begin a session for whom a reverse proxy vouches.

        Raises:
            RightsError: they are not on the staff, or disabled.
        """
        person = self._desk.staff.person(name)
        if person is None:
            self._row(None, "sign-in refused", address=address, by="header")
            raise RightsError("You are not on the staff of this zone: ask an operator.")
        return self._begin(person, address, "header")

    def visit(self, token: str) -> Visit | None:
        """Return the session of a token, kept alive; None where there is none or it has ended."""
        return self._sessions.find(token)

    def csrf_ok(self, visit: Visit, given: str) -> bool:
        """Return whether a form came from a page of this session."""
        return csrf_ok(visit, given)

    def sign_out(self, visit: Visit) -> None:
        """End a session."""
        self._sessions.end(visit.token)
        self._row(visit.person, "signed out")

    def change_password(self, visit: Visit, old: str, new: str, *, address: str) -> Visit:
        """Set another password; every session of the person ends, and a new one begins.

        Raises:
            RightsError: the old one is wrong, or the account has none.
            PauseError: too many attempts.
            InputError: the new one is not good enough, or is the old one.
        """
        person = visit.person
        self._desk.check(person, "own password")
        attempt = self._attempts.begin(person.name, address)
        if not self._desk.staff.holds(person.name, old):
            self._refuse(person.name, address, attempt)
        self._attempts.right(attempt)
        if old == new:
            raise InputError("The new password is the old one.")
        self._row(person, "own password", address=address)
        self._desk.staff.set_password(person.name, new, must_change=False)
        self._sessions.end_all(person.name)
        return self._sessions.begin(Person(person.name, person.role))

    def _begin(self, person: Person, address: str, by: str) -> Visit:
        self._row(person, "signed in", address=address, by=by)
        return self._sessions.begin(person)

    def _refuse(self, name: str, address: str, attempt: Attempt) -> NoReturn:
        """Write a wrong attempt down; a name that is nobody's may be a password, and is not."""
        found = self._desk.staff.find(name)
        known = None if found is None else Person(found.name, found.role)
        self._row(known, "sign-in refused", address=address, pause=attempt.last_free)
        raise RightsError(_WRONG)

    def _row(self, person: Person | None, action: str, **details: Any) -> None:
        if person is not None:
            self._desk.row(person, action, **details)
            return
        told = {"run": self._desk.run, **details}
        self._desk.log.append(actor="unknown", role="none", action=action, details=told)
