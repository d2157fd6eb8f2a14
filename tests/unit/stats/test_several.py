import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stats.several import STEPS, topics_each, weight_of_several


@given(st.integers(1, 5000), st.integers(-20, 5000))
def test_topics_each_is_rounded_up_to_a_step(counted: int, people: int) -> None:
    found = topics_each(counted, people)
    assert found in STEPS
    assert found >= min(counted / max(people, 1), STEPS[-1])
    below = [step for step in STEPS if step < found]
    assert not below or below[-1] < counted / max(people, 1)


def test_in_a_base_cluster_everybody_counts_once() -> None:
    assert weight_of_several([300, 90], 1, 3.0).tolist() == [1.0, 1.0]
    assert weight_of_several([300, 90], [8, 24], 1.0).tolist() == [1.0, 1.0]
    assert weight_of_several([0.0], [8], 2.0).tolist() == [1.0]


def test_more_topics_weigh_more_and_never_more_than_there_are() -> None:
    found = weight_of_several(np.full(4, 8000.0), [1, 4, 8, 24], 2.5)
    assert (np.diff(found) > 0).all()
    assert (found <= [1, 4, 8, 24]).all()
    more = weight_of_several(np.full(4, 8000.0), [1, 4, 8, 24], 4.0)
    assert (more[1:] > found[1:]).all()


@pytest.mark.parametrize("mean", [1.5, 3.0])
def test_it_is_no_less_than_that_of_people_who_come_back(mean: float) -> None:
    """Of people with a geometric number of topics: the mean of squares over the mean."""
    held = np.minimum(np.random.default_rng(1).geometric(1 / mean, 20_000), 24)
    true = (held**2).sum() / held.sum()
    found = float(weight_of_several(held.sum(), 24, topics_each(int(held.sum()), len(held))))
    assert true <= found <= 2.5 * true
