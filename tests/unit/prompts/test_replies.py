"""Replies of a model are read or refused, and what they held is in no message."""

from __future__ import annotations

import json

import pytest

from anonymuse.prompts.replies import field_of, name_and_description


def test_a_field_is_read_whatever_else_is_there() -> None:
    assert field_of('{"votes": [true], "more": 1}', "votes") == [True]


@pytest.mark.parametrize(
    "reply", ["", "SECRET", "[]", '"SECRET"', '{"other": "SECRET"}', "[" * 9**5]
)
def test_a_reply_without_the_field_is_refused_without_a_word_of_it(reply: str) -> None:
    with pytest.raises(ValueError, match="holds no field 'name'") as error:
        name_and_description(reply)
    assert "SECRET" not in str(error.value)
    assert error.value.__cause__ is None


def test_half_a_surrogate_pair_is_left_out() -> None:
    reply = json.dumps({"name": "Bake \ud83d bread", "description": "\ude00"})
    assert name_and_description(reply) == ("Bake  bread", "")
