"""The folder transport: files out, files in, whatever state the files are in."""

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.chat.batch_transport import BatchLimits
from anonymuse.errors import BreakerError, OutputError, WaitingError
from anonymuse.ports.chat import ChatFailure
from tests.fake_wires import question, reply
from tests.unit.adapters.chat.batching import ask, folder_asker
from tests.unit.adapters.chat.kill_points import Killer
from tests.unit.adapters.chat.requests import many, request

Fault = Callable[[dict[str, Any]], str | None]


def requests_in(exchange: Path) -> list[dict[str, Any]]:
    """Return the requests in all files, in order."""
    return [
        json.loads(line)
        for path in sorted(exchange.glob("requests-*.jsonl"))
        for line in path.read_text().splitlines()
    ]


def answer(row: dict[str, Any], fault: str | None = None) -> dict[str, Any]:
    status, _, text = reply("openai", fault, row["body"])
    response = {"status_code": status, "request_id": "", "body": json.loads(text)}
    return {"id": "x", "custom_id": row["custom_id"], "response": response, "error": None}


def put(path: Path, rows: list[dict[str, Any]], end: str = "\n") -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows) + end)


def waits(folder: Path, exchange: Path, count: int = 12, **changes: Any) -> str:
    with pytest.raises(WaitingError) as caught:
        asyncio.run(ask(folder_asker(folder, exchange, **changes), many(count)))
    return str(caught.value)


def gets(folder: Path, exchange: Path, count: int = 12, **changes: Any) -> dict[int, Any]:
    return asyncio.run(ask(folder_asker(folder, exchange, **changes), many(count)))


