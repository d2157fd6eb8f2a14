"""The splitter finds the same records whatever the size of the pieces it is fed."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.adapters.read import json_values
from anonymuse.adapters.read.json_values import parse, read_values
from anonymuse.domain.private.conversation import Dropped

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
records = st.lists(st.dictionaries(st.text(max_size=5), values, max_size=3), max_size=5)


def split(data: bytes, size: int, *, inside_array: bool) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_values, "_CHUNK", size)
        found = list(read_values(io.BytesIO(data), inside_array=inside_array))
    return [item if isinstance(item, Dropped) else parse(item[1]) for item in found]


@given(records, st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_a_list_is_split_like_json_does(
    given_records: list[Any], size: int, indent: int | None, ascii_only: bool
) -> None:
    data = json.dumps(given_records, indent=indent, ensure_ascii=ascii_only)
    assert split(data.encode(), size, inside_array=True) == given_records


@given(records, st.integers(1, 40), st.sampled_from(["", "\n", " \r\n"]))
def test_records_in_a_row_are_split_too(given_records: list[Any], size: int, between: str) -> None:
    data = between.join(json.dumps(record) for record in given_records)
    assert split(data.encode(), size, inside_array=False) == given_records


@given(records, st.integers(1, 40), st.data())
def test_a_cut_list_gives_its_whole_records_and_says_the_rest(
    given_records: list[Any], size: int, draw: st.DataObject
) -> None:
    data = json.dumps(given_records).encode()
    cut = draw.draw(st.integers(0, len(data)))
    found = split(data[:cut], size, inside_array=True)
    whole = [item for item in found if not isinstance(item, Dropped)]
    assert whole == given_records[: len(whole)]
    assert found[len(whole) :] in ([], [Dropped("file ends in the middle of a record",
                                                f"record {len(whole) + 1}")])  # fmt: skip


def test_two_lists_in_one_file_and_brackets_too_many() -> None:
    assert split(b'[{"a":1}][{"b":2}]]]', 3, inside_array=True) == [{"a": 1}, {"b": 2}]
    assert split(b'}}{"a":1}', 3, inside_array=False) == [{"a": 1}]


def test_what_is_no_record_is_said() -> None:
    assert split(b'["a", {"b": 2}, 3', 2, inside_array=True) == [
        Dropped("not a record", "record 1"),
        {"b": 2},
        Dropped("not a record", "record 3"),
    ]
