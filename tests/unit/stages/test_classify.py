"""Sorting into a taxonomy, on vectors whose categories are known."""

from typing import Any

import numpy as np
import pytest

from anonymuse.domain.taxonomy import Category, Taxonomy
from anonymuse.stages.classify import NONE, Side, classify, points_of, sides_of

DIMENSIONS, EACH = 48, 60
TAXONOMY = Taxonomy(
    "made",
    (
        Category("one", "first, second", ("an example",), (Category("one a"), Category("one b"))),
        Category("two", "other"),
    ),
)


def draw(seed: int = 0) -> dict[str, Any]:
    """Return two categories (the first with two parts) and a crowd that belongs to none.

    Descriptions lie on the other side of a gap, as they do in life; three languages lie apart.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    middles = np.eye(DIMENSIONS)[:3] * 3.0
    truth = np.repeat([0, 1, 2], EACH)
    topics = middles[truth] + rng.normal(size=(3 * EACH, DIMENSIONS)) * 0.35
    crowd = rng.normal(size=(EACH, DIMENSIONS)) * 0.45
    rows = np.concatenate([topics, crowd])
    language = np.arange(len(rows)) % 3
    rows += np.eye(DIMENSIONS)[10 + language] * 6.0
    gap = np.eye(DIMENSIONS)[20] * 5.0
    where = {"one a": 0, "one b": 1, "one": 0, "first": 0, "second": 1, "an example": 1}
    points = np.stack(
        [middles[where.get(p.text.partition(":")[0], 2)] + gap for p in points_of(TAXONOMY)]
    )
    points += rng.normal(size=points.shape) * 0.5
    return {
        "rows": rows.astype(np.float32),
        "points": points.astype(np.float32),
        "languages": [f"language {n}" for n in language],
        "category": np.append(np.array([0, 0, 1])[truth], np.full(EACH, NONE)),
        "detail": np.append(np.array([0, 1, NONE])[truth], np.full(EACH, NONE)),
    }


def test_texts_and_items_of_descriptions_are_points() -> None:
    points = points_of(TAXONOMY)
    assert [(p.text, p.category, p.detail) for p in points] == [
        ("one: first, second", 0, NONE),
        ("an example", 0, NONE),
        ("first", 0, NONE),
        ("second", 0, NONE),
        ("two: other", 1, NONE),
        ("other", 1, NONE),
        ("one a", 0, 0),
        ("one b", 0, 1),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_rows_come_into_their_category_whatever_the_language(seed: int) -> None:
    made = draw(seed)
    side = Side(made["rows"], made["points"], made["languages"])
    found = classify([side], points_of(TAXONOMY))
    belongs = made["category"] != NONE
    assert (found.category == made["category"])[belongs].mean() > 0.9
    assert (found.detail == made["detail"])[belongs].mean() > 0.85
    assert (found.category == NONE)[~belongs].mean() > 0.9
    assert (found.nearest == found.category)[found.category != NONE].all()
    assert found.nearest.min() >= 0
    assert found.fit[belongs].mean() > 2 * found.fit[~belongs].mean()


def test_without_the_languages_it_is_worse() -> None:
    made = draw()
    points = points_of(TAXONOMY)
    with_them = classify([Side(made["rows"], made["points"], made["languages"])], points)
    without = classify([Side(made["rows"], made["points"])], points)
    right = [(one.category == made["category"]).mean() for one in (with_them, without)]
    assert right[0] > right[1] + 0.1


def test_it_is_the_same_again_and_sides_add_up() -> None:
    made = draw()
    side = Side(made["rows"], made["points"], made["languages"])
    one, two = (classify([side], points_of(TAXONOMY)) for _ in range(2))
    assert (one.fit == two.fit).all()
    both = classify([side, side], points_of(TAXONOMY))
    assert (both.category == one.category).all()


def test_rows_of_which_nothing_is_known_have_no_fit() -> None:
    made = draw()
    made["rows"][:5] = 0.0
    found = classify([Side(made["rows"], made["points"], made["languages"])], points_of(TAXONOMY))
    assert np.isnan(found.fit[:5]).all()
    assert (found.category[:5] == NONE).all()
    assert not np.isnan(found.fit[5:]).any()


def test_one_row_and_one_level_are_enough() -> None:
    flat = Taxonomy("flat", (Category("a"), Category("b")))
    points = np.eye(2, 4, dtype=np.float32)
    found = classify([Side(np.ones((1, 4), np.float32), points)], points_of(flat))
    assert found.detail.tolist() == [NONE]
    assert repr(found) == "Sorted(1 rows)"


def test_facets_decide_more_than_the_text_beside_them() -> None:
    rows, points = np.ones((2, 3), np.float32), np.ones((1, 3), np.float32)
    views = dict.fromkeys(("request", "task", "whole"), rows)
    sides = sides_of(views, dict.fromkeys(views, points), ["x", "y"])
    assert [side.weight for side in sides] == [1.0, 1.0, 0.5]
    assert [side.groups for side in sides] == [None, None, ["x", "y"]]
    [alone] = sides_of({"user": rows}, {"user": points}, None)
    assert (alone.weight, alone.groups) == (1.0, None)
