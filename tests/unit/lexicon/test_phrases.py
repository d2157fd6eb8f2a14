from __future__ import annotations

import pytest

from anonymuse.lexicon.phrases import (
    joined,
    name_faults,
    near_duplicate,
    reduce_phrase,
    sentence_case,
    tidy,
)
from anonymuse.lexicon.words import Word


def without(*gone: str):
    def allowed(word: Word) -> bool:
        return word.text.casefold() not in gone

    return allowed


@pytest.mark.parametrize(
    ("phrase", "gone", "loose", "strict"),
    [
        ("write a festive sweet shop status", ("festive", "sweet"), *["write a shop status"] * 2),
        ("explain when to rebase or merge", ("rebase",), "explain", ""),
        ("assess the legality of a lease", ("legality",), "assess a lease", ""),
        ("write a haiku about autumn", ("haiku",), "write about autumn", ""),
        ("explain who owns processes", ("owns",), "explain who processes", ""),
        ("write a letter to a landlord", ("landlord",), *["write a letter"] * 2),
        ("diagnose a read-only disk", (), *["diagnose a read-only disk"] * 2),
        ("write an elegiac ode", ("elegiac",), *["write an ode"] * 2),
        ("write a new epic ode", ("new", "epic"), *["write an ode"] * 2),
        ("design a big RPG", ("big",), *["design an RPG"] * 2),
        ("support a friend's suicidal thoughts", ("friend's",), *["support suicidal thoughts"] * 2),
        ("fix a broken glass", ("broken",), *["fix a glass"] * 2),
        ("write a SWOT analysis", (), *["write a SWOT analysis"] * 2),
        ("write an API test", (), *["write an API test"] * 2),
        ("write a four-line poem", ("four",), *["write a poem"] * 2),
        ("bake", ("bake",), "", ""),
        ("", (), "", ""),
    ],
)
def test_reduced_phrases(phrase: str, gone: tuple[str, ...], loose: str, strict: str) -> None:
    assert reduce_phrase(phrase, without(*gone)) == loose
    assert reduce_phrase(phrase, without(*gone), strict=True) == strict


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ('Name: "Bake bread."\nBecause people bake.', "Bake bread"),
        ("\n\n- Bake   bread", "Bake bread"),
        ("1. Bake bread", "Bake bread"),
        ("", ""),
    ],
)
def test_answers_are_tidied(answer: str, wanted: str) -> None:
    assert tidy(answer) == wanted


@pytest.mark.parametrize(
    "name",
    ["", "the of and", "Bake 3 loaves", "See https://example.org/x", "Mail a@b.org", "<b>Bake</b>",
     "one two three four five six seven eight nine ten eleven"],
)  # fmt: skip
def test_names_of_bad_form(name: str) -> None:
    assert name_faults(name) is not None


def test_a_good_name_has_no_fault() -> None:
    assert name_faults("Bake bread and cakes") is None


def test_near_duplicates_share_their_content_words() -> None:
    assert near_duplicate("Write recipes", "recipe writing")
    assert not near_duplicate("Write recipes", "Write letters")


def test_small_forms() -> None:
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert joined(["a"]) == "a"
    assert joined([]) == ""
    assert sentence_case("iOS apps") == "IOS apps"
    assert sentence_case("") == ""
