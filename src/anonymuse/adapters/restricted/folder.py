"""A restricted report as a folder of sealed files, which nobody reads without the key ring.

``report.sealed`` is written last, so that a folder that has one is whole. The conversations stay
where the run has them; whoever opens the store says how one is fetched.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anonymuse.domain.private.conversation import Conversation
from anonymuse.domain.restricted.evidence import Member
from anonymuse.domain.restricted.report import (
    KIND,
    SCHEMA_VERSION,
    RestrictedReport,
    report_from_dict,
)
from anonymuse.errors import BrokenRunError, ErasedError, InputError, OutputError
from anonymuse.ports.vault import Vault

RESTRICTED = "restricted"
REPORT, MEMBERS, README = "report.sealed", "members.sealed", "README.md"
_BATCH = 50_000
_OWNER_ONLY = 0o700
_ABOUT = """# A restricted report

Made for authorised safety staff, with thresholds off: accounts can be traced. It is encrypted, and
never published. Open it with `anonymuse investigate`, which asks who you are and writes down every
look. Whoever is not meant to read it should be given the released report of another run.
"""
_SCHEMA = pa.schema(
    [
        ("row", pa.string()),
        ("cluster", pa.string()),
        ("account", pa.string()),
        ("organisation", pa.string()),
        ("time", pa.string()),
        ("language", pa.string()),
        ("concern", pa.int8()),
        ("refused", pa.string()),
        ("flags", pa.string()),
        ("stands_for", pa.string()),
    ]
)


def save_restricted(
    report: RestrictedReport, members: Iterable[Member], folder: Path, *, vault: Vault
) -> None:
    """Write a restricted report and its members, sealed.

    Raises:
        OutputError: the folder cannot be written.
    """
    text = json.dumps(report.as_dict(), ensure_ascii=False, allow_nan=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(_OWNER_ONLY)
        (folder / REPORT).unlink(missing_ok=True)
        _write(folder / README, _ABOUT.encode())
        _write(folder / MEMBERS, _sealed(vault, MEMBERS, _parquet(members)))
        _write(folder / REPORT, _sealed(vault, REPORT, text.encode()))
    except OSError as error:
        raise OutputError(
            f"The restricted report cannot be written to {folder}: "
            f"{error.strerror or 'unknown reason'}. Free some space or choose another folder."
        ) from None


class FolderRestrictedStore:
    """Reads what :func:`save_restricted` wrote.

    Args:
        folder: that holds it.
        vault: with the key ring of the run.
        conversation: fetches one by its row; None where it was erased or its text was dropped.

    Raises:
        InputError: there is no restricted report.
    """

    def __init__(
        self, folder: Path, vault: Vault, conversation: Callable[[str], Conversation | None]
    ) -> None:
        if not (folder / REPORT).is_file():
            raise InputError(
                f"There is no restricted report in {folder}. Make one with `anonymuse run "
                f"--restricted`; if the run stopped early, or somebody was erased since, repeat "
                f"its command."
            )
        self._folder, self._vault = folder, vault
        self._conversation = conversation
        self._erasures = vault.generation

    def report(self) -> RestrictedReport:
        """Return the report.

        Raises:
            ErasedError: somebody of it was erased since.
            BrokenRunError: it was changed or damaged, or another version wrote it.
        """
        self._refuse_what_was_erased()
        return self._report

    def members(
        self, *, cluster: str | None = None, account: str | None = None
    ) -> Sequence[Member]:
        """Return members of a cluster (of any level), of an account, or of both.

        Raises:
            ErasedError, BrokenRunError: as for :meth:`report`.
        """
        self._refuse_what_was_erased()
        table = self._members
        if cluster is not None:
            bases = pa.array(sorted(self._report.bases(cluster)), pa.string())
            table = table.filter(pc.is_in(table["cluster"], bases))
        if account is not None:
            table = table.filter(pc.equal(table["account"], account))
        return [Member(**(own | {"flags": json.loads(own["flags"])})) for own in table.to_pylist()]

    def conversation(self, row: str) -> Conversation | None:
        """Return a conversation as it was read; None where it was erased or its text dropped."""
        return self._conversation(row)

    def _refuse_what_was_erased(self) -> None:
        """Tell nothing from memory that cannot be read from the disk any more."""
        if self._vault.generation != self._erasures or not (self._folder / REPORT).is_file():
            raise ErasedError(
                f"The restricted report in {self._folder.parent.name} was made before somebody was "
                f"erased, or has reached its age. Repeat the run's command: it is made anew."
            )

    @cached_property
    def _report(self) -> RestrictedReport:
        try:
            data = json.loads(self._opened(REPORT))
            if data["kind"] != KIND or data["schema_version"] != SCHEMA_VERSION:
                raise ValueError
            return report_from_dict(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BrokenRunError(
                f"{self._folder / REPORT} was written by another version of anonymuse. Repeat the "
                f"run's command: what is finished is kept."
            ) from None

    @cached_property
    def _members(self) -> pa.Table:
        return pq.read_table(io.BytesIO(self._opened(MEMBERS)))

    def _opened(self, name: str) -> bytes:
        try:
            sealed = (self._folder / name).read_bytes()
        except OSError as error:
            raise BrokenRunError(
                f"{self._folder / name} cannot be read: {error.strerror or 'unknown reason'}. "
                f"Repeat the run's command: what is finished is kept."
            ) from None
        return self._vault.open(sealed, unit=None, about=f"{RESTRICTED}/{name}")

    def __repr__(self) -> str:
        return f"FolderRestrictedStore({str(self._folder)!r})"


def _parquet(members: Iterable[Member]) -> bytes:
    stream = io.BytesIO()
    with pq.ParquetWriter(stream, _SCHEMA, compression="zstd") as writer:
        for some in _batches(members):
            columns = {name: [getattr(own, name) for own in some] for name in _SCHEMA.names}
            columns["flags"] = [json.dumps(dict(own.flags), sort_keys=True) for own in some]
            writer.write_table(pa.table(columns, schema=_SCHEMA))
    return stream.getvalue()


def _batches(members: Iterable[Member]) -> Iterator[list[Member]]:
    left = iter(members)
    while some := list(islice(left, _BATCH)):
        yield some


def _sealed(vault: Vault, name: str, data: bytes) -> bytes:
    return vault.seal(data, unit=None, about=f"{RESTRICTED}/{name}")


def _write(path: Path, data: bytes) -> None:
    """Write under a temporary name, then rename; leave nothing behind on failure."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
