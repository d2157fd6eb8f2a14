"""A plane between two kinds of vectors."""

import numpy as np
import pytest

from anonymuse.vectors.divide import fit_plane


def test_two_clouds_are_divided_though_one_has_far_more_points() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    yes = rng.normal(size=(20, 8)) + np.eye(8)[0] * 5
    no = rng.normal(size=(400, 8))
    vectors = np.concatenate([yes, no])
    flags = np.arange(420) < 20
    plane = fit_plane(vectors, flags, ridge=1e-3)
    assert ((plane.side(vectors) > 0) == flags).mean() > 0.97
    assert plane.side(yes).mean() == pytest.approx(-plane.side(no).mean(), abs=1e-6)


def test_what_varies_within_both_kinds_does_not_count() -> None:
    language, kind = np.eye(4)[0], np.eye(4)[1]
    rows = np.array([a * language + b * kind for a in (-3, 0, 3) for b in (-1, 1)])
    plane = fit_plane(rows, np.array([False, True] * 3), ridge=1e-6)
    assert abs(plane.normal[0]) < 1e-6
    assert plane.side(np.array([50 * language + kind]))[0] == pytest.approx(1.0, abs=1e-3)


def test_an_empty_text_is_on_no_side() -> None:
    plane = fit_plane(np.eye(3), np.array([True, False, False]), ridge=0.1)
    assert plane.side(np.zeros((1, 3)))[0] == -np.inf
    assert "3 dimensions" in repr(plane)
