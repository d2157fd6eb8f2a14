"""Languages that lose categories."""

from dataclasses import replace

import pytest

from anonymuse.evals.truth.confounded import confounded
from anonymuse.evals.truth.known import KnownTruth


def known() -> KnownTruth:
    rows = [(category, language) for category in "abcdefg" for language in "xyz" for _ in range(3)]
    return KnownTruth(
        name="made",
        texts={"user": tuple("".join(row) for row in rows)},
        languages=tuple(language for _, language in rows),
        category=tuple(category for category, _ in rows),
        subcategory=None,
        language=tuple(language for _, language in rows),
    )


def test_every_language_keeps_half_of_the_categories_whole() -> None:
    data = known()
    left = data.take(confounded(data))
    here = {
        language: {c for c, own in zip(left.category, left.language or (), strict=True)
                   if own == language}
        for language in "xyz"
    }  # fmt: skip
    assert [len(own) for own in here.values()] == [4, 4, 4]
    assert len({frozenset(own) for own in here.values()}) > 1
    assert len(left) == 3 * 4 * 3


def test_a_seed_draws_the_same_whatever_the_order_of_rows() -> None:
    data = known()
    rows = confounded(data, seed=3)
    assert rows == confounded(data, seed=3) == tuple(sorted(rows))
    assert rows != confounded(data, seed=4)
    turned = data.take(range(len(data) - 1, -1, -1))
    again = turned.take(confounded(turned, seed=3))
    wanted = data.take(rows)
    assert set(zip(again.category, again.language or (), strict=True)) == set(
        zip(wanted.category, wanted.language or (), strict=True)
    )


def test_all_may_be_kept_and_no_languages_are_refused() -> None:
    data = known()
    assert confounded(data, kept=1.0) == tuple(range(len(data)))
    with pytest.raises(ValueError, match="no languages"):
        confounded(replace(data, language=None))
