"""Whole runs by folder and by batch: the same bundle as by single calls, nothing asked twice."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.cli.main import run_command
from anonymuse.errors import ConfigError, UserError, WaitingError
from anonymuse.ports.chat import ChatReply, ChatRequest, Message
from tests.fake_batches import FakeBatches
from tests.flow.world import a_town, bundle, config

FREE = {"models__price_in": 0.0, "models__price_out": 0.0}


def answer_folder(exchange: Path, asked: Counter[str]) -> None:
    """Answer the newest requests as `ScriptedChat` would, in reverse order."""
    model = ScriptedChat()
    newest = sorted(exchange.glob("requests-*.jsonl"))[-1]
    rows = [json.loads(line) for line in newest.read_text().splitlines()]
    results = []
    for row in reversed(rows):
        asked[row["custom_id"]] += 1
        reply = asyncio.run(model.answer(_request(row["body"])))
        assert isinstance(reply, ChatReply)
        message = {"role": "assistant", "content": reply.text}
        usage = {"prompt_tokens": reply.tokens_in, "completion_tokens": reply.tokens_out}
        body = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}
        response = {"status_code": 200, "body": body}
        results.append({"custom_id": row["custom_id"], "response": response, "error": None})
    text = "".join(json.dumps(result) + "\n" for result in results)
    (exchange / newest.name.replace("requests", "results")).write_text(text)


def _request(body: dict[str, Any]) -> ChatRequest:
    messages = tuple(Message(m["role"], m["content"]) for m in body["messages"])
    form = body.get("response_format")
    return ChatRequest(
        messages,
        "any",
        schema=form["json_schema"]["schema"] if form else None,
        temperature=body["temperature"],
        max_tokens=body["max_tokens"],
    )


@pytest.mark.slow
def test_a_folder_is_answered_step_by_step_and_the_bundle_is_that_of_single_calls(
    tmp_path: Path,
) -> None:
    data, exchange, out = a_town(tmp_path), tmp_path / "exchange", tmp_path / "by-folder"
    settings = config(models__chat=f"folder:{exchange}#scripted", **FREE)
    asked: Counter[str] = Counter()
    steps, said = 0, []
    while True:
        try:
            outcome = api.run(data, out, settings)
            break
        except WaitingError as error:
            steps += 1
            said.append(error.message)
        assert not (out / "release").exists()
        answer_folder(exchange, asked)
    assert all(str(exchange) in sentence for sentence in said)
    assert steps >= 3  # facets, names, parents ...
    assert max(asked.values()) == 1
    single = api.run(data, tmp_path / "single", config(**FREE))
    assert bundle(out) == bundle(tmp_path / "single")
    assert single.report == outcome.report
    again = api.run(data, out, settings)
    assert again.ran == ()


@pytest.mark.slow
@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
def test_a_run_by_batches_makes_the_bundle_of_single_calls(
    tmp_path: Path, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{vendor.upper()}_API_KEY", "k")
    data = a_town(tmp_path)
    with FakeBatches() as provider:
        url = provider.base_url if vendor == "openai" else provider.root
        monkeypatch.setenv(f"{vendor.upper()}_BASE_URL", url)
        chat = {"models__chat": f"{vendor}:fake", **FREE}
        batched = config(**chat, models__batch=True, models__batch_min=30)
        api.run(data, tmp_path / "by-batch", batched)
        assert len(provider.batches) >= 1
        answered, provider.answered = provider.answered, Counter()
        one_by_one, provider.single = provider.single, 0
        api.run(data, tmp_path / "single", config(**chat))
        assert one_by_one < provider.single / 2
        assert answered == provider.answered  # the same questions, as often
        assert bundle(tmp_path / "by-batch") == bundle(tmp_path / "single")


@pytest.mark.slow
def test_waiting_for_a_batch_ends_with_4_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = a_town(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    flags = ["--policy", "demo", "--embed", "hashing", "--embed-facets", "hashing", "--quiet"]
    with FakeBatches(polls=2) as provider:
        monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
        (tmp_path / "few.toml").write_text("[models]\nbatch_min = 100\n")
        command = [
            "run", str(data), "--out", str(tmp_path / "out"), "--extract", "llm", *flags,
            "--chat", "openai:fake", "--batch", "--no-wait",
            "--config", str(tmp_path / "few.toml"),
        ]  # fmt: skip
        assert run_command(command) == 4
        said = capsys.readouterr().err
        assert "Waiting for 179 answers: batch_001, 179 questions, 0 done, since" in said
        assert run_command(command) == 4
        assert run_command(command) == 0
        assert len(provider.batches) == 1
        assert "extract: 180 calls" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_while_waiting_ends_with_4(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    with FakeBatches(polls=1000) as provider:
        command = [
            sys.executable, "-m", "anonymuse", "run", str(data), "--out", str(tmp_path / "out"),
            "--policy", "demo", "--embed", "hashing", "--embed-facets", "hashing", "--extract",
            "llm", "--chat", "openai:fake", "--batch", "--config", str(tmp_path / "few.toml"),
        ]  # fmt: skip
        (tmp_path / "few.toml").write_text("[models]\nbatch_min = 100\n")
        process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": provider.base_url},
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and not any(b.polls for b in provider.batches.values()):
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 4
        assert "Waiting for 179 answers: batch_001" in said


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kills_of_a_run_by_batches_change_nothing_and_ask_nothing_twice(tmp_path: Path) -> None:
    """SIGKILL whenever the provider gets one of these requests, which it then carries out."""
    data = a_town(tmp_path)
    (tmp_path / "few.toml").write_text("[models]\nbatch_min = 30\n")

    def start(out: Path, provider: FakeBatches) -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", "anonymuse", "run", str(data), "--out", str(out), "--quiet",
            "--policy", "demo", "--embed", "hashing", "--embed-facets", "hashing", "--extract",
            "llm", "--chat", "openai:fake", "--batch", "--config", str(tmp_path / "few.toml"),
        ]  # fmt: skip
        keys = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": provider.base_url}
        return subprocess.Popen(command, env=os.environ | keys, stdout=subprocess.DEVNULL)

    with FakeBatches() as provider:
        assert start(tmp_path / "whole", provider).wait(200) == 0
        once = len(provider.batched)
    moments, kills = {2, 3, 4, 5, 6, 8, 10, 13}, 0
    with FakeBatches(polls=1) as provider:
        while True:
            process = start(tmp_path / "killed", provider)
            provider.on_request = lambda n, p=process: n in moments and p.kill()  # type: ignore[misc]
            code = process.wait(200)
            if code == 0:
                break
            assert code == -signal.SIGKILL
            kills += 1
        assert kills >= 6
        assert len(provider.batched) == once
        assert max(provider.batched.values()) == 1
    assert bundle(tmp_path / "killed") == bundle(tmp_path / "whole")


@pytest.mark.slow
def test_the_example_answers_a_folder(tmp_path: Path) -> None:
    """A script on another machine, which knows nothing of anonymuse."""
    data, exchange, out = a_town(tmp_path), tmp_path / "exchange", tmp_path / "out"
    settings = config(models__chat=f"folder:{exchange}#fake", extract__mode="llm")
    script = Path(__file__).parents[2] / "examples" / "answer_folder.py"
    with FakeBatches() as provider:
        for cut in (True, False):
            with pytest.raises(WaitingError):
                api.run(data, out, settings)
            command = [sys.executable, str(script), str(exchange), provider.base_url]
            subprocess.run(command, check=True, timeout=60)
            results = exchange / "results-0001.jsonl"
            whole = results.read_bytes()
            if cut:  # it was stopped while it wrote
                results.write_bytes(whole[: len(whole) // 2])
        assert len(whole.splitlines()) == 180
        assert 180 < provider.single < 280  # what was answered was passed over
        with pytest.raises(WaitingError, match="requests-0002"):
            api.run(data, out, settings)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"models__batch": True}, "needs a hosted model"),
        ({"models__chat": "folder:exchange"}, "model's name after '#'"),
        ({"models__chat": "folder:x#y", "models__fallback": "scripted"}, "do not go together"),
    ],
    ids=["not hosted", "no name", "fallback"],
)
def test_settings_that_cannot_be_kept_are_refused(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        api.run(a_town(tmp_path), tmp_path / "out", config(**changes))


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = config(models__chat=f"folder:{tmp_path}/file/exchange#m")
    with pytest.raises(UserError, match="Cannot write requests to"):
        api.run(a_town(tmp_path), tmp_path / "out", settings)
