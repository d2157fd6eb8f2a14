"""What is told of drift: gated, noisy and rounded, and never told of too few."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from anonymuse.domain.policy import POLICIES
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Finished, Workshop
from anonymuse.pipeline.events import ignore
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps import drift, membership
from anonymuse.pipeline.steps.drift import DRIFT, told_of_drift

KEY = ProjectKey(bytes(range(32)))
PUBLIC = POLICIES["public"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Return a step after which 1,000 people take part."""
    names = [f"p{n}" for n in range(1_000)]
    people = SimpleNamespace(pseudonyms=names)
    monkeypatch.setattr(membership, "sampled", lambda _: people)
    done = Finished("cluster", "k", tmp_path, {}, reused=False)
    return Workshop(tmp_path, {"cluster": done}, ignore, "release")


def told(shop: Workshop, people: int, *, judged: bool = True, policy: Any = PUBLIC) -> Any:
    value = {"judged": judged, "units": list(range(people)), "earlier": 3}
    files.write_json(shop.folder / DRIFT, value)
    return told_of_drift(shop, policy, KEY)


def test_enough_people_are_told_with_noise_and_rounded(shop: Workshop) -> None:
    found = told(shop, 300)
    assert found["people"] % PUBLIC.rounding == 0
    assert found["of"] % PUBLIC.rounding == 0
    assert abs(found["people"] - 300) < 5 * PUBLIC.noise_sigma + PUBLIC.rounding
    assert 0.2 < found["low"] < found["share"] < found["high"] < 0.4


def test_the_same_people_are_told_the_same(shop: Workshop) -> None:
    assert told(shop, 300) == told(shop, 300)


@pytest.mark.parametrize("people", [0, 1, 49])
def test_of_too_few_only_the_most_is_told(shop: Workshop, people: int) -> None:
    found = told(shop, people)
    assert (found["people"], found["share"], found["low"]) == (None, None, 0.0)
    assert found == told(shop, 0)


def test_the_threshold_is_that_of_a_cluster(shop: Workshop) -> None:
    sharp = replace(PUBLIC, noise_sigma=0.0, rounding=1)
    assert told(shop, 49, policy=sharp)["people"] is None
    assert told(shop, 50, policy=sharp)["people"] == 50


def test_what_was_not_judged_is_not_told(shop: Workshop) -> None:
    assert told(shop, 300, judged=False) == {}
    (shop.folder / DRIFT).unlink()
    assert drift.told_of_drift(shop, PUBLIC, KEY) == {}
