"""Taking people, or what has grown old, out of a run's private folder.

No key is needed for it, but for the journal of edits: its numbers of conversations are keyed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.errors import OutputError
from anonymuse.pipeline import files
from anonymuse.pipeline.fingerprint import DROPPED, dropped, file_digest
from anonymuse.pipeline.journal import JOURNAL, forget
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.sealed_rows import UNIT, without
from anonymuse.pipeline.sealing import INGEST, vault_of
from anonymuse.pipeline.steps.ingest import units_of
from anonymuse.stages.edit import numbers_of

RAW_STEPS = (INGEST, "scrub", "generalise", "screen")
"""steps whose parts hold what people wrote, as it was or scrubbed"""
_TOLD = ("manifest.json", "usage.json")
BATCHES = "batches"
"""folder of request files"""
_PARTS = "part-*.parquet"
_STAY = frozenset({"key.json", ".lock", "events.jsonl", JOURNAL})
"""what holds nothing of the people whose conversations were read, once they are forgotten in it"""


def refuse_links(out: Path) -> None:
    """Refuse a run with links in it: what they lead to would stay where it is.

    Raises:
        OutputError: names the first.
    """
    for path in (out / "restricted", *sorted((out / "private").rglob("*"))):
        if path.is_symlink():
            raise OutputError(
                f"{path} is a link, and what it leads to would not be deleted. Put that in its "
                f"place, then run the same command again."
            )


def forget_rows(private: Path, units: Collection[str]) -> int:
    """Take the conversations of some units out of what was read; return how many they were.

    Args:
        private: the run's private folder, held.
        units: pseudonyms.
    """
    gone = 0
    for folder in _folders(private / INGEST):
        for left in folder.glob(".*.tmp"):
            _remove(left)
        for path in _parts(folder):
            if _holds(path, units):
                table, read = files.stored(path), path.stat().st_mtime
                kept = _without(table, units)
                files.write_stored(path, kept)
                os.utime(path, (read, read))  # retention goes by when they were read
                gone += len(table) - len(kept)
    return gone


def forget_members(private: Path, units: Collection[str], keys: Sequence[ProjectKey]) -> None:
    """Take the conversations of some units out of what edits are anchored by.

    It has to be done before their rows go. Where their keys are destroyed already, everything goes
    that is the number of nobody who is left; where retention has dropped these, nothing does.

    Args:
        private: the run's private folder, held, and open where it is sealed.
        units: pseudonyms.
        keys: the project's key, and retired ones.
    """
    if not (private / JOURNAL).exists():
        return

    def numbers(rows: Collection[str]) -> frozenset[int]:
        every = (numbers_of(sorted(rows), key.derive("edits")).tolist() for key in keys)
        return frozenset().union(*every)

    known = dict(_owners(private))
    vault = vault_of(private / INGEST)
    if vault is None or vault.erased().isdisjoint(units):
        known = _sampled_owners(private) | known  # those too that retention has dropped
        gone = numbers([row for row, unit in known.items() if unit in units])
        forget(private, gone.__contains__)
    elif known and not any(dropped(folder) for folder in _folders(private / INGEST)):
        left = numbers([row for row, unit in known.items() if unit not in units])
        forget(private, lambda number: number not in left)


def _owners(private: Path) -> Iterator[tuple[str, str]]:
    """Yield every row that can be read, and whose it is."""
    for folder in _folders(private / INGEST):
        for path in _parts(folder):
            table = files.read_table(path, ["row", "user", "organisation"])
            yield from zip(table["row"].to_pylist(), units_of(table), strict=True)


def _sampled_owners(private: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in _folders(private / "sample"):
        if all((folder / name).exists() for name in ("rows.parquet", "units.parquet")):
            names = files.read_table(folder / "units.parquet")["pseudonym"].to_pylist()
            rows = files.read_table(folder / "rows.parquet", ["row", "unit"])
            codes = rows["unit"].to_pylist()
            found |= dict(zip(rows["row"].to_pylist(), map(names.__getitem__, codes), strict=True))
    return found


def knows(private: Path, units: Collection[str]) -> bool:
    """Return whether a run has read conversations of some of these units."""
    return any(
        _holds(path, units) for folder in _folders(private / INGEST) for path in _parts(folder)
    )


def forget_derived(private: Path, stay: Collection[str]) -> list[str]:
    """Delete everything that was made of what was read; return its names.

    Args:
        private: the run's private folder, held.
        stay: further names that stay, and are cleaned otherwise.
    """
    if not private.is_dir():
        return []
    gone = [
        path
        for path in sorted(private.iterdir())
        if path.name not in _STAY and path.name != INGEST and path.name not in stay
    ]
    for path in gone:
        _remove(path)
    return [path.name for path in gone]


def drop_raw(private: Path, before: float, *, dry_run: bool) -> int:
    """Drop what conversations were read into, and their scrubbed texts; return how many files.

    What was made of them stays as it is: a file beside remembers what they were.

    Args:
        private: the run's private folder, held.
        before: what is older goes, in seconds since 1970.
        dry_run: only count.
    """
    gone = 0
    for folder in _raw(private):
        old = [path for path in folder.glob(_PARTS) if _age(path) < before]
        gone += len(old)
        if old and not dry_run:
            told = dropped(folder) | {path.name: file_digest(path) for path in old}
            files.write_json(folder / DROPPED, told)
            for path in old:
                _remove(path)
    for path in sorted((private / BATCHES).glob("*")) if (private / BATCHES).is_dir() else ():
        if _age(path) < before:
            gone += 1
            if not dry_run:
                _remove(path)
    return gone


def drop_derived(private: Path, before: float, raw: float, *, dry_run: bool) -> int:
    """Delete results of stages; return how many there were.

    Args:
        private: the run's private folder, held.
        before: what is older goes, in seconds since 1970.
        raw: likewise of conversations and scrubbed texts, which may be kept for longer.
        dry_run: only count.
    """
    gone = 0
    for step in sorted(path for path in private.glob("*") if path.is_dir()):
        limit = min(before, raw) if step.name in RAW_STEPS else before
        for folder in _folders(step):
            if newest(folder) < limit:
                gone += 1
                if not dry_run:
                    _remove(folder)
    for name in _TOLD:
        if not dry_run and (private / name).exists() and _age(private / name) < before:
            _remove(private / name)
    return gone


def _raw(private: Path) -> Iterator[Path]:
    for step in RAW_STEPS:
        yield from _folders(private / step)


def newest(folder: Path) -> float:
    """Return when something in a folder was written last, in seconds since 1970; 0 for nothing."""
    return max(map(_age, folder.rglob("*")), default=0.0)


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob(_PARTS))


def _holds(path: Path, units: Collection[str]) -> bool:
    table = files.stored(path, (UNIT, "row", "user", "organisation"))
    return len(_without(table, units)) < len(table)


def _without(table: pa.Table, units: Collection[str]) -> pa.Table:
    if UNIT in table.column_names:
        return without(table, units)
    own = pa.array(units_of(table), pa.string())
    return table.filter(pc.invert(pc.is_in(own, pa.array(sorted(units), pa.string()))))


def _folders(step: Path) -> list[Path]:
    return sorted(path for path in step.glob("*") if path.is_dir()) if step.is_dir() else []


def _remove(path: Path) -> None:
    with files.writing_to(path.parent):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
