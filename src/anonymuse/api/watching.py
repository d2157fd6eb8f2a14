"""A watch: rules judged on a report after a run, and who is told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.api.watch_rules import Rules, load_rules
from anonymuse.errors import ConfigError
from anonymuse.insights.changes import Change
from anonymuse.insights.watch import Alarm, Board, Judged, judge
from anonymuse.ports.restricted_store import RestrictedStore

FIRED, NOTHING_JUDGED = 5, 2
POSTED = "watched.json"
"""file that keeps what was posted"""
_DIGITS = 4


@dataclass(frozen=True, slots=True, repr=False)
class Watched:
    """Rules judged on one report.

    Attributes:
        title: of the report; empty for a restricted one.
        digest: that tells this report from every other one.
        many: what people are called.
        judged: each rule, in the order of the file.
        place: where is kept what was posted.
    """

    title: str
    digest: str
    many: str
    judged: tuple[Judged, ...]
    place: Path

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """Everything that fired."""
        return tuple(alarm for own in self.judged for alarm in own.alarms)

    @property
    def unjudged(self) -> tuple[Judged, ...]:
        """The rules of which nothing can be said."""
        return tuple(own for own in self.judged if own.reason)

    @property
    def exit_code(self) -> int:
        """5 where a rule fired, 2 where not one could be judged, else 0."""
        if self.alarms:
            return FIRED
        return NOTHING_JUDGED if len(self.unjudged) == len(self.judged) else 0

    def summary(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        return {
            "report": {"title": self.title, "digest": self.digest},
            "alarms": [as_values(alarm) for alarm in self.alarms],
            "quiet": [own.rule.name for own in self.judged if not own.alarms and not own.reason],
            "not judged": {own.rule.name: own.reason for own in self.unjudged},
            "exit_code": self.exit_code,
        }

    def __repr__(self) -> str:
        return f"<Watched: {len(self.judged)} rules, {len(self.alarms)} alarms>"


def watch(
    folder: str | os.PathLike[str],
    rules: str | os.PathLike[str] | Rules,
    before: str | os.PathLike[str] | None = None,
) -> Watched:
    """Judge rules on a report: released, or restricted.

    Args:
        folder: of a run, or of a bundle.
        rules: a TOML file, or rules that were read.
        before: an earlier report of the same kind, for what is new and gone.

    Raises:
        InputError: there is no report, or its bytes are not what was written.
        ConfigError: a rule says what no rule can.
    """
    wanted = rules if isinstance(rules, Rules) else load_rules(Path(rules))
    board, place = _board(Path(folder), None if before is None else Path(before))
    return Watched(board.title, board.digest, board.many, judge(wanted.rule, board), place)


def _board(folder: Path, before: Path | None) -> tuple[Board, Path]:
    """Return what rules look at, and where is kept what was posted.

    Raises:
        InputError, ConfigError: see :func:`watch`.
    """
    restricted = _is_restricted(folder)
    if before is not None and _is_restricted(before) != restricted:
        raise ConfigError(
            f"{folder} and {before} are not of one kind: of a released and a restricted report "
            f"nothing can be compared. Name two of the same kind."
        )
    if restricted:
        return _restricted(folder, before), folder.resolve() / POSTED
    from anonymuse.adapters.store.report_folder import find_bundle, load_report
    from anonymuse.api.comparing import compare
    from anonymuse.insights.watch_released import ReleasedBoard

    bundle = find_bundle(folder)
    report = load_report(bundle)
    if before is None:
        return ReleasedBoard(report), place_of(bundle)
    earlier = load_report(before)
    try:
        changes: Sequence[Change] | str = compare(before, folder).changes
    except ConfigError as error:  # what is not about the earlier report is judged all the same
        changes = error.message
    return ReleasedBoard(report, earlier, changes), place_of(bundle)


def _is_restricted(folder: Path) -> bool:
    """Return whether a folder is that of a restricted run; an erasure may have taken its report."""
    from anonymuse.wiring.vault import said_by

    return bool((said_by(folder) or {}).get("restricted"))


def _restricted(folder: Path, before: Path | None) -> Board:
    """Open a restricted report in the zone, whose log keeps that it was watched."""
    from anonymuse.api.watch_restricted import RestrictedBoard

    earlier = None
    if before is not None:
        with _watched(before) as store:
            earlier = store.report()
    with _watched(folder) as store:
        return RestrictedBoard(store.report(), store.members(), earlier)


@contextmanager
def _watched(folder: Path) -> Iterator[RestrictedStore]:
    """Open a restricted report once a row of the log tells of it."""
    from anonymuse.secure.audit import MACHINE, machine_actor, open_log
    from anonymuse.secure.zone import run_name
    from anonymuse.wiring.restricted import open_restricted
    from anonymuse.wiring.vault import key_of, said_by

    with open_restricted(folder) as store:
        log = open_log(key_of(folder, said_by(folder) or {}, None))
        log.append(actor=machine_actor(), role=MACHINE, action="watch", object=run_name(folder))
        yield store


def place_of(bundle: Path) -> Path:
    """Return where is kept what was posted: in the run's folder, or beside a bundle alone."""
    bundle = bundle.resolve()
    return bundle.parent / (POSTED if bundle.name == "release" else f"{bundle.name}.{POSTED}")


def as_values(alarm: Alarm) -> Mapping[str, Any]:
    """Return an alarm as plain values; of the whole report, the cluster is null."""
    number = alarm.number
    return {
        "rule": alarm.rule,
        "when": alarm.when,
        "cluster": alarm.subject.id or None,
        "name": alarm.subject.name or None,
        "language": alarm.language or None,
        "people": alarm.subject.people,
        "found": alarm.told,
        "value": None if number is None else round(number.mean, _DIGITS),
        "low": None if number is None else round(number.low, _DIGITS),
        "high": None if number is None else round(number.high, _DIGITS),
        "limit": alarm.limit,
    }
