"""WildChat and LMSYS-Chat-1M: known by their columns, users and times found."""

from pathlib import Path

import pytest

from anonymuse.adapters.read.sniff import open_reader
from anonymuse.ports.reader import ColumnMapping
from tests.formats.chat_datasets import SAMPLES
from tests.unit.adapters.read.files import conversations, read, said

WILDCHAT, LMSYS, LINES = SAMPLES


def test_wildchat(tmp_path: Path) -> None:
    first, second, third = conversations(read(WILDCHAT.write(tmp_path)))
    assert said(first) == [
        ("user", "Name three wild herbs."),
        ("assistant", "Sorrel, yarrow, nettle."),
    ]
    # The table's time is that of the last message; the first that is known is nearer the start.
    assert first.time is not None
    assert first.time.isoformat() == "2023-04-09T00:03:53+00:00"
    assert [item.user for item in (first, second, third)] == ["a1b2", "c3d4", "e5f6"]
    assert second.metadata == {
        "model": "gpt-4-0314", "turn": 1, "language": "English", "toxic": False, "redacted": True,
        "state": "Normandy", "country": "France",
    }  # fmt: skip


@pytest.mark.parametrize("sample", [LMSYS, LINES], ids=["parquet", "lines"])
def test_lmsys_has_no_users_and_no_times(tmp_path: Path, sample: object) -> None:
    assert sample in (LMSYS, LINES)
    path = (LMSYS if sample is LMSYS else LINES).write(tmp_path)
    items = conversations(read(path))
    assert [item.id for item in items] == ["w1", "w2", "w3"]
    assert {item.user for item in items} == {None}
    assert {item.time for item in items} == {None}
    assert items[0].metadata["language"] == "English"


def test_columns_that_were_named_go_first(tmp_path: Path) -> None:
    items = conversations(read(WILDCHAT.write(tmp_path), user="country"))
    assert [item.user for item in items] == ["France"] * 3


def test_asked_for_by_name(tmp_path: Path) -> None:
    reader = open_reader(LMSYS.write(tmp_path), format="lmsys", columns=ColumnMapping())
    assert len(conversations(reader.read())) == 3
    assert "'conversation_id'" in reader.why
