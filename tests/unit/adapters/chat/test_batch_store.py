"""The list of what is out: it survives, and says what is wrong with it."""

import sqlite3
from pathlib import Path

import pytest

from anonymuse.adapters.chat.batch_store import Asked, Batch, BatchStore, from_custom_id
from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.ports.chat import ChatFailure

BUSY = ChatFailure("retryable", "busy")


def a_batch(name: str, count: int = 2) -> Batch:
    return Batch(name, "ready", "", count, 100, 600, 1.5)


def asked(*keys: str) -> list[Asked]:
    return [Asked(key, "extract", schema=True) for key in keys]


def test_a_batch_and_its_questions_survive(tmp_path: Path) -> None:
    store = BatchStore(tmp_path / "batches.sqlite")
    store.seal(a_batch("one"), "model", asked("a", "b"))
    store.move("one", "out", 2.5, "id-1")
    store.close()
    store = BatchStore(tmp_path / "batches.sqlite")
    assert store.batches("model") == [Batch("one", "out", "id-1", 2, 100, 600, 2.5)]
    assert store.batches("another model") == []
    found = store.find("a")
    assert found is not None
    assert (found.open, found.batch, found.purpose, found.schema) == (True, "one", "extract", True)
    assert store.find("c") is None
    store.close()


def test_questions_come_back_with_why(tmp_path: Path) -> None:
    store = BatchStore(tmp_path / "batches.sqlite")
    store.seal(a_batch("one", 3), "model", asked("a", "b", "c"))
    store.answered(["a"])
    store.failed([("b", BUSY), ("b", BUSY)])
    assert store.still_out("one") == 1
    assert store.finish("one", ChatFailure("retryable", "missing")) == 1
    assert store.batches("model") == []
    assert store.find("a") is None
    back, lost = store.find("b"), store.find("c")
    assert back is not None
    assert lost is not None
    assert (back.open, back.fails, back.failure) == (False, 1, BUSY)
    assert lost.failure == ChatFailure("retryable", "missing")
    store.begin_anew("b")
    fresh = store.find("b")
    assert fresh is not None
    assert (fresh.fails, fresh.turn) == (0, 1)
    store.close()


@pytest.mark.parametrize(
    ("custom_id", "expected"),
    [("abc", ("abc", 1)), ("abc-2", ("abc", 2)), ("abc-x", ("abc", 0)), ("a-b-c", ("a", 0))],
)
def test_ids_say_which_try_they_are(custom_id: str, expected: tuple[str, int]) -> None:
    assert from_custom_id(custom_id) == expected


def test_a_repeat_has_an_id_of_its_own() -> None:
    assert Asked("k", "extract", schema=False).custom_id == "k"
    assert Asked("k", "extract", schema=False, turn=3).custom_id == "k-3"


def test_a_file_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "batches.sqlite"
    path.write_bytes(b"this is no database at all, but it is long enough to be looked at")
    with pytest.raises(BrokenRunError, match=r"batches\.sqlite is damaged"):
        BatchStore(path)
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("PRAGMA user_version = 77")
    connection.close()
    with pytest.raises(BrokenRunError):
        BatchStore(other)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot be written \((File|Not)[a-z ]+\)\. Free"):
        BatchStore(tmp_path / "file" / "batches.sqlite")


def test_a_file_that_another_run_holds_is_said_to_be_in_use(tmp_path: Path) -> None:
    store = BatchStore(tmp_path / "batches.sqlite")
    store._connection.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(tmp_path / "batches.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutputError, match=r"batches\.sqlite is in use by another run\. Wait"):
        store.seal(a_batch("one"), "model", asked("a"))
    other.close()
    store.close()


def test_a_full_disk_is_said_and_keeps_what_was_there(tmp_path: Path) -> None:
    store = BatchStore(tmp_path / "batches.sqlite")
    store.seal(a_batch("one"), "model", asked("a", "b"))
    store._connection.execute("PRAGMA max_page_count = 1")
    many = asked(*(f"{n:032}" for n in range(5_000)))
    with pytest.raises(OutputError, match="full"):
        store.seal(a_batch("two", 5_000), "model", many)
    assert [batch.name for batch in store.batches("model")] == ["one"]
    assert store.find("0" * 32) is None
    store.close()
