from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.set_noise import SetNoise
from anonymuse.lexicon.voter import Voters, needed, parts_of, votes, whole
from anonymuse.lexicon.words import stem

LEAF = "L0-0000"


def voters(texts: list[str], *, cell: int = 3, groups: list[int] | None = None, **more) -> Voters:
    table = build_table(
        texts, [0] * len(texts), range(len(texts)), leaves=[LEAF], groups=groups
    )  # fmt: skip
    return Voters(table, cell, **more)


def test_a_claim_is_held_by_whoever_used_its_words() -> None:
    assert votes("bake sourdough bread", "how do I bake a sourdough bread at home")
    assert not votes("bake sourdough bread", "how do I bake a rye bread")
    assert not votes("", "anything")
    assert not votes("of the", "of the")


def test_general_words_need_nobody() -> None:
    """They are ours: "explain" is true of whoever asks, and gives nobody away."""
    assert needed("explain sourdough") == {stem("sourdough")}
    assert votes("explain sourdough", "my sourdough does not rise")
    assert needed("explain things") == stems("explain things")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Write poems and songs", ["Write poems", "songs"]),
        ("Astronomy, planets and tides", ["Astronomy", "planets", "tides"]),
        ("Astronomy: other requests", ["Astronomy"]),
        ("Stories and poems: other requests", ["Stories", "poems"]),
        ("Explain things", ["Explain things"]),
        ("Bread or cake; tax", ["Bread", "cake", "tax"]),
        ("", []),
    ],
)
def test_a_name_is_cut_into_claims(text: str, parts: list[str]) -> None:
    assert parts_of(text) == parts


def test_words_of_different_people_make_no_claim() -> None:
    """Each word has support; nobody said them together."""
    people = voters(["nurses on shift"] * 5 + ["debt letters"] * 5)
    assert {stem("nurses"), stem("debt")} <= people.table.supported(LEAF, cell=3)
    assert not people.keep(LEAF, "nurses in debt")
    assert not people.name(LEAF, "nurses in debt")
    assert people.keep(LEAF, "nurses and debt")


def test_general_words_do_not_carry_what_one_person_said() -> None:
    """The telling word alone passes; all words together are one person's."""
    one = ["identify a string of lights"]
    people = voters([*one, *["planets and lights"] * 9])
    assert needed(one[0]) == {stem("lights")}
    assert not people.keep(LEAF, one[0])
    assert people.keep(LEAF, "identify lights")
    assert voters([*one * 3, *["planets and lights"] * 7]).keep(LEAF, one[0])


def test_a_field_of_general_words_names_what_is_left() -> None:
    people = voters(["stories and poems"] * 9)
    assert people.name(LEAF, "Stories and poems: other requests")
    assert not people.name(LEAF, "Business and marketing: other requests")


def test_a_fifth_must_hold_each_claim() -> None:
    people = voters(["sourdough bread"] * 4 + ["rye bread"] * 20)
    assert not people.keep(LEAF, "sourdough bread")
    assert people.name(LEAF, "rye bread")
    assert not people.name(LEAF, "rye bread and sourdough")


def test_a_name_may_need_more_than_a_claim() -> None:
    people = voters(["sourdough bread"] * 10 + ["rye bread"] * 20, main=0.5)
    assert people.keep(LEAF, "sourdough bread")
    assert not people.name(LEAF, "sourdough bread")
    assert people.name(LEAF, "bread")
    assert people.share(LEAF, "sourdough bread") == pytest.approx(1 / 3)


def test_accounts_with_one_text_have_one_vote() -> None:
    said = ["sourdough bread"] * 12 + ["rye bread"] * 8
    assert voters(said).keep(LEAF, "sourdough bread")
    assert not voters(said, groups=[0] * 12 + [-1] * 8).keep(LEAF, "sourdough bread")


def test_too_few_people_vote_on_nothing() -> None:
    assert voters(["bread"] * 5).few(LEAF)
    assert not voters(["bread"] * 6).few(LEAF)


def test_noise_is_on_the_votes_and_the_floor_holds() -> None:
    said = ["sourdough bread"] * 12 + ["rye bread"] * 8

    def noisy(value: int) -> Voters:
        noise = SetNoise(2.0, np.zeros(20, dtype=np.uint64), lambda _: value)
        return voters(said, cell=10, noise=noise)

    assert not noisy(3).keep(LEAF, "sourdough bread")
    assert noisy(4).keep(LEAF, "sourdough bread")
    assert not noisy(99).keep(LEAF, "rye bread")


def test_behind_a_text_are_those_who_used_all_of_it() -> None:
    people = voters(["stories"] * 5 + ["poems"] * 5 + ["stories and poems"] * 4)
    assert people.behind(LEAF, "Stories and poems") == 4
    assert replace(people, cell=5).behind(LEAF, "Stories and poems") == 0
    noise = SetNoise(1.0, np.zeros(14, dtype=np.uint64), lambda _: 7)
    assert replace(people, noise=noise).behind(LEAF, "Stories and poems") == 11


def test_an_unknown_word_and_an_unknown_node() -> None:
    people = voters(["bread"] * 9)
    assert not people.keep(LEAF, "Zanzotto")
    with pytest.raises(KeyError):
        people.keep("L0-0007", "bread")


def test_repr_shows_no_word() -> None:
    assert "bread" not in repr(voters(["bread"] * 3))


WORDS = ("bread", "sourdough", "tax", "rye", "蔬菜", "письмо", "explain")


@settings(max_examples=80, deadline=None)
@given(
    said=st.lists(st.lists(st.sampled_from(WORDS), max_size=4), max_size=14),
    claim=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True),
)
def test_the_count_is_that_of_single_votes(said: list[list[str]], claim: list[str]) -> None:
    texts, phrase = [" ".join(own) for own in said], " ".join(claim)
    people = voters(texts, cell=2, claim=0.0, main=0.0)
    single = sum(votes(phrase, text) for text in texts)
    all_of_it = sum(needed(phrase) | whole(phrase) <= stems(text) for text in texts)
    assert people.keep(LEAF, phrase) == (all_of_it >= 2)
    assert people.share(LEAF, phrase) == pytest.approx(single / max(1, len(texts)))
