import http.server
import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from anonymuse.adapters.models import transport
from anonymuse.adapters.models.catalogue import Wheel
from anonymuse.errors import ModelUnavailableError

WHEEL = Wheel("toy-part1", "1.0", "ab" * 32, 10)


class FakePip:
    def __init__(self, *, stderr: str = "", code: int = 0) -> None:
        self.stderr = stderr
        self.code = code
        self.lock = ""
        self.command: list[str] = []
        self.options: dict[str, object] = {}

    def __call__(self, command: list[str], **options: object) -> SimpleNamespace:
        self.command, self.options = command, options
        self.lock = Path(command[command.index("-r") + 1]).read_text()
        if not self.code:
            target = Path(command[command.index("-d") + 1])
            (target / "toy_part1-1.0-py3-none-any.whl").write_bytes(b"wheel")
        return SimpleNamespace(returncode=self.code, stderr=self.stderr)


def test_pip_gets_the_pinned_hash_and_installs_nothing(tmp_path, monkeypatch):
    pip = FakePip()
    monkeypatch.setattr(subprocess, "run", pip)
    transport.pip_download(WHEEL, tmp_path)
    assert pip.lock == f"toy-part1==1.0 --hash=sha256:{'ab' * 32}\n"
    assert {"download", "--no-deps", "--only-binary=:all:", "--require-hashes"} <= set(pip.command)
    assert "install" not in pip.command
    assert pip.options["capture_output"] is True
    assert [path.name for path in tmp_path.iterdir()] == ["toy_part1-1.0-py3-none-any.whl"]


def test_pip_names_no_index_so_the_users_settings_hold(tmp_path, monkeypatch):
    pip = FakePip()
    monkeypatch.setattr(subprocess, "run", pip)
    transport.pip_download(WHEEL, tmp_path)
    assert not {"--index-url", "--extra-index-url", "--find-links", "--isolated"} & set(pip.command)
    assert not any("://" in word for word in pip.command)
    assert "env" not in pip.options


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("/usr/bin/python: No module named pip", "pip is not installed"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "it was refused"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for toy-part1", "could not be reached or does not"),
        ("Max retries exceeded: secret-host.example", "could not be reached or does not"),
    ],
)
def test_what_pip_says_becomes_one_sentence(tmp_path, monkeypatch, said, sentence):
    monkeypatch.setattr(subprocess, "run", FakePip(stderr=said, code=1))
    with pytest.raises(ModelUnavailableError, match=sentence) as caught:
        transport.pip_download(WHEEL, tmp_path)
    assert "secret-host" not in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_an_endless_pip_is_given_up(tmp_path, monkeypatch):
    def endless(command: list[str], **options: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", endless)
    with pytest.raises(ModelUnavailableError, match="more than an hour"):
        transport.pip_download(WHEEL, tmp_path)


class _Handler(http.server.BaseHTTPRequestHandler):
    body = b"0123456789"
    ranges = True

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0
        self.send_response(206 if start else 200)
        self.end_headers()
        self.wfile.write(self.body[start:])

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hub():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/file"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_hub_is_read_from_an_offset(hub):
    assert b"".join(transport.read_hub(hub, 0)) == b"0123456789"
    assert b"".join(transport.read_hub(hub, 4)) == b"456789"


def test_a_hub_that_cannot_resume_is_an_error_not_a_mixed_file(hub, monkeypatch):
    monkeypatch.setattr(_Handler, "ranges", False)
    with pytest.raises(OSError, match="does not resume"):
        b"".join(transport.read_hub(hub, 4))


def test_an_absent_hub_is_an_oserror():
    with pytest.raises(OSError, match=r"."):
        b"".join(transport.read_hub("http://127.0.0.1:9/file", 0))
