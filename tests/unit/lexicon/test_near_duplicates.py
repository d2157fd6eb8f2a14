from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.near_duplicates import likeness, near_copies

LETTER = (
    "please write a letter to the landlord about the broken heating in the flat and ask for a "
    "date on which somebody comes to repair it because it has been cold for three weeks"
)
BREAD = (
    "explain how bread dough is made at home with flour and water and salt and how long it has to "
    "rest before it goes into a hot oven so that the crust comes out well"
)
CHINESE = "请帮我写一封信给房东说暖气坏了请尽快派人来修理谢谢你的帮助我很着急因为天气太冷了"
THAI = "ช่วยเขียนจดหมายถึงเจ้าของบ้านเรื่องเครื่องทำความร้อนเสียและขอวันที่จะมาซ่อม"
JAPANESE = "大家さんに暖房が壊れたことを伝えて修理の日を聞く丁寧な手紙を書いてくださいお願いします"
KOREAN = "집주인에게 난방이 고장 났다고 알리고 언제 수리하러 오는지 묻는 편지를 정중하게 써 주세요"
ARABIC = (
    "اكتب رسالة إلى صاحب المنزل عن التدفئة المعطلة واطلب منه موعدا قريبا لإصلاحها لأن الجو بارد جدا"
)


def joined(a: str, b: str) -> bool:
    return bool(len(near_copies([a, b])[1]))


def test_a_word_changed_here_and_there_makes_no_other_text() -> None:
    assert joined(LETTER, LETTER.replace("broken", "cold"))
    assert joined(LETTER, "hello! " + LETTER + " thanks")
    assert joined(LETTER, LETTER.upper().replace(" ", "  \n"))


def test_other_texts_are_other_texts() -> None:
    assert not joined(LETTER, BREAD)


@pytest.mark.parametrize(
    "text",
    [CHINESE, THAI, JAPANESE, KOREAN, ARABIC],
    ids=["Chinese", "Thai", "Japanese", "Korean", "Arabic"],
)
def test_every_script(text: str) -> None:
    assert joined(text, f"{text}!")
    assert joined(text, text[:-2])
    assert not joined(text, LETTER)
    long, _ = near_copies([text, text[:6]])
    assert long.tolist() == [True, False]


def test_invisible_characters_and_wide_letters_hide_no_copy() -> None:
    assert joined(LETTER, "\u200b".join(LETTER))
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in LETTER)
    assert joined(LETTER, wide)


@pytest.mark.parametrize(
    "text", ["", "hi", "translate this into English", "ha " * 90, "...", "1"], ids=range(6)
)
def test_what_anybody_says_is_nobodys_copy(text: str) -> None:
    long, pairs = near_copies([text] * 5)
    assert not long.any()
    assert not len(pairs)


def test_no_texts_at_all() -> None:
    long, pairs = near_copies([])
    assert long.shape == (0,)
    assert pairs.shape == (0, 2)


def test_copies_among_many_are_all_found_and_nothing_else() -> None:
    rng = random.Random(7)
    vocabulary = [f"word{i}" for i in range(3000)]
    texts = [" ".join(rng.choices(vocabulary, k=40)) for _ in range(400)]
    for place in range(0, 50, 2):
        spoken = texts[place].split()
        spoken[rng.randrange(40)] = "changed"
        texts[place + 1] = " ".join(spoken)
    _, pairs = near_copies(texts)
    assert {tuple(p) for p in pairs.tolist()} == {(i, i + 1) for i in range(0, 50, 2)}


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [LETTER, BREAD, LETTER + " now", "hi", BREAD + " please", CHINESE, THAI] * 3
    whole = near_copies(texts)
    monkeypatch.setattr("anonymuse.lexicon.near_duplicates._BLOCK", 300)
    for one, other in zip(whole, near_copies(texts), strict=True):
        np.testing.assert_array_equal(one, other)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_text_can_be_looked_at(texts: list[str]) -> None:
    long, pairs = near_copies(texts)
    assert long.shape == (len(texts),)
    assert all(long[i] and long[j] and i < j for i, j in pairs.tolist())


def test_likeness_is_a_share_and_short_texts_count_in_part() -> None:
    alike = likeness([LETTER, LETTER, BREAD, "yes please do", "yes please do", ""])
    assert alike[0, 1] == 1.0
    assert alike[0, 2] < 0.1
    assert 0.0 < alike[3, 4] < 0.2
    assert alike[5].max() == 0.0
    assert (alike == alike.T).all()
