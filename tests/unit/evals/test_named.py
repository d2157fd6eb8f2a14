from __future__ import annotations

import numpy as np

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.evals.named import categories_in_words, choose_categories, reconstruct_by_name
from anonymuse.evals.truth.known import KnownTruth


def known(category: tuple[str, ...], subcategory: tuple[str, ...] | None = None) -> KnownTruth:
    return KnownTruth("made", {}, None, category, subcategory, None)


def test_categories_are_told_in_words_with_the_lower_ones() -> None:
    data = known(("home_garden", "moneyMatters"), ("home_garden/raised-beds", "moneyMatters/tax"))
    assert categories_in_words(data) == {
        "home_garden": "home garden: raised beds",
        "moneyMatters": "money matters: tax",
    }
    assert categories_in_words(known(("a_b",))) == {"a_b": "a b"}


def test_the_judge_chooses_what_the_name_says() -> None:
    categories = {"food": "food: bread, cake", "money": "money: tax, debt", "pets": "pets: dogs"}
    names = ["Bake bread and cake", "Explain debt and tax", "Train dogs"]
    assert choose_categories(names, categories, HashingEmbedder()) == ["food", "money", "pets"]


def test_a_cluster_counts_for_what_its_name_says() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2], dtype=np.int32)
    category = ["food", "food", "pets", "money", "money", "pets"]
    found = reconstruct_by_name(labels, category, {0: "pets", 1: "money"})
    assert found.named.tolist() == [False, False, True, True, True]  # the last has no name
    assert found.majority.tolist() == [True, True, False, True, True]
    assert not len(reconstruct_by_name(labels, category, {}).named)
