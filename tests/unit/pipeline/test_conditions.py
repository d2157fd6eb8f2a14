import datetime as dt

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.errors import AnonymuseError, ColumnError, ConfigError, InputError
from anonymuse.pipeline.conditions import Want, compile_condition, evaluate
from anonymuse.pipeline.sql_grammar import database

NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TABLE = pa.table(
    {
        "time": pa.array([NEW_YEAR, None], pa.timestamp("us", tz="UTC")),
        "turns": [1, 2],
        "model": ["a", "secretvalue"],
        "My Column": [True, None],
    }
)


def values(text: str, want: Want = "boolean") -> list[object]:
    found = evaluate(compile_condition(text, setting="--where"), TABLE, want=want)
    return list(found.to_pylist())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turns > 1", [False, True]),
        ("TURNS > 1 and Model like 's%'", [False, True]),
        ("conversation.turns = 1", [True, False]),
        ("turns = '1'", [True, False]),
        ("time >= '2026-01-01'", [True, None]),
        ("time >= '2026-01-01T00:00:00+02:00'", [True, None]),
        ("time = '2026-01-01T01:00:00+01:00'", [True, None]),
        ("hour(time) = 0 and dayname(time) = 'Thursday'", [True, None]),
        ('"My Column"', [True, None]),
        ("turns in (1, 3) -- a comment", [True, False]),
        ("turns between 1 and 1 or model ilike '%VALUE'", [True, True]),
        ("case when turns = 1 then true else false end", [True, False]),
        ("coalesce(\"My Column\", false)", [True, False]),
        ("try_cast(model as integer) is null", [True, True]),
        ("len([x for x in [1, 2] if x > turns]) = 1", [True, False]),
        ("list_contains(['a'], model) and nullif(turns, 2) = 1", [True, False]),
        ("regexp_matches(model, '^a')", [True, False]),
        ("1 = 1", [True, True]),
    ],
)  # fmt: skip
def test_conditions(text: str, expected: list[object]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("turns = = 1", "at character 9"),
        ("'ééé' = = model", "at character 9"),
        ("turns > 1; drop table x", "not one SQL"),
        ("turns > 1;", "not one SQL"),
        ("select 1", "not one SQL"),
        ("copy x to 'y'", "not one SQL"),
        ("turns > 1) or (1 = 1", "not one SQL"),
        ("turns, model", "not one SQL"),
        ("turns = 1 limit 1", "not one SQL"),
        ("turns > 1 /*", "not one SQL"),
        ("\ud800 = 1", "not one SQL"),
        ("(" * 4000 + "turns" + ")" * 4000, "not one SQL"),
        ("turns in (select 1)", "a query inside"),
        ("exists (from x)", "a query inside"),
        ("turns = any([1])", "a query inside"),
        ("row_number() over () = 1", "a window"),
        ("* is null", "name the columns"),
        ("columns('t.*') = 1", "name the columns"),
        ("#1 = 1", "name the columns"),
        ("$1 = turns", "a parameter"),
        ("? = turns", "a parameter"),
        ("count(*) > 1", "is not allowed"),
        ("sum(turns) > 1", "is not allowed"),
        ("read_text('x') is null", "is not allowed"),
        ("now() > time", "is not allowed"),
        ("age(time) > interval 1 day", "is not allowed"),
        ("random() > 0.5", "is not allowed"),
        ("nextval('x') = 1", "is not allowed"),
        ("current_setting('timezone') = 'UTC'", "is not allowed"),
        ("unnest([true])", "is not allowed"),
        ("repeat('x', 100000000) = model", "is not allowed"),
        ("getenv('HOME') = 'x'", "no function 'getenv'"),
        ("system.main.getenv('HOME') = 'x'", "no function 'getenv'"),
        ("lowr(model) = 'a'", "Did you mean 'lower'"),
    ],
)
def test_what_is_no_condition_is_refused_before_any_data_is_read(text: str, part: str) -> None:
    with pytest.raises(ConfigError) as caught:
        compile_condition(text, setting="--where")
    assert part in caught.value.message
    assert caught.value.message.startswith("--where")


@pytest.mark.parametrize("name", ["current_date", "current_user", "localtime", "conversation"])
def test_what_reads_like_a_column_has_to_be_one(name: str) -> None:
    with pytest.raises(ColumnError, match=f"no column '{name}'"):
        values(f"{name} is null")


