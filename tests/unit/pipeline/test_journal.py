import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from anonymuse.domain.private.edits import Anchor, Edit, EditKind, in_force
from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.pipeline.journal import JOURNAL, append, forget, read_journal


def an_edit(number: int, kind: EditKind = "hide", **more: Any) -> Edit:
    return Edit(
        number=number, kind=kind, time="2026-03-01T10:00:00+00:00", who="mo", why="wärum", **more
    )


RENAMED = an_edit(
    2,
    "rename",
    nodes=("L0-0001",),
    called=("Bread",),
    anchors=(Anchor(3, (1, 2**64 - 1)),),
    name="パン",
    role="editor",
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_journal(tmp_path) == ()
    for edit in (an_edit(1), RENAMED, an_edit(3, "undo", undoes=1)):
        append(tmp_path, edit)
    edits = read_journal(tmp_path)
    assert edits == (an_edit(1), RENAMED, an_edit(3, "undo", undoes=1))
    assert in_force(edits) == (RENAMED,)
    assert (tmp_path / JOURNAL).stat().st_mode & 0o777 == 0o600


def test_a_line_is_never_changed_afterwards(tmp_path: Path) -> None:
    append(tmp_path, an_edit(1))
    before = (tmp_path / JOURNAL).read_bytes()
    append(tmp_path, RENAMED)
    assert (tmp_path / JOURNAL).read_bytes().startswith(before)


def test_who_is_forgotten_leaves_an_anchor_that_is_as_large(tmp_path: Path) -> None:
    members = tuple(range(1000, 1100))
    anchored = an_edit(2, "lock", anchors=(Anchor(8, members), Anchor(0, members)))
    for edit in (an_edit(1), anchored, an_edit(3, "undo", undoes=1)):
        append(tmp_path, edit)
    forget(tmp_path, lambda number: number < 1040)
    first, second, third = read_journal(tmp_path)
    assert (first, third) == (an_edit(1), an_edit(3, "undo", undoes=1))
    for anchor, bits in zip(second.anchors, (8, 0), strict=True):
        assert anchor.bits == bits
        assert set(members) & set(anchor.members) == set(range(1040, 1100))
        assert len(set(anchor.members)) == 100
        assert list(anchor.members) == sorted(anchor.members)
        assert 1 << 32 < anchor.members[-1] < 1 << (64 - bits)
    assert set(second.anchors[0].members) & set(second.anchors[1].members) <= set(members)
    assert (tmp_path / JOURNAL).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [JOURNAL]


@pytest.mark.parametrize("cut", [1, 20, -2])
def test_a_last_line_cut_short_is_as_if_not_written(tmp_path: Path, cut: int) -> None:
    append(tmp_path, an_edit(1))
    whole = (tmp_path / JOURNAL).read_bytes()
    line = json.dumps(asdict(RENAMED)).encode() + b"\n"
    (tmp_path / JOURNAL).write_bytes(whole + line[:cut])
    assert read_journal(tmp_path) == (an_edit(1),)
    append(tmp_path, RENAMED)
    assert read_journal(tmp_path) == (an_edit(1), RENAMED)


def test_a_last_line_that_lost_only_its_end_counts(tmp_path: Path) -> None:
    """An editor that strips the last line end must not bring back what was hidden."""
    append(tmp_path, an_edit(1))
    path = tmp_path / JOURNAL
    path.write_bytes(path.read_bytes().rstrip())
    assert read_journal(tmp_path) == (an_edit(1),)
    append(tmp_path, RENAMED)
    assert read_journal(tmp_path) == (an_edit(1), RENAMED)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"not json",
        b"\xff\xfe",
        json.dumps(asdict(an_edit(1)) | {"kind": "burn"}).encode(),
        json.dumps(asdict(an_edit(1)) | {"number": "one"}).encode(),
    ],
)
def test_another_damaged_line_is_said_without_its_text(tmp_path: Path, line: bytes) -> None:
    (tmp_path / JOURNAL).write_bytes(line + b"\n")
    append(tmp_path, an_edit(2))
    with pytest.raises(BrokenRunError, match="Line 1 of") as caught:
        read_journal(tmp_path)
    assert "burn" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_lines_taken_out_by_hand_are_noticed(tmp_path: Path) -> None:
    append(tmp_path, an_edit(2))
    with pytest.raises(BrokenRunError, match="changed by hand"):
        read_journal(tmp_path)


def test_no_right_to_write_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).mkdir()
    with pytest.raises(OutputError, match="Cannot write"):
        append(tmp_path, an_edit(1))


def test_a_repr_shows_no_text() -> None:
    assert repr(RENAMED) == "Edit(2, rename)"
    assert repr(RENAMED.anchors[0]) == "Anchor(2)"
