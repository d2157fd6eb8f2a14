from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.lexicon.shapes import MOST_SENTENCES, shape_marks


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("how do i open it", ">_"),
        ("Open it. Why not? Now!", ">.?!"),
        ("Three things:\n- one\n- two", ">:/*_/*_"),
        ("1) first\n2) second.", "1_/1."),
        ('"Quoted," he said.', '".'),
        ("写一个。好吗？", ">.?"),
        ("", ""),
        ("\n \n", ""),
        ("...", ">_"),
    ],
)
def test_a_shape_is_marks_and_lines(text: str, shape: str) -> None:
    assert f"={shape}" in shape_marks(text)


def test_a_translation_keeps_the_shape() -> None:
    english = "Write a review of the lamp. Mention the light! Can it sound real?"
    german = "Schreib eine Bewertung der Lampe. Erwähne das Licht! Kann sie echt klingen?"
    assert "=>.!?" in shape_marks(english) & shape_marks(german)
    assert len(shape_marks(english) & shape_marks(german)) >= 4


def test_marks_hold_no_word() -> None:
    marks = shape_marks("Secret words here: one, two.\n- three?")
    assert not any(letter.isalpha() for mark in marks for letter in mark)


@given(st.text(max_size=400))
def test_any_text_has_a_bounded_shape(text: str) -> None:
    assert max(map(len, shape_marks(text))) <= 3 * MOST_SENTENCES + len("=99")
    assert shape_marks(text) == shape_marks(text)
