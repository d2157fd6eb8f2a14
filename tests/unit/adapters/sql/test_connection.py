"""SQL that can only read: what is let through, what is refused, and what errors say."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.sql.connection import checked_select, open_connection, query_error
from anonymuse.errors import InputError

SECRET = "Zanzibaria"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    for name in ("logs/a.csv", "logs/b.csv", "other.csv"):
        Path(name).write_text(f"id,text\n1,{SECRET}\n2,x\n")
    return tmp_path


def run(text: str) -> list[tuple[object, ...]]:
    query = checked_select(text, setting="--sql")
    connection = open_connection(query.files)
    try:
        return connection.execute(query.text).fetchall()
    except duckdb.Error as error:
        raise query_error(error, setting="--sql") from None
    finally:
        connection.close()


READS = {
    "a file": ("select count(*) from 'logs/a.csv'", 2),
    "a pattern": ("select count(*) from 'logs/*.csv'", 4),
    "a deep pattern": ("select count(*) from '**/a.csv'", 2),
    "a function": ("select count(*) from read_csv(['logs/a.csv', 'other.csv'], delim=',')", 4),
    "with": ("with x as (select * from 'logs/a.csv') select count(*) from x;", 2),
    "from first": ("from 'other.csv' select count(*)", 2),
    "a union": ("select count(*) from (from 'logs/a.csv' union all from 'other.csv')", 4),
    "a subquery": ("select (select count(*) from 'logs/a.csv')", 2),
    "recursive": (
        "with recursive r as (select 1 n union all select n + 1 from r where n < 3) "
        "select count(*) from r",
        3,
    ),
    "no file": ("select 1", 1),
}


@pytest.mark.parametrize("case", READS)
def test_what_reads_is_run(data: Path, case: str) -> None:
    text, wanted = READS[case]
    assert run(text) == [(wanted,)]


WRITES = [
    "copy (select 1) to 'logs/out.csv'",
    "with x as (copy (select 1) to 'logs/out.csv') select 1",
    "with x as (insert into t values (1) returning *) select * from x",
    "with x as (delete from t returning *) select * from x",
    "with x as (update t set a = 1 returning *) select * from x",
    "select * from (with x as (copy (select 1) to 'logs/out.csv') select 1)",
    "attach 'logs/new.db'",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "set threads = 1",
    "set variable x = 1",
    "call enable_logging()",
    "create table t (a int)",
    "create or replace macro f() as 1",
    "export database 'logs/all'",
    "import database 'logs/all'",
    "detach memory",
    "use memory",
    "checkpoint",
    "vacuum",
    "explain analyze select 1",
    "prepare p as select 1",
    "begin",
    "select 1; select 2",
    "select 1; copy (select 1) to 'logs/out.csv'",
    "select * from query('select 1')",
    "select * from query_table('t')",
    "select * from json_execute_serialized_sql('{}')",
    "select * from enable_logging(storage = 'file')",
    "select * from enable_profiling(save_location = 'logs/p.json')",
    "select * from create_external_resource('x')",
    "select * from checkpoint()",
    "select * from duckdb_settings()",
    "select * from read_duckdb('logs/new.db')",
    "select * from Enable_Logging()",
    "",
    "-- nothing",
    ";",
    "not sql at all",
    "select * from 'https://example.com/a.parquet'",
    "select * from 's3://bucket/a.parquet'",
    "select * from read_text('/etc/' || 'hostname')",
    "select * from read_csv((select 'logs/a.csv'))",
    "select * from 'logs/none.csv'",
    "select " + "(" * 3_000 + "1" + ")" * 3_000,
    "select '\ud800'",
]


@pytest.mark.parametrize("text", WRITES, ids=lambda text: text[:40].replace("\ud800", "?"))
def test_what_could_write_is_refused_in_one_sentence(data: Path, text: str) -> None:
    before = sorted(path.name for path in data.rglob("*"))
    with pytest.raises(InputError, match=r"^--sql [^\n]*\.$"):
        run(text)
    assert sorted(path.name for path in data.rglob("*")) == before


@pytest.mark.parametrize(
    "text",
    [
        "copy (select 1) to 'logs/../outside.csv'",
        "copy (select 1) to '/dev/stdout'",
        "attach 'outside.db'",
        "select * from read_text('other.csv')",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set lock_configuration = false",
        "load json_not_there",
        "select * from enable_logging(storage = 'file', storage_config = {'path': 'logs'})",
    ],
)
def test_the_connection_holds_without_the_check(data: Path, text: str) -> None:
    connection = open_connection(["logs/a.csv"])
    with pytest.raises(duckdb.Error):
        connection.execute(text).fetchall()
    assert not (data / "outside.csv").exists()
    assert not (data / "outside.db").exists()


ERRORS = {
    f"select text::int from 'logs/a.csv' where text = '{SECRET}'": "ConversionException",
    "select nobody from 'logs/a.csv'": "at character 8: a column",
    "select nothing(1)": "at character 8: a table or function",
    "selec 1": "at character 1: it is not valid SQL",
    f"select error('{SECRET}')": "failed",
}


@pytest.mark.parametrize("text", ERRORS)
def test_errors_name_class_and_place_and_no_value(data: Path, text: str) -> None:
    with pytest.raises(InputError, match=ERRORS[text]) as caught:
        run(text)
    assert SECRET not in caught.value.message
    assert caught.value.__suppress_context__


def test_names_that_quote_themselves(data: Path) -> None:
    odd = data / "it's [1].csv"
    odd.write_text("id,text\n1,x\n")
    assert run("select count(*) from read_csv('it''s [1].csv')") in ([(1,)], [(0,)])


def test_a_variable_of_the_program_is_no_table(data: Path) -> None:
    mine = "select 1"
    with pytest.raises(InputError, match="CatalogException"):
        run("select * from mine")
    assert mine


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["select", "with x as (", ")", "copy", "(", "1", "'a'", "to", "from", "insert into",
             "x", ";", "--", "/*", "values", "attach", ",", "*", "set", "pragma", "union all",
             "\x00", "$$", '"', "returning *", "read_csv", "query"]
        ),
        max_size=9,
    ).map(" ".join)
)  # fmt: skip
def test_any_words(text: str) -> None:
    said = None
    try:
        query = checked_select(text, setting="--sql")
    except InputError as error:
        said = error.message
    if said is not None:
        assert said.startswith("--sql ")
        assert "\n" not in said
        return
    connection = open_connection(query.files)
    statements = connection.extract_statements(query.text)
    assert [one.type for one in statements] == [duckdb.StatementType.SELECT]
    connection.close()
