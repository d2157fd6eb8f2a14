"""A client killed in the middle: the server outlives it, and counts what is asked twice."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROWS, IN_FLIGHT = 200, 8

CLIENT = f"""
import asyncio, json, sys
from pathlib import Path
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat
from anonymuse.ports.chat import as_questions
from tests.unit.adapters.chat.requests import many

async def main():
    chat = OpenAICompatibleChat(sys.argv[1], "fake", concurrency={IN_FLIGHT})
    asking = ModelAsker(chat, ResponseCache(Path(sys.argv[2])))
    return [i async for i, _ in asking.ask(as_questions(many({ROWS}), json.loads))]

assert sorted(asyncio.run(main())) == list(range({ROWS}))
"""


@pytest.mark.slow
def test_only_calls_in_flight_are_paid_again(tmp_path):
    root = Path(__file__).parents[4]
    counts, cache = tmp_path / "counts.json", tmp_path / "answers.sqlite"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.fake_server", "--latency", "0.05", "--counts", str(counts)],
        cwd=root, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().split()[1]}/v1"
        client = [sys.executable, "-c", CLIENT, url, str(cache)]
        first = subprocess.Popen(client, cwd=root)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if counts.exists() and json.loads(counts.read_text())["answered"] >= ROWS // 3:
                break
            time.sleep(0.01)
        first.kill()
        assert first.wait() == -9
        subprocess.run(client, cwd=root, check=True, timeout=60)
    finally:
        server.terminate()
        server.wait(10)
        assert server.stdout is not None
        server.stdout.close()
    seen = json.loads(counts.read_text())
    assert seen["distinct"] == ROWS
    assert 0 <= seen["calls"] - ROWS <= IN_FLIGHT
