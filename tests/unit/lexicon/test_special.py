"""What tells something of a special category becomes the category; what is general stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.special import (
    CATEGORIES,
    becomes,
    find_special,
    generalised,
    is_special,
)
from anonymuse.lexicon.special_table import hits, terms_file
from anonymuse.lexicon.topics import fields, topics
from anonymuse.lexicon.words import word_list

PERSONAL = {
    "I was told I have diabetes, what can I cook?": "health",
    "ich habe seit drei Jahren Brustkrebs": "health",
    "mi madre tiene depresión": "health",
    "我怀孕了,想请病假": "health",
    "妻が妊娠中で心配です": "health",
    "저는 당뇨가 있어요": "health",
    "أنا حامل": "health",
    "у меня депрессия": "health",
    "ฉันเป็นเบาหวาน": "health",
    "tôi bị ung thư": "health",
    "मुझे डायबिटीज़ है": "health",
    "আমার ক্যান্সার হয়েছে": "health",
    "eşim hamile": "health",
    "mam depresję": "health",
    "saya menderita kanker": "health",
    "من افسردگی دارم": "health",
    "we fast during Ramadan, our family is Muslim": "religion",
    "sono lesbica e non lo sa nessuno": "sexuality",
    "je suis délégué syndical": "union",
    "ik ben gearresteerd": "crime",
    "мне нужно убежище": "migration",
    "no puedo pagar, tengo muchas deudas": "money",
    "my 9-year-old daughter hates maths": "minors",
    "I voted for the republicans, our family always has": "politics",
}
GENERAL = [
    "Explain how the Catholic church changed in the reformation, for my history homework.",
    "write a function that creates a child process",
    "What was the Great Depression?",
    "What is a credit union?",
    "How do elections work in Switzerland?",
    "Schreibe ein Gedicht über den Herbst.",
    "¿Qué deportes se practican en Perú?",
    "Długo szukałem przepisu na chleb.",
    "Which prayer books exist in the library of the museum?",
]


@pytest.mark.parametrize(("text", "category"), PERSONAL.items(), ids=range(len(PERSONAL)))
def test_personal_specifics_become_their_category(text: str, category: str) -> None:
    changed, counts = generalised(text)
    assert counts[category] >= 1
    assert becomes(category) in changed
    assert not any(span.category == category for span in find_special(changed))


@pytest.mark.parametrize("text", GENERAL, ids=range(len(GENERAL)))
def test_general_knowledge_stays(text: str) -> None:
    assert generalised(text) == (text, {})


def test_the_request_around_a_specific_stays() -> None:
    text = "I have celiac disease. Suggest three dinners without a stove, please."
    assert generalised(text)[0] == (
        "I have health condition. Suggest three dinners without a stove, please."
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "dia\u200bbetes",
        "dіabetes",
        "ｄｉａｂｅｔｅｓ",
        "DIABETES",
        "dia\u00adbetes",
        "\u202ediabetes",
    ],
    ids=["zero-width", "homoglyph", "full-width", "capitals", "soft-hyphen", "bidi"],
)
def test_unicode_does_not_hide_a_term(hidden: str) -> None:
    assert generalised(f"my {hidden} got worse")[1]["health"] == 1


def test_accents_may_be_missing_in_long_words_only() -> None:
    assert generalised("soy alergico a los frutos secos")[1]["health"] == 1
    assert generalised("There is no rush.")[1] == {}  # Vietnamese "nợ", debt


def test_a_weak_term_needs_a_cue_of_its_own_language() -> None:
    assert not find_special("the church is old")
    assert find_special("my church is old")
    assert not find_special("mein church ist alt")


def test_what_is_personal_elsewhere_needs_no_cue() -> None:
    assert not find_special("Plan meals around symptoms")
    assert find_special("Plan meals around symptoms", personal={"health"})


@given(
    st.lists(
        st.sampled_from([*PERSONAL, *GENERAL, "health condition", "my child", "trade union", ". "]),
        max_size=4,
    )
)
@settings(max_examples=60, deadline=None)
def test_doing_it_again_changes_nothing(parts: list[str]) -> None:
    once = generalised(" ".join(parts))[0]
    assert generalised(once) == (once, {})


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    once = generalised(text)[0]
    assert generalised(once) == (once, {})


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_knows_the_large_languages(category: str) -> None:
    told = terms_file(category)
    known = set(told["strong"]) | set(told["weak"])
    assert {"en", "de", "fr", "es", "pt", "it", "ru", "zh", "ja", "ar"} <= known
    assert not is_special(becomes(category))


def test_every_term_is_found_where_it_stands_alone() -> None:
    missing = [
        (category, language)
        for category in CATEGORIES
        for strength in ("strong", "weak")
        for language, terms in terms_file(category)[strength].items()
        for term in terms.split()
        if not any(
            sense.kind == category
            for hit in hits(term.replace("_", " ").replace("*", ""))
            for sense in hit.senses
        )
    ]
    assert missing == []


def test_our_own_published_words_are_general() -> None:
    general = word_list("general_words") | word_list("general_verbs") | word_list("function_words")
    assert [word for word in general if is_special(word)] == []


def test_topics_that_are_specifics_are_not_offered() -> None:
    left = set(topics()) - set(topics(generalise=True))
    assert {"pregnancy", "suicidal thoughts", "self-harm"} <= left
    assert {"mental health", "religion", "politics"} <= set(topics(generalise=True))
    assert not any(is_special(field) for field in fields().values())
