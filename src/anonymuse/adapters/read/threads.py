"""Which calls of a log are the same conversation, told by its messages: hashes only, no texts.

An assistant's client sends the whole conversation with every call, so a log repeats it: each call
begins with all that the one before held. A call whose messages begin a longer one says nothing of
its own.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal

from anonymuse.adapters.read.exchange import Exchange
from anonymuse.domain.private.conversation import Turn

SHORTER = "calls that begin a longer one"
REPEATED = "calls that were there before"
STEPS = "calls inside a longer one of the same task"
BRANCHES = "calls of a conversation whose longest is kept"

MOST_OPEN = 500_000
"""conversations that may still grow, at most; the one longest without a call is closed"""
_MOST_INNER = 4 * MOST_OPEN

Verdict = Literal["alone", "part", "left out"]


class Threads:
    """Takes every call once, in order; says afterwards what becomes of each.

    Memory: about 40 bytes per call, and hashes of the conversations that are open.
    """

    def __init__(self) -> None:
        self.notes: Counter[str] = Counter()
        self._leaves: OrderedDict[int, list[int]] = OrderedDict()
        self._inner: OrderedDict[int, int] = OrderedDict()
        self._into = array("q")
        self._times = array("d")
        self._turns = array("I")
        self._users = array("I")
        self._conversations = array("q")
        self._traces = array("q")
        self._roots: OrderedDict[int, int] = OrderedDict()
        self._groups: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return len(self._into)

    def add(self, call: Exchange, user: str | None, time: datetime | None) -> None:
        """Take the next call, with its user and its start."""
        number = len(self._into)
        group = self._group(call)
        self._into.append(-1)
        self._times.append(math.nan if time is None else time.timestamp())
        self._turns.append(len(call.turns))
        self._users.append(sum(turn.role == "user" for turn in call.turns))
        self._conversations.append(group)
        self._traces.append(0 if call.trace is None else _hash(f"trace\x1f{call.trace}"))
        known = call.conversation or user
        scope = f"{call.conversation is not None}\x1f{known}"
        chain = list(_chain(scope, call.turns))
        if chain:
            self._link(number, chain, known=known is not None)

    def finish(self) -> None:
        """Decide, once every call was taken."""
        left = [n for n, into in enumerate(self._into) if into < 0]
        left = self._longest_of(left, self._traces, STEPS)
        for number in left:
            if self._conversations[number]:
                self._groups.setdefault(self._conversations[number], []).append(number)
        for members in self._groups.values():
            # Calls of one question each hold no history: they follow each other.
            if len(members) > 1 and any(self._users[n] > 1 for n in members):
                members[:] = self._longest_of(members, self._conversations, BRANCHES)
        self._groups = {key: found for key, found in self._groups.items() if len(found) > 1}
        self._inherit_times()

    def verdict(self, number: int) -> Verdict:
        """Return what becomes of a call: kept alone, joined with others, or left out."""
        if self._into[number] >= 0:
            return "left out"
        return "part" if self._conversations[number] in self._groups else "alone"

    def group(self, number: int) -> tuple[int, int]:
        """Return the group of a call that is a part, and the number of its parts."""
        key = self._conversations[number]
        return key, len(self._groups[key])

    def start(self, number: int) -> datetime | None:
        """Return the earliest time of a call and of all that it stands for."""
        time = self._times[number]
        return None if math.isnan(time) else datetime.fromtimestamp(time, UTC)

    def _group(self, call: Exchange) -> int:
        """Return the hash of the conversation a call states, or of the reply it goes back to."""
        if call.conversation is not None:
            return _hash(f"conversation\x1f{call.conversation}")
        root = 0
        if call.follows is not None:
            before = _hash(f"reply\x1f{call.follows}")
            root = self._roots.get(before, before)
        if call.answers is not None:
            own = _hash(f"reply\x1f{call.answers}")
            root = root or own
            self._roots[own] = root
            if len(self._roots) > MOST_OPEN:
                self._roots.popitem(last=False)
        return root

    def _link(self, number: int, chain: list[int], *, known: bool) -> None:
        last = len(chain) - 1
        # Two people may say the same; only of one of them is it a repetition.
        start = last if known else last - 1
        place = next((p for p in range(start, -1, -1) if chain[p] in self._leaves), -1)
        if place >= 0:
            earlier = self._leaves[chain[place]].pop()
            if not self._leaves[chain[place]]:
                del self._leaves[chain[place]]
            self._into[earlier] = number
            self.notes[REPEATED if place == last else SHORTER] += 1
        elif chain[last] in self._inner:
            self._into[number] = self._inner.pop(chain[last])
            self.notes[SHORTER] += 1
            return
        self._leaves.setdefault(chain[last], []).append(number)
        self._leaves.move_to_end(chain[last])
        for one in chain[place + 1 : last]:
            self._inner[one] = number
        while len(self._leaves) > MOST_OPEN:
            self._leaves.popitem(last=False)
        while len(self._inner) > _MOST_INNER:
            self._inner.popitem(last=False)

    def _longest_of(self, numbers: Iterable[int], keys: array[int], note: str) -> list[int]:
        best: dict[int, int] = {}
        kept: list[int] = []
        for number in numbers:
            key = keys[number]
            if not key:
                kept.append(number)
                continue
            other = best.get(key, number)
            longest = max(other, number, key=lambda n: (self._turns[n], n))
            best[key] = longest
            if other != number:
                self._into[number if longest == other else other] = longest
                self.notes[note] += 1
        return sorted([*kept, *best.values()])

    def _inherit_times(self) -> None:
        for number, into in enumerate(self._into):
            time = self._times[number]
            while into >= 0 and not math.isnan(time):
                if math.isnan(self._times[into]) or time < self._times[into]:
                    self._times[into] = time
                into = self._into[into]


def _chain(scope: str, turns: Iterable[Turn]) -> Iterator[int]:
    """Yield a hash of the messages up to each one; system prompts change from call to call."""
    digest = hashlib.blake2b(scope.encode("utf-8", "replace"), digest_size=8)
    for turn in turns:
        if turn.role != "system":
            text = "".join(turn.text.split())
            digest.update(f"\x1e{turn.role}\x1f{text}".encode("utf-8", "replace"))
            yield int.from_bytes(digest.digest(), signed=True)


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True) or 1
