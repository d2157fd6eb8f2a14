import re
import tomllib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from anonymuse.pipeline.config import RunConfig, make_config, setting_fields
from anonymuse.pipeline.toml import literal, to_bare_toml, to_toml


class Inner(BaseModel):
    """One thing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: str
    low: int | None = None
    values: tuple[str, ...] = ()


class Part(BaseModel):
    """A section."""

    names: tuple[str, ...] = ("a",)
    rate: float = 0.5
    on: bool = False
    day: date | None = None
    prices: dict[str, float] = {}
    parts: dict[str, Inner] = {}


class Whole(BaseModel):
    """Every kind of value that a configuration may hold."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    text: str = ""
    """some text"""
    part: Part = Part()
    named: dict[str, Inner] = Field(default={}, examples=[{"mood": {"kind": "boolean"}}])
    """things by name"""
    listed: tuple[Inner, ...] = ()


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
INNER = st.builds(Inner, kind=TEXT, low=st.none() | st.integers(), values=st.lists(TEXT).map(tuple))
PART = st.builds(
    Part,
    names=st.lists(TEXT, max_size=3).map(tuple),
    rate=st.floats(allow_nan=False),
    on=st.booleans(),
    day=st.none() | st.dates(),
    prices=st.dictionaries(TEXT, st.floats(allow_nan=False), max_size=2),
    parts=st.dictionaries(TEXT, INNER, max_size=2),
)
WHOLE = st.builds(
    Whole,
    text=TEXT,
    part=PART,
    named=st.dictionaries(TEXT, INNER, max_size=2),
    listed=st.lists(INNER, max_size=2).map(tuple),
)


@given(WHOLE)
@examples(max_examples=60, deadline=None)
def test_every_kind_of_value_goes_out_and_comes_back(whole: Whole) -> None:
    assert Whole.model_validate(tomllib.loads(to_toml(whole))) == whole
    assert Whole.model_validate(tomllib.loads(to_bare_toml(whole))) == whole


CHANGED: list[dict[str, Any]] = [
    {},
    {"seed": 7, "title": 'a "b" \\ c\n\x7f', "privacy": {"min_units": 60}},
    {"extract": {"facets": ["core", "mine.toml"]}, "cluster": {"on": ["task"]}},
    {"facets": {"mood": {"type": "one_of", "question": "?", "values": ["a", "b"]}}},
    {"facets": {"a": {"type": "integer", "question": "?", "low": 0, "high": 5}}},
]


@pytest.mark.parametrize("values", CHANGED)
def test_a_configuration_goes_out_and_comes_back(values: dict[str, Any]) -> None:
    config = make_config(values)
    assert make_config(tomllib.loads(to_toml(config))) == config
    assert make_config(tomllib.loads(to_bare_toml(config))) == config


def test_every_setting_is_in_the_file_with_its_meaning() -> None:
    text = to_toml(RunConfig())
    for setting, field in setting_fields().items():
        key = setting.rpartition(".")[2]
        assert re.search(rf"^#?{key} = |^#?\[{key}\.", text, flags=re.MULTILINE), setting
        assert field.description
    assert max(map(len, text.splitlines())) <= 100


def test_the_examples_are_good_settings() -> None:
    text = to_toml(RunConfig())
    set_all = re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)
    assert make_config(tomllib.loads(set_all)).facets


def test_a_bare_file_says_where_a_value_came_from() -> None:
    text = to_bare_toml(make_config({"seed": 3}), {"seed": "--seed"})
    assert "seed = 3  # --seed" in text
    assert "[input]" not in to_bare_toml(RunConfig()) or "timezone" in text


def test_literals() -> None:
    assert literal({"a b": [1, True, 2.5], "c": None}) == '{ "a b" = [1, true, 2.5] }'
    assert literal(datetime(2026, 3, 1, tzinfo=UTC)) == "2026-03-01T00:00:00+00:00"
    with pytest.raises(TypeError, match="bytes"):
        literal(b"x")
