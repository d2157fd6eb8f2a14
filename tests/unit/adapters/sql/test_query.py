"""A query's rows become a private Parquet file that the readers know."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymuse.adapters.read.sniff import open_reader
from anonymuse.adapters.sql.query import write_query
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.errors import InputError, OutputError
from anonymuse.ports.reader import ColumnMapping

MESSAGES = "[{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Yes?'}]"


def read(text: str, folder: Path, **columns: Any) -> list[Conversation]:
    path = folder / "rows"
    write_query(text, path)
    reader = open_reader(path, format=None, columns=ColumnMapping(**columns), name="sql")
    return [item for item in reader.read() if isinstance(item, Conversation)]


@pytest.mark.parametrize(
    "messages",
    [MESSAGES, "'" + MESSAGES.replace("'", '"') + "'", f"{MESSAGES}::json",
     "[{'role': 'user'::enum('user', 'x'), 'content': 'Hi'}, "
     "{'role': 'assistant'::varchar::enum('assistant', 'user', 'x'), 'content': 'Yes?'}]"],
)  # fmt: skip
def test_messages_of_every_type(tmp_path: Path, messages: str) -> None:
    text = f"select 'c1' as id, {messages} as messages, 'u' as user_id"
    (item,) = read(text, tmp_path)
    assert item.turns == (Turn("user", "Hi"), Turn("assistant", "Yes?"))
    assert (item.id, item.user) == ("c1", "u")


def test_types_of_metadata(tmp_path: Path) -> None:
    (item,) = read(
        "select uuid '0194e3a0-0000-7000-8000-000000000000' as id, 'Hi' as text, 1.5 as score, "
        "7::hugeint as big, date '2026-01-02' as day, true as ok, 'a'::enum('a', 'b') as kind, "
        "timestamptz '2026-01-01 10:00+02' as time, null as nothing",
        tmp_path,
    )
    assert item.id.startswith("0194e3a0")
    assert item.time == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert item.metadata["day"] == "2026-01-02"
    assert item.metadata["kind"] == "a"
    assert item.metadata["ok"] is True
    assert item.metadata["nothing"] is None


def test_a_time_without_a_zone_is_in_the_zone_that_was_named(tmp_path: Path) -> None:
    text = "select 'Hi' as text, timestamp '2026-07-01 10:00' as time"
    (item,) = read(text, tmp_path, timezone="Europe/Berlin")
    assert item.time == datetime(2026, 7, 1, 8, tzinfo=UTC)


def test_many_rows_stream_in_order(tmp_path: Path) -> None:
    assert write_query("select range as id from range(5_000)", tmp_path / "rows") == 5_000
    file = pq.ParquetFile(tmp_path / "rows")
    assert file.num_row_groups > 1
    assert file.read()["id"].to_pylist() == list(range(5_000))


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    pq.write_table(pa.table({"k": [n % 7 for n in range(3_000)]}), tmp_path / "in.parquet")
    text = f"select k, count(*) n from '{tmp_path}/in.parquet' group by k"
    write_query(text, tmp_path / "a")
    write_query(text, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_only_this_account_reads_the_rows(tmp_path: Path) -> None:
    write_query("select 1 as id", tmp_path / "rows")
    assert (tmp_path / "rows").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ["select 1 as a, 2 as a", "select union_value(k := 1) as u", "select interval 1 day"]
)
def test_what_cannot_be_kept_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="--sql"):
        write_query(text, tmp_path / "rows")


def test_an_error_in_the_middle_of_the_rows_shows_no_value(tmp_path: Path) -> None:
    text = "select case when range = 4000 then 'Zanzibaria'::int else 1 end as a from range(5000)"
    with pytest.raises(InputError, match="ConversionException") as caught:
        write_query(text, tmp_path / "rows")
    assert "Zanzibaria" not in caught.value.message


def test_a_column_that_is_not_there_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n1,x\n")
    with pytest.raises(InputError, match="at character 12: a column or function"):
        write_query(f"select id, txt from '{tmp_path}/in.csv'", tmp_path / "rows")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be kept"):
        write_query("select 1 as id", tmp_path / "no" / "rows")
    assert not list(tmp_path.iterdir())
