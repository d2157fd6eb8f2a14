import json
import stat
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from anonymuse.adapters.store.ledger import LINES, FolderLedger
from anonymuse.domain.policy import PUBLIC
from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.ports.release_ledger import PublishedNumber, ReleaseLine

LINE = ReleaseLine(
    id="ab" * 16, key="k1", unit="user", grouping="", policy=PUBLIC.as_dict(),
    window=("2026-01", "2026-03"), people=3, numbers=2,
)  # fmt: skip
PEOPLE = np.array([3, 2**63 + 5, 2**64 - 1], dtype=np.uint64)
NUMBERS = [
    PublishedNumber("conversations", "L0-0000", "", "", "", 7, PEOPLE, np.array([1, 2, 4], "i4")),
    PublishedNumber(
        "cell", None, "language", "Thai", "2026-01", None, PEOPLE[:0], np.empty(0, "i4")
    ),
]


def add(folder: Path, line: ReleaseLine = LINE) -> None:
    with FolderLedger(folder, "/run").opened() as book:
        book.append(line, NUMBERS)


def test_what_was_added_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "project" / "ledger"
    assert FolderLedger(folder).lines() == []
    add(folder)
    with FolderLedger(folder).opened() as book:
        (line,) = book.lines
        numbers = book.numbers(line)
    assert (line.id, line.window, line.run) == (LINE.id, LINE.window, "/run")
    assert line.made.endswith("Z")
    assert [(n.part, n.node, n.window, n.released) for n in numbers] == [
        ("conversations", "L0-0000", "", 7), ("cell", None, "2026-01", None),
    ]  # fmt: skip
    assert numbers[0].people.tolist() == PEOPLE.tolist()
    assert numbers[0].weights.tolist() == [1, 2, 4]
    assert len(numbers[1].people) == 0


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    add(tmp_path / "ledger")
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "ledger").iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "ledger").stat().st_mode) == 0o700


def test_a_torn_last_line_is_none_and_the_next_takes_its_place(tmp_path: Path) -> None:
    add(tmp_path)
    path = tmp_path / LINES
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert len(FolderLedger(tmp_path).lines()) == 1
    add(tmp_path)
    assert len(FolderLedger(tmp_path).lines()) == 2


def test_a_line_that_lost_only_its_end_is_one(tmp_path: Path) -> None:
    """An editor that strips the last line end must not make the latest release forgotten."""
    add(tmp_path)
    path = tmp_path / LINES
    path.write_bytes(path.read_bytes().rstrip())
    assert len(FolderLedger(tmp_path).lines()) == 1
    add(tmp_path)
    assert len(FolderLedger(tmp_path).lines()) == 2
    assert path.read_bytes().count(b"\n") == 2


@pytest.mark.parametrize("policy", ['"x"', "{}", "[]", "null"])
def test_a_line_with_values_of_other_kinds_is_damaged(tmp_path: Path, policy: str) -> None:
    add(tmp_path)
    path = tmp_path / LINES
    line = json.loads(path.read_bytes()) | {"policy": json.loads(policy)}
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(BrokenRunError, match="Line 1"):
        FolderLedger(tmp_path).lines()


def test_a_file_with_fewer_numbers_than_were_written_is_damaged(tmp_path: Path) -> None:
    add(tmp_path)
    path = tmp_path / f"{LINE.id}.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    with FolderLedger(tmp_path).opened() as book, pytest.raises(BrokenRunError, match="missing or"):
        book.numbers(book.lines[0])


@pytest.mark.parametrize("text", ["{}", "nonsense", '{"id": 3}', "[]"])
def test_a_damaged_line_is_said_and_not_passed_over(tmp_path: Path, text: str) -> None:
    add(tmp_path)
    path = tmp_path / LINES
    path.write_bytes(text.encode() + b"\n" + path.read_bytes())
    with pytest.raises(BrokenRunError, match=r"Line 1 of .*ledger\.jsonl .*privacy\.ledger"):
        FolderLedger(tmp_path).lines()


@pytest.mark.parametrize("damage", ["gone", "torn", "other"])
def test_a_missing_or_damaged_file_of_people_is_said(tmp_path: Path, damage: str) -> None:
    add(tmp_path)
    path = tmp_path / f"{LINE.id}.parquet"
    data = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(data[: len(data) // 2] if damage == "torn" else b"PAR1" * 10)
    with FolderLedger(tmp_path).opened() as book, pytest.raises(BrokenRunError, match="missing or"):
        book.numbers(book.lines[0])


def test_an_unwritable_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("a file")
    ledger = FolderLedger(tmp_path / "ledger")
    with pytest.raises(OutputError, match="nothing is released"), ledger.opened():
        pass


def test_two_runs_wait_for_each_other(tmp_path: Path) -> None:
    seen: list[int] = []

    def write(name: str) -> None:
        with FolderLedger(tmp_path, name).opened() as book:
            seen.append(len(book.lines))
            time.sleep(0.05)
            book.append(LINE, NUMBERS)

    threads = [threading.Thread(target=write, args=(str(i),)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [0, 1, 2]


def test_people_are_in_no_repr(tmp_path: Path) -> None:
    assert "18446744073709551615" not in repr(NUMBERS)
