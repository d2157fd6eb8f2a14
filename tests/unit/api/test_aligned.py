from rich.cells import cell_len

from anonymuse.api.aligned import aligned

ROWS = [["", "people", "share"], ["中文", "1,200", "12 %"], ["English", "30", "3 %"]]


def test_columns_stand_under_each_other_whatever_the_script() -> None:
    assert aligned(ROWS) == [
        "         people  share",
        "中文     1,200   12 %",
        "English  30      3 %",
    ]


def test_numbers_end_under_each_other() -> None:
    lines = aligned(ROWS, numbers=True)
    assert lines == [
        "         people  share",
        "中文      1,200   12 %",
        "English      30    3 %",
    ]
    assert {cell_len(line) for line in lines} == {22}


def test_what_a_row_ends_with_makes_no_column_wider() -> None:
    rows = [["files"], ["日本語", "a.jsonl", "2"], ["a sentence that is longer than a column"]]
    assert aligned(rows) == [
        "files",
        "日本語  a.jsonl  2",
        "a sentence that is longer than a column",
    ]
    assert aligned([]) == []
