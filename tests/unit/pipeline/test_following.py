"""Links between two runs are told only if enough people stand behind them."""

from dataclasses import replace

import numpy as np
import pytest

from anonymuse.domain.policy import POLICIES
from anonymuse.pipeline.following import _Behind
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps.membership import Sampled
from anonymuse.stages.follow import Crossing, Side

DEMO = POLICIES["demo"]


def behind(people: int, *, min_units: int, sigma: float = 0.0, each: int = 3) -> _Behind:
    """Return two runs of one base cluster that so many people are in, with several texts each."""
    texts = people * each
    units = np.repeat(np.arange(people), each).astype(np.int32)
    own = Sampled(
        unit=units,
        text=np.arange(texts, dtype=np.int32),
        texts=texts,
        pseudonyms=[f"p{n}" for n in range(people)],
    )
    labels = np.zeros(texts, dtype=np.int32)
    side = Side(np.ones((texts, 1), dtype=np.float32), labels, np.ones(texts))
    policy = replace(DEMO, min_units=min_units, noise_sigma=sigma)
    key = ProjectKey(bytes(range(32)))
    return _Behind((own, own), (side, side), Crossing(labels, labels), (DEMO, policy), key)


@pytest.mark.parametrize(("people", "told"), [(19, False), (20, True)])
def test_people_count_and_not_their_conversations(people: int, told: bool) -> None:
    assert behind(people, min_units=20).enough([0], [0]) is told


def test_the_stricter_policy_decides() -> None:
    assert behind(10, min_units=5).enough([0], [0])
    assert not behind(10, min_units=11).enough([0], [0])


def test_with_noise_the_margin_is_three_sigma() -> None:
    assert not behind(21, min_units=20, sigma=5.0).enough([0], [0])
    assert behind(80, min_units=20, sigma=5.0).enough([0], [0])


def test_nobody_is_behind_a_link_to_another_cluster() -> None:
    assert not behind(80, min_units=5).enough([0], [1])
