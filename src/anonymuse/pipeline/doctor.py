"""What is in the data, before anything is done with it: counts only, never a text or a name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anonymuse.domain.private.conversation import Conversation, Dropped, Scalar
from anonymuse.lexicon.tokens import estimate_tokens
from anonymuse.pipeline.tally import (
    Holders,
    HolderTally,
    Percentiles,
    Reservoir,
    Spread,
    short_hash,
)
from anonymuse.ports.language import LanguageDetector
from anonymuse.ports.reader import NamedReader

PLACES = 5
"""places shown per reason"""
LANGUAGE_SAMPLE = 500
"""conversations whose language is looked at"""

_LANGUAGE_CHARACTERS = 1_000
_MOST_COLUMNS = 100
_PLAIN = re.compile(r"[\w.\- ]{1,40}")


@dataclass(frozen=True, slots=True)
class FileSeen:
    """One file: its format and what became of its records."""

    name: str
    format: str
    why: str
    records: int
    kept: int
    dropped: int
    notes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DropSeen:
    """A reason to drop records: how often, and up to five places where."""

    reason: str
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A metadata column: kind of its values, and the share of conversations that fill it."""

    name: str
    kind: str
    filled: float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything `doctor` says of the data.

    Attributes:
        files: per file.
        records: read, in all files.
        kept: that became conversations.
        drops: by reason, most frequent first.
        roles: number of turns by role.
        turns: turns per conversation.
        characters: characters per conversation.
        languages: of a sample, by conversations; empty without a detector.
        language_sample: size of that sample.
        duplicate_share: share of conversations that repeat an earlier one, letter case and white
            space aside.
        repeated_ids: conversations whose identifier an earlier one has.
        users: likewise by user.
        organisations: likewise by organisation.
        first: earliest time, in UTC.
        last: latest time.
        without_time: conversations without a time.
        columns: of the metadata.
        unnamed_columns: metadata columns left out here, because their names may be data.
        tokens: estimate for all text, see `estimate_tokens`.
    """

    files: tuple[FileSeen, ...]
    records: int
    kept: int
    drops: tuple[DropSeen, ...]
    roles: Mapping[str, int]
    turns: Spread
    characters: Spread
    languages: Mapping[str, int]
    language_sample: int
    duplicate_share: float
    repeated_ids: int
    users: Holders
    organisations: Holders
    first: datetime | None
    last: datetime | None
    without_time: int
    columns: tuple[ColumnSeen, ...]
    unnamed_columns: int
    tokens: int


def examine(
    readers: Iterable[NamedReader], *, detector: LanguageDetector | None = None, seed: int = 0
) -> Diagnosis:
    """Read everything once and count. Memory grows only by 8-byte hashes of ids and contents.

    Args:
        readers: one per file.
        detector: says languages; without it none are said.
        seed: of the sample whose languages are looked at.

    Raises:
        InputError: a file cannot be read at all.
    """
    tally = _Tally(Reservoir(LANGUAGE_SAMPLE, seed))
    files = tuple([tally.file(reader) for reader in readers])
    texts = tally.sample.kept
    languages = Counter(detector.detect(text) for text in texts) if detector else Counter()
    return Diagnosis(
        files=files,
        records=sum(file.records for file in files),
        kept=tally.kept,
        drops=tally.drops_seen(),
        roles=dict(tally.roles.most_common()),
        turns=tally.turns.spread(),
        characters=tally.characters.spread(),
        languages=dict(languages.most_common()),
        language_sample=len(texts) if detector else 0,
        duplicate_share=1 - len(tally.contents) / tally.kept if tally.kept else 0.0,
        repeated_ids=tally.kept - len(tally.ids),
        users=tally.users.holders(),
        organisations=tally.organisations.holders(),
        first=tally.first,
        last=tally.last,
        without_time=tally.without_time,
        columns=tally.columns_seen(),
        unnamed_columns=len(tally.unnamed),
        tokens=round(tally.tokens),
    )


@dataclass(slots=True)
class _Column:
    kinds: set[str] = field(default_factory=set)
    filled: int = 0


@dataclass(slots=True)
class _Tally:
    sample: Reservoir[str]
    kept: int = 0
    drops: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)
    roles: Counter[str] = field(default_factory=Counter)
    turns: Percentiles = field(default_factory=Percentiles)
    characters: Percentiles = field(default_factory=Percentiles)
    contents: set[int] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)
    users: HolderTally = field(default_factory=HolderTally)
    organisations: HolderTally = field(default_factory=HolderTally)
    first: datetime | None = None
    last: datetime | None = None
    without_time: int = 0
    columns: dict[str, _Column] = field(default_factory=dict)
    unnamed: set[int] = field(default_factory=set)
    tokens: float = 0.0

    def file(self, reader: NamedReader) -> FileSeen:
        """Read one file through."""
        records = kept = 0
        for item in reader.read():
            records += 1
            if isinstance(item, Dropped):
                self._drop(item, reader.name)
            else:
                kept += 1
                self._keep(item)
        return FileSeen(
            reader.name, reader.format, reader.why, records, kept, records - kept,
            dict(sorted(reader.notes.items())),
        )  # fmt: skip

    def drops_seen(self) -> tuple[DropSeen, ...]:
        return tuple(
            DropSeen(reason, count, tuple(self.places[reason]))
            for reason, count in self.drops.most_common()
        )

    def columns_seen(self) -> tuple[ColumnSeen, ...]:
        return tuple(
            ColumnSeen(
                name,
                next(iter(column.kinds)) if len(column.kinds) == 1
                else "mixed" if column.kinds else "empty",
                column.filled / self.kept,
            )
            for name, column in self.columns.items()
        )  # fmt: skip

    def _drop(self, item: Dropped, name: str) -> None:
        self.drops[item.reason] += 1
        places = self.places.setdefault(item.reason, [])
        if len(places) < PLACES:
            places.append(f"{name}: {item.where}")

    def _keep(self, item: Conversation) -> None:
        self.kept += 1
        self.ids.add(short_hash(item.id))
        self.users.add(item.user)
        self.organisations.add(item.organisation)
        self._time(item.time)
        self._text(item)
        for name, value in item.metadata.items():
            self._column(name, value)

    def _time(self, time: datetime | None) -> None:
        if time is None:
            self.without_time += 1
            return
        self.first = time if self.first is None else min(self.first, time)
        self.last = time if self.last is None else max(self.last, time)

    def _text(self, item: Conversation) -> None:
        normal = []
        for turn in item.turns:
            self.roles[turn.role] += 1
            self.tokens += estimate_tokens(turn.text)
            plain = unicodedata.normalize("NFKC", turn.text).casefold()
            normal.append(f"{turn.role}\x1f{' '.join(plain.split())}")
        self.contents.add(short_hash("\x1e".join(normal)))
        self.turns.add(len(item.turns))
        self.characters.add(sum(len(turn.text) for turn in item.turns))
        if (place := self.sample.place()) is not None:
            said = (turn.text[:_LANGUAGE_CHARACTERS] for turn in item.turns if turn.role == "user")
            self.sample.put(place, "\n".join(said)[:_LANGUAGE_CHARACTERS])

    def _column(self, name: str, value: Scalar) -> None:
        if name not in self.columns:
            if len(self.columns) >= _MOST_COLUMNS or not _PLAIN.fullmatch(name):
                self.unnamed.add(short_hash(name))
                return
            self.columns[name] = _Column()
        if value is not None:
            column = self.columns[name]
            column.filled += 1
            column.kinds.add(_kind(value))


def _kind(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "text"
