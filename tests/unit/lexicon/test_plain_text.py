import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.lexicon.plain_text import cut_to_form, form_problem, text_problem


@pytest.mark.parametrize(
    "name",
    [
        "Debug Python scripts and data pipelines",
        "Write polite e-mails to landlords",
        "Explain C++ and C# compiler errors",
        "Discuss Tom & Jerry, cartoons and jokes (for children)",
        "Übersetze Texte – schnell und gut",
        "المساعدة في كتابة الرسائل الرسمية",
        "写正式的信件和申请",
        "Set up Node.js and ASP.NET servers",
        "What's new? Plan 'surprise' parties!",
    ],
)
def test_plain_names_pass(name: str) -> None:
    assert text_problem(name, "Users asked for help. The assistant gave it.") is None
    assert text_problem(name, "") is None


BAD = [
    ("", "empty"),
    ("  ", "empty"),
    ("Fix <b>bold</b> text", "markup"),
    ("Fix `code` blocks", "markup"),
    ("Use **bold** letters", "markup"),
    ("See [this](that)", "markup"),
    ("=SUM of all cells", "markup"),
    ("# Heading of a page", "markup"),
    ("Tom &amp; friends", "markup"),
    ("Fish &#x26; chips", "markup"),
    ("Plan a trip in 2024", "digits"),
    ("Plan for ٣ people", "digits"),
    ("Half ½ a cake", "digits"),
    ("Write to anna.k@example.org for help", "identifier"),
    ("Ask www.example.com/about/us for help", "identifier"),
    ("Break\nlines", "control or hidden characters"),
    ("Zero\u200bwidth space", "control or hidden characters"),
    ("Turn \u202eround", "control or hidden characters"),
    ("Nul\x00l", "control or hidden characters"),
    ("Private \ue000 use", "control or hidden characters"),
    ("Line\u2028separator", "control or hidden characters"),
    ("one two three four five six seven eight nine ten eleven", "too long"),
    ("a" * 121, "too long"),
]


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_what_breaks_a_rule(text: str, problem: str) -> None:
    assert text_problem(text, "") == problem


@pytest.mark.parametrize(("text", "problem"), [b for b in BAD[2:] if b[1] != "too long"])
def test_descriptions_follow_the_same_rules(text: str, problem: str) -> None:
    assert text_problem("Write letters", text) == problem


def test_a_description_may_be_longer() -> None:
    assert text_problem("Write letters", "word " * 60) is None
    assert text_problem("Write letters", "word " * 61) == "too long"
    assert text_problem("Write letters", "w" * 501) == "too long"


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_passes_is_plain(name: str, description: str) -> None:
    if text_problem(name, description) is None:
        both = name + description
        assert name.strip()
        assert not any(c.isdigit() or c in "<>`*[]{}|\n" for c in both)


@pytest.mark.parametrize(
    ("name", "description", "problem"),
    [
        ("Help Ada of 12 Elm Row", "Mail ada@example.org <b>", None),
        (" ", "", "empty"),
        ("a\u202eb", "", "control or hidden characters"),
        ("word " * 11, "", "too long"),
        ("word", "x" * 501, "too long"),
    ],
)
def test_form_is_all_that_the_baseline_needs(name, description, problem) -> None:
    assert form_problem(name, description) == problem


@given(st.text(max_size=300), st.text(max_size=900))
def test_whatever_is_cut_to_form_has_form_or_is_empty(name: str, description: str) -> None:
    assert form_problem(*cut_to_form(name, description)) in {None, "empty"}
