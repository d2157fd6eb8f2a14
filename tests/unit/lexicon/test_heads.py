from __future__ import annotations

from anonymuse.lexicon.heads import Heads

PHRASES = (
    "check a steel beam",
    "check the load of a steel bridge",
    "identify a half-remembered film",
    "fix boxy vocals, guitars and drums",
    "plan a day",
)


def test_what_ends_a_part_is_a_head_and_what_stands_before_it_is_not() -> None:
    heads = Heads.of(PHRASES, least=1)
    for phrase in ("beam", "bridge", "load", "film", "vocals", "guitars", "drums"):
        assert heads.ends_well(phrase), phrase
    for phrase in ("steel", "half", "half-remembered", "boxy", "check", "plan"):
        assert not heads.ends_well(phrase), phrase
    assert heads.ends_well("check a steel beam")
    assert not heads.ends_well("a steel")


def test_what_nobody_wrote_is_left_alone() -> None:
    assert Heads.of((), least=1).ends_well("anything")
    assert Heads.of(PHRASES, least=1).ends_well("furniture")


def test_a_phrase_without_words_says_nothing() -> None:
    phrases = ("", "???", "\U0001f642")
    assert Heads.of((*phrases, *PHRASES), least=1) == Heads.of(PHRASES, least=1)


def test_no_possessive_ends_a_phrase() -> None:
    heads = Heads.of(["report a colleague's error", "call the colleague"], least=1)
    assert heads.ends_well("colleague")
    assert not heads.ends_well("report a colleague's")


def test_words_that_end_often_enough_count() -> None:
    once_in_three = ["check the load", "load testing tools", "load bearing walls"]
    assert Heads.of(once_in_three, least=1).ends_well("load")
    assert not Heads.of([*once_in_three, "load balancing rules"], least=1).ends_well("load")


def test_too_few_phrases_tell_nothing_and_the_same_phrase_counts_once() -> None:
    said = ["check a steel beam", "check a steel beam", "cut a steel beam"]
    assert not Heads.of(said, least=2).ends_well("steel")
    assert Heads.of(said, least=3).ends_well("steel")


def test_a_word_alone_is_a_head_and_spaces_end_nothing() -> None:
    assert Heads.of(["beams", "beams for roofs"], least=1).ends_well("beams")
    assert not Heads.of(["check steel  beams"], least=1).ends_well("steel")


def test_no_phrase_shows_in_a_repr() -> None:
    assert "steel" not in repr(Heads.of(PHRASES, least=1))
