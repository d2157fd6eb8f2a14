"""The plain formats: messages, ShareGPT, tables, and an archive of several. All is invented."""

from __future__ import annotations

import gzip
import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.formats.chatgpt import zipped
from tests.formats.sample import NEVER, Sample, json_lines, writer


def _talk(*said: Any, **columns: Any) -> dict[str, Any]:
    return {**columns, "messages": [{"role": role, "content": text} for role, text in said]}


def messages() -> bytes:
    """Return JSON lines from Windows, with parts, tools, a cut line and records of no use."""
    parts = [
        {"type": "text", "text": "Is this sour dough?"},
        {"type": "image_url", "image_url": {"url": f"data:{NEVER}"}},
    ]
    tools = [
        ("system", "You bake."),
        ("user", parts),
        ("assistant", [{"type": "thinking", "thinking": NEVER}, {"type": "tool_use", "id": NEVER}]),
        ("user", [{"type": "tool_result", "content": "It rose."}]),
        ("assistant", "It is."),
    ]
    whole = json_lines(
        _talk(("user", "How long does rye rise?"), ("assistant", "A night."), id=7, user="ann"),
        _talk(*tools, id=8, created_at="2024-05-06T07:08:09+02:00", tags=["bread"]),
        _talk(("user", "And wheat?"), id="9", created_at=1_715_000_000_000),
        _talk(("assistant", "Nobody asked.")),
        _talk(),
        _talk((None, "Who says this?")),
        {"id": 10, "messages": None},
        '{"id": 11, "messages": [}',
        '"a text"',
        '{"messages": ' + "[" * 5_000 + "]" * 5_000 + "}",
    )
    cut = json_lines(_talk(("user", "The end is miss")))[:-12]
    return b"\xef\xbb\xbf" + (whole + cut).replace(b"\n", b"\r\n")


def sharegpt() -> bytes:
    """Return a ShareGPT list, packed."""
    said = [
        {"from": "human", "value": "Sing of hay."},
        {"from": "gpt", "value": "It dries in June."},
    ]
    records = [
        {"id": "h1", "conversations": said},
        {"id": "h2", "conversations": [{"from": "system", "value": "Be short."}, *said]},
        {"id": "h3", "conversations": []},
        {"id": "h4", "conversations": [{"from": "narrator", "value": "Then it rained."}]},
    ]
    return gzip.compress(json.dumps(records, indent=2).encode(), mtime=0)


TABLE = (
    b"Conversation ID;Role;Text;Created At;Plan\r\n"
    b"1;user;How old is the mill?;2024-01-02 03:04;free\r\n"
    b'1;assistant;"Three hundred years;\nthe wheel is newer.";2024-01-02 03:05;free\r\n'
    b"2;user;Who built it?;soon;paid\r\n"
    b"3;assistant;Hello?;;paid\r\n"
    b";user;Lost.;;\r\n"
    b"4;miller;Grind!;;\r\n"
)


def parquet(folder: Path) -> Path:
    """Write a table of texts with replies."""
    path = folder / "prompts.parquet"
    table = pa.table(
        {
            "prompt": ["Name a river.", None, "Name a lake."],
            "response": ["The Rother.", "The Arun.", None],
            "user_id": pa.array([1, 2, 3], pa.int64()),
            "ratings": [[5], [4], [3]],
            "seen": pa.array([1_700_000_000_000] * 3, pa.timestamp("ms", tz="Asia/Tokyo")),
        }
    )
    pq.write_table(table, path)
    return path


def archive(folder: Path) -> Path:
    """Write an archive with good files of several formats, and with such as were made to harm."""
    good = json_lines(_talk(("user", "Hi."), ("assistant", "Hello.")))
    path = folder / "logs.zip"
    path.write_bytes(
        zipped(
            ("2024/a.jsonl", good),
            ("2025/a.jsonl.gz", gzip.compress(good, mtime=0)),
            ("table.csv", b"prompt,response\nHi.,Hello.\n"),
            ("notes.txt", NEVER.encode()),
            ("__MACOSX/2024/._a.jsonl", b"\x00\x05"),
            ("../../escape.jsonl", good),
            ("inner.zip", zipped(("a.jsonl", good))),
            ("empty.jsonl", b""),
        )
    )
    link = zipfile.ZipInfo("link.jsonl")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr(link, "/etc/passwd")
    return path


SAMPLES = [
    Sample(
        "Messages, JSON lines from Windows",
        "messages",
        writer("chat.jsonl", messages()),
        rows=11,
        kept=3,
        dropped={
            "no user turn": 1,
            "no messages": 2,
            "unknown role": 1,
            "broken JSON": 1,
            "not a record": 1,
            "nested too deeply": 1,
            "file ends in the middle of a record": 1,
        },
        notes={"nested column 'tags' left out": 1},
    ),
    Sample(
        "ShareGPT, a packed list",
        "sharegpt",
        writer("share.json.gz", sharegpt()),
        rows=4,
        kept=2,
        dropped={"no messages": 1, "unknown role": 1},
    ),
    Sample(
        "CSV, one message a row",
        "csv",
        writer("mill.csv", TABLE),
        rows=6,
        kept=2,
        dropped={"no user turn": 1, "no conversation id": 1, "unknown role": 1},
        notes={"times without a zone, taken as UTC": 1, "times that cannot be read": 1},
    ),
    Sample(
        "Parquet, texts with replies",
        "parquet",
        parquet,
        rows=3,
        kept=2,
        dropped={"no user turn": 1},
        notes={"nested column 'ratings' left out": 2},
    ),
    Sample(
        "A zip archive of several formats",
        "messages",
        archive,
        rows=7,
        kept=3,
        dropped={
            "file in the archive whose name leads out of it": 1,
            "archive in the archive": 1,
            "file in the archive that cannot be read": 1,
            "link in the archive": 1,
        },
        notes={"other files in the archive, not read": 2},
    ),
]
