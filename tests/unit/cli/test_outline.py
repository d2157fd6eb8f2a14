"""What a run prints at its end: what was withheld, what was read, what has no voice of its own."""

from anonymuse.cli.outline import outline, taken
from tests.sample_report import sample_report

STAGES = {"ingest": {"read": 100}, "sample": {"conversations": 100, "units": 90}}


def test_what_was_withheld_are_topics() -> None:
    assert "\n  5 topics: too few people\n" in outline(sample_report(), width=100)


def test_copies_are_told_where_they_are_many() -> None:
    few, many = ({**STAGES, "duplicates": {"texts": 100, "repeated": n}} for n in (9, 10))
    assert taken(STAGES) == taken(few)
    assert taken(few).endswith("90 units took part.")
    assert "10 of 100 texts nearly repeat another" in taken(many)
