import numpy as np
import pytest

from anonymuse.stats.agreement import adjusted_rand
from anonymuse.vectors import steadied as draws_of
from anonymuse.vectors.draws import Draw
from anonymuse.vectors.grouping import group_rows
from anonymuse.vectors.rows import philox, unit_rows
from anonymuse.vectors.steadied import DRAWN, steadied
from anonymuse.vectors.views import View, positions, some_rows


def _blurred(n: int, topics: int, blur: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = philox(seed)
    truth = draw.integers(0, topics, n)
    centres = draw.standard_normal((topics, 24))
    return unit_rows(centres[truth] + blur * draw.standard_normal((n, 24))), truth


def _steadied(
    rows: np.ndarray, k: int, seed: int = 0, weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, tuple[Draw, ...]]:
    views = [View("text", rows)]
    near = positions(views, weights, k=k, seed=seed).near
    return near, *steadied(views, near, weights, k=k, seed=seed)


def test_rows_come_closer_to_their_topic() -> None:
    rows, truth = _blurred(600, 6, 1.2)
    near, moved, _ = _steadied(rows, 6)
    centres = unit_rows(np.stack([near[truth == t].sum(axis=0) for t in range(6)]))
    before = np.einsum("ij,ij->i", near, centres[truth]).mean()
    assert np.einsum("ij,ij->i", moved, centres[truth]).mean() > before + 0.1
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1.0, rtol=1e-5)


def test_samples_agree_more_on_moved_rows() -> None:
    rows, _ = _blurred(500, 8, 2.0)
    scores: dict[bool, list[float]] = {True: [], False: []}
    found: dict[bool, list[tuple[np.ndarray, np.ndarray]]] = {True: [], False: []}
    for seed in range(4):
        keep = np.sort(philox(50 + seed).permutation(500)[:400])
        near, moved, _ = _steadied(rows[keep], 8, seed)
        for steady, own in ((True, moved), (False, near)):
            labels = group_rows(own, None, 8, seed=seed).labels
            for other, theirs in found[steady]:
                _, i, j = np.intersect1d(keep, other, return_indices=True)
                scores[steady].append(adjusted_rand(labels[i], theirs[j]))
            found[steady].append((keep, labels))
    assert np.mean(scores[True]) > np.mean(scores[False])


def test_a_draw_holds_a_part_of_the_rows_as_grains() -> None:
    rows, _ = _blurred(300, 5, 1.0)
    _, _, draws = _steadied(rows, 5)
    assert len(draws) == draws_of.DRAWS
    assert len({draw.rows.tobytes() for draw in draws}) == draws_of.DRAWS
    for draw in draws:
        assert len(draw.rows) == round(DRAWN * 300)
        assert (np.diff(draw.rows) > 0).all()
        assert set(draw.grains.tolist()) == set(range(len(draw.points)))
    assert "210 rows" in repr(draws[0])


def test_a_draw_knows_nothing_of_other_rows() -> None:
    rows, _ = _blurred(300, 5, 1.0)
    _, _, before = _steadied(rows, 5)
    other = rows.copy()
    out = np.setdiff1d(np.arange(300), before[0].rows)
    other[out] = unit_rows(philox(9).standard_normal((len(out), 24)))
    _, _, after = _steadied(other, 5)
    assert before[0].points.tobytes() == after[0].points.tobytes()
    assert before[0].grains.tobytes() == after[0].grains.tobytes()


def test_the_same_seed_gives_the_same_bytes() -> None:
    rows, _ = _blurred(300, 5, 1.0)
    first, again, other = (_steadied(rows, 5, seed)[1] for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_heavy_row_draws_its_cluster_to_itself() -> None:
    rows, _ = _blurred(200, 4, 1.5)
    light = _steadied(rows, 4)[1]
    heavy = _steadied(rows, 4, weights=np.where(np.arange(200) < 10, 50.0, 1.0))[1]
    assert light.shape[0] == heavy.shape[0] == 200
    assert not np.array_equal(light, heavy)


def test_a_language_of_few_rows_is_taken_out_of_every_draw() -> None:
    rng = np.random.default_rng(0)
    topic, language = np.tile(np.repeat(np.arange(4), 15), 3), np.repeat(np.arange(3), 60)
    said = rng.normal(size=(4, 16))[topic] + 2 * rng.normal(size=(3, 16))[language]
    rows = unit_rows(said + 0.2 * rng.normal(size=said.shape))
    views = [View("text", rows, [str(one) for one in language])]
    lie = positions(views, None, k=4, seed=0)
    moved, _ = steadied(views, lie.near, None, k=4, seed=0)
    assert adjusted_rand(group_rows(moved, None, 4, seed=0).labels, topic) == 1.0


def test_some_rows_of_views_keep_their_languages() -> None:
    rows, _ = _blurred(6, 2, 1.0)
    languages = ["a", "b", "a", "c", "b", "c"]
    one, other = some_rows([View("x", rows, languages), View("y", rows)], np.array([1, 3, 4]))
    assert one.groups == ["b", "c", "b"]
    assert other.groups is None
    assert np.array_equal(one.vectors, rows[[1, 3, 4]])


def test_too_few_rows_for_draws_stay_as_they_are() -> None:
    rows, _ = _blurred(20, 3, 1.0)
    near, moved, draws = _steadied(rows, 9)
    assert moved is near
    assert draws == ()


def test_too_many_stay_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = _blurred(100, 3, 1.0)
    monkeypatch.setattr(draws_of, "MOST_STEADIED", 299)
    near, moved, draws = _steadied(rows, 3)
    assert moved is near
    assert draws == ()


def test_no_draw_is_larger_than_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = _blurred(100, 3, 1.0)
    monkeypatch.setattr(draws_of, "MOST_DRAWN", 40)
    _, _, draws = _steadied(rows, 3)
    assert {len(draw.rows) for draw in draws} == {40}
