"""Open vocabularies: only what enough people share, in plain common words."""

from anonymuse.lexicon.open_values import MOST_VALUES, shared_values, spelled, values_of


def test_one_spelling() -> None:
    assert spelled("  Harm   Prevention. ") == "harm prevention"
    assert values_of("Clarity; clarity; ; Patience") == ["clarity", "patience"]
    assert values_of(None) == []


def test_only_what_enough_people_share() -> None:
    answers = ["clarity; patience", "clarity", "clarity; zyxquon", "clarity", None]
    assert shared_values(answers, [1, 2, 3, 3, 4], cell=3) == ("clarity",)
    # One person who says it three times is one person.
    assert shared_values(["patience"] * 3, [7, 7, 7], cell=2) == ()


def test_numbers_dates_markup_and_sentences_are_no_values() -> None:
    bad = [
        "rule 7", "monday", "<b>care</b>", "a@example.org", "the", "🙂",
        "a value that is a whole long sentence",
    ]  # fmt: skip
    answers = ["; ".join([*bad, "care for others"])] * 5
    assert shared_values(answers, range(5), cell=3) == ("care for others",)


def test_what_answers_mostly_write_with_a_capital_is_a_name() -> None:
    answers = ["clarity of words, patience with people, love for Ottokringel"] * 2
    answers = [a.replace(", ", "; ") for a in answers] * 3
    assert shared_values(answers, range(6), cell=3) == ("clarity of words", "patience with people")


def test_there_is_an_end_to_it() -> None:
    letters = "abcdefghijklmnop"
    many = [f"quality {a}{b}{a}x" for a in letters for b in letters]
    assert len(shared_values(["; ".join(many)] * 3, range(3), cell=3)) == MOST_VALUES
