"""What every room of the zone shares: a right is checked, a row is written, and then it is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from anonymuse.domain.restricted.evidence import Member
from anonymuse.domain.restricted.report import EvidenceCluster
from anonymuse.errors import AbsentError, AnonymuseError, InputError, RightsError
from anonymuse.lexicon.hygiene import clean
from anonymuse.ports.restricted_store import RestrictedStore
from anonymuse.secure.audit import AuditLog
from anonymuse.secure.limits import Looks
from anonymuse.secure.roles import Action, Person, require
from anonymuse.secure.rules import ZoneRules
from anonymuse.secure.staff import Staff
from anonymuse.secure.state import Clock, Database
from anonymuse.secure.values import Kind

MOST_WORDS = 2000
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the rooms work with.

    Attributes:
        store: the run's restricted report and its conversations.
        run: which run, as requests and the log name it.
        rules: of the zone.
        log: of the zone.
        database: of the zone.
        staff: who may act now.
        clock: never goes back.
        looks: limits on conversations.
    """

    store: RestrictedStore
    run: str
    rules: ZoneRules
    log: AuditLog
    database: Database
    staff: Staff
    clock: Clock
    looks: Looks

    def allow(
        self,
        person: Person,
        action: Action,
        object: str = "",  # noqa: A002
        *,
        purpose: str = "",
        **details: Any,
    ) -> None:
        """Check the right, then write the row; only then may the caller act.

        Raises:
            RightsError: the role may not; that is a row too.
            OutputError: the row cannot be written.
        """
        self.check(person, action, object)
        self.row(person, action, object, purpose=purpose, **details)

    def check(self, person: Person, action: Action, object: str = "") -> None:  # noqa: A002
        """Check the right alone, against the staff store as it is now; a denial is a row.

        Raises:
            RightsError: the role may not, or it is not this person's any more.
        """
        if self.staff.person(person.name) != person:
            self.deny(person, action, object, "stale", RightsError("Sign in again."))
        try:
            require(person, action)
        except RightsError as error:
            self.deny(person, action, object, "role", error)

    def row(
        self,
        person: Person,
        action: str,
        object: str = "",  # noqa: A002
        *,
        purpose: str = "",
        **details: Any,
    ) -> None:
        """Write a row."""
        self.log.append(
            actor=person.name,
            role=person.role,
            action=action,
            object=object,
            purpose=purpose,
            details={"run": self.run, **details},
        )

    def deny(
        self,
        person: Person,
        action: str,
        object: str,  # noqa: A002
        reason: str,
        error: AnonymuseError,
    ) -> NoReturn:
        """Write down that something was refused, and refuse it.

        Raises:
            AnonymuseError: the one that was given.
        """
        self.row(person, "denied", object, act=action, reason=reason)
        raise error from None

    def cluster(self, cluster: str) -> EvidenceCluster:
        """Return a cluster of any level.

        Raises:
            AbsentError: there is none.
        """
        for one in self.store.report().clusters:
            if one.id == cluster:
                return one
        raise AbsentError("This report holds no such cluster.")

    def members(self, kind: Kind, target: str) -> Sequence[Member]:
        """Return the conversations of a target, without text, in the store's order.

        Raises:
            AbsentError: there is no such cluster, account or conversation.
        """
        if not _ID.fullmatch(target):
            raise AbsentError(f"This report holds no such {kind}.")
        if kind == "cluster":
            self.cluster(target)
            found = self.store.members(cluster=target)
        elif kind == "account":
            found = self.store.members(account=target)
        else:
            found = [one for one in self.store.members() if one.row == target]
        if not found:
            raise AbsentError(f"This report holds no such {kind}.")
        return found


def words(text: str, what: str, *, fewest: int = 0) -> str:
    """Return what somebody wrote as plain text: no control, hidden or direction characters.

    Raises:
        InputError: it is too short or too long.
    """
    plain = clean(text[: 4 * MOST_WORDS]).strip()
    if not fewest <= len(plain) <= MOST_WORDS:
        least = f"{fewest} to " if fewest else "at most "
        raise InputError(f"{what} needs {least}{MOST_WORDS} characters.")
    return plain


def told_time(seconds: float) -> str:
    """Return a time of the zone's clock as people read it."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
