"""Stored answers and request files of an encrypted run."""

import sqlite3
from pathlib import Path

import pytest

from anonymuse.adapters.chat.batch_files import write_requests
from anonymuse.adapters.chat.batch_sealed import plain
from anonymuse.adapters.chat.batch_store import Asked, Batch, BatchStore
from anonymuse.adapters.chat.batch_transport import BatchLimits
from anonymuse.adapters.chat.cache import ResponseCache, request_key
from anonymuse.adapters.vault.ring import KeyRing
from anonymuse.adapters.vault.vault import RingVault, Wrapping
from anonymuse.errors import BrokenRunError, ErasedError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest, Message
from tests.erasing import destroy_keys

CANARY = "Tangerine"
REQUEST = ChatRequest((Message("user", CANARY),), "extract", unit="u1")


@pytest.fixture
def vault(tmp_path: Path) -> RingVault:
    return RingVault(KeyRing(tmp_path / "keys", make=True), Wrapping("now", bytes(32)))


def everything(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_answers_are_sealed_with_the_key_of_whom_they_are_about(tmp_path: Path, vault: RingVault):
    path = tmp_path / "run" / "responses.sqlite"
    with ResponseCache(path, vault) as cache:
        key = cache.key_of("model", REQUEST)
        assert key != request_key("model", REQUEST), "nobody can try questions on it"
        assert len(key) == 32
        reply = ChatReply(CANARY * 20, 5, 6)
        cache.put(key, reply, "u1")
        cache.put("b" * 32, ChatReply(CANARY, 1, 1), "u2")
        cache.put("c" * 32, ChatFailure("refusal", CANARY))
        assert cache.get(key) == reply
    with ResponseCache(path, vault) as cache:
        assert cache.key_of("model", REQUEST) == key
        assert cache.get(key) == reply
        destroy_keys(tmp_path / "keys", ["u1"])
        assert cache.get(key) is None
        assert cache.get("b" * 32) == ChatReply(CANARY, 1, 1)
        assert cache.get("c" * 32) is None, "it was about many"
        cache.put(key, reply, "u1")
        assert cache.get(key) is None, "what comes late is not kept"
        assert cache.key_of("model", REQUEST) == key, "questions keep their keys"
        assert cache.erase(["u1"]) == 2
        assert cache.size == 1
    assert CANARY.encode() not in everything(tmp_path / "run")


def test_two_answers_cannot_be_exchanged(tmp_path: Path, vault: RingVault):
    path = tmp_path / "responses.sqlite"
    with ResponseCache(path, vault) as cache:
        cache.put("a" * 32, ChatReply("yes", 1, 1), "u1")
        cache.put("b" * 32, ChatReply("no", 1, 1), "u1")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "UPDATE replies SET body = (SELECT body FROM replies WHERE key = ?) WHERE key = ?",
            ("b" * 32, "a" * 32),
        )
    connection.close()
    with ResponseCache(path, vault) as cache, pytest.raises(BrokenRunError, match="was changed"):
        cache.get("a" * 32)


def test_plain_answers_know_their_unit_too_and_old_files_are_read(tmp_path: Path):
    path = tmp_path / "responses.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE replies (key TEXT PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL, "
        "tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, finish TEXT NOT NULL, "
        "created REAL NOT NULL) WITHOUT ROWID; PRAGMA user_version = 1;"
    )
    connection.close()
    with ResponseCache(path) as cache:
        assert cache.key_of("model", REQUEST) == request_key("model", REQUEST)
        for key, unit in (("a", "u1"), ("b", "u2"), ("c", "")):
            cache.put(key, ChatReply(CANARY + key, 1, 1), unit)
        assert cache.erase(["u1"]) == 2
        assert cache.get("b") == ChatReply(CANARY + "b", 1, 1)
    with ResponseCache(path) as cache:
        assert cache.size == 1
        assert cache.count_before(4e9) == 1
        assert cache.forget_before(4e9) == 1


def test_request_files_are_opened_in_memory_alone(tmp_path: Path, vault: RingVault):
    folder = tmp_path / "batches"
    paths = (folder / f"{n}.jsonl" for n in range(9))
    lines = [f"{CANARY} {n}".encode() for n in range(5)]
    made = list(write_requests(lines, BatchLimits(questions=2, bytes=10_000), paths, vault))
    assert [part.questions for _, part in made] == [2, 2, 1]
    assert CANARY.encode() not in everything(folder)
    for number, (path, _) in enumerate(made):
        own = b"".join(line + b"\n" for line in lines[2 * number : 2 * number + 2])
        with plain(path, vault) as file:
            assert file.read_bytes() == own
            assert file.read_bytes() == own, "from its beginning every time"
            assert CANARY.encode() not in everything(folder)
        assert not file.exists()
    made[0][0].write_bytes(made[1][0].read_bytes())
    with pytest.raises(BrokenRunError), plain(made[0][0], vault):
        pass
    destroy_keys(tmp_path / "keys", ["u1"])
    with pytest.raises(ErasedError), plain(made[2][0], vault):
        pass


def test_questions_that_are_out_are_forgotten_with_their_unit(tmp_path: Path):
    store = BatchStore(tmp_path / "batches.sqlite")
    asked = [Asked(key, "extract", True, unit=unit) for key, unit in (("a", "u1"), ("b", "u2"))]
    store.seal(Batch("one", "ready", "", 2, 10, 10, 0.0), "model", asked)
    found = store.find("a")
    assert found is not None
    assert found.unit == "u1"
    assert store.erase(["u1"]) == 1
    assert store.find("a") is None
    assert store.find("b") is not None
    store.close()
