"""What people who are counted several times do to shares, against people who are drawn."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stats.several import STEPS, WHOLE, Squares, rounded_up, squares_in_base_clusters

ABOVE = np.repeat([0, 1, 2], 4)
LEVELS = [0] * 12 + [1] * 3 + [WHOLE]
UP = [1] * 12 + [WHOLE] * 4
LEAVES = [1] * 12 + [4] * 3 + [12]


def drawn(people: int, loyal: float, seed: int = 1) -> npt.NDArray[np.int64]:
    """Return how often each person counts in each base cluster: once where they are in it."""
    rng = np.random.default_rng(seed)
    own = rng.dirichlet(np.full(3, (1.0 - loyal) / loyal), people)[:, ABOVE] / 4
    return (rng.multinomial(np.minimum(rng.geometric(0.25, people), 30), own) > 0).astype(np.int64)


def nodes(held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the same of base clusters, topics and the whole."""
    topics = np.stack([held[:, topic == ABOVE].sum(axis=1) for topic in range(3)], axis=1)
    return np.column_stack([held, topics, held.sum(axis=1)])


def averages(held: npt.NDArray[np.int64]) -> list[float]:
    every = nodes(held)
    parts = (every[:, :12], every[:, 12:15], every[:, 15:])
    return [float((part**2).sum() / held.sum()) for part in parts]


@given(st.floats(-20.0, 200.0))
def test_it_is_the_next_step(weight: float) -> None:
    found = rounded_up(weight)
    assert found in STEPS
    assert found >= min(weight, STEPS[-1])
    assert found <= max(1.0, 1.16 * weight)


def test_where_nobody_is_counted_twice_all_is_as_of_independent_people() -> None:
    found = Squares.of(
        [30, 70, 40, 60, 100, 100, 200],
        [0] * 4 + [1, 1, WHOLE],
        [1] * 4 + [WHOLE] * 3,
        [1] * 4 + [2, 2, 4],
        (),
    )
    for own in (found.weigh_as_one, found.rest_as_one, found.of_shares):
        assert own == pytest.approx(np.ones(7))
    assert not found.together.any()


@pytest.mark.parametrize("loyal", [0.05, 0.5, 0.95])
def test_they_are_those_of_people_who_are_drawn(loyal: float) -> None:
    held = drawn(20_000, loyal)
    every = nodes(held).astype(np.float64)
    counted, whole = every.sum(axis=0), every[:, 15:]
    found = Squares.of(counted, LEVELS, UP, LEAVES, averages(held))
    rest = whole - every
    shares = counted / counted[-1]
    off = ((every - shares * whole) ** 2).sum(axis=0)[:15] / (counted * (1 - shares))[:15]
    both = (every * rest).sum(axis=0)[:15] / np.sqrt(
        (every**2).sum(axis=0) * (rest**2).sum(axis=0)
    )[:15]
    assert found.weigh_as_one == pytest.approx((every**2).sum(axis=0) / counted, rel=0.05)
    assert found.rest_as_one[:15] == pytest.approx(
        (rest**2).sum(axis=0)[:15] / rest.sum(axis=0)[:15], rel=0.05
    )
    assert found.together[:15] == pytest.approx(both, abs=0.05)
    assert found.of_shares[:15] == pytest.approx(np.maximum(off, 0.6), rel=0.08)


def test_a_topic_of_one_base_cluster_repeats_nobody() -> None:
    found = Squares.of(
        [300, 90, 90, 300, 180, 480],
        [0, 0, 0, 1, 1, WHOLE],
        [1] * 3 + [WHOLE] * 3,
        [1, 1, 1, 1, 2, 3],
        [1.0, 1.2, 2.0],
    )
    assert found.weigh_as_one[3] == 1.0
    assert found.weigh_as_one[4] > 1.2


def test_what_a_level_lacks_stands_below_something_higher() -> None:
    """Two parents hang at the top beside a grandparent: the second level is of all three."""
    rng = np.random.default_rng(2)
    leaf_of = np.repeat([0, 1, 2, 3], 3)  # parents 0 and 1 below the grandparent, 2 and 3 alone
    own = rng.dirichlet(np.full(4, 0.3), 20_000)[:, leaf_of] / 3
    held = (rng.multinomial(rng.geometric(0.25, 20_000), own) > 0).astype(np.int64)
    parents = np.stack([held[:, n == leaf_of].sum(axis=1) for n in range(4)], axis=1)
    grand, whole = parents[:, :2].sum(axis=1), held.sum(axis=1)
    second = np.column_stack([grand, parents[:, 2:]])
    told = [float((own**2).sum() / held.sum()) for own in (held, parents, second, whole[:, None])]
    found = Squares.of(
        [*held.sum(axis=0), *parents.sum(axis=0), grand.sum(), whole.sum()],
        [0] * 12 + [1] * 4 + [2, WHOLE], [1] * 12 + [2, 2] + [WHOLE] * 4,
        [1] * 12 + [3] * 4 + [6, 12], told,
    )  # fmt: skip
    true = (grand**2).sum() / grand.sum()
    assert found.weigh_as_one[16] == pytest.approx(true, rel=0.1)
    rest = whole - grand
    assert found.rest_as_one[16] == pytest.approx((rest**2).sum() / rest.sum(), rel=0.1)
    apart = np.sqrt((grand**2).sum() * (rest**2).sum())
    assert found.together[16] == pytest.approx((grand * rest).sum() / apart, abs=0.05)


def test_nobody_weighs_more_than_there_are_base_clusters() -> None:
    """An average that is of other nodes may ask for more."""
    found = Squares.of(
        [100] * 4 + [200, 400], [0] * 4 + [1, WHOLE], [1, 1] + [WHOLE] * 4, [1] * 4 + [2, 4],
        [1.0, 3.0, 3.0],
    )  # fmt: skip
    assert found.weigh_as_one[4] == 2.0
    assert (found.rest >= found.total - found.counted).all()


def test_nothing_is_known_of_nothing() -> None:
    found = Squares.of([0, 0, 0], [0, 0, WHOLE], [WHOLE] * 3, [1, 1, 2], [1.0, 2.0])
    for own in (found.weigh_as_one, found.rest_as_one, found.of_shares, found.together):
        assert np.isfinite(own).all()


def test_squares_of_base_clusters_add_up_to_the_average() -> None:
    found = squares_in_base_clusters([100, 300, 80], [100, 150, 60], average=2.0)
    assert found.sum() == pytest.approx(2.0 * 480)
    assert found[0] == pytest.approx(100)
    assert squares_in_base_clusters([7, 9], [4, 4], average=1.0) == pytest.approx([7, 9])
    hidden_by_noise = squares_in_base_clusters([7, 9], [7, 9], average=3.0)
    assert hidden_by_noise == pytest.approx([21, 27])


def test_of_two_conversations_at_most_both_counts_tell_the_squares() -> None:
    once, twice = np.array([100, 60, 0]), np.array([0, 20, 50])
    squares, rows = once + 4 * twice, once + 2 * twice
    found = squares_in_base_clusters(rows, once + twice, average=squares.sum() / rows.sum())
    assert found == pytest.approx(squares)


def test_who_has_fewer_topics_in_a_window_changes_its_share() -> None:
    found = Squares.of([100] * 3 + [300], [0] * 3 + [WHOLE], [WHOLE] * 4, [1] * 3 + [3], [1.0, 3.0])
    assert found.of_shares[0] == pytest.approx(0.6), "everybody is in all three"
    assert found.of_windows[0] == 1.0
