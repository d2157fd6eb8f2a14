"""Spill-over: pairs that say the same and lie apart."""

import numpy as np
import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.spill import measure_spill, mistyped, together, with_copies
from anonymuse.evals.truth.known import KnownTruth
from tests.unit.evals.suite.materials import material_of

WORDS = ("cats and their long tails", "boats on the wide river", "taxes of small firms")


def material(count: int, *, same: tuple[str, ...] | None = None) -> Material:
    texts = tuple(f"{WORDS[row % 3]} number {row // 6}" for row in range(count))
    embedder = HashingEmbedder()
    known = KnownTruth(
        name="made",
        texts={"user": texts},
        languages=None,
        category=tuple(WORDS[row % 3] for row in range(count)),
        subcategory=None,
        language=None,
        same=same,
    )
    return material_of(known, {"user": embedder.embed(texts)})


def test_the_share_of_each_group_s_pairs() -> None:
    labels = [0, 0, 1, 5, 5, 7]
    groups = np.array([0, 0, 0, 2, 2, 3])
    found = together(labels, groups, count=5)
    assert found[0] == pytest.approx(1 / 3)
    assert np.isnan(found[1])  # nothing of it here
    assert found[2] == 1.0
    assert np.isnan(found[3])  # one row
    assert np.isnan(found[4])


def test_a_copy_differs_by_a_letter_here_and_there() -> None:
    text = "please write a long letter to my neighbour about the fence"
    copy = mistyped(text)
    assert copy != text
    assert len(text) - 3 < len(copy) < len(text)
    assert mistyped("short") == "short"
    unspaced = (
        "これは句読点のない長い日本語の文章であり単語の間に空白がありませんのでそのように扱います"
    )
    assert len(unspaced) - 4 < len(mistyped(unspaced)) < len(unspaced)


def test_copies_stand_behind_the_data_and_know_whose_they_are() -> None:
    known, vectors, groups = with_copies(material(90), copies=30)
    assert len(known) == len(groups) == len(vectors["user"]) == 120
    assert sorted(groups.tolist())[:1] == [0]
    assert [known.category[row] for row in groups] == list(known.category)


def test_parallel_rows_are_used_where_they_are_known() -> None:
    same = tuple(str(row // 6 * 3 + row % 3) for row in range(90))  # the same words twice
    found = measure_spill(material(90, same=same), seeds=3)
    assert found is not None
    assert [figure.key for figure in found.figures] == ["together.base", "together.top"]
    assert all(figure.ours.value > 0.95 for figure in found.figures)
    assert all(len(figure.by_seed) == 3 for figure in found.figures)


def test_rows_that_say_different_things_do_not_lie_together() -> None:
    same = tuple(str(row // 3) for row in range(90))  # three topics each
    found = measure_spill(material(90, same=same), seeds=3)
    assert found is not None
    assert found.figures[1].ours.value < 0.05


def test_without_parallel_rows_copies_are_made() -> None:
    found = measure_spill(material(90), seeds=3)
    assert found is not None
    assert found.lead.startswith("90 conversations and a copy of each")
    assert found.figures[0].rows is not None
