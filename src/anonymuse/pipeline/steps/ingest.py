"""From files to shards (`ingest`), and from shards to who takes part (`sample`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from anonymuse.domain.ids import content_id, keyed_id
from anonymuse.domain.policy import POLICIES, ReleasePolicy, Unit
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline import files, payload
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.settings import SampleConfig
from anonymuse.stages.sample import sample

SHARD_ROWS = 5_000
SHARD_BYTES = 128 * 2**20
ONE_UNKNOWN = "unknown"
"""All conversations without a user count as one person's: the careful reading."""

NO_USERS = (
    "The data names no users: every conversation counts as its own privacy unit, so a person with "
    "many conversations is protected less than the numbers say."
)

NOT_USERS = (
    "Every conversation counts as its own privacy unit, as was asked for: people with many "
    "conversations are not protected as one person."
)

_SCHEMA = pa.schema(
    [
        ("row", pa.string()),
        ("conversation", pa.string()),
        ("user", pa.string()),
        ("organisation", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("content", pa.string()),
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
                row = _row(item, pseudonyms)
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
        files.write_table(shop.folder / f"part-{number:05d}.parquet", shard)
    if not counts["conversations"]:
        reasons = [f"{n} {r.removeprefix('dropped: ')}" for r, n in counts.items() if ":" in r]
        why = f" Dropped: {', '.join(reasons)}." if reasons else " The input holds no record."
        raise InputError(
            f"No conversation could be read.{why} `anonymuse doctor` shows what is in the data."
        )
    return counts


def _row(item: Conversation, key: bytes) -> dict[str, Any]:
    encoded = payload.encode(item.turns)
    content = content_id([[turn.role, " ".join(turn.text.split())] for turn in item.turns])
    return {
        "row": content_id(item.id, content),
        "conversation": item.id,
        "user": None if item.user is None else keyed_id(key, "user", item.user),
        "organisation": (
            None if item.organisation is None else keyed_id(key, "organisation", item.organisation)
        ),
        "time": item.time,
        "content": content,
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
    """Return the shards of a step in order."""
    return sorted(folder.glob("part-*.parquet"))


async def choose(
    shop: Workshop,
    *,
    parts: Parts,
    config: SampleConfig,
    unit: Unit,
    policy: ReleasePolicy,
    seed: int,
) -> Mapping[str, int]:
    """Draw the sample, bound contributions and collapse duplicates.

    Writes ``rows.parquet`` (row, conversation, time, unit as an integer code, stands_for: the row
    whose text is asked about) and ``units.parquet`` (the pseudonym of each code).
    """
    table = pa.concat_tables(
        files.read_table(path, ["row", "conversation", "user", "organisation", "time", "content"])
        for path in shards(shop.of("ingest"))
    )
    units, unit_in_force = _units(table, unit)
    drawn = sample(
        table["row"].to_pylist(),
        units,
        table["content"].to_pylist(),
        key=parts.key.derive("sample"),
        seed=seed,
        size=config.size,
        per_unit=config.per_unit,
    )
    kept = table.take(pa.array(drawn.kept)).select(["row", "conversation", "time"])
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(units[i], len(numbers)) for i in drawn.kept.tolist()]
    names = table["row"]
    kept = kept.append_column("unit", pa.array(codes, pa.int32()))
    kept = kept.append_column("stands_for", names.take(pa.array(drawn.stands_for)))
    _enough(len(kept), len(numbers), policy, unit_in_force)
    files.write_table(shop.folder / "rows.parquet", kept)
    files.write_table(shop.folder / "units.parquet", pa.table({"pseudonym": list(numbers)}))
    files.write_json(shop.folder / "unit.json", {"unit": unit_in_force, "asked": unit})
    return {
        "conversations": len(kept),
        "distinct texts": len(set(drawn.stands_for.tolist())),
        "units": len(numbers),
        "not drawn": drawn.over_size,
        "over the bound per unit": drawn.over_bound,
        "without identifier": sum(u == ONE_UNKNOWN for u in units),
    }


def _units(table: pa.Table, unit: Unit) -> tuple[list[str], Unit]:
    if unit == "conversation":
        return table["row"].to_pylist(), unit
    column = table[unit]
    if column.null_count == len(column):
        if unit == "organisation":
            raise ConfigError(
                "The privacy unit is the organisation, and no conversation names one. Name the "
                "column with --org-column, or choose --unit user."
            )
        return table["row"].to_pylist(), "conversation"
    return [ONE_UNKNOWN if value is None else value for value in column.to_pylist()], unit


def _enough(conversations: int, units: int, policy: ReleasePolicy, unit: Unit) -> None:
    need = (
        f"the policy {policy.name!r} publishes nothing that rests on fewer than "
        f"{policy.min_units} {unit}s and {policy.min_conversations} conversations"
    )
    if units == 1 and conversations > 1:
        raise InputError(
            f"All conversations come from one {unit}; {need}. If another column names the "
            f"{unit}s, give it with --user-column or --org-column."
        )
    if conversations < policy.min_conversations or units < policy.min_units:
        weaker = [
            f"--policy {p.name}"
            for p in POLICIES.values()
            if conversations >= p.min_conversations and units >= p.min_units
        ]
        choice = f", or choose a weaker policy by name ({' or '.join(weaker)})" if weaker else ""
        raise InputError(
            f"{conversations} conversations of {units} {unit}s are too few: {need}. "
            f"Add data{choice}."
        )
