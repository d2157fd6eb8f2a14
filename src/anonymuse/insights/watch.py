"""Rules judged on a report: which fire, where, and which cannot be judged.

A rule that is certain fires where the 95 % interval lies beyond its limit. A report has hundreds of
clusters, so the interval is the one that holds for all that a rule looks at together, also where
nothing is shown: a small number shows where chance has made it large. Where nothing has happened,
one report in twenty pages somebody at most, and not one cluster in twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from anonymuse.insights.rules import Rule, Scale
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.together import count_together, share_together

_WIDEN: Mapping[Scale, Callable[[Estimate, int], Estimate]] = {
    "people": count_together,
    "share": share_together,
}
"""of the other scales, what is notable is told where the numbers are made"""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number is about.

    Attributes:
        id: of the cluster, and of its part where it is about a part ("L0-0003 German"); empty: the
            whole report.
        name: as released; empty where no name may leave.
        level: 0 for base clusters.
        is_top: whether it hangs from nothing.
        people: released people; None for the whole report.
    """

    id: str
    name: str
    level: int
    is_top: bool
    people: int | None


WHOLE = Subject("", "", -1, is_top=False, people=None)


@dataclass(frozen=True, slots=True)
class Found:
    """Something about a subject.

    Attributes:
        subject: what it is about.
        number: with its 95 % interval; both ends are the number where it is exact. None where
            what was found is not a number.
        language: the part that it is about; empty: all of it.
        told: what was found, where it is not a number.
        notable: whether it stands out at all, after control over everything of its kind.
    """

    subject: Subject
    number: Estimate | None
    language: str = ""
    told: str = ""
    notable: bool = True


class Board(Protocol):
    """What rules are judged on: a released report, or a restricted one."""

    @property
    def title(self) -> str:
        """What stands on top of the report; empty where it may not leave."""
        ...

    @property
    def digest(self) -> str:
        """What tells this report from every other one."""
        ...

    @property
    def many(self) -> str:
        """What people are called."""
        ...

    @property
    def hides_names(self) -> bool:
        """Whether names of clusters stay where they are."""
        ...

    def look(self, rule: Rule) -> Sequence[Found] | str:
        """Return what a rule can be judged by, or why there is nothing, as a sentence."""
        ...

    def among(self, rule: Rule) -> Sequence[Subject]:
        """Return the clusters whose numbers are shown only where they are large enough."""
        ...


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rule that fired.

    Attributes:
        rule: its name.
        when: its condition.
        subject: where; the whole report for a rule about that.
        language: the part of it; empty: all.
        number: what was measured, with the interval that was held against the limit; None where
            the condition measures nothing.
        limit: of the rule; None where it has none.
        told: what was measured, in a few words.
    """

    rule: str
    when: str
    subject: Subject
    number: Estimate | None
    limit: float | None
    told: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule, judged.

    Attributes:
        rule: itself.
        alarms: where it fired, furthest beyond the limit first.
        reason: why it could not be judged; empty where it was.
    """

    rule: Rule
    alarms: tuple[Alarm, ...] = ()
    reason: str = ""


def judge(rules: Sequence[Rule], board: Board) -> tuple[Judged, ...]:
    """Judge every rule, in the order of the file."""
    return tuple(_judge(rule, board) for rule in rules)


def _judge(rule: Rule, board: Board) -> Judged:
    seen = board.look(rule)
    if isinstance(seen, str):
        return Judged(rule, reason=seen)
    looked = [found for found in seen if _is_meant(rule, found.subject, found.language)]
    if not looked and not rule.shape.listed:
        return Judged(rule, reason="Too little is shown of what it means to say anything.")
    tests = max(len(looked), sum(_is_meant(rule, own) for own in board.among(rule)))
    alarms = [alarm for found in looked if (alarm := _alarm(rule, found, tests))]
    if board.hides_names:
        alarms = [replace(own, subject=replace(own.subject, name="")) for own in alarms]
    alarms.sort(key=lambda own: (-_beyond(rule, own), own.subject.id, own.language))
    return Judged(rule, tuple(alarms))


def _is_meant(rule: Rule, own: Subject, language: str = "") -> bool:
    """Whether a rule looks at a number of this subject, in this part of it."""
    if rule.where == "report" or own is WHOLE:
        return (rule.where == "report") == (own is WHOLE)
    named = rule.cluster.casefold()
    return (
        (rule.where != "base" or own.level == 0)
        and (rule.where != "top" or own.is_top)
        and (own.people or 0) >= rule.at_least_people
        and (rule.cluster == own.id or named in own.name.casefold())
        and rule.language in ("", language)
    )


def _alarm(rule: Rule, found: Found, tests: int) -> Alarm | None:
    number, limit = found.number, rule.limit
    if number is None or limit is None:
        return Alarm(rule.name, rule.when, found.subject, None, None, found.told, found.language)
    if not _is_beyond(rule, number, limit) or (rule.certain and not found.notable):
        return None
    if rule.certain and number.low < number.high and rule.shape.scale in _WIDEN:
        number = _WIDEN[rule.shape.scale](number, tests)
        if not _is_beyond(rule, number, limit):
            return None
    told = found.told or rule.shape.told
    return Alarm(rule.name, rule.when, found.subject, number, limit, told, found.language)


def _is_beyond(rule: Rule, number: Estimate, limit: float) -> bool:
    low, high = _ends(rule, number)
    return low > limit if rule.under is None else high < limit


def _ends(rule: Rule, number: Estimate) -> tuple[float, float]:
    """Return what is held against the limit: both ends, or the number itself."""
    return (number.low, number.high) if rule.certain else (number.mean, number.mean)


def _beyond(rule: Rule, alarm: Alarm) -> float:
    """Return how far an alarm is beyond the limit."""
    if alarm.number is None:
        return 0.0
    low, high = _ends(rule, alarm.number)
    return low if rule.under is None else -high
