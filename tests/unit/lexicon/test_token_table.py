import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.token_table import expected_tokens

COUNTED = [
    # counted once by the tokeniser of Qwen2.5
    ("English", "You check the privacy of topic names before they are published.", 12),
    ("Spanish", "oye mi casero no me devuelve la fianza desde marzo, escríbele algo firme", 21),
    ("Russian", "Наш клуб открывается в мае, придумай короткое название про шахматы", 22),
    ("Japanese", "彼女は「食べさせられた」と言った。この文の文法を説明して", 20),
    ("Hindi", "मेरे खेत में पानी की कमी है, मुझे क्या करना चाहिए", 42),
]


@pytest.mark.parametrize(("language", "text", "tokens"), COUNTED)
def test_texts_of_many_scripts_come_out_about_right(language: str, text: str, tokens: int):
    assert expected_tokens(text) == pytest.approx(tokens, rel=0.35)


def test_over_many_languages_together_the_error_is_small():
    counted = sum(tokens for _, _, tokens in COUNTED)
    assert sum(expected_tokens(text) for _, text, _ in COUNTED) == pytest.approx(counted, rel=0.1)


def test_nothing_costs_nothing():
    assert expected_tokens("") == expected_tokens("   ") == 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_a_count_that_grows_with_it(first: str, second: str):
    one, both = expected_tokens(first), expected_tokens(f"{first}\n{second}")
    assert one >= 0
    assert both >= 0.75 * one  # more English around it makes a text's words cheaper
