"""Values of the secure zone: what its rooms hand out, and what its pages draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from anonymuse.domain.restricted.evidence import Member
from anonymuse.secure.roles import Person, Role

Kind = Literal["cluster", "account", "conversation"]
KINDS: tuple[Kind, ...] = get_args(Kind)

State = Literal["waiting", "approved", "refused", "expired", "revoked", "void"]

Opinion = Literal["benign", "abuse", "unclear"]
OPINIONS: tuple[Opinion, ...] = get_args(Opinion)

PURPOSES: Mapping[str, str] = {
    "abuse": "Looking into suspected abuse or coordinated accounts",
    "classifier": "Looking into a classifier that seems to miss or overdo",
    "incident": "Answering an incident that is under way",
    "appeal": "Answering a complaint or an appeal of a user",
    "law": "A duty by law, with the reference in the ticket",
}
"""why somebody may ask for a trace; the code stands in the log"""


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """A session as its owner holds it. Its repr never shows the token.

    Attributes:
        token: 256 random bits; stored as a hash only.
        csrf: goes into every form of this session.
        person: whose it is.
        ends: when it ends unless it is used, seconds since 1970 by the zone's clock.
    """

    token: str
    csrf: str
    person: Person
    ends: float

    def __repr__(self) -> str:
        return f"Visit({self.person.name}, {self.person.role})"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One account of staff.

    Attributes:
        name: unique.
        role: exactly one.
        disabled: may not sign in.
        must_change: has a password that somebody else knows.
        created: seconds since 1970.
        password: whether there is one; without, a reverse proxy has to vouch.
    """

    name: str
    role: Role
    disabled: bool
    must_change: bool
    created: float
    password: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What an approver said of a request.

    Attributes:
        by: their name.
        approve: yes or no.
        note: their words.
        time: seconds since 1970.
    """

    by: str
    approve: bool
    note: str
    time: float


@dataclass(frozen=True, slots=True)
class Lift:
    """Why somebody read a conversation without its redaction.

    Attributes:
        conversation: its row.
        by: the investigator.
        reason: their words.
        time: seconds since 1970.
    """

    conversation: str
    by: str
    reason: str
    time: float


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """Somebody asks to read conversations.

    Attributes:
        id: random.
        run: of which run.
        kind: what the target is.
        target: its id.
        conversations: how many the target has.
        accounts: how many distinct accounts.
        purpose: a code of :data:`PURPOSES`.
        words: the requester's own.
        ticket: number of a case elsewhere.
        by: requester.
        asked: seconds since 1970.
        needed: approvals that it needs.
        digest: of all of the above and of which conversations they are: what a decision binds to.
        state: as of now.
        until: when this state ends by itself; None where it does not.
        decisions: valid ones, first to last.
        name: of a target that is a cluster, so that an approver knows what is asked for; plain
            text that a model may have written.
    """

    id: str
    run: str
    kind: Kind
    target: str
    conversations: int
    accounts: int
    purpose: str
    words: str
    ticket: str
    by: str
    asked: float
    needed: int
    digest: str
    state: State
    until: float | None
    decisions: tuple[Decision, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many more different conversations may be opened.

    Attributes:
        request_left: under this request.
        day_left: by this person in the last 24 hours.
    """

    request_left: int
    day_left: int


@dataclass(frozen=True, slots=True)
class TraceSummary:
    """What is known of a conversation without its text; has to be seen before it.

    Attributes:
        member: row, cluster, account, time, language, concern, refusal, flags.
        name: of its cluster.
        description: of its cluster.
        turns: messages.
        characters: of all messages.
    """

    member: Member
    name: str
    description: str
    turns: int
    characters: int


@dataclass(frozen=True, slots=True, repr=False)
class Trace:
    """A conversation on a screen. Its repr never shows text.

    Attributes:
        summary: what was shown before.
        turns: (role, text), oldest first; plain text.
        redacted: identifiers and names are placeholders.
        replaced: how many of each kind.
        watermark: who looks, when, under which request, and a code that proves it; shown above
            and below the text.
    """

    summary: TraceSummary
    turns: tuple[tuple[str, str], ...]
    redacted: bool
    replaced: Mapping[str, int]
    watermark: str

    def __repr__(self) -> str:
        return f"Trace({len(self.turns)} turns, redacted={self.redacted})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody holds a cluster or an account to be. It never acts by itself.

    Attributes:
        kind: cluster or account.
        target: its id.
        verdict: benign, abuse or unclear.
        note: the person's words.
        by: the person.
        time: seconds since 1970.
    """

    kind: Kind
    target: str
    verdict: Opinion
    note: str
    by: str
    time: float


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A base cluster that somebody should look at.

    Attributes:
        cluster: id.
        name: plain text that a model may have written.
        coordination: score; None where the data cannot tell.
        gap: largest notable excess of wrong verdicts; 0 where none is notable.
        gap_of: of which flag, whether missed or overdone, and in which language; empty where none.
        verdict: the newest; None where nobody has given one.
    """

    cluster: str
    name: str
    coordination: float | None
    gap: float
    gap_of: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account over the whole run.

    Attributes:
        account: pseudonym.
        organisation: pseudonym or None.
        members: its conversations, without text.
        clusters: how many in each base cluster.
    """

    account: str
    organisation: str | None
    members: Sequence[Member]
    clusters: Mapping[str, int]


@dataclass(frozen=True, slots=True, repr=False)
class CaseFile:
    """A case to take along.

    Attributes:
        name: of the files, without ending.
        json: for machines.
        markdown: for people; every foreign string is escaped.
    """

    name: str
    json: bytes
    markdown: str

    def __repr__(self) -> str:
        return f"CaseFile({self.name})"
