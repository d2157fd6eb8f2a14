from __future__ import annotations

from anonymuse.lexicon.candidates import Candidate
from anonymuse.lexicon.handicaps import BONUS, EVEN, handicap


def test_a_models_name_leads_and_words_in_a_row_come_last() -> None:
    model, phrase, words = (
        handicap(Candidate("n", "bake bread", kind), BONUS)
        for kind in ("model", "phrase", "keywords")
    )
    assert model > phrase > words
    assert handicap(Candidate("n", "bake bread", "model"), EVEN) == 0.0


def test_rare_words_several_in_one_and_length_count_against_a_name() -> None:
    plain = handicap(Candidate("n", "bake bread", "phrase"), BONUS)
    assert handicap(Candidate("n", "bake bread", "phrase", share=0.2), BONUS) < plain
    assert handicap(Candidate("n", "bake bread", "phrase", whole=False), BONUS) < plain
    long = "bake bread and cake and pie and rolls and more"
    assert handicap(Candidate("n", long, "phrase"), BONUS) < plain
