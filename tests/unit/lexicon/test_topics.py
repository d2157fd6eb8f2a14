from __future__ import annotations

import pytest

from anonymuse.lexicon.phrases import name_faults
from anonymuse.lexicon.topics import (
    distinct_topics,
    fields,
    likely_fields,
    topic_names,
    topics,
    words_of,
)
from anonymuse.lexicon.words import stem, words


def test_every_topic_has_a_field_and_stands_once() -> None:
    assert len(topics()) == len(set(topics())) > 400
    assert all(fields().values())


@pytest.mark.parametrize("name", [*topics(), *dict.fromkeys(fields().values())])
def test_every_topic_and_field_may_be_a_name(name: str) -> None:
    assert name_faults(name) is None
    assert len(name.split()) <= 5


def test_a_conversation_says_its_topics_and_their_fields_without_capitals() -> None:
    said = words_of(["algebra", "equations"])
    assert said == "algebra, equations, mathematics and statistics"
    assert not any(word.capital for word in words(said))


def test_topics_that_repeat_a_word_are_left_out() -> None:
    found = ("flights", "flight delays", "refunds", "traffic fines")
    assert distinct_topics(found, most=3) == ["flights", "refunds", "traffic fines"]


def test_names_of_one_two_and_three_topics() -> None:
    assert topic_names(("weather", "astronomy", "oceans")) == [
        "weather", "weather and astronomy", "weather, astronomy and oceans",
    ]  # fmt: skip
    assert topic_names(("loans and debt", "bank accounts"))[1] == "loans and debt, bank accounts"
    assert topic_names(()) == []


def test_likely_fields_rest_on_their_rarest_word() -> None:
    units = {stem("cooking"): 9, stem("food"): 4, stem("mathematics"): 9, stem("statistics"): 1}
    assert likely_fields(units) == ["Cooking and food", "Mathematics and statistics"]
    assert likely_fields({}) == []
