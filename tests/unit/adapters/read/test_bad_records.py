"""Rows in, conversations and drops out, for every kind of bad record."""

import json
from pathlib import Path

import pytest

from anonymuse.adapters.read import json_values, rows, stream
from tests.unit.adapters.read.files import chat, conversations, drops, lines, read, share, write

GOOD = lines(chat("first"), chat("second"))
DEEP = b'{"messages": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n"
LATIN = '{"messages": [{"role": "user", "content": "caf\xe9"}]}\n'.encode("latin-1")


def role(name: object) -> dict[str, object]:
    return {"messages": [{"role": name, "content": "x"}]}


CASES = {
    "broken UTF-8": (LATIN, "broken UTF-8"),
    "broken JSON": (b'{"messages": [}]\n', "broken JSON"),
    "nesting bomb": (DEEP, "nested too deeply"),
    "empty list": (lines({"messages": []}), "no messages"),
    "null": (lines({"messages": None}), "no messages"),
    "no such key": (lines({"something": 1}), "no messages"),
    "blank text": (lines(chat("  \n")), "no messages"),
    "no user": (
        lines({"messages": [{"role": "assistant", "content": "hello"}]}),
        "no user turn",
    ),
    "unknown role": (lines(role("narrator")), "unknown role"),
    "missing role": (lines({"messages": [{"content": "x"}]}), "unknown role"),
    "role is a number": (lines(role(7)), "unknown role"),
    "role is long": (lines(role("r" * 5_000)), "unknown role"),
    "not messages": (lines({"messages": {"a": 1}}), "the messages are not a list of messages"),
    "text for messages": (lines({"messages": ["hi"]}), "the messages are not a list of messages"),
    "JSON in text, broken": (lines({"messages": "[{]"}), "broken JSON"),
    "a number": (b"17\n", "not a record"),
    "a string": (b'"text"\n', "not a record"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_bad_line_among_good_ones(tmp_path: Path, case: str) -> None:
    line, reason = CASES[case]
    items = read(write(tmp_path, GOOD + line + GOOD))
    assert len(conversations(items)) == 4
    assert drops(items) == [(reason, "line 3")]


def test_a_drop_never_shows_what_was_there(tmp_path: Path) -> None:
    items = read(write(tmp_path, GOOD + lines(role("Zanzibaria")) + b'{"Zanzibaria\n'))
    assert len(drops(items)) == 2
    assert "Zanzibaria" not in repr(drops(items))


def test_a_line_over_the_bound_is_skipped_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_RECORD", 1_000)
    path = write(tmp_path, GOOD + lines(chat("x" * 5_000)) + GOOD)
    items = read(path)
    assert len(conversations(items)) == 4
    assert drops(items) == [("record over 64 MB", "line 3")]


def test_a_line_at_the_bound_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = lines(chat("x" * 500))
    monkeypatch.setattr(stream, "MAX_RECORD", len(line) - 1)
    assert len(conversations(read(write(tmp_path, line)))) == 1


def test_a_record_over_the_bound_in_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "MAX_RECORD", 1_000)
    monkeypatch.setattr(json_values, "_CHUNK", 100)
    data = json.dumps([share("a"), share('"x\\' * 2_000), share("b")]).encode()
    items = read(write(tmp_path, data, "data.json"))
    assert [len(item.turns) for item in conversations(items)] == [1, 1]
    assert drops(items) == [("record over 64 MB", "record 2")]


@pytest.mark.slow
def test_a_conversation_of_50_megabytes_is_read_and_one_of_70_is_not(tmp_path: Path) -> None:
    data = lines(chat("x" * 50_000_000), chat("y" * 70_000_000), chat("z"))
    items = read(write(tmp_path, data))
    assert [len(item.turns[0].text) for item in conversations(items)] == [50_000_000, 1]
    assert drops(items) == [("record over 64 MB", "line 2")]


def test_a_last_line_that_was_cut_is_told_from_a_broken_one(tmp_path: Path) -> None:
    cut = GOOD + lines(chat("third"))[:-20]
    assert drops(read(write(tmp_path, cut))) == [("file ends in the middle of a record", "line 3")]
    mistyped = GOOD + b"{'messages': []}"
    assert drops(read(write(tmp_path, mistyped))) == [("broken JSON", "line 3")]


def test_a_list_that_was_cut_is_read_up_to_the_break(tmp_path: Path) -> None:
    data = json.dumps([share(f"question {n}") for n in range(20)]).encode()[:-30]
    items = read(write(tmp_path, data, "data.json"))
    assert len(conversations(items)) == 19
    assert drops(items) == [("file ends in the middle of a record", "record 20")]


def test_bad_records_of_a_list_leave_the_others_alone(tmp_path: Path) -> None:
    good = json.dumps(share("hi")).encode()
    data = b"[" + b",\n".join([good, b'{"conversations": [tru]}', good, b"17", good]) + b"]"
    items = read(write(tmp_path, data, "data.json"))
    assert len(conversations(items)) == 3
    assert drops(items) == [("broken JSON", "record 2"), ("not a record", "record 4")]


def test_surrogates_and_nul_become_the_replacement_character(tmp_path: Path) -> None:
    line = b'{"id": "a\\u0000", "user": "\\udc00u", "m\\ud800": "\\ud83d", "messages": '
    line += b'[{"role": "user", "content": "a\\ud800b\\u0000c \\ud83d\\ude00"}]}\n'
    (item,) = conversations(read(write(tmp_path, line)))
    assert item.turns[0].text == "a\ufffdb\ufffdc \U0001f600"
    assert (item.id, item.user) == ("a\ufffd", "\ufffdu")
    assert item.metadata == {"m\ufffd": "\ufffd"}
    repr(item.metadata).encode()


def test_a_broken_csv_row_is_dropped(tmp_path: Path) -> None:
    data = b"text,lang\nhello,en\na,b,c\ncaf\xe9,fr\n\nbye,en\n"
    items = read(write(tmp_path, data, "data.csv"))
    assert len(conversations(items)) == 2
    assert drops(items) == [
        ("row with more fields than the header", "line 3"),
        ("broken UTF-8", "line 4"),
    ]


def test_a_csv_line_over_the_bound_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_RECORD", 100)
    monkeypatch.setattr(rows, "MAX_RECORD", 100)
    data = b"text,lang\nhello,en\n" + b"x" * 300 + b",en\nbye,en\n"
    items = read(write(tmp_path, data, "data.csv"))
    assert len(conversations(items)) == 2
    assert drops(items) == [("record over 64 MB", "line 3")]
