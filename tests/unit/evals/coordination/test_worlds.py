from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.errors import ConfigError, InputError
from anonymuse.evals.coordination.cases import Case, average_precision, look
from anonymuse.evals.coordination.fit import AGAINST, as_toml, fit
from anonymuse.evals.coordination.invented import campaign, crowd, topics
from anonymuse.evals.coordination.material import Material, gather
from anonymuse.evals.coordination.run import fitted, measured, sizes_of
from anonymuse.evals.coordination.worlds import Background, World, build
from anonymuse.evals.corpus.people import Draw
from anonymuse.evals.suite.page import as_html, as_markdown
from anonymuse.pipeline.events import ignore
from anonymuse.stages.coordinate import shipped_weights
from anonymuse.stats.weighed import read_weights
from anonymuse.vectors.rows import philox, unit_rows

TOPICS = 12


def vectors_of(texts: Sequence[str]) -> Any:
    """Embed by words: texts that share words are close."""
    rows = np.zeros((len(texts), 64))
    for row, text in enumerate(texts):
        for word in text.lower().split():
            rows[row] += _meaning(word)
    return unit_rows(rows)


@cache
def _meaning(word: str) -> Any:
    return philox(sum(map(ord, word))).normal(size=64)


def sayings(n: int) -> list[str]:
    random = philox(5)
    words = [[f"t{topic}x{i}" for i in range(40)] for topic in range(TOPICS)]
    return [" ".join(random.choice(words[row % TOPICS], 12)) + ".?"[row % 2] for row in range(n)]


@pytest.fixture(scope="module")
def background() -> Background:
    texts = tuple(sayings(300))
    return Background("town", texts, ("English",) * 300, vectors_of(texts))


@pytest.fixture(scope="module")
def world(background: Background) -> World:
    draw = Draw(2)
    plants = [campaign("parcel notices", "test", "verbatim", 12, draw)]
    plants += [crowd(topic, draw) for topic in topics("test")]
    return build(background, plants, vectors_of, 2)


@pytest.fixture(scope="module")
def case(world: World) -> Case:
    return look(world, 2)


def test_a_world_is_the_same_for_a_seed(background: Background, world: World) -> None:
    again = build(background, world.plants, vectors_of, 2)
    for name in ("leaf", "account", "time", "organisation"):
        assert np.array_equal(getattr(again.traffic, name), getattr(world.traffic, name))
    assert again.traffic.metadata == world.traffic.metadata


def test_campaign_accounts_are_nobodys_and_cover_is_the_backgrounds(world: World) -> None:
    account = np.asarray(world.traffic.account)
    plant, codes = world.plants[0], world.accounts[0]
    everywhere = np.flatnonzero(np.isin(account, codes))
    assert set(world.rows[0]) <= set(everywhere)
    assert (len(everywhere) > len(world.rows[0])) == plant.known[0]
    assert len(world.traffic.requests) == len(account) == len(world.traffic.leaf)


def test_a_case_counts_who_is_where(world: World, case: Case) -> None:
    assert case.inside.shape == (len(case.leaves), len(world.plants))
    assert case.inside[:, 0].max() >= 4
    assert case.rows.sum(axis=0).tolist() == [len(rows) for rows in world.rows]
    scores, best = case.best(shipped_weights())
    scores[case.of_kind("homework")] = 0.0  # a class shares its task: the hard case
    assert case.held(0)[scores.argmax()]
    assert case.overlap[best[scores.argmax()], 0] >= 4


def test_average_precision_by_hand() -> None:
    assert average_precision([0.9, 0.5], np.array([0.7, 0.1])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([0.9], np.array([0.9])) == 0.5  # a tie is no success
    assert average_precision([0.9], np.array([]), unfindable=1) == 0.5


@pytest.mark.slow
def test_weights_that_were_fitted_keep_their_signs_and_are_read_back(case: Case) -> None:
    weights = fit([case])
    for name, weight in weights.weight.items():
        assert weight <= 0.0 if name in AGAINST else weight >= 0.0
    again = read_weights(as_toml(weights))
    assert again.weight == pytest.approx(dict(weights.weight))
    assert again.bias == pytest.approx(weights.bias)
    assert again.about == weights.about


class _Detector:
    id = "english"

    def detect(self, text: str) -> str:
        return "English"


def talks(n: int) -> list[Conversation]:
    return [Conversation(f"c{i}", (Turn("user", text),)) for i, text in enumerate(sayings(n))]


@pytest.fixture(scope="module")
def material() -> Material:
    return gather("town", talks(400), _Detector(), lambda _, texts: vectors_of(texts), None)


@pytest.mark.slow
def test_the_whole_way(material: Material) -> None:
    sections = measured(material, (6, 12), 1, ignore)
    assert [one.key for one in sections] == ["found", "alarms", "curve", "signals"]
    figures = {f.key: f.ours.value for one in sections for f in one.figures}
    assert figures["coordination.verbatim.12.recall"] > 0.0
    assert all(0.0 <= value <= 1.0 for value in figures.values())
    page = as_markdown("x", sections, {})
    assert "Campaigns that were found" in page
    assert "<svg" in as_html("x", sections, {})


@pytest.mark.slow
def test_fitting_is_the_same_every_time(material: Material) -> None:
    weights = [fitted(material, (8,), 1, {"fitted": "now"}, ignore) for _ in range(2)]
    assert as_toml(weights[0]) == as_toml(weights[1])


def test_a_small_background_is_refused() -> None:
    with pytest.raises(InputError, match="has 30 conversations"):
        gather("few", talks(30), _Detector(), lambda _, texts: vectors_of(texts), None)


@pytest.mark.parametrize("text", ["", "a", "5,,10", "3", "5,9000", "-4"])
def test_sizes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--sizes takes"):
        sizes_of(text)


def test_sizes_are_sorted_and_distinct() -> None:
    assert sizes_of("20, 5,20") == (5, 20)
