"""Words in every script, and the tricks that Unicode offers to whoever wants a word to get out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.plain_text import text_problem
from anonymuse.lexicon.support_table import unsupported
from anonymuse.lexicon.words import content_words, fold, stem, words

LEAF = "L0-0000"

SAID = {
    "English": ("help me plan an orchard", "plan an orchard"),
    "Chinese": ("帮我，规划花园", "规划花园"),
    "Japanese": ("庭のデザインを計画する", "庭のデザイン"),
    "Thai": ("ช่วยวางแผนสวน", "วางแผนสวน"),
    "Arabic": ("ساعدني في تخطيط الحديقة", "تخطيط حديقة"),
    "Persian": ("باغچه را طراحی کن", "طراحی باغچه"),
    "Hebrew": ("עזור לי לתכנן גינה", "לתכנן גינה"),
    "Hindi": ("बगीचे की योजना बनाओ", "बगीचे योजना"),
    "Bengali": ("বাগান পরিকল্পনা কর", "বাগান পরিকল্পনা"),
    "Tamil": ("தோட்டம் திட்டமிட உதவு", "தோட்டம் திட்டமிட"),
    "Korean": ("정원을 계획해줘", "정원 계획해줘"),
    "Russian": ("помоги спланировать огород", "спланировать огород"),
    "Greek": ("βοήθησε να σχεδιάσω κήπο", "σχεδιάσω κήπο"),
    "Georgian": ("დამეხმარე ბაღის დაგეგმვაში", "ბაღის დაგეგმვაში"),
    "Armenian": ("օգնիր պլանավորել այգի", "պլանավորել այգի"),
    "Amharic": ("የአትክልት ቦታ እቅድ", "የአትክልት እቅድ"),
    "Khmer": ("ជួយរៀបចំសួនច្បារ", "រៀបចំសួន"),
    "Turkish": ("bahçe planlamama yardım et", "bahçe planlamama"),
    "Vietnamese": ("giúp tôi lên kế hoạch vườn", "kế hoạch vườn"),
}


def table(texts: list[str], units: list[int] | None = None):
    return build_table(texts, [0] * len(texts), units or range(len(texts)), leaves=[LEAF])


@pytest.mark.parametrize("language", SAID)
def test_what_ten_people_say_is_supported_and_what_nine_say_is_not(language: str) -> None:
    text, _ = SAID[language]
    stems = {w.stem for w in content_words(text)}
    assert stems
    ten, nine = table([text] * 10), table([text] * 9)
    assert stems <= ten.supported(LEAF, cell=10)
    assert not nine.supported(LEAF, cell=10)


@pytest.mark.parametrize("language", [name for name in SAID if name != "Japanese"])
def test_words_that_ten_people_said_may_be_published(language: str) -> None:
    text, name = SAID[language]
    assert unsupported(name, LEAF, table([text] * 10), cell=10) == []
    assert unsupported(name, LEAF, table([text] * 9), cell=10)


def test_japanese_endings_count_for_nothing_and_are_not_published() -> None:
    text, name = SAID["Japanese"]
    assert unsupported(name, LEAF, table([text] * 10), cell=10) == ["の"]
    assert unsupported("デザイン", LEAF, table([text] * 10), cell=10) == []


@pytest.mark.parametrize(
    "word",
    [
        "gаrden",  # Cyrillic a
        "gardеn",  # Cyrillic e
        "gαrden",  # Greek alpha
        "ɡardеn",
        "gаrden".upper(),
        "सgarden",
        "гарdен",
    ],
    ids=range(7),
)
def test_a_word_of_two_scripts_is_never_published(word: str) -> None:
    found = unsupported(f"Plan {word}", LEAF, table([f"plan a {word}"] * 30), cell=10)
    assert found == [word]


@pytest.mark.parametrize(
    "hidden", list("\u200b\u200d\u202e\u2066\u00ad\ufeff\u3164\u034f\ufe0f\u180e"), ids=range(10)
)
def test_hidden_characters_neither_cut_nor_join_words(hidden: str) -> None:
    known = table(["plan a gar" + hidden + "den"] * 10)
    assert stem("garden") in known.supported(LEAF, cell=10)
    assert not {"gar", "den"} & known.supported(LEAF, cell=10)
    smuggled = f"Plan gar{hidden}den"
    assert unsupported(smuggled, LEAF, known, cell=10) or text_problem(smuggled, "")
    # Two supported words do not make a third by something invisible between them.
    split = table(["plan gar den"] * 10)
    assert unsupported(f"gar{hidden}den", LEAF, split, cell=10) or text_problem(smuggled, "")
    assert "garden" not in split.supported(LEAF, cell=10)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ｇａｒｄｅｎ", "garden"),
        ("ﬁnance", "finance"),
        ("cafe\u0301", "café"),
        ("ガーデン", "ｶﾞｰﾃﾞﾝ"),
    ],
    ids=["full width", "ligature", "combining", "half width"],
)
def test_one_word_in_two_spellings_has_one_stem(a: str, b: str) -> None:
    assert stem(a) == stem(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("coco", "сосо"), ("paypal", "раураl"), ("rose", "rosé"), ("a\u0336nna", "anna"),
     ("ano", "año"), ("şıklık", "siklik")],
    ids=["Cyrillic", "mixed", "accents", "struck through", "tilde", "Turkish"],
)  # fmt: skip
def test_look_alikes_lend_each_other_no_support(a: str, b: str) -> None:
    assert stem(a) != stem(b)
    assert unsupported(a, LEAF, table([b] * 10), cell=10)


@pytest.mark.parametrize(
    "number",
    ["7", "٧", "७", "７", "𝟕", "²", "Ⅶ", "七", "①", "b12", "१२वीं", "২০২৪"],
    ids=range(12),
)
def test_digits_of_every_script_are_never_published(number: str) -> None:
    assert unsupported(f"Plan {number}", LEAF, table([f"plan {number}"] * 30), cell=10)


@pytest.mark.parametrize(
    "name", ["Ǆordan", "Ზაზა", "ＺＡＮＺＯＴＴＯ", "Ωmega", "Ö\u0308zil"], ids=range(5)
)
def test_capitals_of_every_script_are_names(name: str) -> None:
    said = f"write to {name} now please and thank you very much for this"
    assert unsupported(f"Write to {name}", LEAF, table([said] * 30), cell=10)


LETTERS = st.text(
    alphabet=st.characters(categories=["L", "M", "N", "Cf", "Zs", "Pd"]), min_size=1, max_size=14
)
TRICKS = st.text(alphabet="aаαeеöo\u0308\u0301\u200b\u200d\u202egɡzZ ｚ七7ﬁſıİßΣς", max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.one_of(LETTERS, TRICKS))
def test_folding_twice_changes_nothing_and_hides_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not any(unicodedata.category(char) == "Cf" for char in once)
    assert fold(unicodedata.normalize("NFD", text)) == once


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(LETTERS, TRICKS), min_size=1, max_size=4), st.one_of(LETTERS, TRICKS))
def test_no_trick_lends_a_word_support_that_its_own_letters_do_not_have(
    said: list[str], name: str
) -> None:
    """Whatever passes consists of words, and each was used in these very letters, or is ours."""
    known = table(said * 3, [unit for unit in range(3) for _ in said])
    if unsupported(name, LEAF, known, cell=3) or text_problem(name, ""):
        return
    used = {word.stem for text in said for word in words(fold(text))} | {
        stem(word.text) for text in said for word in words(text)
    }
    empty = table([])
    for word in words(name):
        ours = not unsupported(word.text, LEAF, empty, cell=3)
        assert ours or word.stem in used
        assert not word.number
        assert not word.mixed
