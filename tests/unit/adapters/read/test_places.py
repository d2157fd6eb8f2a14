"""Files, folders, patterns, standard input and addresses: what is found, and how it is called."""

import fcntl
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.read.places import Spool, find_places
from anonymuse.adapters.read.remote import fetch, redacted
from anonymuse.adapters.read.sniff import open_inputs
from anonymuse.errors import InputError, OutputError
from tests.unit.adapters.read.files import chat, conversations, lines

fsspec = pytest.importorskip("fsspec")
SECRET = "sEcReT"


def names(*data: str) -> list[str]:
    with Spool() as spool:
        return [place.name for place in find_places(data, spool)]


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("logs/a/1.jsonl", "logs/b/1.jsonl", "logs/b/2.jsonl.gz", "logs/README.md",
                 "logs/.hidden.jsonl", "x[1].jsonl", "one.log"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(lines(chat(name)))
    return tmp_path


FOUND = {
    "several": (["logs/a/1.jsonl", "one.log"], ["1.jsonl", "one.log"]),
    "a folder": (["logs"], ["a/1.jsonl", "b/1.jsonl", "b/2.jsonl.gz"]),
    "a pattern": (["logs/*/*.jsonl"], ["a/1.jsonl", "b/1.jsonl"]),
    "a deep pattern": (["logs/**/*.jsonl*"], ["a/1.jsonl", "b/1.jsonl", "b/2.jsonl.gz"]),
    "a star means data": (["logs/**"], ["a/1.jsonl", "b/1.jsonl", "b/2.jsonl.gz"]),
    "an ending means these": (["*.log"], ["one.log"]),
    "a name with marks": (["x[1].jsonl"], ["x[1].jsonl"]),
    "each once": (["logs/a", "logs/a/1.jsonl", "./logs/a/1.jsonl"], ["1.jsonl"]),
    "same names told apart": (
        ["logs/a/1.jsonl", "logs/b/1.jsonl", "one.log"],
        ["a/1.jsonl", "b/1.jsonl", "one.log"],
    ),
    "a file address": (["file://{}/one.log"], ["one.log"]),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_is_found_and_how_it_is_called(logs: Path, case: str) -> None:
    data, wanted = FOUND[case]
    assert names(*(one.format(logs) for one in data)) == wanted


@pytest.mark.parametrize("data", ["nope/*.jsonl", "nope", "logs/*.parquet", "[", "a\x00*"])
def test_nothing_there_is_said(logs: Path, data: str) -> None:
    with pytest.raises(InputError):
        names(data)


def test_no_copy_is_made_of_what_is_here(logs: Path, tmp_path: Path) -> None:
    with Spool(tmp_path / "copies") as spool:
        find_places(["logs"], spool)
    assert not (tmp_path / "copies").exists()


class _Buffer(io.BytesIO):
    terminal = False

    def isatty(self) -> bool:
        return self.terminal


class _Input:
    def __init__(self, data: bytes, *, terminal: bool = False) -> None:
        self.buffer = _Buffer(data)
        self.buffer.terminal = terminal


def test_standard_input_is_kept_privately_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Input(lines(chat("hi"), chat("ho"))))
    with Spool(tmp_path) as spool:
        places = find_places(["-"], spool)
        (place,) = places
        assert place.name == "stdin"
        assert place.path.stat().st_mode & 0o077 == 0
        assert place.path.parent.stat().st_mode & 0o077 == 0
        (one,) = open_inputs(places)
        assert [item.id for item in conversations(one.reader.read())] == ["stdin:1", "stdin:2"]
    assert not list(tmp_path.iterdir())


def test_an_empty_standard_input_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Input(b""))
    with pytest.raises(InputError, match="'stdin' is empty"), Spool(tmp_path) as spool:
        open_inputs(find_places(["-"], spool))


def test_the_copies_are_removed_after_an_error_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Input(b"nothing known"))
    with pytest.raises(InputError), Spool(tmp_path) as spool:
        open_inputs(find_places(["-"], spool))
    assert not list(tmp_path.iterdir())


def test_the_copies_of_a_killed_process_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, mine = tmp_path / f"input-{ended.pid}-x", tmp_path / f"input-{os.getpid()}-x"
    for folder in (left, mine):
        folder.mkdir()
    with Spool(tmp_path) as spool:
        spool.new()
    assert not left.exists()
    assert mine.exists()


