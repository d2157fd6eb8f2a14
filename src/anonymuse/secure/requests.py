"""Requests for traces: who asks for what and why, and what a second person says of it.

A decision is signed and bound to a digest of everything that was asked, the very conversations
included: one that was copied, made up or given for another target counts as none.
"""

from __future__ import annotations

import json
import re
import secrets

from anonymuse.errors import AbsentError, InputError, RightsError
from anonymuse.secure.audit_line import line_hash
from anonymuse.secure.desk import Desk, words
from anonymuse.secure.request_book import RequestBook, request_digest
from anonymuse.secure.roles import Action, Person
from anonymuse.secure.values import KINDS, PURPOSES, Kind, Lift, TraceRequest

_TICKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._#/-]{0,39}")
_FEWEST_WORDS = 10
_ID_BYTES = 8


class Requests:
    """The requests of a run.

    Args:
        desk: what all rooms share.
        book: what was asked and decided.
    """

    def __init__(self, desk: Desk, book: RequestBook) -> None:
        self._desk, self._book = desk, book

    def ask(
        self, person: Person, kind: Kind, target: str, *, purpose: str, words: str, ticket: str
    ) -> TraceRequest:
        """Ask to read conversations of a cluster, of an account, or a single one.

        Args:
            person: an investigator.
            kind: what the target is.
            target: its id.
            purpose: a code of `values.PURPOSES`.
            words: why, in the person's own words; approvers read them, the log holds a digest.
            ticket: number of a case elsewhere.

        Raises:
            InputError: a field is missing or wrong.
            AbsentError: there is no such target.
        """
        self._desk.check(person, "ask", target)
        told = _checked(kind, purpose, words, ticket)
        members = self._desk.members(kind, target)
        asked = {
            "id": secrets.token_hex(_ID_BYTES),
            "run": self._desk.run,
            "kind": kind,
            "target": target,
            "purpose": purpose,
            "words": told,
            "ticket": ticket,
            "by": person.name,
            "asked": self._desk.clock.now(),
            "needed": self._desk.rules.approvals,
        }
        digest = request_digest(asked, members)
        accounts = len({one.account for one in members})
        with self._desk.database.changing() as sql:
            sql.execute(
                "INSERT INTO requests VALUES (:id, :run, :kind, :target, :purpose, :words, "
                ":ticket, :by, :asked, :needed, :digest, :conversations, :accounts, NULL)",
                {**asked, "digest": digest, "conversations": len(members), "accounts": accounts},
            )
            self._desk.row(
                person, "ask", target, purpose=purpose, request=asked["id"], ticket=ticket,
                words=line_hash(told.encode())[:16], conversations=len(members),
                needed=asked["needed"], digest=digest,
            )  # fmt: skip
        return self._book.one(str(asked["id"]))

    def list(self, person: Person) -> tuple[TraceRequest, ...]:
        """Return requests of this run, newest first: an investigator's own, an approver's all."""
        self._desk.allow(person, "see requests", "list")
        return tuple(one for one in self._book.all() if _concerns(person, one))

    def get(self, person: Person, request: str) -> TraceRequest:
        """Return a request.

        Raises:
            AbsentError: there is none, or it is somebody else's.
        """
        self._desk.allow(person, "see requests", request)
        return self._own(person, request)

    def lifts(self, person: Person, request: str) -> tuple[Lift, ...]:
        """Return why redactions were lifted under a request, first to last.

        Raises:
            AbsentError: there is no such request, or it is somebody else's.
        """
        self._desk.allow(person, "see requests", request, lifts=True)
        return self._book.lifts(self._own(person, request).id)

    def decide(
        self, person: Person, request: str, *, digest: str, approve: bool, note: str = ""
    ) -> TraceRequest:
        """Approve or refuse a request that is waiting.

        Args:
            person: an approver, and not the requester.
            request: its id.
            digest: of the request as the approver saw it.
            approve: yes or no.
            note: the approver's words; the log holds a digest.

        Raises:
            RightsError: it is the person's own, is not waiting, or has changed since it was seen.
            AbsentError: there is none.
        """
        self._desk.check(person, "decide", request)
        told = words(note, "A note")
        with self._desk.database.changing() as sql:
            found = self._book.one(request)
            for wrong, reason, sentence in (
                (found.by == person.name, "own", "Nobody decides on a request of their own."),
                (found.digest != digest, "changed", "The request is not the one you were shown."),
                (found.state != "waiting", "state", f"The request is {found.state} already."),
                (_said(found, person), "twice", "You have decided on this request already."),
            ):
                if wrong:
                    self._desk.deny(person, "decide", request, reason, RightsError(sentence))
            signed = self._desk.log.keys.signed(
                "decision",
                {
                    "request": request,
                    "digest": digest,
                    "by": person.name,
                    "approve": approve,
                    "note": told,
                    "time": self._desk.clock.now(),
                },
            )
            sql.execute("INSERT INTO decisions VALUES (?, ?)", (json.dumps(signed), request))
            self._desk.row(
                person, "decide", found.target, purpose=found.purpose, request=request,
                approve=approve, digest=digest, note=line_hash(told.encode())[:16],
            )  # fmt: skip
        return self._book.one(request)

    def revoke(self, person: Person, request: str, *, note: str = "") -> TraceRequest:
        """Take a request or its approval back: the requester may, and every approver.

        Raises:
            AbsentError: there is none, or it is somebody else's.
            RightsError: it is over already.
        """
        self._desk.check(person, "revoke", request)
        told = words(note, "A note")
        with self._desk.database.changing() as sql:
            found = self._own(person, request)
            if found.state not in ("waiting", "approved"):
                told_state = RightsError(f"The request is {found.state} already.")
                self._desk.deny(person, "revoke", request, "state", told_state)
            sql.execute(
                "UPDATE requests SET revoked = ? WHERE id = ?",
                (self._desk.clock.now(), request),
            )
            note_hash = line_hash(told.encode())[:16]
            self._desk.row(person, "revoke", found.target, request=request, note=note_hash)
        return self._book.one(request)

    def usable(self, person: Person, action: Action, request: str) -> TraceRequest:
        """Return an investigator's own approved request; anything else is refused, and a row.

        Raises:
            AbsentError: there is none, or it is somebody else's.
            RightsError: it is not approved, or not any more.
        """
        self._desk.check(person, action, request)
        try:
            found = self._own(person, request)
        except AbsentError as error:
            self._desk.deny(person, action, request, "absent", error)
        if found.by != person.name:
            gone = AbsentError("There is no such request.")
            self._desk.deny(person, action, request, "other", gone)
        if found.state != "approved":
            self._desk.deny(
                person, action, request, found.state,
                RightsError(f"The request is {found.state}, so nothing can be read under it."),
            )  # fmt: skip
        return found

    def _own(self, person: Person, request: str) -> TraceRequest:
        found = self._book.one(request)
        if not _concerns(person, found):
            raise AbsentError("There is no such request.")
        return found


def _checked(kind: str, purpose: str, told: str, ticket: str) -> str:
    if kind not in KINDS:
        raise InputError(f"A request is for a {', a '.join(KINDS[:-1])} or a {KINDS[-1]}.")
    if purpose not in PURPOSES:
        raise InputError(f"Choose a purpose: {', '.join(PURPOSES)}.")
    if not _TICKET.fullmatch(ticket):
        raise InputError(
            "A ticket has up to 40 letters, digits and signs of . _ # / - and begins with a "
            "letter or digit."
        )
    return words(told, "The reason", fewest=_FEWEST_WORDS)


def _concerns(person: Person, request: TraceRequest) -> bool:
    return person.role == "approver" or request.by == person.name


def _said(request: TraceRequest, person: Person) -> bool:
    return any(one.by == person.name for one in request.decisions)
