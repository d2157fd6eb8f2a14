"""Tables like those of WildChat and LMSYS-Chat-1M, with the same columns: all rows are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.formats.sample import NEVER, Sample, json_lines, writer

_TIME = pa.timestamp("us", tz="UTC")
_HEADER = pa.struct([("accept-language", pa.string()), ("user-agent", pa.string())])
_SCORES = pa.list_(
    pa.struct([("flagged", pa.bool_()), ("scores", pa.struct([("x", pa.float64())]))])
)
_MESSAGE = [
    ("content", pa.string()), ("language", pa.string()), ("redacted", pa.bool_()),
    ("role", pa.string()), ("toxic", pa.bool_()),
]  # fmt: skip
WILDCHAT = pa.schema(
    [
        ("conversation_hash", pa.string()),
        ("model", pa.string()),
        ("timestamp", _TIME),
        ("conversation", pa.list_(pa.struct([
            *_MESSAGE, ("hashed_ip", pa.string()), ("header", _HEADER), ("timestamp", _TIME),
            ("turn_identifier", pa.int64()),
        ]))),
        ("turn", pa.int64()),
        ("language", pa.string()),
        ("openai_moderation", _SCORES),
        ("detoxify_moderation", _SCORES),
        ("toxic", pa.bool_()),
        ("redacted", pa.bool_()),
        ("state", pa.string()),
        ("country", pa.string()),
        ("hashed_ip", pa.string()),
        ("header", _HEADER),
    ]
)  # fmt: skip
LMSYS = pa.schema(
    [
        ("conversation_id", pa.string()),
        ("model", pa.string()),
        ("conversation", pa.list_(pa.struct([("content", pa.string()), ("role", pa.string())]))),
        ("turn", pa.int64()),
        ("language", pa.string()),
        ("openai_moderation", _SCORES),
        ("redacted", pa.bool_()),
    ]
)
START = datetime(2023, 4, 9, 0, 2, 53, tzinfo=UTC)


def _said(*texts: str | None, **columns: Any) -> list[dict[str, Any]]:
    return [
        {
            "content": text,
            "role": ("user", "assistant")[place % 2],
            "language": "English",
            "redacted": False,
            "toxic": False,
            "turn_identifier": place,
            # Only the model's messages have a time.
            "timestamp": START + timedelta(minutes=place) if place % 2 else None,
            **columns,
        }
        for place, text in enumerate(texts)
    ]


def _row(name: str, conversation: list[dict[str, Any]] | None, **columns: Any) -> dict[str, Any]:
    return {
        "conversation_hash": name,
        "conversation_id": name,
        "model": "gpt-4-0314",
        "timestamp": START + timedelta(hours=2),
        "conversation": conversation,
        "turn": 1,
        "language": "English",
        "openai_moderation": [{"flagged": False, "scores": {"x": 0.1}}],
        "detoxify_moderation": [{"flagged": False, "scores": {"x": 0.1}}],
        "toxic": False,
        "redacted": False,
        "state": "Normandy",
        "country": "France",
        "hashed_ip": "a1b2",
        "header": {"accept-language": "fr", "user-agent": NEVER},
        **columns,
    }


def rows() -> list[dict[str, Any]]:
    """Return rows, the last three of no use."""
    return [
        _row("w1", _said("Name three wild herbs.", "Sorrel, yarrow, nettle.")),
        _row("w2", _said("What is a NAME_1?", "A person."), redacted=True, hashed_ip="c3d4"),
        _row("w3", _said("Hello?", "Hi.", hashed_ip="e5f6"), hashed_ip=None, timestamp=None),
        _row("w4", []),
        _row("w5", None),
        _row("w6", _said("", "")),
    ]


def _table(name: str, schema: pa.Schema) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        table = pa.Table.from_pylist(rows(), schema=schema)
        pq.write_table(table, path, row_group_size=2)
        return path

    return write


def _lmsys_line(row: dict[str, Any]) -> dict[str, Any]:
    said = row["conversation"]
    kept = {name: row[name] for name in LMSYS.names}
    if said is None:
        return kept
    return kept | {"conversation": [{k: m[k] for k in ("content", "role")} for m in said]}


_DROPS = {"no messages": 3}
SAMPLES = [
    Sample(
        "WildChat, Parquet",
        "wildchat",
        _table("train-00000-of-00014.parquet", WILDCHAT),
        rows=6,
        kept=3,
        dropped=_DROPS,
        notes={
            "nested column 'openai_moderation' left out": 3,
            "nested column 'detoxify_moderation' left out": 3,
            "nested column 'header' left out": 3,
        },
    ),
    Sample(
        "LMSYS-Chat-1M, Parquet",
        "lmsys",
        _table("train-00000-of-00006.parquet", LMSYS),
        rows=6,
        kept=3,
        dropped=_DROPS,
        notes={"nested column 'openai_moderation' left out": 3},
    ),
    Sample(
        "LMSYS-Chat-1M, JSON lines",
        "lmsys",
        writer("lmsys.jsonl", json_lines(*map(_lmsys_line, rows()))),
        rows=6,
        kept=3,
        dropped=_DROPS,
        notes={"nested column 'openai_moderation' left out": 3},
    ),
]