def test_a_parameter_is_one_inside_of_its_lambda_only() -> None:
    assert values("len(list_filter([1, 2], lambda turns: turns > 1)) = turns") == [True, False]
    with pytest.raises(ColumnError, match="current_date"):
        values("len(list_filter([1], lambda current_date: true)) = 1 and current_date is not null")


def test_an_unknown_column_brings_the_nearest() -> None:
    with pytest.raises(ColumnError) as caught:
        values("tunrs > 3")
    assert "Did you mean 'turns'? Columns found: model, time, turns." in str(caught.value)


def test_a_column_that_looks_like_data_is_not_listed() -> None:
    table = TABLE.append_column("jane@example.org", [[1, 2]])
    with pytest.raises(ColumnError) as caught:
        evaluate(compile_condition("janes > 1", setting="--where"), table, want="boolean")
    assert "example" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("model > 3", ConfigError, "at character 1: a type does not fit"),
        ("lower(turns) = 'a'", ConfigError, "'turns' is an integer"),
        ("turns", ConfigError, "should give true or false for each conversation and gives an int"),
        ("null", ConfigError, "gives null"),
        ("model::integer = 1", InputError, "at character 6: a value is not of the type"),
        ("turns = 'many'", InputError, "a value is not of the type"),
        ("9223372036854775807 + turns > 9223372036854775800::bigint", None, ""),
        ("regexp_matches(model, '(')", ConfigError, "pattern"),
    ],
)
def test_errors_name_class_place_and_columns_and_no_value(
    text: str, kind: type[AnonymuseError] | None, part: str
) -> None:
    if kind is None:
        assert values(text) == [True, True]
        return
    with pytest.raises(kind) as caught:
        values(text)
    assert part in str(caught.value)
    assert "secretvalue" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_empty_table_checks_names_and_types() -> None:
    empty = TABLE.slice(0, 0)
    good, wrong = (compile_condition(t, setting="x") for t in ("turns > 3", "turns ilike 'a'"))
    assert evaluate(good, empty, want="boolean").to_pylist() == []
    with pytest.raises(ConfigError):
        evaluate(wrong, empty, want="boolean")


@pytest.mark.parametrize(
    ("text", "want", "expected"),
    [
        ("turns * 2", "integer", [2, 4]),
        ("turns / 2", "number", [0.5, 1.0]),
        ("turns", "number", [1.0, 2.0]),
        ("model || '!'", "text", ["a!", "secretvalue!"]),
        ("[model]", "texts", [["a"], ["secretvalue"]]),
    ],
)
def test_values_of_other_kinds(text: str, want: Want, expected: list[object]) -> None:
    assert values(text, want) == expected


def test_a_value_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ConfigError, match="should give an integer"):
        values("turns / 2", "integer")
    with pytest.raises(InputError, match="too large"):
        values("turns + 170141183460469231731687303715884105000::hugeint", "integer")


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                ["turns", "model", "time", "(", ")", "'", "=", ">", "and", "not", "in", "select",
                 "from", ",", "[", "]", "case", "when", "end", "::", "1", ";", "--", "*", "x -> x",
                 "is", "null", "over", "read_csv", "now", "{", "}", "like", "''", "between"]
            ),
            max_size=8,
        ).map(" ".join),
    )
)  # fmt: skip
def test_any_text_gives_values_or_one_of_our_errors(text: str) -> None:
    try:
        found = values(text)
    except AnonymuseError as caught:
        found = [str(caught), None]
    assert len(found) == 2
    assert "secretvalue" not in str(found[0])


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('README.md')",
        "select * from 'README.md'",
        "copy (select 1) to 'x.csv'",
        "attach 'x.db'",
        "install httpfs",
        "load 'x'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "select * from NEW_YEAR",
    ],
)
def test_the_connection_is_hard_by_itself(statement: str) -> None:
    cursor = database().cursor()
    with pytest.raises(duckdb.Error):
        cursor.execute(statement).fetchall()
    cursor.close()


def test_the_zone_of_the_machine_plays_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert values("time::timestamptz = '2026-01-01T00:00:00Z'::timestamptz") == [True, None]


def test_a_column_that_is_named_like_a_sentence_is_in_no_error() -> None:
    table = pa.table({"turns": [1], "Ottokringel has flu": [1]})
    with pytest.raises(ColumnError) as caught:
        evaluate(compile_condition("foo = 1", setting="--where"), table, want="boolean")
    assert "turns" in str(caught.value)
    assert "Ottokringel" not in str(caught.value)
