"""Request files and result lines: split where they must be, whole or not there, read with care."""

import errno
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.chat.batch_endpoint import word
from anonymuse.adapters.chat.batch_files import new_file, tokens_in, write_requests
from anonymuse.adapters.chat.batch_lines import read_result, request_line, result_of
from anonymuse.adapters.chat.batch_transport import BatchLimits
from anonymuse.adapters.chat.wire import read_reply
from anonymuse.errors import OutputError
from anonymuse.ports.chat import ChatFailure, ChatReply


def written(folder: Path, lines: list[bytes], limits: BatchLimits) -> list[list[bytes]]:
    paths = (folder / f"{number}.jsonl" for number in itertools.count())
    made = list(write_requests(iter(lines), limits, paths))
    found = [path.read_bytes().splitlines() for path, _ in made]
    assert [part.questions for _, part in made] == [len(file) for file in found]
    assert [part.first for _, part in made] == [
        sum(len(file) for file in found[:number]) for number in range(len(found))
    ]
    return found


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 400), max_size=40),
    questions=st.integers(1, 12),
    most=st.integers(1, 900),
    tokens=st.none() | st.integers(1, 300),
)
def test_every_line_is_in_one_file_and_no_file_is_too_large(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int],
    questions: int,
    most: int,
    tokens: int | None,
) -> None:
    lines = [b"x" * size for size in sizes]
    limits = BatchLimits(questions, most, tokens)
    files = written(tmp_path_factory.mktemp("files"), lines, limits)
    assert [line for file in files for line in file] == lines
    for file in files:
        assert 1 <= len(file) <= questions
        if len(file) > 1:
            assert sum(len(line) + 1 for line in file) <= most
            assert tokens is None or sum(map(tokens_in, file)) <= tokens
    for one, other in itertools.pairwise(files):  # no file ends before it has to
        whole = [*one, other[0]]
        assert (
            len(whole) > questions
            or sum(len(line) + 1 for line in whole) > most
            or (tokens is not None and sum(map(tokens_in, whole)) > tokens)
        )


def test_a_file_that_breaks_off_is_not_there(tmp_path: Path) -> None:
    def break_off(path: Path) -> None:
        with new_file(path) as stream:
            stream.write(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="the disk is full"):
        break_off(tmp_path / "requests.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_a_line_is_openais() -> None:
    line = json.loads(request_line("k", {"model": "m", "messages": []}))
    assert line == {
        "custom_id": "k",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "m", "messages": []},
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "custom_id",
                    "response",
                    "error",
                    "body",
                    "status_code",
                    "choices",
                    "message",
                    "usage",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_a_result_or_none_and_never_an_error(value: Any) -> None:
    found = result_of(json.dumps(value))
    if found is not None:
        outcome = read_result(found.said, lambda body: read_reply(body, schema=True))
        assert isinstance(outcome, ChatFailure | ChatReply)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_or_none(line: bytes) -> None:
    result_of(line)


def test_half_a_surrogate_pair_makes_a_line_that_can_be_read() -> None:
    line = request_line("k", {"messages": ["\ud83d and Ж"]})
    assert json.loads(line.decode("utf-8"))["body"] == {"messages": ["\ud83d and Ж"]}
    assert "Ж".encode() in request_line("k", {"messages": ["Ж"]})


def test_deep_nesting_is_no_result() -> None:
    assert result_of("[" * 100_000) is None


def test_a_result_shows_no_text() -> None:
    found = result_of('{"custom_id": "k", "response": {"body": "secret"}}')
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("code", "shown"),
    [("token_limit_exceeded", "token_limit_exceeded"), ("My secret prompt", ""), (None, "")],
)
def test_only_a_word_of_the_provider_is_shown(code: object, shown: str) -> None:
    assert word(code) == shown
