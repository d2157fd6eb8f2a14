from __future__ import annotations

import pytest

from anonymuse.lexicon.special import is_special
from anonymuse.lexicon.support_table import general_words
from anonymuse.lexicon.words import content_words, fold, is_stop, stem, word_list, words


def texts(text: str) -> list[str]:
    return [word.text for word in content_words(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Write a letter to my landlord", ["Write", "letter", "landlord"]),
        ("राखी पे मिठाई की दुकान", ["राखी", "मिठाई", "दुकान"]),
        ("l'été d'une sœur", ["été", "sœur"]),
        ("напиши письмо для меня", ["напиши", "письмо"]),
        ("اكتب رسالة للمدير عن الإجازة", ["اكتب", "رسالة", "للمدير", "الإجازة"]),
        ("כתוב מכתב לי", ["כתוב", "מכתב"]),
        ("ქართული ტექსტი არის", ["ქართული", "ტექსტი"]),
        ("բարեւ իմ ընկեր", ["բարեւ", "ընկեր"]),
        ("이메일을 번역해줘 좀", ["이메일을", "번역해줘"]),
        ("ジムのトレーナーになる", ["ジム", "トレーナー"]),
        ("schreib mir bitte eine E-Mail", ["schreib", "Mail"]),
    ],
)
def test_content_words_of_spaced_and_kana_scripts(text: str, wanted: list[str]) -> None:
    assert [w for w in texts(text) if w != "पे"] == wanted


def test_han_is_cut_into_overlapping_pairs() -> None:
    assert texts("种蔬菜") == ["种蔬", "蔬菜", "种蔬菜"]


def test_thai_is_cut_into_threes_of_letters_with_their_signs() -> None:
    found = texts("เขียนอีเมล")
    assert "อีเม" in found
    assert all(word[0] not in "ีิ่้์" for word in found)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("recipe", "Recipes"), ("plan", "planning"), ("write", "writing"), ("story", "stories"),
        ("translate", "translation"), ("box", "boxes"), ("child", "child's"), ("fix", "fixed"),
        ("이메일을", "이메일"), ("الإجازة", "إجازة"), ("Café", "café"),
        ("bake", "baking"), ("hope", "hoped"), ("hop", "hopping"), ("share", "shares"),
        ("call", "called"), ("control", "controlled"), ("prepare", "preparing"),
        ("create", "creation"), ("creating", "create"), ("change", "changing"),
        ("study", "studied"),
        ("house", "housing"), ("type", "typing"), ("class", "classes"), ("treat", "treated"),
        ("live", "living"), ("argue", "arguing"), ("add", "adding"), ("size", "sizing"),
        ("manage", "managing"), ("visit", "visited"), ("summarize", "summarizing"),
    ],
)  # fmt: skip
def test_the_same_word_has_one_stem(a: str, b: str) -> None:
    assert stem(a) == stem(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("string", "strive"), ("rent", "render"), ("nation", "nature"), ("class", "clap"),
        ("hive", "HIV"), ("hives", "HIV"), ("rap", "rape"), ("rapping", "raped"),
        ("heroine", "heroin"), ("aid", "AIDS"), ("pill", "pile"), ("pets", "Pete"),
        ("time", "Tim"), ("mats", "Matt"), ("plan", "plane"), ("planned", "planes"),
    ],
)  # fmt: skip
def test_other_words_have_other_stems(a: str, b: str) -> None:
    assert stem(a) != stem(b)


def test_capitals_inside_sentences_are_marked() -> None:
    found = {word.text: word.capital for word in words("Ask Maria. Then call: Peter and (Anna)")}
    assert found == {
        "Ask": False, "Maria": True, "Then": False, "call": False, "Peter": False, "and": False,
        "Anna": False,
    }  # fmt: skip


def test_numbers_of_every_script_are_numbers() -> None:
    assert all(word.number for word in words("2024 ٣٤ १२ b12"))


def test_offsets_give_the_word_back() -> None:
    text = "Don't mix 蔬菜 with the child's e-mail"
    assert all(text[word.start : word.end] == word.text for word in words(text))


def test_contractions_are_function_words() -> None:
    assert is_stop("don't")
    assert is_stop("it's")
    assert not is_stop("child's")


def test_repr_shows_no_text() -> None:
    assert "secret" not in repr(words("secret"))


def test_fold_joins_spellings() -> None:
    assert fold("ＡＢＣ") == fold("abc")


@pytest.mark.parametrize(
    "name",
    [
        "dates", "function_words", "general_verbs", "general_words", "hinge_words",
        "known_capitals", "loose_words", "opening_words", "stop_words",
    ],
)  # fmt: skip
def test_every_list_is_there(name: str) -> None:
    assert len(word_list(name)) > 10


def test_general_words_hold_nothing_of_a_special_category() -> None:
    special = [
        "health", "doctor", "disease", "symptom", "medicine", "medical", "pregnant", "pregnancy",
        "diagnosis", "drug", "depression", "suicide", "therapy", "sex", "sexual", "gay",
        "lesbian", "church", "religion", "muslim", "jewish", "christian", "pray", "politics",
        "election", "vote", "party", "union", "strike", "crime", "prison", "police", "arrest",
        "theft", "migrant", "refugee", "asylum", "visa", "deportation", "debt", "loan",
        "bankrupt", "poverty", "child", "children", "kid", "baby", "teen", "minor", "pupil",
        "toddler", "war", "son", "die", "abuse",
    ]  # fmt: skip
    listed = word_list("general_words") | word_list("general_verbs") | word_list("function_words")
    assert {stem(w) for w in special} & {stem(w) for w in listed} <= {stem("party")}


def test_no_word_that_is_published_unasked_is_a_term_of_a_special_category() -> None:
    """General words pass without anybody having used them: none may say what is special."""
    for listed in (general_words(), word_list("function_words")):
        assert not [word for word in listed if is_special(word)]
