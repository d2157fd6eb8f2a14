"""ChatGPT and Claude.ai exports: what is said in them, and what is kept besides."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from anonymuse.adapters.read.sniff import open_reader, open_readers
from anonymuse.domain.private.conversation import Conversation
from anonymuse.errors import ColumnError, InputError
from anonymuse.ports.reader import ColumnMapping
from tests.formats import chatgpt, claude
from tests.formats.sample import NEVER
from tests.unit.adapters.read.files import conversations, drops, read, said, write


def one(folder: Path, *records: Any) -> Conversation:
    path = write(folder, json.dumps(list(records)).encode(), "conversations.json")
    (item,) = conversations(read(path))
    return item


def test_the_way_from_the_root_to_the_current_message(tmp_path: Path) -> None:
    item = one(tmp_path, chatgpt.branched())
    assert said(item) == [
        ("user", "Draw me a fence, please."),
        ("assistant", "Here is one of oak."),
    ]
    assert (item.id, item.user) == ("c-branched", None)
    assert item.metadata == {"default_model_slug": "gpt-4o", "gizmo_id": "g-carpenter"}
    assert item.time is not None
    assert item.time.isoformat() == "2024-04-24T23:06:40.250000+00:00"


def test_every_kind_of_content(tmp_path: Path) -> None:
    assert said(one(tmp_path, chatgpt.with_everything())) == [
        ("user", "[image]\nWhat is this leaf?\n[attachment]"),
        ("assistant", "[tool call]"),
        ("tool", "17 teeth"),
        ("tool", "Elm leaves are uneven."),
        ("tool", "too slow"),
        ("assistant", "It is an elm."),
        ("user", "and how much?"),
        ("assistant", "A spoonful."),
    ]


def test_trees_that_are_broken_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(chatgpt.odd()).encode(), "conversations.json")
    lost, circle, orphan = conversations(read(path))
    assert lost.id == "conversations:1"
    assert said(lost) == [
        ("user", "Does moss mind the snow?"),
        ("assistant", "It sleeps below it."),
    ]
    assert said(circle) == [("user", "Round and round?"), ("assistant", "Yes.")]
    assert (orphan.id, said(orphan)) == ("17", [("user", "Is it late?")])


def test_the_newest_leaf_is_the_latest_and_not_the_last(tmp_path: Path) -> None:
    tree = chatgpt.tree(chatgpt.message("user", "first"), current_node="n-gone")
    for name, at in (("newer", 1_720_000_000), ("older", 1_710_000_000), ("timeless", None)):
        tree["mapping"][name] = {"parent": "n1", "message": chatgpt.message("user", name, at=at)}
    assert said(one(tmp_path, tree)) == [("user", "first"), ("user", "newer")]


def test_marks_of_citations_are_taken_out(tmp_path: Path) -> None:
    text = (
        "Plant them early.\ue200cite\ue202turn0search1\ue201 Then wait\u301012\u2020source\u3011."
    )
    tree = chatgpt.tree(chatgpt.message("user", "When?"), chatgpt.message("assistant", text))
    assert said(one(tmp_path, tree))[1] == ("assistant", "Plant them early. Then wait.")


def test_a_long_talk_needs_no_deep_stack(tmp_path: Path) -> None:
    tree = chatgpt.tree(*(chatgpt.message("user", f"message {n}") for n in range(5_000)))
    assert len(one(tmp_path, tree).turns) == 5_000


def test_parts_that_are_nested_a_thousand_deep(tmp_path: Path) -> None:
    part: Any = "deep"
    for _ in range(400):
        part = {"text": part}
    content = {"content_type": "multimodal_text", "parts": [part, "and flat"]}
    item = one(tmp_path, chatgpt.tree(chatgpt.message("user", content)))
    assert said(item) == [("user", "and flat")]
    levels = b"[" * 10**5 + b"]" * 10**5
    data = json.dumps([chatgpt.plain(), "deep"]).encode().replace(b'"deep"', levels)
    items = read(write(tmp_path, data, "conversations.json"))
    assert len(conversations(items)) == 1
    assert drops(items) == [("nested too deeply", "record 2")]


def test_the_account_of_an_archive_is_the_user(tmp_path: Path) -> None:
    items = conversations(read(write(tmp_path, chatgpt.export(), "export.zip")))
    assert [item.user for item in items] == ["user-7Qx"] * 3
    (reader,) = open_readers(chatgpt.unpacked(tmp_path / "export"))
    assert {item.user for item in conversations(reader.read())} == {"user-7Qx"}


@pytest.mark.parametrize("other", [b"", b"[", b'{"id": 7}', b'{"id": "ann"}', b"[" * 10**5])
def test_a_file_beside_that_is_no_account(tmp_path: Path, other: bytes) -> None:
    write(tmp_path, other, "user.json")
    assert one(tmp_path, chatgpt.plain()).user is None


PACKED = {
    "conversations.json.gz": gzip.compress,
    "conversations.json.zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
    "with a mark": lambda data: b"\xef\xbb\xbf" + data,
    "Windows": lambda data: json.dumps(json.loads(data), indent=1).replace("\n", "\r\n").encode(),
    "one a line": lambda data: b"\n".join(json.dumps(c).encode() for c in json.loads(data)),
    "one": lambda data: json.dumps(json.loads(data)[1], indent=2).encode(),
}


@pytest.mark.parametrize("case", PACKED)
@pytest.mark.parametrize("format_", ["chatgpt", "claude"])
def test_exports_in_other_wrappings(tmp_path: Path, case: str, format_: str) -> None:
    records = chatgpt.GOOD if format_ == "chatgpt" else [claude.older(), claude.newer()]
    data = PACKED[case](json.dumps(records).encode())
    path = write(tmp_path, data, case)
    reader = open_reader(path, format=None, columns=ColumnMapping())
    assert reader.format == format_
    assert len(conversations(reader.read())) == (1 if case == "one" else len(records))
    assert len(conversations(read(path, called=format_))) == (1 if case == "one" else len(records))


def test_claude_before_blocks(tmp_path: Path) -> None:
    item = one(tmp_path, claude.older())
    assert said(item) == [("user", "How do I oil a gate?"), ("assistant", "With linseed oil.")]
    assert (item.id, item.user, item.metadata) == ("t-older", "account-4", {})
    assert item.time is not None
    assert item.time.isoformat() == "2025-03-01T08:00:00.123456+00:00"


def test_claude_with_blocks(tmp_path: Path) -> None:
    item = one(tmp_path, claude.newer())
    assert said(item) == [
        ("user", "When is high tide?\n[attachment]\n[attachment]"),
        ("tool", "Tides: 06:10"),
        ("assistant", "Let me look.\n[tool call]\nHigh tide is at ten past six."),
        ("user", "[attachment]"),
    ]
    assert item.metadata == {"model": "claude-sonnet"}


def test_an_answer_that_was_asked_for_again(tmp_path: Path) -> None:
    talk = claude.talk(
        "t",
        claude.message("human", "Why?", 0),
        claude.message("assistant", NEVER, 1, after=0),
        claude.message("assistant", "Because.", 2, after=0),
    )
    assert said(one(tmp_path, talk)) == [("user", "Why?"), ("assistant", "Because.")]


def test_a_first_time_stands_in_for_the_talk_s(tmp_path: Path) -> None:
    talk = claude.talk("t", claude.message("human", "Why?", 3), created_at=None)
    time = one(tmp_path, talk).time
    assert time is not None
    assert time.isoformat() == "2025-03-04T08:00:00.123456+00:00"


def test_named_columns(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps([claude.older()]).encode(), "conversations.json")
    with pytest.raises(ColumnError, match="no column 'owner'"):
        read(path, user="owner")
    assert (
        open_reader(path, format=None, columns=ColumnMapping(messages="chat_messages")).format
        == "messages"
    )


@pytest.mark.parametrize("format_", ["chatgpt", "claude", "claude-code"])
def test_a_format_that_is_asked_for_and_is_not_there(tmp_path: Path, format_: str) -> None:
    path = write(tmp_path, b'{"n": 1}\n', "data.jsonl")
    reader = open_reader(path, format=format_, columns=ColumnMapping())
    assert "asked for by its name" in reader.why
    assert conversations(reader.read()) == []


@pytest.mark.parametrize("data", [b"[]", b"{}", b'[{"title": "x"}]', b'[{"mapping": {}}]'])
def test_what_is_no_export_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="is of no format that is known"):
        read(write(tmp_path, data, "conversations.json"))
