"""The command as a process of its own: it serves over a real port, and Ctrl-C ends it."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from anonymuse.adapters.store.report_folder import save_report
from tests.sample_report import sample_report

pytestmark = pytest.mark.slow


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    save_report(sample_report(), tmp_path / "run" / "release")
    return tmp_path / "run"


@contextmanager
def explorer(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """Start the command; yield it with the address that it printed."""
    command = [sys.executable, "-m", "anonymuse", "explore", *arguments, "--no-open"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            yield process, urlsplit(process.stdout.readline().removeprefix("Look at it: ").strip())
        finally:
            process.kill()


def ask(url: Any, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
    """Ask over a connection of its own; return the answer and its body."""
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_it_serves_until_ctrl_c(run_folder: Path) -> None:
    with explorer(str(run_folder), "--port", "0") as (process, url):
        answer, body = ask(url, "GET", "/api/v1/index.json")
        assert (answer.status, json.loads(body)["notes"]) == (200, "server")
        assert answer.headers["server"] is None
        head, nothing = ask(url, "HEAD", "/api/v1/index.json")
        assert (head.status, nothing) == (200, b"")
        assert head.headers["content-length"] == str(len(body))
        assert ask(url, "GET", "/api/v1/index.json", host="example.org")[0].status == 421
        assert ask(url, "GET", "/..%2f..%2f..%2fetc/passwd")[0].status == 404
        assert ask(url, "GET", "/../../etc/passwd")[0].status == 404
        idle = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        idle.request("GET", "/")
        idle.getresponse().read()  # a browser keeps its connection open
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        idle.close()
    assert process.returncode == 0
    assert out == ""
    assert err.endswith("Ended.\n")
    assert "Traceback" not in err


def test_a_huge_write_is_refused_before_it_is_read(run_folder: Path) -> None:
    with explorer(str(run_folder), "--port", "0") as (process, url):
        headers = {
            "origin": f"http://{url.netloc}", "if_match": '"0"', "content_type": "application/json",
        }  # fmt: skip
        try:
            answer, _ = ask(url, "PUT", "/api/v1/notes.json", b" " * 30_000_000, **headers)
            assert answer.status == 413
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused while it was still being sent
        assert ask(url, "GET", "/api/v1/index.json")[0].status == 200
        kept = b'{"revision": 0, "notes": []}'
        assert ask(url, "PUT", "/api/v1/notes.json", kept, **headers)[0].status == 200
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert json.loads((run_folder / "notes.json").read_text()) == {"revision": 1, "notes": []}
    assert sorted(p.name for p in (run_folder / "release").iterdir()) == [
        "README.md",
        "report.json",
    ]


def test_two_at_once_take_two_ports_and_the_same_notes(run_folder: Path) -> None:
    line = (str(run_folder), "-q", "--port", "0")
    with explorer(*line) as (_, one), explorer(*line) as (_, two):
        assert one.port != two.port
        for number, url in enumerate((one, two)):
            answer, body = ask(
                url, "PUT", "/api/v1/notes.json", b'{"revision": 0, "notes": []}',
                origin=f"http://{url.netloc}", if_match='"0"', content_type="application/json",
            )  # fmt: skip
            assert answer.status == (200, 412)[number]
            assert json.loads(body)["revision"] == 1
