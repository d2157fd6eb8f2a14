"""Names that are nearly the same, in many scripts."""

from __future__ import annotations

import pytest

from anonymuse.lexicon.alike_names import alike_pairs


@pytest.mark.parametrize(
    "names",
    [
        ("Writing poems", "Write a poem"),
        ("Cooking recipes", "Recipes, cooking"),
        ("COVER LETTERS", "Cover letters"),
        ("Café menus", "Cafe\u0301 menus"),
        ("Исправление кода", "Исправления кода"),
        ("التخطيط للسفر", "تخطيط السفر"),
        ("料理のレシピ", "レシピと料理"),
        ("व्यंजन विधि", "विधि व्यंजन"),
        ("!!!", "!!!"),
    ],
)
def test_alike(names: tuple[str, str]) -> None:
    assert alike_pairs(names) == [(0, 1)]


@pytest.mark.parametrize(
    "names",
    [
        ("Debug Python code", "Debug Java code"),
        ("Plan a trip to Spain", "Plan a trip to Japan"),
        ("Algebra homework", "Geometry homework"),
        ("Tax questions", "Personal tax questions"),
        ("翻译合同", "翻译小说"),
        ("Письмо начальнику", "Письмо учителю"),
        ("!!!", "???"),
    ],
)
def test_not_alike(names: tuple[str, str]) -> None:
    assert alike_pairs(names) == []


def test_pairs_are_places_the_earlier_first() -> None:
    assert alike_pairs(["Bread", "Trains", "breads", "BREAD"]) == [(0, 2), (0, 3), (2, 3)]
