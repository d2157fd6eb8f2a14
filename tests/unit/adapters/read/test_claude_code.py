"""Sessions of Claude Code: events in, one conversation a session out."""

from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.read import claude_code
from anonymuse.adapters.read.sniff import open_reader, open_readers
from anonymuse.ports.reader import ColumnMapping
from tests.formats.claude import event, projects, session
from tests.formats.sample import NEVER, json_lines
from tests.unit.adapters.read.files import conversations, drops, read, said, write


def test_a_session(tmp_path: Path) -> None:
    (item,) = conversations(read(write(tmp_path, session())))
    assert said(item) == [
        ("user", "The total is wrong. Why?"),
        ("assistant", "I will look.\n[tool call]"),
        ("tool", "total = 0"),
        ("assistant", "It is never added to."),
        ("user", "Now add a test. "),
        ("user", "Thanks."),
    ]
    assert (item.id, item.user) == ("session-1", "ann")
    assert item.metadata == {"version": "2.0.14", "model": "claude-sonnet-4"}
    assert item.time is not None
    assert item.time.isoformat() == "2025-09-01T10:00:00+00:00"


def talk(session_id: Any, *texts: str) -> list[dict[str, Any]]:
    return [event("user", n, text, sessionId=session_id) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("folder", "user"),
    [
        ("/Users" + "/ann/code", "ann"),
        ("/home" + "/ann", "ann"),
        (r"C:\Users\ann\code", "ann"),
        ("/root" + "/code", "root"),
        ("/rooted/code", None),
        ("/workspaces/code", None),
        (["/home/ann"], None),
        (None, None),
    ],
)
def test_the_owner_of_the_home_folder_is_the_user(
    tmp_path: Path, folder: object, user: str | None
) -> None:
    path = write(tmp_path, json_lines(event("user", 0, "hello", cwd=folder)))
    (item,) = conversations(read(path))
    assert item.user == user


def test_sessions_that_interleave(tmp_path: Path) -> None:
    one, two = talk("a", "one", "two"), talk(7, "three", "four")
    path = write(tmp_path, json_lines(one[0], two[0], one[1], two[1]))
    items = conversations(read(path))
    assert [(item.id, [turn.text for turn in item.turns]) for item in items] == [
        ("a", ["one", "two"]),
        ("7", ["three", "four"]),
    ]


def test_sessions_that_are_too_far_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude_code, "MOST_OPEN", 1)
    one, two = talk("a", "one", "two"), talk("b", "three")
    items = read(write(tmp_path, json_lines(one[0], *two, one[1])))
    assert [item.id for item in conversations(items)] == ["a", "b"]
    assert drops(items) == [("row too far from the others of its conversation", "line 3")]


def test_a_session_over_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude_code, "MAX_RECORD", 30)
    path = write(tmp_path, json_lines(*talk("a", "x" * 20, "x" * 20, "x"), *talk("b", "y")))
    items = read(path)
    assert [item.id for item in conversations(items)] == ["b"]
    assert drops(items) == [("record over 64 MB", "line 1")]


WRAPPED = [
    "<command-message>init</command-message>",
    "<bash-stdout>x</bash-stdout><bash-stderr></bash-stderr>",
    "<local-command-caveat>x",
    "[Request interrupted by user for tool use]",
    "<ide_opened_file>The user opened x</ide_opened_file>",
    "<system-reminder>never closed",
]


@pytest.mark.parametrize("text", WRAPPED)
def test_what_the_program_wrote_is_left_out(tmp_path: Path, text: str) -> None:
    reader = open_reader(
        write(tmp_path, json_lines(*talk("a", "hello", text))), format=None, columns=ColumnMapping()
    )
    (item,) = conversations(reader.read())
    assert said(item) == [("user", "hello")]
    assert reader.notes == {"messages that the program wrote, not read": 1}


def test_words_like_those_of_the_program_stay(tmp_path: Path) -> None:
    texts = [
        "What does <command-name> mean?",
        "a < b",
        "I wrote [Request interrupted by user] here",
    ]
    (item,) = conversations(read(write(tmp_path, json_lines(*talk("a", *texts)))))
    assert [turn.text for turn in item.turns] == texts


def test_several_answers_of_tools_do_not_replace_each_other(tmp_path: Path) -> None:
    def answer(text: str) -> list[dict[str, str]]:
        return [{"type": "tool_result", "content": text}]

    path = write(
        tmp_path,
        json_lines(
            event("user", 0, "Read both."),
            event("user", 1, answer("one"), parentUuid="e0"),
            event("user", 2, answer("two"), parentUuid="e0"),
        ),
    )
    (item,) = conversations(read(path))
    assert said(item) == [("user", "Read both."), ("tool", "one"), ("tool", "two")]


def test_private_paths_are_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    items = [item for reader in open_readers(projects(folder)) for item in reader.read()]
    found = conversations(items)
    assert len(found) == 2
    assert NEVER not in str([(item.id, item.metadata, said(item)) for item in found])


def test_a_file_of_summaries_is_known_and_empty(tmp_path: Path) -> None:
    line = json_lines({"type": "summary", "summary": "x", "leafUuid": "y"})
    reader = open_reader(write(tmp_path, line), format=None, columns=ColumnMapping())
    assert reader.format == "claude-code"
    assert list(reader.read()) == []
    assert reader.notes == {"events that are no messages": 1}
