"""Logs: columns that were named, conversations in parts, files that belong together."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.read import log_reader
from anonymuse.adapters.read.grouping import TOO_FAR_APART
from anonymuse.adapters.read.places import DataFile
from anonymuse.adapters.read.sniff import open_inputs, open_readers
from anonymuse.errors import ColumnError, InputError
from tests.formats.spans import genai, otlp, pack, said, span
from tests.unit.adapters.read.files import conversations, drops, lines, read, write
from tests.unit.adapters.read.files import said as told


def trace(number: int, session: str | None, text: str, **more: Any) -> dict[str, Any]:
    time = f"2026-02-01T10:{number:02d}:00Z"
    said = {"input": text, "output": f"re {text}"}
    return (
        {"id": f"t{number}", "sessionId": session, "userId": "ann", "timestamp": time} | said | more
    )


def request(texts: list[str], **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]
    reply = {"choices": [{"message": {"role": "assistant", "content": "yes"}}]}
    return {"request": {"model": "m", "messages": messages}, "response": reply, **more}


def test_parts_are_put_in_the_order_of_their_times(tmp_path: Path) -> None:
    path = write(
        tmp_path, lines(trace(5, "s", "late"), trace(1, "s", "early"), trace(3, None, "x"))
    )
    found = {item.id: item for item in conversations(read(path))}
    assert [text for _, text in told(found["s"])] == ["early", "re early", "late", "re late"]
    assert found["s"].time == datetime(2026, 2, 1, 10, 1, tzinfo=UTC)
    assert set(found) == {"s", "t3"}


def test_parts_without_times_stay_in_the_order_of_the_log(tmp_path: Path) -> None:
    path = write(tmp_path, lines(trace(5, "s", "one", timestamp=None), trace(1, "s", "two")))
    (item,) = conversations(read(path))
    assert [text for _, text in told(item)][::2] == ["one", "two"]


def test_parts_that_would_take_too_much_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reader, "MOST_CHARACTERS", 100)
    rows = [trace(n, f"s{n % 3}", "x" * 30 + str(n)) for n in range(9)]
    items = read(write(tmp_path, lines(*rows)))
    found = conversations(items)
    assert sorted(item.id for item in found) == ["s0", "s1", "s2"]
    assert {reason for reason, _ in drops(items)} == {TOO_FAR_APART}
    kept = sum(len(item.turns) // 2 for item in found)
    assert kept + len(drops(items)) == 9


def test_columns_that_were_named(tmp_path: Path) -> None:
    attributes = genai(json.dumps([said("user", "Hi")]), "[]", app__chat="c1", app__who="ann",
                       tenant__id="acme", at="2026-01-01T00:00:00Z")  # fmt: skip
    path = write(tmp_path, lines(pack(span("t", 0, otlp(attributes)))))
    (item,) = conversations(
        read(path, id="app.chat", user="app.who", organisation="tenant.id", time="at")
    )
    assert (item.id, item.user, item.organisation) == ("c1", "ann", "acme")
    assert item.time == datetime(2026, 1, 1, tzinfo=UTC)
    assert not {"app.chat", "app.who", "tenant.id", "at"} & set(item.metadata)


def test_the_columns_that_are_found_may_be_named_too(tmp_path: Path) -> None:
    attributes = genai(json.dumps([said("user", "Hi")]), "[]", session__id="s", enduser__id="ann")
    path = write(tmp_path, lines(pack(span("t", 0, otlp(attributes)))))
    (item,) = conversations(read(path, id="session.id", user="enduser.id"))
    assert (item.id, item.user) == ("s", "ann")


def test_a_named_column_that_is_nowhere(tmp_path: Path) -> None:
    path = write(tmp_path, lines(request(["hi"], user_id="u")))
    with pytest.raises(ColumnError, match=r"Did you mean 'user_id'"):
        read(path, user="user_ids")


def test_a_named_id_joins_what_says_the_same(tmp_path: Path) -> None:
    rows = [request(["a"], chat="1"), request(["b"], chat="1"), request(["b"], chat="2")]
    found = conversations(read(write(tmp_path, lines(*rows)), id="chat"))
    assert {item.id: len(item.turns) for item in found} == {"1": 4, "2": 2}


def test_no_key_or_cookie_becomes_metadata(tmp_path: Path) -> None:
    secret = "sEcReT"
    row = request(["hi"], headers={"x": secret}, http={"cookie": secret}, api_key=secret,
                  client={"password": secret, "ip": "::1"}, region="eu")  # fmt: skip
    (item,) = conversations(read(write(tmp_path, lines(row))))
    assert secret not in str(dict(item.metadata))
    assert item.metadata["region"] == "eu"


def test_logs_of_one_format_are_read_together_and_others_apart(tmp_path: Path) -> None:
    write(tmp_path, lines(request(["a"], user_id="u")), "1.jsonl")
    write(tmp_path, lines({"text": "plain"}), "2.jsonl")
    write(tmp_path, lines(request(["a", "yes", "b"], user_id="u"), "oops"), "3.jsonl")
    readers = open_readers(tmp_path)
    assert [reader.name for reader in readers] == ["1.jsonl and 1 more", "2.jsonl"]
    items = list(readers[0].read())
    assert [len(item.turns) for item in conversations(items)] == [4]
    assert drops(items) == [("not a record", "3.jsonl, line 2")]


def test_an_input_names_all_its_files(tmp_path: Path) -> None:
    paths = [write(tmp_path, lines(request(["a"])), f"{n}.jsonl") for n in range(3)]
    (one,) = open_inputs([DataFile(path, path.name) for path in paths])
    assert one.files == tuple(paths)
    assert repr(one.reader) == "LogReader('0.jsonl and 2 more', request-log)"


def test_a_row_that_is_no_log_says_what_is_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, lines({"input": "x", "score": 1}))
    reader = open_readers(path)[0]
    assert reader.format == "rows"
    with pytest.raises(InputError, match=r"Nearest is 'langfuse', but there is no 'output' and"):
        read(write(tmp_path, lines({"input": [1], "score": 1})))


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user", "content": "q"}], "end_user": "ann",
         "response": {"choices": [{"message": {"role": "assistant", "content": "a"}}]},
         "startTime": "2026-01-01T00:00:00Z"},
        {"request_body": json.dumps({"model": "m", "messages": [{"role": "user", "content": "q"}]}),
         "response_body": json.dumps({"choices": [{"text": "a"}]}), "request_user_id": "ann",
         "request_created_at": "2026-01-01T00:00:00Z"},
        {"custom_id": "1", "url": "/v1/chat/completions", "timestamp": "2026-01-01",
         "body": {"prompt": "q", "user": "ann"}, "response": {"body": {"output_text": "a"}}},
        {"request": "q", "response": "a", "user": "ann", "date": "2026-01-01"},
    ],
)  # fmt: skip
def test_rows_of_gateways(tmp_path: Path, row: dict[str, Any]) -> None:
    (item,) = conversations(read(write(tmp_path, lines(row))))
    assert told(item) == [("user", "q"), ("assistant", "a")]
    assert (item.user, item.time) == ("ann", datetime(2026, 1, 1, tzinfo=UTC))
