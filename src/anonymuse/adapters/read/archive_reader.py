"""The reader of a zip archive: its data files one after another, each by its own format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from anonymuse.adapters.read import chatgpt_export, claude_export
from anonymuse.adapters.read.archive import Member, members_of
from anonymuse.adapters.read.export_files import is_companion, is_export
from anonymuse.adapters.read.names import printable
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.errors import ColumnError, InputError
from anonymuse.ports.reader import NamedReader

OTHER_FILES = "other files in the archive, not read"
UNREADABLE = "file in the archive that cannot be read"

_EXPORTS = (chatgpt_export.FORMAT, claude_export.FORMAT)
_MOST_TRIED = 100
_HIDDEN = re.compile(r"\.(?!\.?$)|__")

OpenMember = Callable[[Member, str], NamedReader]
"""opens a member under a name to show"""


class ArchiveReader:
    """Reads one archive. Its files are looked at when their turn comes: there may be many.

    Args:
        path: the archive.
        name: how it is called to people.
        is_data: says of a file name whether it may hold data.
        open_member: chooses the reader of a member.

    Raises:
        InputError: it cannot be read, or none of its files.
    """

    def __init__(
        self, path: Path, name: str, is_data: Callable[[str], bool], open_member: OpenMember
    ) -> None:
        self._path = path
        self._name = printable(name)
        self._is_data = is_data
        self._open_member = open_member
        self._notes: Counter[str] = Counter()
        with members_of(path) as members:
            self._has_export = any(is_export(member.name) for member in members)
            data = [member for member in members if self._may_hold_data(member)]
            first, reader = self._first(data)
        self._format = reader.format
        self._only_exports = is_export(first.name) and reader.format in _EXPORTS
        named = [member for member in data if is_export(member.name) or not self._only_exports]
        count = sum(member.problem is None for member in named)
        files = f"{count} data files; the first, " if count > 1 else ""
        self._why = f"Zip archive with {files}{first.path!r}: {reader.why}"

    def __repr__(self) -> str:
        return f"ArchiveReader({self.name!r}, {self._format})"

    @property
    def name(self) -> str:
        """How the archive is called to people."""
        return self._name

    @property
    def format(self) -> str:
        """Name of the format of its first data file."""
        return self._format

    @property
    def why(self) -> str:
        """One sentence on what was seen that made this format the choice."""
        return self._why

    @property
    def notes(self) -> Mapping[str, int]:
        """What the last reading saw that dropped nothing, counted."""
        return self._notes

    def read(self) -> Iterator[Conversation | Dropped]:
        """Yield every record of every data file, as a conversation or as a drop with its reason.

        Raises:
            ColumnError: a column that the caller named is not there.
            InputError: the archive is not there any more, or is not what it was.
        """
        notes: Counter[str] = Counter()
        self._notes = notes
        with members_of(self._path) as members:
            for member in members:
                if not self._is_read(member):
                    notes[OTHER_FILES] += 1
                elif member.problem is not None:
                    yield Dropped(member.problem, repr(member.path))
                else:
                    yield from self._of_member(member, notes)

    def _of_member(self, member: Member, notes: Counter[str]) -> Iterator[Conversation | Dropped]:
        try:
            reader = self._opened(member)
        except ColumnError:
            raise
        except InputError:
            yield Dropped(UNREADABLE, repr(member.path))
            return
        for item in reader.read():
            if isinstance(item, Dropped):
                yield replace(item, where=f"{member.path!r}, {item.where}")
            else:
                yield item
        notes.update(reader.notes)

    def _opened(self, member: Member) -> NamedReader:
        return self._open_member(member, f"{self._name}/{member.path}")

    def _is_read(self, member: Member) -> bool:
        """Say whether a member is read, or dropped with a reason, and not just passed over."""
        if self._only_exports:
            return is_export(member.name)
        return member.problem is not None or self._may_hold_data(member)

    def _may_hold_data(self, member: Member) -> bool:
        """Say so of its name: neither hidden, nor of another kind, nor beside the data."""
        hidden = any(_HIDDEN.match(part) for part in member.path.split("/"))
        beside = self._has_export and is_companion(member.name)
        return self._is_data(member.name) and not hidden and not beside

    def _first(self, data: list[Member]) -> tuple[Member, NamedReader]:
        """Return the first file that can be read; that of an export goes before others."""
        whole = [member for member in data if member.problem is None]
        whole.sort(key=lambda member: not is_export(member.name))
        told: str | None = None
        for member in whole[:_MOST_TRIED]:
            try:
                return member, self._opened(member)
            except ColumnError:
                raise
            except InputError as error:
                told = told or error.message
        raise InputError(f"{self._name!r} is a zip archive. {told or self._nothing(data)}")

    def _nothing(self, data: list[Member]) -> str:
        problem = next((member.problem for member in data if member.problem), None)
        if problem is None:
            return "No file in it holds data; unpack it and see."
        return f"None of its data files is read: {problem}. Unpack it and give the folder."
