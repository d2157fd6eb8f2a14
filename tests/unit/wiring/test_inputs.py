"""What a command is given as data becomes readers: files, queries, and copies that go away."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline.settings import InputConfig
from anonymuse.wiring.inputs import opened, source_of
from tests.unit.adapters.read.files import chat, conversations, lines, write


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, lines(chat("a", id="1"), chat("b", id="2")), "one.jsonl")
    write(tmp_path, b"key,said,who\n7,hello,ann\n", "two.csv")
    return tmp_path


SQL = "select key as id, said as text, who as user_id from 'two.csv'"


def ids(*data: str, **settings: Any) -> list[list[str]]:
    with opened(data, InputConfig(**settings)) as inputs:
        return [[item.id for item in conversations(one.reader.read())] for one in inputs]


def test_a_query_alone_or_beside_files(logs: Path) -> None:
    assert ids(sql=SQL) == [["7"]]
    assert ids("one.jsonl", sql=SQL) == [["1", "2"], ["7"]]
    assert ids("*.jsonl") == [["1", "2"]]


def test_the_rows_of_a_query_are_read_like_any_file(logs: Path) -> None:
    text = "select [{'role': 'user', 'content': said}] as m, key as k from 'two.csv'"
    assert ids(sql=text, messages_column="m", id_column="k") == [["7"]]
    with pytest.raises(InputError, match="'sql' is of no format"):
        ids(sql="select 1 as x")
    with pytest.raises(InputError, match="Did you mean 'id'"):
        ids(sql="select 'x' as text, 1 as id", id_column="ids")


def test_nothing_given(logs: Path) -> None:
    with pytest.raises(InputError, match="Name the data"):
        ids()


def test_a_zone_that_is_none(logs: Path) -> None:
    with pytest.raises(ConfigError, match="no time zone"):
        ids("one.jsonl", timezone="Mars/Base")


def test_copies_lie_in_the_folder_of_the_run_and_go_away(logs: Path) -> None:
    copies = logs / "out" / "private"
    with opened([], InputConfig(sql=SQL), copies=copies) as inputs:
        assert inputs[0].files[0].is_relative_to(copies)
        assert copies.stat().st_mode & 0o077 == 0
    assert not list(copies.iterdir())
    with pytest.raises(InputError), opened([], InputConfig(sql="selec"), copies=copies):
        pass
    assert not list(copies.iterdir())


def test_the_digest_is_of_the_bytes_however_they_come(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digest(*data: str, **settings: Any) -> str:
        with opened(data, InputConfig(**settings)) as inputs:
            return "|".join(source_of(one).digest for one in inputs)

    def piped(data: bytes) -> str:
        stdin = io.BytesIO(data)
        monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": stdin}))
        return digest("-")

    data = (logs / "one.jsonl").read_bytes()
    assert digest("one.jsonl") == digest("*.jsonl") == piped(data) == piped(data)
    assert piped(data + b"\n") != piped(data)
    first = digest(sql=SQL)
    assert digest(sql=SQL) == first
    (logs / "two.csv").write_bytes(b"key,said,who\n7,hello,ben\n")
    assert digest(sql=SQL) != first


def test_a_log_of_several_files_is_one_source_with_all_their_bytes(logs: Path) -> None:
    for number in range(2):
        row = {"request": {"model": "m", "messages": [{"role": "user", "content": f"q{number}"}]},
               "response": {"choices": []}}  # fmt: skip
        (logs / f"day-{number}.jsonl").write_text(json.dumps(row) + "\n")
    with opened(["day-*.jsonl"], InputConfig()) as inputs:
        (source,) = [source_of(one) for one in inputs]
    assert source.name == "day-0.jsonl and 1 more"
    assert len(source.digest.split("+")) == 2
