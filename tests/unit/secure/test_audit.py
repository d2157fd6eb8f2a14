"""The audit log: what it writes, when it refuses, and every way of tampering that is found."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.pipeline.key import ProjectKey
from anonymuse.secure.audit import HEAD, LOG, AuditLog, machine_actor, open_log
from anonymuse.secure.audit_check import read_rows, verify
from anonymuse.secure.audit_line import Keyring, row_hash, safe

KEYS = Keyring(ProjectKey(b"k" * 32))
OTHER = ProjectKey(b"o" * 32)
Lines = list[bytes]


def log(folder: Path, *, keys: Keyring = KEYS, wall: float = 1.8e9) -> AuditLog:
    return AuditLog(folder, keys, wall=lambda: wall)


def add(book: AuditLog, number: int = 0) -> None:
    book.append(actor="ivan", role="investigator", action="read trace", object=f"row{number}")


@pytest.fixture
def five(tmp_path: Path) -> Path:
    """A log of five rows."""
    book = log(tmp_path)
    for number in range(5):
        add(book, number)
    return tmp_path


def told(folder: Path, *anchors: bytes, keys: Keyring = KEYS) -> list[str]:
    return [one.told for one in verify(folder, keys, anchors).findings]


def test_a_row_holds_who_what_when_and_is_chained(five: Path) -> None:
    rows = list(read_rows(five, KEYS))
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert [row.prev for row in rows[1:]] == [row_hash(row) for row in rows[:-1]]
    assert (rows[0].actor, rows[0].role, rows[0].object) == ("ivan", "investigator", "row0")
    assert rows[0].time == "2027-01-15T08:00:00.000Z"
    assert verify(five, KEYS).sound
    assert verify(five, KEYS).rows == 5
    assert (five / LOG).stat().st_mode & 0o077 == 0


def test_no_log_is_a_sound_log(tmp_path: Path) -> None:
    assert verify(tmp_path, KEYS).rows == 0
    assert verify(tmp_path, KEYS).sound
    with pytest.raises(BrokenRunError, match="no row"):
        log(tmp_path).anchor()


def edited(lines: Lines) -> Lines:
    return [*lines[:2], lines[2].replace(b"row2", b"row9"), *lines[3:]]


def deleted(lines: Lines) -> Lines:
    return lines[:1] + lines[3:]


def first_deleted(lines: Lines) -> Lines:
    return lines[1:]


def inserted(lines: Lines) -> Lines:
    made_up = json.loads(lines[2]) | {"mac": "0" * 64}
    packed = json.dumps(made_up, sort_keys=True, separators=(",", ":")).encode()
    return [*lines[:2], packed, *lines[2:]]


def reordered(lines: Lines) -> Lines:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def doubled(lines: Lines) -> Lines:
    return [*lines[:3], lines[2], *lines[3:]]


def renumbered(lines: Lines) -> Lines:
    """Take a row away and count the others anew: their signatures do not hold any more."""
    rest = [json.loads(line) for line in lines[:2] + lines[3:]]
    for seq, row in enumerate(rest, start=1):
        row["seq"] = seq
    return [json.dumps(row, sort_keys=True, separators=(",", ":")).encode() for row in rest]


def respelled(lines: Lines) -> Lines:
    """Write the same values in another way: the signature holds, the line is not ours."""
    return [*lines[:2], json.dumps(json.loads(lines[2]), indent=None).encode(), *lines[3:]]


def cut(lines: Lines) -> Lines:
    return lines[:3]


def emptied(lines: Lines) -> Lines:
    return []


def rubbish(lines: Lines) -> Lines:
    return [*lines[:2], b"[" * 100_000, b'{"seq": true}', *lines[2:]]


def no_number(lines: Lines) -> Lines:
    """Put in a row that is JSON to many programs, and cannot be written as we write rows."""
    made_up = json.loads(lines[2]) | {"details": {"n": float("nan")}}
    return [*lines[:2], json.dumps(made_up, sort_keys=True).encode(), *lines[2:]]


def no_time(lines: Lines) -> Lines:
    """Put in a row of the first second that there is: nothing can be before it."""
    made_up = json.loads(lines[2]) | {"time": "0001-01-01T00:00:00Z"}
    packed = json.dumps(made_up, sort_keys=True, separators=(",", ":")).encode()
    return [*lines[:2], packed, *lines[2:]]


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (no_number, "Line 3 is not a row of ours"),
        (no_time, "Line 3 was changed, or was not written by us"),
        (edited, "Line 3 was changed"),
        (deleted, "Line 2: 2 rows are missing before row 4"),
        (first_deleted, "Line 1: 1 rows are missing before row 2"),
        (inserted, "Line 3 was changed, or was not written by us"),
        (reordered, "row 2 is out of order"),
        (doubled, "row 3 stands there twice"),
        (renumbered, "Line 3 was changed"),
        (respelled, "Line 3 is not a row of ours"),
        (cut, "The log was cut off"),
        (emptied, "The log was cut off"),
        (rubbish, "Line 4 is not a row of ours"),
    ],
)
def test_tampering_is_found(five: Path, tamper: Callable[[Lines], Lines], says: str) -> None:
    lines = (five / LOG).read_bytes().splitlines()
    (five / LOG).write_bytes(b"".join(line + b"\n" for line in tamper(lines)))
    found = verify(five, KEYS)
    assert not found.sound
    assert says in " ".join(one.told for one in found.findings)


def test_an_end_that_is_no_number_is_not_gone_on_with(five: Path) -> None:
    with (five / LOG).open("ab") as stream:
        made_up = json.loads((five / LOG).read_bytes().splitlines()[-1]) | {"actor": float("nan")}
        stream.write(json.dumps(made_up).encode() + b"\n")
    with pytest.raises(BrokenRunError, match="a last row that was changed"):
        add(log(five))
    head = json.loads((five / HEAD).read_bytes()) | {"hash": float("nan")}
    (five / HEAD).write_text(json.dumps(head))
    assert not verify(five, KEYS).sound


def test_a_removed_log_is_found_and_not_begun_anew(five: Path) -> None:
    (five / LOG).unlink()
    assert "cut off" in told(five)[0]
    with pytest.raises(BrokenRunError, match="rows are gone"):
        add(log(five))


def test_a_cut_log_is_not_added_to(five: Path) -> None:
    lines = (five / LOG).read_bytes().splitlines(keepends=True)
    (five / LOG).write_bytes(b"".join(lines[:3]))
    with pytest.raises(BrokenRunError, match="rows are gone"):
        add(log(five))


def test_only_an_anchor_elsewhere_tells_of_a_log_that_was_taken_back_with_its_head(
    five: Path,
) -> None:
    log_before, head_before = (five / LOG).read_bytes(), (five / HEAD).read_bytes()
    add(log(five))
    elsewhere = log(five).anchor()
    (five / LOG).write_bytes(log_before)
    (five / HEAD).write_bytes(head_before)
    assert verify(five, KEYS).sound
    assert "an anchor that you gave, 6 rows were written" in told(five, elsewhere)[0]
    add(log(five), 77)  # another sixth row
    assert told(five, elsewhere) == ["Row 6 is not the one that an anchor that you gave holds."]


def test_a_head_that_was_taken_away_is_found(five: Path) -> None:
    (five / HEAD).unlink()
    assert "no audit.head" in told(five)[0]
    with pytest.raises(BrokenRunError, match=r"no audit\.head"):
        add(log(five))


def test_a_forged_anchor_is_found(five: Path) -> None:
    real = json.loads(log(five).anchor())
    forged = json.dumps(real | {"seq": 4}).encode()
    assert "was changed, or another key signed it" in told(five, forged)[0]
    assert "is none of ours" in told(five, b"no anchor")[0]
    (five / HEAD).write_bytes(forged)
    with pytest.raises(BrokenRunError, match="that we did not write"):
        add(log(five))


def test_another_key_is_found_and_a_retired_one_is_known(five: Path) -> None:
    stranger = Keyring(OTHER)
    assert "signed with a key that is not here" in told(five, keys=stranger)[0]
    with pytest.raises(BrokenRunError, match="key we lack"):
        add(log(five, keys=stranger))
    rotated = Keyring(OTHER, [ProjectKey(b"k" * 32)])
    add(log(five, keys=rotated))
    assert verify(five, rotated).sound
    assert len({row.key for row in read_rows(five, rotated)}) == 2


def test_a_clock_that_goes_back_is_a_warning_with_its_place(five: Path) -> None:
    add(log(five, wall=1.8e9 - 3600))
    found = verify(five, KEYS)
    assert found.sound
    (one,) = found.findings
    assert (one.severity, one.line) == ("warning", 6)
    assert "the clock went back" in one.told


def test_half_a_line_of_a_crash_is_told_and_repaired_in_the_open(five: Path) -> None:
    whole = (five / LOG).read_bytes()
    (five / LOG).write_bytes(whole + b'{"action":"read tra')
    found = verify(five, KEYS)
    assert found.sound
    assert "half a row of 19 bytes" in found.findings[0].told
    add(log(five))
    assert [row.action for row in read_rows(five, KEYS)][5:] == ["log repaired", "read trace"]
    assert verify(five, KEYS).findings == ()


def test_a_last_line_without_its_end_counts(five: Path) -> None:
    (five / LOG).write_bytes((five / LOG).read_bytes().rstrip(b"\n"))
    assert "lacks its line end" in told(five)[0]
    add(log(five))
    assert verify(five, KEYS).rows == 6
    assert verify(five, KEYS).findings == ()


def test_a_crash_between_row_and_head_loses_nothing(five: Path) -> None:
    head = (five / HEAD).read_bytes()
    add(log(five))
    (five / HEAD).write_bytes(head)
    assert verify(five, KEYS).sound
    add(log(five))
    assert verify(five, KEYS).rows == 7


def test_a_full_disk_refuses_and_leaves_no_half_row(
    five: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (five / LOG).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="disk is full"):
        add(log(five))
    assert (five / LOG).read_bytes() == before


def test_a_log_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / LOG).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError):
        add(log(tmp_path))


def test_an_end_without_lines_is_not_gone_on_with(five: Path) -> None:
    with (five / LOG).open("ab") as stream:
        stream.write(b"x" * 300_000)
    with pytest.raises(BrokenRunError, match="no row of ours"):
        add(log(five))
    with (five / LOG).open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(BrokenRunError):
        add(log(five))


def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / LOG).mkdir()
    with pytest.raises(BrokenRunError, match="cannot be read"):
        verify(tmp_path, KEYS)


def test_what_somebody_typed_is_never_in_the_log(tmp_path: Path) -> None:
    book = log(tmp_path)
    book.append(
        actor="ivan", role="investigator", action="denied",
        object="<script>alert(1)</script>\nJane Doe lives in Ulm",
        details={"note": "my diagnosis is very much private\u202e", "list": ["é", 1, None, True]},
    )  # fmt: skip
    line = (tmp_path / LOG).read_text(encoding="ascii")
    assert "Jane" not in line
    assert "script" not in line
    assert "diagnosis" not in line
    assert line.count("\n") == 1
    assert verify(tmp_path, KEYS).sound


def test_a_few_words_in_place_of_an_id_are_not_in_the_log_either(tmp_path: Path) -> None:
    """Addresses of pages take any id, and some words are short."""
    row = log(tmp_path).append(
        actor="ivan", role="investigator", action="denied", object="Jane Doe has HIV",
        purpose="she told me", details={"act": "see report"},
    )  # fmt: skip
    assert "Jane" not in (tmp_path / LOG).read_text(encoding="ascii")
    assert "told" not in row.purpose
    assert row.details["act"] == "see report"


def test_ids_and_numbers_stay_as_they_are() -> None:
    kept = {"id": "L0-0001", "n": 3, "share": 0.5, "address": "::1", "none": None}
    assert safe(kept) == kept
    assert safe("two three four five six").startswith("sha256:")
    assert safe("\udcff").startswith("sha256:")


_WRITER = """
import os, sys
from pathlib import Path
from anonymuse.pipeline.key import ProjectKey
from anonymuse.secure import audit
from anonymuse.secure.audit_line import Keyring
folder, name, count, at = sys.argv[1:]
def torn(stream, data):
    stream.write(data[:int(at)])
    os._exit(9)
