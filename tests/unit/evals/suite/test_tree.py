"""Hierarchy: pairs of conversations under one node."""

import numpy as np
import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.evals.suite.tree import DendrogramPurity, SiblingsShare, Tree, measure_tree
from anonymuse.evals.truth.known import KnownTruth
from tests.unit.evals.suite.materials import material_of

ROWS = np.arange(6)
TRUTH = np.array([0, 0, 0, 1, 1, 1])


def tree(base: list[int], top_of: list[int]) -> Tree:
    labels = np.array(base, dtype=np.int32)
    return Tree(labels, np.array(top_of, dtype=np.int32)[labels], TRUTH, ROWS)


def test_a_tree_of_categories_is_perfect() -> None:
    found = tree([0, 0, 1, 2, 2, 3], [0, 0, 1, 1])
    assert SiblingsShare(found).value() == 1.0
    assert DendrogramPurity(found).value() == 1.0


def test_a_tree_across_categories_by_hand() -> None:
    found = tree([0, 0, 1, 2, 2, 3], [0, 1, 0, 1])  # {0, 2} and {1, 3}
    # siblings: four pairs across base clusters 0 and 2, one across 1 and 3: none shares
    assert SiblingsShare(found).value() == 0.0
    # each category: one pair in a pure base cluster, two that meet only at the root (half pure)
    assert DendrogramPurity(found).value() == pytest.approx((1 + 1 + 4 * 0.5) / 6)


def test_weights_count_rows_as_often_as_they_are_drawn() -> None:
    found = tree([0, 0, 1, 2, 2, 3], [0, 0, 0, 1])
    twice = np.array([2, 2, 2, 2, 2, 2])
    doubled = Tree(np.tile(found.base, 2), np.tile(found.top, 2), np.tile(TRUTH, 2), np.arange(12))
    for measure in (SiblingsShare, DendrogramPurity):
        assert measure(found).value(twice) == pytest.approx(measure(doubled).value())


def test_the_section_tells_ours_the_plain_cut_and_chance() -> None:
    words = ("cats and their long tails", "boats on the wide river", "taxes of small firms")
    kinds = ("today", "yesterday in town")
    texts = tuple(f"{words[row % 3]} {kinds[row // 3 % 2]} {row // 6}" for row in range(90))
    embedder = HashingEmbedder()
    known = KnownTruth(
        name="made",
        texts={"user": texts},
        languages=None,
        category=tuple(words[row % 3] for row in range(90)),
        subcategory=tuple(f"{row % 3}/{row // 3 % 2}" for row in range(90)),
        language=None,
    )
    section = measure_tree(
        material_of(known, {"user": embedder.embed(texts)}),
        seeds=2,
    )
    assert section is not None
    assert [figure.key for figure in section.figures] == [
        "tree.siblings", "tree.dendrogram", "tree.ami",
    ]  # fmt: skip
    for _, ours, _plain, chance in section.tables[0].rows:
        assert isinstance(ours, float)
        assert isinstance(chance, float)
        assert ours > chance + 0.2
    assert section.tables[1].rows[0][:3] == (0, 6, 6)
