"""Traces: the one place where conversations are read, and every limit that stands before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from anonymuse.domain.private.conversation import Conversation
from anonymuse.domain.restricted.evidence import Member
from anonymuse.errors import AbsentError, ErasedError, PauseError, RightsError
from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.names import NameCues
from anonymuse.lexicon.scrubbing import MARGIN, scrub_head
from anonymuse.ports.scrubber import EntityDetector
from anonymuse.secure.audit_line import line_hash
from anonymuse.secure.desk import Desk, told_time, words
from anonymuse.secure.requests import Requests
from anonymuse.secure.roles import Action, Person
from anonymuse.secure.values import Allowance, Trace, TraceRequest, TraceSummary

_MOST_CHARACTERS = 20_000
"""of one message on a screen; of a longer one the head is shown, and it says so"""

_MORE = "\n[... {} more characters are not shown]"
_FEWEST_WORDS = 10


class Traces:
    """Reads conversations under an approved request.

    Args:
        desk: what all rooms share.
        requests: of the run.
        detector: finds names for redaction; left out, the cues of some twenty languages.
    """

    def __init__(
        self, desk: Desk, requests: Requests, detector: EntityDetector | None = None
    ) -> None:
        self._desk, self._requests = desk, requests
        self._detector = detector or NameCues()

    def allowance(self, person: Person, request: str) -> Allowance:
        """Return how many more conversations may be opened.

        Raises:
            AbsentError, RightsError: as `rows`.
        """
        self._requests.usable(person, "read trace", request)
        return self._desk.looks.left(person.name, request)

    def rows(self, person: Person, request: str) -> Sequence[Member]:
        """Return the conversations of an approved request, without text.

        Raises:
            AbsentError: there is no such request of this person's.
            RightsError: it is not approved, or not any more.
        """
        found = self._requests.usable(person, "read trace", request)
        members = self._desk.members(found.kind, found.target)
        self._desk.row(
            person, "read trace", found.target, purpose=found.purpose, request=request, step="rows"
        )
        return members

    def summary(self, person: Person, request: str, row: str) -> TraceSummary:
        """Return what is known of a conversation without its text: this comes first.

        Raises:
            AbsentError: it is not of this request, or was erased.
        """
        found, member = self._found(person, "read trace", request, row)
        self._look(person, found, row, "summary", "read trace")
        return self._summary(member, self._conversation(row))

    def read(self, person: Person, request: str, row: str) -> Trace:
        """Return a conversation with identifiers and names replaced.

        Raises:
            AbsentError: it is not of this request, or was erased.
            RightsError: its summary was not looked at.
            PauseError: a limit on conversations is reached.
        """
        found, member = self._found(person, "read trace", request, row)
        self._after(person, found, row, "summary", "read trace")
        mark = self._look(person, found, row, "text", "read trace")
        return self._trace(member, mark, redacted=True)

    def lift(self, person: Person, request: str, row: str, *, reason: str) -> Trace:
        """Return a conversation as it was written: an act of its own, with a reason.

        Raises:
            AbsentError: it is not of this request, or was erased.
            RightsError: it was not read with its redaction before.
            InputError: there is no reason.
        """
        found, member = self._found(person, "lift", request, row)
        told = words(reason, "The reason", fewest=_FEWEST_WORDS)
        self._after(person, found, row, "text", "lift")
        why = line_hash(told.encode())[:16]
        with self._desk.database.changing() as sql:  # no lift without its reason
            mark = self._look(person, found, row, "lifted", "lift", reason=why)
            sql.execute(
                "INSERT INTO lifts VALUES (?, ?, ?, ?, ?)",
                (found.id, row, person.name, told, self._desk.clock.now()),
            )
        return self._trace(member, mark, redacted=False)

    def usable(self, person: Person, action: Action, request: str) -> TraceRequest:
        """Return an approved request of this person's, or refuse: as `Requests.usable`."""
        return self._requests.usable(person, action, request)

    def redacted(self, row: str) -> Sequence[tuple[str, str]] | None:
        """Return a conversation's redacted turns for a case, once the right is checked."""
        try:
            return self._turns(self._conversation(row), Counter(), redacted=True)
        except AbsentError:
            return None

    def _found(
        self, person: Person, action: Action, request: str, row: str
    ) -> tuple[TraceRequest, Member]:
        found = self._requests.usable(person, action, request)
        members = {one.row: one for one in self._desk.members(found.kind, found.target)}
        if row not in members:
            gone = AbsentError("This request holds no such conversation.")
            self._desk.deny(person, action, request, "not in request", gone)
        return found, members[row]

    def _after(
        self, person: Person, request: TraceRequest, row: str, step: str, action: Action
    ) -> None:
        if not self._desk.looks.opened(request.id, row, step):
            first = "summary" if step == "summary" else "redacted text"
            error = RightsError(f"Look at the {first} of this conversation first.")
            self._desk.deny(person, action, row, "order", error)

    def _look(
        self,
        person: Person,
        request: TraceRequest,
        row: str,
        step: str,
        action: Action,
        **details: str,
    ) -> str:
        """Count a look and write its row, both or none; return the watermark."""
        when = told_time(self._desk.clock.now())
        told = {"by": person.name, "at": when, "request": request.id, "row": row, "step": step}
        keys = self._desk.log.keys
        code = keys.mac("watermark", told, keys.current)[:16]
        try:
            with self._desk.database.changing():
                self._desk.looks.add(person.name, self._desk.run, request.id, row, step)
                self._desk.row(
                    person, action, row, purpose=request.purpose, request=request.id,
                    ticket=request.ticket, step=step, mark=code, **details,
                )  # fmt: skip
        except PauseError as error:
            self._desk.deny(person, action, row, "limit", error)
        return f"{person.name} · {when} · request {request.id} · {code}"

    def _conversation(self, row: str) -> Conversation:
        try:
            found = self._desk.store.conversation(row)
        except ErasedError:
            found = None
        if found is None:
            raise AbsentError("This conversation was erased, or its text was dropped.")
        return found

    def _summary(self, member: Member, conversation: Conversation) -> TraceSummary:
        cluster = self._desk.cluster(member.cluster)
        characters = sum(len(turn.text) for turn in conversation.turns)
        turns = len(conversation.turns)
        return TraceSummary(member, cluster.name, cluster.description, turns, characters)

    def _trace(self, member: Member, mark: str, *, redacted: bool) -> Trace:
        conversation = self._conversation(member.row)
        replaced: Counter[str] = Counter()
        turns = self._turns(conversation, replaced, redacted=redacted)
        summary = self._summary(member, conversation)
        return Trace(summary, turns, redacted, dict(replaced.most_common()), mark)

    def _turns(
        self, conversation: Conversation, replaced: Counter[str], *, redacted: bool
    ) -> tuple[tuple[str, str], ...]:
        turns = []
        for turn in conversation.turns:
            more = len(turn.text) - _MOST_CHARACTERS
            whole = more <= MARGIN
            if redacted:
                text, counts = scrub_head(turn.text, _MOST_CHARACTERS, detector=self._detector)
                replaced.update(counts)
            else:
                text = clean(turn.text if whole else turn.text[:_MOST_CHARACTERS])
            turns.append((turn.role, text if whole else text + _MORE.format(more)))
        return tuple(turns)