if int(at) >= 0:
    audit._write = torn
log = audit.AuditLog(Path(folder), Keyring(ProjectKey(b"k" * 32)), wall=lambda: 1.8e9)
for number in range(int(count)):
    log.append(actor=name, role="viewer", action="see report", object=f"o{number}")
"""


def process(folder: Path, name: str, count: int, *, die_at: int = -1) -> subprocess.Popen[bytes]:
    """Start another process that adds rows, and dies after so many bytes of its first."""
    return subprocess.Popen([sys.executable, "-c", _WRITER, folder, name, str(count), str(die_at)])


@pytest.mark.slow
def test_two_processes_write_one_log(tmp_path: Path) -> None:
    workers = [process(tmp_path, name, 15) for name in ("anna", "vera")]
    assert [one.wait() for one in workers] == [0, 0]
    assert verify(tmp_path, KEYS).findings == ()
    rows = list(read_rows(tmp_path, KEYS))
    for name in ("anna", "vera"):
        assert [r.object for r in rows if r.actor == name] == [f"o{n}" for n in range(15)]


@pytest.mark.slow
@pytest.mark.parametrize("at", [0, 1, 200, 10_000])
def test_a_kill_in_the_middle_of_an_append(five: Path, at: int) -> None:
    assert process(five, "anna", 1, die_at=at).wait() == 9
    assert verify(five, KEYS).sound
    add(log(five), 100)
    found = verify(five, KEYS)
    assert found.sound
    assert found.findings == ()
    rows = list(read_rows(five, KEYS))
    assert rows[-1].object == "row100"
    assert ("anna" in {row.actor for row in rows}) == (at == 10_000)


def test_nobody_chooses_what_the_log_calls_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = machine_actor()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "paula")
    assert machine_actor() == before
    assert "paula" not in before


def test_an_account_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> None:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert machine_actor() == f"machine:{os.getuid()}"


def test_the_log_beside_a_key(tmp_path: Path) -> None:
    (tmp_path / "anonymuse.key").write_text("ab" * 32)
    open_log(tmp_path / "anonymuse.key").append(
        actor=machine_actor(), role="machine", action="erase", object="abcd", details={"rows": 3}
    )
    assert (tmp_path / "anonymuse.zone" / LOG).exists()
    assert machine_actor().startswith("machine:")
