from __future__ import annotations

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.keywords import cover, distinctive, keywords
from anonymuse.lexicon.words import stem

LEAVES = ["L0-0000", "L0-0001"]


def test_words_of_one_cluster_win_over_words_of_all() -> None:
    table = build_table(
        ["explain bread dough"] * 5 + ["explain tax"] * 5, [0] * 5 + [1] * 5, range(10),
        leaves=LEAVES,
    )  # fmt: skip
    assert set(keywords(LEAVES[0], table, cell=3)) == {"bread", "dough"}


def test_words_below_the_cell_are_no_keywords() -> None:
    table = build_table(["bread secretword"] + ["bread"] * 5, [0] * 6, range(6), leaves=["L0-0000"])
    other = build_table(
        ["bread secretword"] + ["bread"] * 5 + ["tax"], [0] * 6 + [1], range(7), leaves=LEAVES
    )
    for tried in (table, other):
        assert stem("secretword") not in distinctive("L0-0000", tried, cell=3)


def test_a_longer_run_takes_the_place_of_its_pieces() -> None:
    table = build_table(["种蔬菜"] * 5 + ["交税"] * 5, [0] * 5 + [1] * 5, range(10), leaves=LEAVES)
    assert keywords(LEAVES[0], table, cell=3) == ["种蔬菜"]


def test_cover_prefers_new_words() -> None:
    weights = {stem("bread"): 1.0, stem("cake"): 0.9, stem("bake"): 0.1}
    assert cover(["bake bread", "bread and dough", "bake cake"], weights, most=2) == [
        "bake bread", "bake cake",
    ]  # fmt: skip


def test_cover_leaves_out_what_weighs_nothing() -> None:
    assert cover(["walk dogs"], {stem("bread"): 1.0}, most=3) == []
