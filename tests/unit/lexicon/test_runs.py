from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anonymuse.lexicon.runs import LONGEST, shared_runs
from anonymuse.lexicon.words import Word, is_stop, words

OIL = [
    "next oil change, is it soon",
    "schedule an oil change for the car",
    "how much is an oil change",
    "oil, change nothing",
]


def everything(_word: Word) -> bool:
    return True


def but(*gone: str):
    return lambda word: word.text.casefold() not in gone


def test_runs_that_enough_people_wrote() -> None:
    assert shared_runs(OIL, everything, cell=3) == ["oil change"]  # a comma cuts
    assert shared_runs(OIL, everything, cell=4) == []


def test_a_word_that_may_not_be_said_cuts_a_run() -> None:
    assert shared_runs(OIL, but("oil"), cell=1) == ["change nothing"]
    assert shared_runs(OIL, but("change"), cell=2) == []


def test_a_run_inside_a_longer_one_of_as_many_people_is_left_out() -> None:
    said = ["pay the gas bill online", "pay a gas bill online", "pay a gas bill online please"]
    assert shared_runs(said, everything, cell=3) == ["pay a gas bill online"]
    more = [*said, "where is the gas bill"]
    assert shared_runs(more, everything, cell=3) == ["gas bill", "pay a gas bill online"]


def test_a_run_needs_two_words_of_its_own_at_both_ends() -> None:
    found = shared_runs(["cost of a trip", "the cost of a trip to"], everything, cell=2)
    assert found == ["cost of a trip"]
    assert shared_runs(["a trip", "a trip"], everything, cell=2) == []


WORD = st.sampled_from(["oil", "change", "my", "the", "car", "of", "Zanzotto", "wheel", "2024"])


@given(st.lists(st.lists(WORD, max_size=9).map(" ".join), max_size=8), st.integers(1, 4))
def test_every_word_of_a_run_is_allowed_and_shared(said: list[str], cell: int) -> None:
    allowed = but("zanzotto", "2024")
    for run in shared_runs(said, allowed, cell=cell):
        found = words(run)
        assert len(found) <= LONGEST
        for word in found:
            assert allowed(word)
            holders = sum(word.stem in {own.stem for own in words(text)} for text in said)
            assert is_stop(word.text) or holders >= cell


def test_a_function_word_that_may_not_be_published_cuts_a_run_too() -> None:
    said = [f"rotes Auto mit Hybrid {end}" for end in ("eins", "zwei", "drei")]
    assert shared_runs(said, everything, cell=3) == ["rotes Auto mit Hybrid"]
    assert shared_runs(said, but("mit"), cell=3) == ["rotes Auto"]
