"""Killed anywhere, a run goes on: the same bytes at the end, and no answer is asked for twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.flow.world import a_town, bundle

KILLS = 10
QUIET = os.environ | {"OMP_NUM_THREADS": "1"}
IN_FLIGHT = 4


@contextmanager
def server(folder: Path, port: str = "0") -> Iterator[str]:
    """A counting model server that outlives the runs; yields its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fake_server", "--port", port, "--latency", "0.02",
         "--counts", str(folder / "counts.json")],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        port = process.stdout.readline().split()[-1]
        yield port
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def counts(port: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/counts", timeout=10) as reply:
        found: dict[str, Any] = json.load(reply)
    return found


def start(data: Path, out: Path, port: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "anonymuse", "run", str(data), "--out", str(out), "--policy", "demo",
        "--embed", "hashing", "--embed-facets", "hashing", "--extract", "llm", "--quiet",
        "--chat", f"http://127.0.0.1:{port}/v1#fake",
        "--config", str(data.parent / "settings.toml"),
    ]  # fmt: skip
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_kills_change_nothing_and_waste_at_most_what_was_in_flight(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    (tmp_path / "settings.toml").write_text(f"[models]\nchat_concurrency = {IN_FLIGHT}\n")
    with server(tmp_path) as port:
        began = time.monotonic()
        assert start(data, tmp_path / "whole", port).wait(200) == 0
        whole = time.monotonic() - began
        once = counts(port)
    draw = random.Random(7)
    with server(tmp_path, port):
        kills = 0
        while True:
            process = start(data, tmp_path / "killed", port)
            if kills < KILLS:
                try:
                    process.wait(draw.uniform(0.2, 0.45) * whole)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait(20)
                    kills += 1
                    continue
            assert process.wait(200) == 0
            break
        seen = counts(port)
    assert kills >= 3, "the run was over before it could be killed"
    assert bundle(tmp_path / "killed") == bundle(tmp_path / "whole")
    # A name that was turned down is asked for again in the same words: no repeat of ours.
    assert seen["repeats"] - once["repeats"] <= kills * IN_FLIGHT
    assert seen["distinct"] == once["distinct"]
