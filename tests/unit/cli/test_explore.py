"""`anonymuse explore`, in process: the server itself is stood in for."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from anonymuse.adapters.store.report_folder import save_report
from anonymuse.cli import explore
from anonymuse.cli import main as cli
from anonymuse.web import serving
from tests.sample_report import sample_report


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    save_report(sample_report(), tmp_path / "run" / "release")
    return tmp_path / "run"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Ctrl-C comes at once; what would have been served is kept."""
    found: list[Any] = []

    def serve(app: Any, sock: socket.socket) -> None:
        found.append(app)
        sock.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("a browser was opened"))
    return found


def said_by(line: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = cli.run_command(["explore", *line])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_one_line_says_where_to_look(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said_by([str(run_folder), "--port", "0"], capsys)
    assert code == 0
    assert re.fullmatch(r"Look at it: http://127\.0\.0\.1:\d+/\n", out)
    assert f"Bookmarks are kept in {run_folder.resolve() / 'notes.json'}." in err
    assert err.endswith("Ctrl-C ends it.\nEnded.\n")
    assert sorted(p.name for p in run_folder.rglob("*")) == ["README.md", "release", "report.json"]
    page = TestClient(served[0], base_url="http://127.0.0.1").get("/api/v1/index.json")
    assert page.json()["notes"] == "server"


def test_quiet_and_json(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said_by([str(run_folder / "release"), "--port", "0", "-q"], capsys)
    assert (code, err) == (0, "")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", out)
    code, out, err = said_by([str(run_folder), "--port", "0", "--json"], capsys)
    said = json.loads(out)
    assert (code, err, set(said)) == (0, "", {"address", "report", "notes"})


def test_a_second_report_is_compared_with(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert said_by([str(run_folder), str(run_folder), "--port", "0"], capsys)[0] == 0
    client = TestClient(served[0], base_url="http://127.0.0.1")
    assert client.get("/api/v1/index.json").json()["compared"] is True
    assert client.get("/api/v1/compare.json").status_code == 200


def test_for_others_a_token_is_made(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    made = set()
    for _ in range(2):
        code, out, _ = said_by([str(run_folder), "--port", "0", "--host", "0.0.0.0"], capsys)
        found = re.search(r"/\?token=([\w-]{32})$", out.strip())
        assert code == 0
        assert found is not None
        made.add(found[1])
        client = TestClient(served[-1], base_url="http://127.0.0.1")
        assert client.get("/api/v1/index.json").status_code == 401
        headers = {"authorization": f"Bearer {found[1]}"}
        assert client.get("/api/v1/index.json", headers=headers).status_code == 200
    assert len(made) == 2


def test_a_token_can_be_asked_for_without_writing_it_down(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = said_by([str(run_folder), "--port", "0", "--token", "auto"], capsys)
    assert code == 0
    assert re.search(r"127\.0\.0\.1:\d+/\?token=[\w-]{32}$", out.strip())
    client = TestClient(served[0], base_url="http://127.0.0.1")
    assert client.get("/api/v1/index.json").status_code == 401


@pytest.mark.parametrize("host", ["::1", "localhost", "127.0.0.2"])
def test_this_machine_alone_needs_no_token(
    host: str, run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    if host == "::1" and not _has_ipv6():
        pytest.skip("there is no IPv6 here")
    code, out, _ = said_by([str(run_folder), "--port", "0", "--host", host], capsys)
    assert code == 0
    assert "token" not in out
    name = f"[{host}]" if ":" in host else host
    assert f"http://{name}:" in out
    client = TestClient(served[0], base_url=f"http://{name}:8722")
    assert client.get("/api/v1/index.json").status_code == 200


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_a_token_of_ones_own(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    line = [str(run_folder), "--port", "0", "--token", "correct-horse-battery"]
    code, out, _ = said_by(line, capsys)
    assert (code, len(served)) == (0, 1)
    assert out.strip().endswith("/?token=correct-horse-battery")


@pytest.mark.parametrize(
    "token", ["", "short", "fifteen-letters", "with spaces in it all", "ü" * 20]
)
def test_a_weak_token_is_refused(
    token: str, run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said_by([str(run_folder), "--token", token], capsys)
    assert code == 2
    assert "16 or more letters" in err
    assert len(err.splitlines()) == 1


def test_a_port_in_use(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with serving.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        code, _, err = said_by([str(run_folder), "--port", str(port)], capsys)
        assert code == 2
        assert f"Port {port} is in use." in err
        monkeypatch.setattr(serving, "PORT", port)
        code, out, err = said_by([str(run_folder)], capsys)
    assert code == 0
    assert f"Port {port} is in use; " in err
    assert f":{port}/" not in out


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("no.such.host.invalid", "is no address of this machine"), ("192.0.2.1", "192.0.2.1")],
)
def test_a_host_that_is_not_ours(
    host: str, sentence: str, run_folder: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if host.endswith("invalid"):

        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    code, _, err = said_by([str(run_folder), "--host", host, "--port", "0"], capsys)
    assert code == 2
    assert sentence in err
    assert len(err.splitlines()) == 1


def changed(run_folder: Path, text: str) -> None:
    (run_folder / "release" / "report.json").write_text(text)


def test_what_is_no_report_is_a_sentence(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (run_folder / "release" / "report.json").read_text()
    data = json.loads(whole)
    (run_folder / "private").mkdir()
    (run_folder / "private" / "manifest.json").write_text("{}")
    empty = tmp_path / "empty"
    empty.mkdir()
    found = []

    def refused(folder: Path, sentence: str, *more: str) -> None:
        code, out, err = said_by([str(folder), *more, "--no-open"], capsys)
        assert (code, out) == (2, "")
        assert sentence in err
        assert len(err.splitlines()) == 1
        found.append(err)

    refused(tmp_path / "nowhere", "There is no folder")
    refused(empty, "There is no report in")
    refused(run_folder / "release" / "report.json", "There is no report in")
    refused(run_folder / "private", "is never shown")
    refused(run_folder, "There is no report in", str(empty))
    changed(run_folder, whole[: len(whole) // 2])
    refused(run_folder, "changed or damaged")
    changed(run_folder, whole.replace("Debug Python", "Debug Java"))
    refused(run_folder, "changed or damaged")
    changed(run_folder, json.dumps(data | {"schema_version": 99}))
    refused(run_folder, "Update anonymuse to read it.")
    changed(run_folder, json.dumps(data | {"schema_version": 1}))
    refused(run_folder, "Read it with the version that wrote it")
    assert len(found) == 9


def test_bookmarks_that_cannot_be_kept_stay_in_the_browser(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    (run_folder / "notes.json").mkdir()
    code, _, err = said_by([str(run_folder), "--port", "0"], capsys)
    assert code == 0
    assert "cannot be read" in err
    assert "stay in the browser" in err
    index = TestClient(served[0], base_url="http://127.0.0.1").get("/api/v1/index.json")
    assert index.json()["notes"] == "browser"


def test_damaged_bookmarks_are_kept_and_said(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    (run_folder / "notes.json").write_text("{")
    code, _, err = said_by([str(run_folder), "--port", "0"], capsys)
    assert (code, len(served)) == (0, 1)
    assert "kept as notes.json.damaged" in err
    assert (run_folder / "notes.json.damaged").read_text() == "{"


def test_the_browser_opens_where_there_is_a_screen(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened: list[str] = []

    def no_browser(url: str) -> bool:
        opened.append(url)
        return False

    monkeypatch.setattr("webbrowser.open", no_browser)
    monkeypatch.setattr(explore, "has_screen", lambda: True)
    line = [str(run_folder), "--port", "0"]
    _, out, err = said_by(line, capsys)
    assert opened == [out.removeprefix("Look at it: ").strip()]
    assert "No browser could be opened" in err
    said_by([*line, "--no-open"], capsys)
    assert len(opened) == 1
    monkeypatch.setattr(explore, "has_screen", lambda: False)
    said_by(line, capsys)
    assert len(opened) == 1
    said_by([*line, "--open"], capsys)
    assert len(opened) == 2


@pytest.mark.parametrize(
    ("platform", "variables", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "1 2 3 4"}, False),
    ],
)
def test_what_counts_as_a_screen(
    platform: str, variables: dict[str, str], screen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert explore.has_screen() is screen
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    assert not explore.has_screen()


def test_a_large_report_says_that_it_is_being_read(
    run_folder: Path, served: list[Any], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(explore, "_LARGE", 10)
    _, _, err = said_by([str(run_folder), "--port", "0"], capsys)
    assert err.startswith("Reading 0 MB of ")
    assert said_by([str(run_folder), "--port", "0", "-q"], capsys)[2] == ""
