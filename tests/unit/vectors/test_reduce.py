import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.vectors.reduce import fit_reduction
from anonymuse.vectors.rows import reader_of, unit_rows


def test_agrees_with_a_singular_value_decomposition() -> None:
    rng = np.random.default_rng(0)
    rows = (rng.normal(size=(500, 12)) * np.linspace(3, 0.3, 12) + 2).astype(np.float32)
    found = fit_reduction(reader_of(rows), rows.shape, dimensions=5)
    centred = rows - rows.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    assert np.allclose(np.abs(found.axes.T @ axes[:5].T), np.eye(5), atol=1e-2)
    assert found.variance == pytest.approx(sizes[:5] ** 2 / 500, rel=1e-3)
    assert np.allclose(found.project(rows).mean(axis=0), 0.0, atol=1e-4)


def test_fewer_rows_than_dimensions_agree_with_it_too() -> None:
    rng = np.random.default_rng(3)
    rows = (rng.normal(size=(40, 90)) * np.linspace(3, 0.3, 90) + 2).astype(np.float32)
    weights = rng.integers(1, 4, size=40).astype(float)
    found = fit_reduction(reader_of(rows), rows.shape, dimensions=9, weights=weights)
    centred = rows - np.average(rows, axis=0, weights=weights)
    _, sizes, axes = np.linalg.svd(centred * np.sqrt(weights)[:, None], full_matrices=False)
    assert np.allclose(np.abs(found.axes.T @ axes[:9].T), np.eye(9), atol=1e-3)
    assert found.variance == pytest.approx(sizes[:9] ** 2 / weights.sum(), rel=1e-4)


def test_equal_rows_have_directions_all_the_same() -> None:
    rows = np.ones((5, 8), dtype=np.float32)
    found = fit_reduction(reader_of(rows), rows.shape, dimensions=3)
    assert np.allclose(found.axes.T @ found.axes, np.eye(3), atol=1e-6)
    assert np.allclose(found.variance, 0.0)


def test_signs_do_not_depend_on_the_library() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(200, 8)).astype(np.float32)
    axes = fit_reduction(reader_of(rows), rows.shape, dimensions=8).axes
    assert (axes[np.abs(axes).argmax(axis=0), np.arange(8)] > 0).all()


def test_weights_count_as_repeated_rows() -> None:
    rng = np.random.default_rng(2)
    rows, times = rng.normal(size=(150, 6)).astype(np.float32), rng.integers(1, 4, size=150)
    again = np.repeat(rows, times, axis=0)
    weighted = fit_reduction(reader_of(rows), rows.shape, dimensions=3, weights=times.astype(float))
    repeated = fit_reduction(reader_of(again), again.shape, dimensions=3)
    assert np.allclose(weighted.axes, repeated.axes, atol=1e-3)
    assert np.allclose(weighted.variance, repeated.variance, rtol=1e-4)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_any_small_input_is_reduced(n: int, d: int, wanted: int) -> None:
    rows = unit_rows(np.round(np.random.default_rng(n * 7 + d).normal(size=(n, d))))
    found = fit_reduction(reader_of(rows), rows.shape, dimensions=wanted)
    assert found.project(rows).shape == (n, max(1, min(wanted, d, n - 1)))
    assert np.isfinite(found.project(rows)).all()
