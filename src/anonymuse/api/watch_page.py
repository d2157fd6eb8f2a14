"""What a watch says: lines for a terminal and a mail, and the object that a webhook gets."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from anonymuse.api.aligned import aligned
from anonymuse.api.watching import Watched, as_values
from anonymuse.insights.watch import Alarm, Judged
from anonymuse.insights.words import count, named, number, percent
from anonymuse.stats.intervals import Estimate

EVENT = "anonymuse.watch"
VERSION = 1
"""of the object that a webhook gets"""

_STEERING = frozenset({"Cc", "Zl", "Zp"})
_WIDTH = 78  # characters of a line of mail
_MOST = 20  # alarms of one rule that are written out; JSON has all of them


def headline(watched: Watched) -> str:
    """Return how many rules fired, were quiet, and could not be judged."""
    fired = sum(bool(own.alarms) for own in watched.judged)
    unjudged = len(watched.unjudged)
    quiet = len(watched.judged) - fired - unjudged
    parts = [f"{fired} {'rule' if fired == 1 else 'rules'} fired", f"{quiet} quiet"]
    parts += [f"{unjudged} could not be judged"] if unjudged else []
    return ", ".join(parts)


def page(watched: Watched) -> str:
    """Return everything as text: each rule that fired with where and by how much, then the rest."""
    lines = [f"{headline(watched)}."]
    for own in watched.judged:
        if own.alarms:
            lines += ["", *_fired(own, watched.many)]
    quiet = [own for own in watched.judged if not own.alarms and not own.reason]
    if quiet:
        lines += ["", "Quiet:", *(f"  {_head(own)}" for own in quiet)]
    if watched.unjudged:
        lines += ["", "Could not be judged:"]
        lines += [f"  {own.rule.name}: {own.reason}" for own in watched.unjudged]
    return "\n".join(map(_plain, lines))


def mail(watched: Watched, *, details: bool) -> tuple[str, str]:
    """Return subject and text of a mail.

    Args:
        watched: what was judged.
        details: false: names of rules, and nothing else.
    """
    about = f": {watched.title}" if watched.title and details else ""
    text = page(watched) if details else f"{headline(watched)}.\n\n{_names(watched)}"
    wrapped = "\n".join(_wrapped(line) for line in text.splitlines())
    return f"[anonymuse] {headline(watched)}{about}", f"{wrapped}\n"


def payload(watched: Watched, alarms: Sequence[Alarm], *, details: bool) -> dict[str, Any]:
    """Return what a webhook gets about some alarms.

    ``text`` holds no name of a cluster: chats read markup in it.

    Args:
        watched: what was judged.
        alarms: those that were not posted before.
        details: false: names of rules, and nothing else.
    """
    rules = list(dict.fromkeys(alarm.rule for alarm in alarms))
    said: dict[str, Any] = {
        "event": EVENT,
        "version": VERSION,
        "text": f"anonymuse: {', '.join(rules)}",
        "rules": rules,
    }
    if details:
        said["report"] = {"title": watched.title or None, "digest": watched.digest}
        said["alarms"] = [as_values(alarm) for alarm in alarms]
        said["not judged"] = [own.rule.name for own in watched.unjudged]
    return said


def _names(watched: Watched) -> str:
    return "\n".join(f"Fired: {own.rule.name}" for own in watched.judged if own.alarms)


def _head(own: Judged) -> str:
    """Return a rule with its limit."""
    rule = own.rule
    if rule.limit is None:
        return f"{rule.name} ({rule.when})"
    side = "over" if rule.under is None else "under"
    return f"{rule.name} ({rule.when} {side} {_value(own, rule.limit)})"


def _fired(own: Judged, many: str) -> Iterator[str]:
    """Yield a rule's head and its alarms, as a table whose last column is the name."""
    yield _head(own)
    rows = [_row(own, alarm, many) for alarm in own.alarms[:_MOST]]
    said = [place for place in range(4) if any(row[place] for row in rows)]
    yield from (f"  {line}" for line in aligned([[row[place] for place in said] for row in rows]))
    if len(own.alarms) > _MOST:
        yield f"  and {len(own.alarms) - _MOST} more; --json has all of them"


def _row(own: Judged, alarm: Alarm, many: str) -> tuple[str, str, str, str]:
    """Return where, how many people, what was measured, and the name."""
    subject = alarm.subject
    place = f"{subject.id} {alarm.language}".strip() or "whole report"
    people = "" if subject.people is None else f"{count(subject.people)} {many}"
    if alarm.number is None:
        return place, people, alarm.told, ""
    return place, people, _measured(own, alarm.number), named(subject.name) if subject.name else ""


def _measured(own: Judged, found: Estimate) -> str:
    """Return a number with its interval."""
    if not found.low < found.high:
        return _value(own, found.mean)
    ends = f"{_value(own, found.low)} to {_value(own, found.high)}"
    return ends if own.rule.when == "withheld" else f"{_value(own, found.mean)} ({ends})"


def _value(own: Judged, value: float) -> str:
    scale = own.rule.shape.scale
    if scale == "excess":
        return percent(value) if value > 0 else f"{100 * value:.0f} %"
    if scale == "share":
        return percent(value)
    return number(value) if scale == "ratio" else count(value)


def _plain(line: str) -> str:
    """Return a line without what steers a terminal: names may come from elsewhere."""
    return "".join(" " if unicodedata.category(char) in _STEERING else char for char in line)


def _wrapped(line: str) -> str:
    """Return a line of at most :data:`_WIDTH` characters, broken between words."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return "\n".join(
        textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
    )