def test_copies_in_the_systems_folder_do_not_outlive_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypted runs copy there: a killed one leaves people's text until the next one begins."""
    code = (
        "import io, os, signal\n"
        "from anonymuse.adapters.read.places import Spool\n"
        "with Spool() as spool:\n"
        "    spool.copy(io.BytesIO(b'Quokkafluff'))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -9
    (left,) = tmp_path.iterdir()
    strange, busy = tmp_path / "input-1-x", left.with_name(f"{left.name}-busy")
    for folder in (strange, busy):
        folder.mkdir()
    held = os.open(busy, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Spool() as spool:
        spool.new()
        assert not left.exists()
        assert strange.exists(), "another program's"
        assert busy.exists(), "of a process that this one cannot see"
        with Spool() as other:
            other.new()
        assert spool.copy(io.BytesIO(b"x")).exists()
    os.close(held)


def test_a_terminal_is_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", _Input(b"", terminal=True))
    with pytest.raises(InputError, match="nothing is piped"):
        names("-")


def test_no_folder_for_copies(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="No folder"), Spool(tmp_path / "file" / "x") as spool:
        spool.new()


@pytest.fixture
def store() -> Any:
    memory = fsspec.filesystem("memory")
    for name in ("/bucket/d/1.jsonl", "/bucket/d/2.jsonl", "/bucket/d/e/3.jsonl.gz",
                 "/bucket/d/notes.md"):  # fmt: skip
        memory.pipe(name, lines(chat(name)))
    yield memory
    memory.store.clear()


REMOTE = {
    "memory://bucket/d/1.jsonl": ["1.jsonl"],
    "memory://bucket/d": ["1.jsonl", "2.jsonl", "e/3.jsonl.gz"],
    "memory://bucket/d/*.jsonl": ["1.jsonl", "2.jsonl"],
    "memory://bucket/**/*.jsonl*": ["d/1.jsonl", "d/2.jsonl", "d/e/3.jsonl.gz"],
    "memory://bucket/d/notes.md": ["notes.md"],
}


@pytest.mark.parametrize("address", REMOTE)
def test_addresses_are_copied_once_and_called_by_their_names(store: Any, address: str) -> None:
    with Spool() as spool:
        places = find_places([address], spool)
        assert [place.name for place in places] == REMOTE[address]
        inputs = open_inputs(places)
        items = [item for one in inputs for item in conversations(one.reader.read())]
        assert len(items) == len(places)
        copies = {place.path.parent for place in places}
    assert not any(folder.exists() for folder in copies)


@pytest.mark.parametrize(
    "address", ["memory://bucket/none.jsonl", "memory://bucket/*.csv", "memory://nothing/"]
)
def test_nothing_at_an_address(store: Any, address: str) -> None:
    with pytest.raises(InputError, match="memory://"):
        names(address)


SECRETS = {
    f"https://ann:{SECRET}@host/a/b.jsonl": "https://host/a/b.jsonl",
    f"https://host/a.jsonl?X-Signature={SECRET}": "https://host/a.jsonl",
    f"https://host/a.jsonl#{SECRET}": "https://host/a.jsonl",
    f"zip://x.jsonl::https://u:{SECRET}@host/a.zip?k={SECRET}": "zip://x.jsonl::https://host/a.zip",
    "s3://bucket/a key/b.jsonl": "s3://bucket/a key/b.jsonl",
    "s3://bucket/\x1b[31m": "s3://bucket/?[31m",
}


@pytest.mark.parametrize("address", SECRETS, ids=range(len(SECRETS)))
def test_credentials_are_in_no_name(address: str) -> None:
    assert redacted(address) == SECRETS[address]


class _Failing:
    """A store whose errors show what they should not."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def exists(self, path: str) -> bool:
        return True

    def isdir(self, path: str) -> bool:
        raise self.error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (FileNotFoundError(SECRET), "no such file"),
        (PermissionError(SECRET), "refused access"),
        (RuntimeError(f"https://u:{SECRET}@host"), "RuntimeError from the store"),
        (TimeoutError(SECRET), "TimeoutError"),
    ],
)
def test_credentials_are_in_no_error(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    address = f"s3://u:{SECRET}@bucket/x.jsonl?k={SECRET}"
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda _: (_Failing(error), "bucket/x.jsonl"))
    with Spool() as spool, pytest.raises(InputError, match=sentence) as caught:
        list(fetch(address, spool))
    assert SECRET not in caught.value.message
    assert "s3://bucket/x.jsonl" in caught.value.message
    assert caught.value.__suppress_context__


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(InputError, match=r"pip install 'anonymuse\[files\]'"):
        names("s3://bucket/x.jsonl")
    monkeypatch.undo()

    def missing(_: str) -> None:
        raise ImportError(SECRET)

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(InputError, match=r"pip install gcsfs\.") as caught:
        names("gs://bucket/x.jsonl")
    assert SECRET not in caught.value.message


def test_a_scheme_that_nobody_knows() -> None:
    with pytest.raises(InputError, match="no address that can be read"):
        names("quux://bucket/x.jsonl")
