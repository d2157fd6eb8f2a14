from __future__ import annotations

import pytest

from anonymuse.errors import InputError, OutputError
from anonymuse.evals.checklist import (
    Row,
    drawn,
    graded,
    holds,
    read_checklist,
    write_checklist,
)

ROWS = [Row(f"Name {i}", "Told, with a comma.", "food 80%, pets 20%") for i in range(60)]


def test_the_sample_is_the_same_again_and_in_order() -> None:
    one = drawn(ROWS, seed=3)
    assert len(one) == 50
    assert one == drawn(ROWS, seed=3) != drawn(ROWS, seed=4)
    assert one == sorted(one, key=ROWS.index)
    assert drawn(ROWS[:7], seed=3) == ROWS[:7]


def test_what_is_written_is_read_again(tmp_path) -> None:
    path = tmp_path / "new" / "list.csv"
    write_checklist(path, ROWS)
    assert read_checklist(path) == ROWS
    assert graded(read_checklist(path)) == {}


def test_no_label_is_a_formula_of_a_spreadsheet(tmp_path) -> None:
    path = tmp_path / "list.csv"
    write_checklist(path, [Row("+1", "@b", "=cmd|calc 100%")])
    assert path.read_text().splitlines()[1] == "'+1,'@b,'=cmd|calc 100%,"


def test_grades_become_shares(tmp_path) -> None:
    path = tmp_path / "list.csv"
    grades = ["fits"] * 6 + ["vague"] * 3 + ["wrong", ""]
    own = [Row("a", "b", "c", grade) for grade in grades]
    write_checklist(path, own)
    found = graded(read_checklist(path))
    assert {grade: one.mean for grade, one in found.items()} == pytest.approx(
        {"fits": 0.6, "vague": 0.3, "wrong": 0.1, "detail": 0.0}
    )
    assert found["wrong"].low < 0.1 < found["wrong"].high


def test_a_file_that_is_no_checklist_is_refused(tmp_path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,description,holds,grade\na,b,c,fitz\n")
    with pytest.raises(InputError, match=r"line 2: .*fits"):
        read_checklist(path)
    path.write_text("name\na\n")
    with pytest.raises(InputError, match="description"):
        read_checklist(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="CSV"):
        read_checklist(path)
    with pytest.raises(OutputError):
        write_checklist(path / "below", ROWS)


def test_what_a_cluster_holds() -> None:
    assert holds(["a", "b", "a", "a"]) == "a 75%, b 25%"
