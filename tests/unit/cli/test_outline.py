"""The last line of a run says what was read, and what has no voice of its own."""

from anonymuse.cli.outline import taken

STAGES = {"ingest": {"read": 100}, "sample": {"conversations": 100, "units": 90}}


def test_copies_are_told_where_they_are_many() -> None:
    few, many = ({**STAGES, "duplicates": {"texts": 100, "repeated": n}} for n in (9, 10))
    assert taken(STAGES) == taken(few)
    assert taken(few).endswith("90 units took part.")
    assert "10 of 100 texts nearly repeat another" in taken(many)
