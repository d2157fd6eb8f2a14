from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.support_table import general_words, unsupported
from anonymuse.lexicon.words import stem, word_list, words
from anonymuse.stages.support import build_support

LEAVES = ["L0-0000", "L0-0001"]


def test_units_are_counted_once_and_by_cluster() -> None:
    table = build_table(
        ["bake bread", "baking Bread bread", "bread", "bread"], [0, 0, 0, 1], [1, 1, 2, 3],
        leaves=LEAVES,
    )  # fmt: skip
    assert table.units("L0-0000") == {stem("bake"): 1, stem("bread"): 2}
    assert table.units("L0-0001") == {stem("bread"): 1}
    assert table.size("L0-0000") == 2


def test_a_parent_is_the_union_and_counts_a_unit_once() -> None:
    table = build_table(["bread", "bread", "bread"], [0, 1, 1], [1, 1, 2], leaves=LEAVES)
    table = table.with_parents({"L1-0000": LEAVES})
    assert table.units("L1-0000") == {stem("bread"): 2}
    assert table.size("L1-0000") == 3


def test_rows_without_a_cluster_do_not_count() -> None:
    table = build_table(["bread", "bread"], [0, -1], [1, 2], leaves=LEAVES)
    assert table.units("L0-0000") == {stem("bread"): 1}


def test_an_empty_cluster_and_an_empty_table() -> None:
    assert build_table([], [], [], leaves=LEAVES).units("L0-0000") == {}
    assert build_table(["bread"], [1], [0], leaves=LEAVES).units("L0-0000") == {}


def test_an_unknown_node_is_an_error() -> None:
    with pytest.raises(KeyError):
        build_table(["bread"], [0], [0], leaves=LEAVES).units("L0-0009")


def test_words_below_the_cell_are_named_in_order() -> None:
    table = build_support(
        ["sourdough bread", "rye bread", "bread"], [0, 0, 0], [1, 2, 3], leaves=LEAVES
    )
    assert unsupported("Explain rye and sourdough bread", LEAVES[0], table, cell=3) == [
        "rye", "sourdough",
    ]  # fmt: skip
    assert unsupported("Explain bread", LEAVES[0], table, cell=3) == []


@pytest.mark.parametrize(
    ("phrase", "bad"),
    [
        ("Write to Zanzotto", ["Zanzotto"]),
        ("Write letters in May and june", ["june"]),
        ("Write 2 letters", ["2"]),
        ("Explain b12", ["b12"]),
        ("Explain Python", []),
    ],
)
def test_names_dates_and_numbers_never_pass(phrase: str, bad: list[str]) -> None:
    said = "please write to Zanzotto in june about b12 and 2 things for Python"
    table = build_table([said] * 9, [0] * 9, range(9), leaves=LEAVES)
    assert [w for w in unsupported(phrase, LEAVES[0], table, cell=3) if w != "May"] == bad


def test_a_name_written_small_in_the_name_is_still_one() -> None:
    said = "please write a letter to Zanzotto about the garden"
    table = build_table([said] * 9, [0] * 9, range(9), leaves=LEAVES)
    assert unsupported("Write to zanzotto", LEAVES[0], table, cell=3) == ["zanzotto"]


def test_german_nouns_are_no_names() -> None:
    said = "bitte eine Bewerbung für die Firma mit Anschreiben und Lebenslauf im Anhang"
    table = build_table([said] * 9, [0] * 9, range(9), leaves=LEAVES)
    assert "bewerbung" not in table.namelike


def test_the_commonest_spelling_is_shown() -> None:
    table = build_table(["recipes", "recipes", "recipe"], [0] * 3, range(3), leaves=LEAVES)
    assert table.spelling(stem("recipe")) == "recipes"


def test_repr_shows_no_word() -> None:
    assert "bread" not in repr(build_table(["bread"], [0], [0], leaves=LEAVES))


WORDS = st.sampled_from(
    ["apple", "蔬菜", "письмо", "रोटी", "bread", "Kiev", "meeting", "june", "7", "the", "plan"]
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.lists(WORDS, max_size=5), st.integers(0, 1), st.integers(0, 4)), max_size=20
    ),
    phrase=st.lists(WORDS, max_size=6),
    cell=st.integers(1, 4),
)
def test_no_word_passes_that_fewer_than_cell_units_used(
    rows: list[tuple[list[str], int, int]], phrase: list[str], cell: int
) -> None:
    table = build_table(
        [" ".join(said) for said, _, _ in rows], [leaf for _, leaf, _ in rows],
        [unit for _, _, unit in rows], leaves=LEAVES,
    )  # fmt: skip
    text = " ".join(phrase)
    rejected = unsupported(text, LEAVES[0], table, cell=cell)
    for word in words(text):
        users = {
            unit
            for said, leaf, unit in rows
            if leaf == 0 and word.stem in {w.stem for w in words(" ".join(said))}
        }
        free = word.text.casefold() in general_words() or word.text in word_list("function_words")
        if word.text not in rejected:
            assert free or len(users) >= cell
