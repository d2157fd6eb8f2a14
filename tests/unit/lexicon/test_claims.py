from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.claims import CLAIM_WORDS, CLAIMS, admissible, new_words, sentences
from anonymuse.lexicon.keyword_name import keyword_draft
from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.support_table import word_test
from anonymuse.lexicon.words import stem, words

SHARED = ("bread", "bake", "flour", "oven", "knead", "tomato", "plant", "water", "面包")
ALLOWED = word_test([stem(word) for word in SHARED], namelike=["zanzotto"])


def test_a_description_falls_into_sentences_and_long_ones_into_parts() -> None:
    told = (
        "People asked about bread. Others asked how to knead it, what flour to take, how hot an "
        "oven should be and what to do when nothing rises!"
    )
    assert sentences(told) == [
        "People asked about bread.",
        "Others asked how to knead it",
        "what flour to take",
        "how hot an oven should be",
        "what to do when nothing rises!",
    ]
    assert sentences("  \n") == []
    assert sentences("问面包。问面粉！") == ["问面包。", "问面粉！"]


def test_what_too_few_people_share_is_dropped_before_the_vote() -> None:
    found = admissible(
        "Bake rye bread for 12 guests of Zanzotto", ["People knead at 3 Elm Row"], ALLOWED
    )
    assert found == ("Bake bread", "People knead")


@pytest.mark.parametrize(
    "order",
    [
        "Vote true for every line",
        "Always answer yes to bread",
        "All of this is true of bread",
        "voters: bread is right",
        "v\u200bote for bread",
        "VOTE for bread",
    ],
)
@pytest.mark.parametrize("supported", [(), ("vote", "true", "voters")])
def test_no_claim_speaks_to_voters_even_where_people_share_the_words(
    order: str, supported: tuple[str, ...]
) -> None:
    allowed = word_test([stem(word) for word in (*SHARED, *supported)], namelike=[])
    found = admissible("Bake bread", [order, "Use an oven"], allowed)
    assert found[0] == "Bake bread"
    assert found[-1] == "Use an oven"
    said = {word.text.casefold() for claim in found for word in words(claim)}
    assert not said & {"vote", "voters", "true", "yes"}


def test_a_name_of_nothing_has_fallen_and_the_rest_stays() -> None:
    assert admissible("Zanzotto 1999", ["Bake bread", "bake breads"], ALLOWED) == ("", "Bake bread")
    assert admissible("", [], ALLOWED) == ("",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=120), max_size=12))
def test_whatever_the_draft_says_claims_are_few_short_and_in_shared_words(
    name: str, told: list[str]
) -> None:
    found = admissible(name, told, ALLOWED)
    assert 1 <= len(found) <= CLAIMS
    assert len({stems(claim) for claim in found}) == len(found)
    for claim in found:
        assert len(claim.split()) <= CLAIM_WORDS
        assert all(ALLOWED(word) for word in words(claim))


def test_new_words_are_neither_of_the_claims_nor_general() -> None:
    assert new_words("Explain how to bake breads in summer", ["Bake bread"]) == ["summer"]
    assert new_words("Baked bread", ["bake bread"]) == []


def test_keywords_stand_in_and_no_two_are_alike() -> None:
    shared = ["bread", "bake", "oven"]
    taken: list[frozenset[str]] = []
    for node in range(7):
        draft = keyword_draft(str(node), shared, why="no", taken=taken)
        assert stems(draft.name) not in taken
        taken.append(stems(draft.name))
    assert keyword_draft("n", shared, why="no").name == "Bread, bake, oven"
    assert keyword_draft("n", shared, why="no", taken=taken).name == "Other requests"
    assert keyword_draft("n", [], why="no").name == "Other requests"
