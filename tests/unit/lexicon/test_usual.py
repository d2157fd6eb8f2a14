"""How many people use a word anyway."""

from __future__ import annotations

import pytest

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.keywords import keywords
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.lexicon.usual import FEWEST_USERS, usual_share
from anonymuse.lexicon.words import stem


def world(clusters: int, *, anywhere: str = "hogy", people: int = 12) -> SupportTable:
    """Return clusters of people who share a word of their own; every fourth says ``anywhere``."""
    texts, leaf = [], []
    for number in range(clusters):
        for person in range(people):
            extra = f" {anywhere}" if person % 4 == number % 4 else ""
            texts.append(f"topic{chr(97 + number)}{extra}")
            leaf.append(number)
    leaves = [f"L0-{number:04d}" for number in range(clusters)]
    return build_table(texts, leaf, range(len(texts)), leaves=leaves)


@pytest.mark.parametrize("clusters", [10, 20])
def test_a_word_that_is_said_anywhere_sets_nothing_apart(clusters: int) -> None:
    table = world(clusters)
    shares = usual_share(table)
    assert shares[stem("hogy")] == 1.0
    assert shares[stem("topica")] == pytest.approx(1 / clusters)
    assert keywords("L0-0000", table, cell=2) == ["topica"]


def test_words_of_our_own_list_stay_what_they_are() -> None:
    assert usual_share(world(12, anywhere="cooking"))[stem("cooking")] == pytest.approx(0.25)


def test_of_few_people_or_clusters_nothing_is_said() -> None:
    few = world(9)
    assert usual_share(few)[stem("hogy")] == pytest.approx(0.25)
    rare = build_table(
        [f"topic{number}" if number % 2 else "hogy" for number in range(14)],
        range(14),
        range(14),
        leaves=[f"L0-{number:04d}" for number in range(14)],
    )
    assert FEWEST_USERS > 7
    assert usual_share(rare)[stem("hogy")] == pytest.approx(0.5)


def test_tables_of_nothing() -> None:
    assert usual_share(build_table([], [], [], leaves=[])) == {}
    assert usual_share(build_table(["bread"], [0], [0], leaves=["L0-0000"])) == {stem("bread"): 1.0}
