"""Five roles, what each may do, and nothing else: the one table that every action is checked by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from anonymuse.errors import InputError, RightsError

Role = Literal["viewer", "analyst", "investigator", "approver", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)

Action = Literal[
    "see report",
    "see accounts",
    "judge cluster",
    "judge account",
    "ask",
    "see requests",
    "decide",
    "revoke",
    "read trace",
    "lift",
    "export case",
    "read log",
    "see staff",
    "manage staff",
    "own password",
]

_READERS: frozenset[Role] = frozenset({"viewer", "analyst", "investigator"})
_ANALYSTS: frozenset[Role] = frozenset({"analyst", "investigator"})
_INVESTIGATOR: frozenset[Role] = frozenset({"investigator"})
_BOTH_SIDES: frozenset[Role] = frozenset({"investigator", "approver"})
_OPERATOR: frozenset[Role] = frozenset({"operator"})

RIGHTS: Mapping[Action, frozenset[Role]] = {
    "see report": _READERS,
    "see accounts": _ANALYSTS,
    "judge cluster": _ANALYSTS,
    "judge account": _INVESTIGATOR,
    "ask": _INVESTIGATOR,
    "see requests": _BOTH_SIDES,
    "decide": frozenset({"approver"}),
    "revoke": _BOTH_SIDES,
    "read trace": _INVESTIGATOR,
    "lift": _INVESTIGATOR,
    "export case": _INVESTIGATOR,
    "read log": frozenset({"approver", "operator"}),
    "see staff": _OPERATOR,
    "manage staff": _OPERATOR,
    "own password": frozenset(ROLES),
}
"""Who decides on a trace cannot read one; who manages staff sees nothing of a report."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, as a session or the machine vouches for them.

    Attributes:
        name: as in the staff store.
        role: exactly one.
        must_change: nothing is allowed before a new password is set.
    """

    name: str
    role: Role
    must_change: bool = False


def may(person: Person, action: Action) -> bool:
    """Return whether a person may do something."""
    if person.must_change and action != "own password":
        return False
    return person.role in RIGHTS[action]


def require(person: Person, action: Action) -> None:
    """Let a person through, or not. `desk.Desk.allow` does the same and writes it down.

    Raises:
        RightsError: the role may not, or the password has to be changed first.
    """
    if may(person, action):
        return
    if person.must_change:
        raise RightsError("Change your password first: the one that you have was given to you.")
    holders = " or ".join(role for role in ROLES if role in RIGHTS[action])
    raise RightsError(f'Your role, {person.role}, may not do this ("{action}"): {holders} may.')


def role_named(name: str) -> Role:
    """Return a role by its name.

    Raises:
        InputError: there is none by that name.
    """
    for role in ROLES:
        if role == name:
            return role
    raise InputError(f"There is no such role. Roles are {', '.join(ROLES)}.")
