from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.ids import canonical_json, content_id, keyed_id, keyed_unit_interval


def test_spelling_of_a_value_does_not_depend_on_key_order() -> None:
    assert canonical_json({"b": 1, "a": [2, None]}) == canonical_json({"a": [2, None], "b": 1})


def test_parts_are_not_joined() -> None:
    assert content_id("ab", "c") != content_id("a", "bc")


@given(st.binary(min_size=1), st.text())
def test_keyed_numbers_lie_in_the_unit_interval_and_repeat(key: bytes, part: str) -> None:
    number = keyed_unit_interval(key, part)
    assert 0 <= number < 1
    assert number == keyed_unit_interval(key, part)


def test_another_key_gives_another_id() -> None:
    assert keyed_id(b"one", "user") != keyed_id(b"two", "user")
