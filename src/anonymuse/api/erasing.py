"""`erase` and `retention`: what has to go from runs, from Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anonymuse.wiring.erasing import Erasure
    from anonymuse.wiring.retaining import Kept

Runs = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def erase(
    runs: Runs,
    user: str,
    *,
    key_file: str | os.PathLike[str] | None = None,
    key_ring: str | os.PathLike[str] | None = None,
) -> Erasure:
    """Erase a person from a project's key ring and from runs; it is written to the audit log.

    Their key is destroyed, and with it every copy of what it sealed, backups of runs included. What
    many people's data went into is destroyed too; the next run makes it anew without them, also
    where the source still holds them. Releases stay: they hold no single person.

    Args:
        runs: folders of runs. Name all that may have read this person.
        user: the identifier, as the source of the data has it.
        key_file: the project's key; left out, the one that the runs were made with.
        key_ring: the ring; left out, the one that they were made with.

    Raises:
        InputError: nobody of that identifier is known.
        OutputError: a run is at work with the ring, or something cannot be written.
    """
    from anonymuse.wiring.erasing import erase as carry_out
    from anonymuse.wiring.erasing import project_of

    project = project_of(_paths(runs), key_file=_path(key_file), ring=_path(key_ring))
    return carry_out(project, user, _log(project.key_file))


def retention(
    runs: Runs,
    *,
    raw_days: int | None = None,
    derived_days: int | None = None,
    dry_run: bool = False,
    key_file: str | os.PathLike[str] | None = None,
) -> dict[str, Kept]:
    """Drop what has reached its age from runs; it is written to the audit log.

    Args:
        runs: folders of runs.
        raw_days: in place of each run's own ``zone.raw_days``.
        derived_days: in place of each run's own ``zone.derived_days``.
        dry_run: say what would go, and leave it.
        key_file: the project's key; left out, the one that the runs were made with.

    Returns:
        What went, by the run's folder.

    Raises:
        InputError: a folder holds no run.
        OutputError: a run is at work in a folder, or it cannot be written.
    """
    from anonymuse.wiring.erasing import project_of
    from anonymuse.wiring.retaining import keep_to

    project = project_of(_paths(runs), key_file=_path(key_file))
    log = _log(project.key_file)
    return {
        str(out): keep_to(
            out, raw_days, derived_days, dry_run=dry_run, told=log, key_file=project.key_file
        )
        for out in project.runs
    }


def _log(key_file: Path) -> Any:
    """Return what adds a row to the audit log: numbers and pseudonyms, no name."""
    from anonymuse.secure.audit import MACHINE, machine_actor, open_log

    log = open_log(key_file)

    def told(action: str, details: Mapping[str, Any]) -> None:
        log.append(
            actor=machine_actor(),
            role=MACHINE,
            action=action,
            object=str(details.get("object", "")),
            details={name: value for name, value in details.items() if name != "object"},
        )

    return told


def _paths(runs: Runs) -> list[Path]:
    several = [runs] if isinstance(runs, str | os.PathLike) else runs
    return [Path(run) for run in several]


def _path(named: str | os.PathLike[str] | None) -> Path | None:
    return None if named is None else Path(named)
