"""From files to shards, with pseudonyms in place of identifiers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.domain.ids import content_id, keyed_id
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn
from anonymuse.errors import ErasedError, InputError
from anonymuse.pipeline import files, payload
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.fingerprint import DROPPED
from anonymuse.pipeline.parts import Parts, Source
from anonymuse.ports.reader import UNKNOWN_ROLE, UNREADABLE_TIMES, known_roles
from anonymuse.stages.sample import is_completion

ERASED = "erased"
SHARD_ROWS = 5_000
SHARD_BYTES = 128 * 2**20

_SCHEMA = pa.schema(
    [
        ("row", pa.string()),
        ("conversation", pa.string()),
        ("user", pa.string()),
        ("organisation", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("content", pa.string()),
        ("source", pa.string()),
        ("format", pa.string()),
        ("turns", pa.int32()),
        ("completions", pa.int32()),
        ("characters", pa.int64()),
        ("metadata", pa.string()),
        ("payload", pa.binary()),
    ]
)


async def ingest(shop: Workshop, *, parts: Parts) -> Mapping[str, int]:
    """Read every source; write shards with pseudonyms in place of identifiers."""
    counts: Counter[str] = Counter()
    pseudonyms = parts.key.derive("pseudonym")
    seen: set[str] = set()

    def rows() -> Iterator[dict[str, Any]]:
        for source in parts.sources:
            for item in source.reader.read():
                counts["read"] += 1
                if isinstance(item, Dropped):
                    counts[f"dropped: {item.reason}"] += 1
                    continue
                row = _row(item, source, pseudonyms)
                if parts.erased.holds(row, item):
                    counts[f"dropped: {ERASED}"] += 1
                    continue
                if row["row"] in seen:
                    counts["dropped: repeated record"] += 1
                    continue
                seen.add(row["row"])
                counts["conversations"] += 1
                counts["with user"] += row["user"] is not None
                counts["with organisation"] += row["organisation"] is not None
                yield row
                if counts["read"] % 500 == 0:
                    shop.progress(counts["read"], None, "records")

    for number, shard in enumerate(_shards(rows())):
        files.write_rows(shop.folder / f"part-{number:05d}.parquet", shard, units_of(shard))
    if not counts["conversations"]:
        raise InputError(_nothing_read(counts))
    return {**counts, **_noted(parts.sources)}


def _noted(sources: Sequence[Source]) -> dict[str, int]:
    """Return what was read and could not be understood, though nothing was dropped for it."""
    unreadable = sum(source.reader.notes.get(UNREADABLE_TIMES, 0) for source in sources)
    return {UNREADABLE_TIMES: unreadable} if unreadable else {}


def _nothing_read(counts: Mapping[str, int]) -> str:
    dropped = {r.removeprefix("dropped: "): n for r, n in counts.items() if ":" in r}
    reasons = ", ".join(f"{n} {reason}" for reason, n in dropped.items())
    why = f" Dropped: {reasons}." if reasons else " The input holds no record."
    if list(dropped) == [UNKNOWN_ROLE]:
        why += f" Roles that are known: {known_roles()}."
    return f"No conversation could be read.{why} `anonymuse doctor` shows what is in the data."


def units_of(shard: pa.Table) -> list[str]:
    """Return whose each row is, as far as keys and erasing go: user, else organisation, else own.

    Unlike the privacy unit this does not depend on settings.
    """
    found: list[str] = pc.coalesce(shard["user"], shard["organisation"], shard["row"]).to_pylist()
    return found


def content_of(turns: Sequence[Turn]) -> str:
    """Return the id of what was said; white space does not count."""
    return content_id([[turn.role, " ".join(turn.text.split())] for turn in turns])


def _row(item: Conversation, source: Source, key: bytes) -> dict[str, Any]:
    encoded = payload.encode(item.turns)
    content = content_of(item.turns)
    return {
        "row": content_id(item.id, content),
        "conversation": item.id,
        "user": None if item.user is None else keyed_id(key, "user", item.user),
        "organisation": (
            None if item.organisation is None else keyed_id(key, "organisation", item.organisation)
        ),
        "time": item.time,
        "content": content,
        "source": source.name,
        "format": source.reader.format,
        "turns": sum(turn.role in ("user", "assistant") for turn in item.turns),
        "completions": sum(map(is_completion, item.turns)),
        "characters": sum(len(turn.text) for turn in item.turns),
        "metadata": json.dumps(dict(item.metadata), ensure_ascii=False, sort_keys=True),
        "payload": encoded,
    }


def _shards(rows: Iterable[dict[str, Any]]) -> Iterator[pa.Table]:
    batch: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row["payload"])
        if len(batch) >= SHARD_ROWS or size >= SHARD_BYTES:
            yield pa.Table.from_pylist(batch, schema=_SCHEMA)
            batch, size = [], 0
    if batch:
        yield pa.Table.from_pylist(batch, schema=_SCHEMA)


def shards(folder: Path) -> list[Path]:
    """Return the shards of a step in order.

    Raises:
        ErasedError: retention has dropped them.
    """
    if (folder / DROPPED).exists():
        raise ErasedError(
            "The conversations of this run were dropped, as they had reached the age that "
            "zone.raw_days sets, so nothing can be made of them any more. To read them anew, "
            "choose another --out."
        )
    return sorted(folder.glob("part-*.parquet"))
