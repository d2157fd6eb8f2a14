"""The files of a zone: whose they are, damage, threads that change them at once, one clock."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.secure.state import Clock, Database
from tests.unit.secure.world import OPERATOR, PASSWORD, World

SCHEMA = "CREATE TABLE IF NOT EXISTS things (n INTEGER);"


def count(database: Database) -> int:
    (row,) = database.all("SELECT COUNT(*) AS n FROM things")
    return int(row["n"])


def test_the_files_are_their_owners(world: World) -> None:
    world.sign_in()
    assert world.folder.stat().st_mode & 0o077 == 0
    for name in ("staff.sqlite", "zone.sqlite", "audit.jsonl"):
        assert (world.folder / name).stat().st_mode & 0o077 == 0


def test_a_change_is_whole_or_not_at_all(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.sqlite", SCHEMA)

    def fail() -> None:
        with database.changing() as sql:
            sql.execute("INSERT INTO things VALUES (1)")
            with database.changing() as inner:
                inner.execute("INSERT INTO things VALUES (2)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(database) == 0
    with database.changing() as sql:
        sql.execute("INSERT INTO things VALUES (1)")
    assert count(database) == 1
    database.close()


def test_threads_wait_for_each_other(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.sqlite", SCHEMA)

    def add() -> None:
        for _ in range(10):
            with database.changing() as sql:
                (before,) = sql.execute("SELECT COUNT(*) FROM things").fetchone()
                sql.execute("INSERT INTO things VALUES (?)", (before,))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [row["n"] for row in database.all("SELECT n FROM things")] == list(range(40))
    database.close()


def test_threads_that_read_and_manage_do_not_lock_each_other_out(world: World) -> None:
    visit = world.sign_in("viewer")
    failures: list[BaseException] = []

    def work(act: object) -> None:
        try:
            for _ in range(5):
                act()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    acts = [
        lambda: world.zone.door.visit(visit.token),
        lambda: world.zone.staff.list(OPERATOR),
        lambda: world.zone.staff.reset(OPERATOR, "approver"),
        lambda: world.zone.door.sign_in("analyst", PASSWORD, address="::1"),
    ]
    threads = [threading.Thread(target=work, args=(act,), daemon=True) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert not any(one.is_alive() for one in threads)
    assert failures == []


def test_damaged_and_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"no database at all, but long enough to be one" * 30)
    with pytest.raises(BrokenRunError, match="damaged or not a file of the secure zone"):
        Database(tmp_path / "x.sqlite", SCHEMA)
    (tmp_path / "y.sqlite").symlink_to(tmp_path / "x.sqlite")
    with pytest.raises(OutputError):
        Database(tmp_path / "y.sqlite", SCHEMA)


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.sqlite", SCHEMA)
    database.all("PRAGMA max_page_count = 1")
    with pytest.raises(OutputError, match="Nothing was done or shown"), database.changing() as sql:
        sql.executemany("INSERT INTO things VALUES (?)", [(n,) for n in range(100_000)])
    assert count(database) == 0
    database.close()


def test_another_process_that_holds_the_file_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anonymuse.secure.state._WAIT", 0.05)
    database = Database(tmp_path / "x.sqlite", SCHEMA)
    other = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutputError, match="another process holds it"), database.changing():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.changing() as sql:
        sql.execute("INSERT INTO things VALUES (1)")
    assert count(database) == 1
    database.close()


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.sqlite", SCHEMA)
    wall, steady = [1000.0], [0.0]
    clock = Clock(database, wall=lambda: wall[0], steady=lambda: steady[0])
    assert clock.now() == 1000
    wall[0], steady[0] = 1010, 10
    assert clock.now() == 1010
    wall[0], steady[0] = 500, 15  # set back: it runs on
    assert clock.now() == 1015
    wall[0], steady[0] = 505, 20
    assert clock.now() == 1020
    again = Clock(database, wall=lambda: 100.0, steady=lambda: 0.0)  # restarted, set back
    assert again.now() == 1020
    wall[0] = 5000.0  # ahead of it again
    assert clock.now() == 5000
    database.close()