def test_requests_go_out_and_the_sentence_says_where_to(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    said = waits(tmp_path, exchange)
    assert f"{exchange}/requests-0001.jsonl, 8 questions" in said
    assert "results-0001.jsonl" in said
    rows = requests_in(exchange)
    assert len({row["custom_id"] for row in rows}) == 12
    assert {row["url"] for row in rows} == {"/v1/chat/completions"}
    assert {row["method"] for row in rows} == {"POST"}
    assert rows[0]["body"]["model"] == "fake"
    assert rows[0]["body"]["messages"][-1]["content"] == "question 0"
    names = sorted(path.name for path in exchange.iterdir())
    assert names == ["requests-0001.jsonl", "requests-0002.jsonl"]


def test_only_the_owner_may_read_what_goes_out(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    assert exchange.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in exchange.iterdir())


def test_what_is_out_is_not_written_again(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    before = {path.name: path.read_bytes() for path in exchange.iterdir()}
    waits(tmp_path, exchange)
    assert {path.name: path.read_bytes() for path in exchange.iterdir()} == before


def test_results_in_any_order_and_file_come_in(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    rows = [answer(row) for row in requests_in(exchange)]
    put(exchange / "results-0001.jsonl", rows[7:2:-1])
    assert "Waiting for 7 answers" in waits(tmp_path, exchange)
    put(exchange / "results-from-the-other-machine.jsonl", rows[8:] + rows[:3])
    found = gets(tmp_path, exchange)
    assert sorted(found) == list(range(12))
    assert all(isinstance(value, dict) for value in found.values())
    assert gets(tmp_path, exchange) == found


def test_strangers_broken_lines_and_repeats_do_no_harm(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    rows = [answer(row) for row in requests_in(exchange)]
    lies = [answer(row) for row in requests_in(exchange)]
    for lie in lies:
        lie["response"]["body"]["choices"][0]["message"]["content"] = '{"lie": 1}'
    strangers = [{**rows[0], "custom_id": name} for name in ("nobody", "a-b-c", "x" * 64)]
    lines = [json.dumps(row) for row in [*strangers, *rows[:6], *lies[:6]]]
    broken = ["not json", "[1, 2]", '{"custom_id": 7, "response": {}}', '{"custom_id": "x"}', ""]
    text = "\ufeff" + "\r\n".join([*lines, *broken]) + "\r\n"
    (exchange / "results-0001.jsonl").write_text(text)
    said = waits(tmp_path, exchange)
    assert "Waiting for 6 answers" in said
    assert "3 results belong to no question of this run" in said
    assert "4 lines there are no results" in said
    put(exchange / "results-0002.jsonl", rows[6:])
    found = gets(tmp_path, exchange)
    assert len(found) == 12
    assert all("lie" not in value for value in found.values())


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_file_that_is_still_being_written_is_read_as_far_as_it_goes(
    tmp_path: Path, cut: int
) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    path = exchange / "results-0001.jsonl"
    put(path, [answer(row) for row in requests_in(exchange)])
    whole = path.read_bytes()
    path.write_bytes(whole[: -1 - cut])
    said = waits(tmp_path, exchange)
    assert "Waiting for 1 answer:" in said
    assert "no results" not in said
    path.write_bytes(whole.rstrip(b"\n"))  # a last line without an end is fine when it is whole
    assert len(gets(tmp_path, exchange)) == 12


def test_errors_and_junk_go_out_again_in_a_new_file(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    rows = requests_in(exchange)
    first = [answer(row) for row in rows[3:]]
    first.append(answer(rows[0], "500"))
    error = {"code": "batch_expired", "message": "not executed"}
    first.append({"custom_id": rows[1]["custom_id"], "response": None, "error": error})
    first.append(answer(rows[2], "prose"))
    put(exchange / "results-0001.jsonl", first)
    assert "Waiting for 3 answers" in waits(tmp_path, exchange)
    again = requests_in(exchange)[12:]
    assert len(list(exchange.glob("requests*"))) == 3
    ids = {row["custom_id"] for row in rows[:2]}
    assert {row["custom_id"] for row in again[:2]} == {f"{name}-2" for name in ids}
    assert "fits this schema" in again[2]["body"]["messages"][0]["content"]
    assert "Waiting for 3 answers" in waits(tmp_path, exchange)  # the old errors end nothing
    put(exchange / "results-0002.jsonl", [answer(row) for row in again])
    assert all(isinstance(value, dict) for value in gets(tmp_path, exchange).values())


def test_a_late_answer_to_the_first_request_counts(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    rows = requests_in(exchange)
    put(exchange / "results-0001.jsonl", [answer(rows[0], "500"), *map(answer, rows[1:])])
    waits(tmp_path, exchange)
    put(exchange / "results-0002.jsonl", [answer(rows[0])])
    assert isinstance(gets(tmp_path, exchange)[0], dict)


def test_refusals_end_a_question(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    faults: Fault = lambda body: "refusal" if question(body) == "question 3" else None  # noqa: E731
    rows = requests_in(exchange)
    put(exchange / "results-0001.jsonl", [answer(row, faults(row["body"])) for row in rows])
    asker = folder_asker(tmp_path, exchange)
    found = asyncio.run(ask(asker, many(12)))
    assert isinstance(found[3], ChatFailure)
    assert found[3].kind == "refusal"
    assert asker.usage.failures == {"refusal": 1}


def test_junk_alone_stops_the_run(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    limits = BatchLimits(100, 1_000_000)
    asker = folder_asker(tmp_path, exchange, limits=limits, stay=True)

    async def answer_badly(_: float) -> None:
        rows = requests_in(exchange)
        put(exchange / "results-0001.jsonl", [answer(row, "prose") for row in rows])

    asker._waiting.sleep = answer_badly
    with pytest.raises(BreakerError, match="30 of 30"):
        asyncio.run(ask(asker, many(30)))


def test_staying_reads_what_is_put_there_meanwhile(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    asker = folder_asker(tmp_path, exchange, stay=True)
    done: set[str] = set()

    async def answer_some(_: float) -> None:
        assert len(done) < 12
        rows = [row for row in requests_in(exchange) if row["custom_id"] not in done][:5]
        done.update(row["custom_id"] for row in rows)
        put(exchange / f"results-{len(done)}.jsonl", [answer(row) for row in rows])

    asker._waiting.sleep = answer_some
    assert len(asyncio.run(ask(asker, many(12)))) == 12
    assert len(done) == 12


def test_two_runs_may_share_a_folder(tmp_path: Path) -> None:
    exchange, one, other = (tmp_path / name for name in ("exchange", "one", "other"))
    waits(one, exchange, 4)
    others = [request(f"another {n}") for n in range(4)]
    with pytest.raises(WaitingError):
        asyncio.run(ask(folder_asker(other, exchange), others))
    assert len(requests_in(exchange)) == 8
    put(exchange / "results-0001.jsonl", [answer(row) for row in requests_in(exchange)])
    assert len(gets(one, exchange, 4)) == 4


def test_results_of_another_run_answer_the_same_questions(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    waits(tmp_path / "one", exchange)
    put(exchange / "results-0001.jsonl", [answer(row) for row in requests_in(exchange)])
    found = gets(tmp_path / "other", exchange)
    assert len(found) == 12


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "exchange").write_text("a file in the way")
    with pytest.raises(OutputError, match=r"Cannot write requests to .*exchange"):
        gets(tmp_path, tmp_path / "exchange")


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = tmp_path / "exchange"

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", full)
        with pytest.raises(OutputError, match="the disk is full"):
            gets(tmp_path, exchange)
    assert list(exchange.iterdir()) == []
    waits(tmp_path, exchange)
    assert len(requests_in(exchange)) == 12


def test_a_disk_without_hard_links_works_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    exchange = tmp_path / "exchange"
    waits(tmp_path, exchange)
    names = sorted(path.name for path in exchange.iterdir())
    assert names == ["requests-0001.jsonl", "requests-0002.jsonl"]


class Killed(BaseException):
    pass


@pytest.mark.slow
def test_cut_off_at_every_moment_nothing_is_written_twice(tmp_path: Path) -> None:
    def kill() -> None:
        raise Killed

    at = 0
    while True:
        at += 1
        folder = tmp_path / str(at)
        exchange = folder / "exchange"
        killer = Killer(at, kill)
        cut = 0
        written: set[str] = set()
        for _ in range(6):
            asker = folder_asker(folder, exchange)
            try:
                found = asyncio.run(ask(killer.watch(asker) if not cut else asker, many(12)))
                break
            except Killed:
                cut += 1
            except WaitingError:
                ids = [row["custom_id"] for row in requests_in(exchange)]
                assert len(ids) == len(set(ids)) == 12
                written |= set(ids)
                put(
                    exchange / "results-0001.jsonl",
                    [answer(row) for row in requests_in(exchange)],
                )
        assert len(found) == 12
        assert len(written) == 12
        if not cut:
            break
    assert at > 20
