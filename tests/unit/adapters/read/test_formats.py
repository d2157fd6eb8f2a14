"""What each format looks like, and what is made of it."""

import bz2
import gzip
import json
import lzma
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymuse.adapters.read.sniff import open_reader
from anonymuse.errors import InputError
from anonymuse.ports.reader import ColumnMapping
from tests.unit.adapters.read.files import (
    chat,
    conversations,
    drops,
    lines,
    read,
    said,
    share,
    write,
)

TWO = [("user", "hi"), ("assistant", "hello")]


def document(*records: Any, indent: int | None = None) -> bytes:
    return json.dumps(list(records), indent=indent).encode()


MESSAGES = chat("hi", "hello")["messages"]
FILES: dict[str, tuple[str, bytes, str]] = {
    "messages lines": ("a.jsonl", lines(chat("hi", "hello")), "messages"),
    "conversation key": ("a.jsonl", lines({"conversation": MESSAGES}), "messages"),
    "a key of another name": ("a.jsonl", lines({"log": MESSAGES, "n": 1}), "messages"),
    "bare lists": ("a.jsonl", lines(MESSAGES), "messages"),
    "list of bare lists": ("a.json", document(MESSAGES), "messages"),
    "one bare list over lines": ("a.json", json.dumps(MESSAGES, indent=1).encode(), "messages"),
    "messages list": ("a.json", document(chat("hi", "hello"), indent=2), "messages"),
    "one document": ("a.json", json.dumps(chat("hi", "hello"), indent=2).encode(), "messages"),
    "messages as text": ("a.jsonl", lines({"messages": json.dumps(MESSAGES)}), "messages"),
    "no line break at the end": ("a.jsonl", lines(chat("hi", "hello"))[:-1], "messages"),
    "byte order mark": ("a.jsonl", b"\xef\xbb\xbf" + lines(chat("hi", "hello")), "messages"),
    "Windows line ends": ("a.jsonl", lines(chat("hi", "hello"))[:-1] + b"\r\n\r\n", "messages"),
    "ShareGPT list": ("a.json", document(share("hi", "hello")), "sharegpt"),
    "ShareGPT lines": ("a.jsonl", lines(share("hi", "hello")), "sharegpt"),
    "ShareGPT list with a mark": ("a.json", b"\xef\xbb\xbf" + document(share("hi", "hello")),
                                  "sharegpt"),
    "text and reply": ("a.jsonl", lines({"prompt": "hi", "completion": "hello"}), "rows"),
    "CSV": ("a.csv", b"prompt,response\nhi,hello\n", "csv"),
    "CSV with semicolons": ("a.csv", b"Prompt;Response\r\nhi;hello\r\n", "csv"),
    "CSV with tabs": ("a.tsv", b"prompt\tresponse\nhi\thello\n", "csv"),
    "CSV with a mark": ("a.csv", b"\xef\xbb\xbfprompt,response\nhi,hello\n", "csv"),
    "CSV of messages": ("a.csv", b"role,content,chat_id\nuser,hi,7\nassistant,hello,7\n", "csv"),
    "JSON rows of messages": (
        "a.jsonl",
        lines(
            {"session_id": 1, "role": "user", "text": "hi"},
            {"session_id": 1, "role": "assistant", "text": "hello"},
        ),
        "rows",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_format_is_seen_and_read(tmp_path: Path, case: str) -> None:
    name, data, expected = FILES[case]
    path = write(tmp_path, data, name)
    reader = open_reader(path, format=None, columns=ColumnMapping())
    assert reader.format == expected
    assert reader.why.endswith(".")
    assert "hello" not in reader.why
    (item,) = reader.read()
    assert said(item) == TWO
    assert list(reader.read()) == [item]


@pytest.mark.parametrize("case", FILES)
def test_asking_for_the_format_that_it_is_changes_nothing(tmp_path: Path, case: str) -> None:
    name, data, expected = FILES[case]
    (item,) = read(write(tmp_path, data, name), called=expected)
    assert said(item) == TWO


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("packer", PACKERS)
def test_packed_files(tmp_path: Path, packer: str) -> None:
    noise = random.Random(1)
    data = lines(*(chat(noise.randbytes(250).hex(), n=n) for n in range(4_000)))
    whole = PACKERS[packer](data)  # more than one block of every packer
    path = write(tmp_path, whole, f"data.jsonl.{packer}")
    assert len(conversations(read(path))) == 4_000
    path.write_bytes(whole[: len(whole) * 2 // 3])
    items = read(path)
    assert 1_000 < len(conversations(items)) < 4_000
    ((reason, _),) = drops(items)
    assert reason == "file is damaged from here on"


def test_parts_of_a_message() -> None:
    from anonymuse.adapters.read.turns import turns_of

    turns = turns_of(
        [
            {"role": "developer", "content": "be kind"},
            {"role": "user", "content": [{"type": "text", "text": "look"}, {"type": "image_url"}]},
            {"role": "assistant", "content": None, "tool_calls": [{}]},
            {"role": "user", "content": [{"type": "tool_result", "content": "42"}, "and now?"]},
            {"author": {"role": "assistant"}, "content": {"parts": ["done", "now"]}},
            {"from": "bing", "value": ""},
        ]
    )
    assert [(turn.role, turn.text) for turn in turns] == [
        ("system", "be kind"),
        ("user", "look\n[image]"),
        ("assistant", "[tool call]"),
        ("tool", "42"),
        ("user", "and now?"),
        ("assistant", "done\nnow"),
    ]


@pytest.mark.parametrize(
    ("name", "role"),
    [("human", "user"), ("GPT ", "assistant"), ("chatgpt", "assistant"), ("bard", "assistant"),
     ("system", "system"), ("function", "tool")],
)  # fmt: skip
def test_roles_by_other_names(tmp_path: Path, name: str, role: str) -> None:
    data = lines({"messages": [{"role": "user", "content": "a"}, {"role": name, "content": "b"}]})
    (item,) = read(write(tmp_path, data))
    assert said(item)[1] == (role, "b")


def parquet(folder: Path, table: pa.Table) -> Path:
    path = folder / "data.parquet"
    pq.write_table(table, path, row_group_size=100)
    return path


def test_parquet_with_a_list_of_structs(tmp_path: Path) -> None:
    rows = [
        {
            "conversation_hash": f"c{n}",
            "conversation": [{"content": "hi", "role": "user", "redacted": False}],
            "hashed_ip": f"u{n % 7}",
            "timestamp": n * 1_000_000_000,
            "scores": {"a": 1.0},
            "model": "m",
        }
        for n in range(1_000)
    ]
    table = pa.Table.from_pylist(rows)
    times = table["timestamp"].cast(pa.timestamp("ns", tz="Europe/Paris"))
    times = pa.array([1_680_000_000_123_456_789] * 1_000).cast(times.type)
    reader = open_reader(
        parquet(tmp_path, table.set_column(3, "timestamp", times)),
        format=None,
        columns=ColumnMapping(),
    )
    items = conversations(reader.read())
    assert reader.format == "parquet"
    assert [item.id for item in items[:2]] == ["c0", "c1"]
    assert items[8].user == "u1"
    assert items[0].time is not None
    assert items[0].time.isoformat() == "2023-03-28T10:40:00.123456+00:00"
    assert items[0].metadata == {"model": "m"}
    assert reader.notes == {"nested column 'scores' left out": 1_000}
    assert len(items) == 1_000


def test_parquet_with_messages_as_json_text(tmp_path: Path) -> None:
    table = pa.table({"id": [1, 2], "messages": [json.dumps(MESSAGES), None]})
    items = read(parquet(tmp_path, table))
    assert said(items[0]) == TWO
    assert drops(items) == [("no messages", "row 2")]


def test_parquet_with_text_that_is_not_utf8(tmp_path: Path) -> None:
    raw = pa.array([b"fine", b"caf\xe9", b"also fine"])
    text = pa.StringArray.from_buffers(3, *raw.buffers()[1:])
    items = read(parquet(tmp_path, pa.table({"prompt": text})))
    assert [said(item) for item in conversations(items)] == [
        [("user", "fine")],
        [("user", "also fine")],
    ]
    assert drops(items) == [("broken UTF-8", "row 2")]


def test_parquet_that_is_damaged_in_the_middle(tmp_path: Path) -> None:
    noise = random.Random(1)
    table = pa.table({"prompt": [noise.randbytes(200).hex() for _ in range(2_000)]})
    path = parquet(tmp_path, table)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = b"\xff" * 20_000
    path.write_bytes(data)
    items = read(path)
    assert 0 < len(conversations(items)) < 2_000
    assert {reason for reason, _ in drops(items)} <= {
        "file is damaged from here on",
        "broken UTF-8",
    }
    assert drops(items)


@pytest.mark.parametrize("inside", [False, True])
def test_parquet_with_a_name_that_is_not_utf8(tmp_path: Path, inside: bool) -> None:
    name = "caf\u00e9"
    table = pa.table({"rows": [[{name: "hi"}]]} if inside else {name: ["hi"]})
    path = tmp_path / "data.parquet"
    pq.write_table(table, path, store_schema=False)
    path.write_bytes(path.read_bytes().replace(name.encode(), b"caf\xe9\xff"))
    with pytest.raises(InputError, match="not a whole Parquet file"):
        read(path)


def test_parquet_with_unusual_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "prompt": pa.array(["hi", "ho"]).dictionary_encode(),
            "tags": [["a"], ["b"]],
            "seen": pa.array([1_700_000_000_000, 2**60], pa.timestamp("ms")),
        }
    )
    items = read(parquet(tmp_path, table))
    (item,) = conversations(items)
    assert said(item) == [("user", "hi")]
    assert item.metadata == {"seen": "2023-11-14T22:13:20"}
    assert drops(items) == [("a value cannot be read", "row 2")]


def test_a_packed_list_that_is_damaged(tmp_path: Path) -> None:
    noise = random.Random(1)
    records = [share(noise.randbytes(250).hex()) for _ in range(2_000)]
    path = write(tmp_path, gzip.compress(document(*records))[:-300_000], "data.json.gz")
    items = read(path)
    assert 500 < len(conversations(items)) < 2_000
    assert [reason for reason, _ in drops(items)] == ["file is damaged from here on"]


def test_csv_with_large_quoted_fields_and_line_breaks(tmp_path: Path) -> None:
    text = 'one "two"\nthree, ' + "x" * 300_000
    quoted = '"' + text.replace('"', '""') + '"'
    path = write(tmp_path, f"id,text,lang\r\n7,{quoted},en\r\n8,b,\r\n".encode(), "data.csv")
    first, second = conversations(read(path))
    assert (first.id, said(first), first.metadata) == ("7", [("user", text)], {"lang": "en"})
    assert second.metadata == {"lang": None}


def test_nothing_is_read_before_reading_starts(tmp_path: Path) -> None:
    path = write(tmp_path, lines(chat("hi")))
    reader = open_reader(path, format=None, columns=ColumnMapping())
    items = reader.read()
    path.write_bytes(lines(chat("changed")))
    assert said(next(items)) == [("user", "changed")]
