"""Names of clusters that two samples share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.errors import ModelUnavailableError
from anonymuse.evals.suite import names, same_names
from anonymuse.evals.suite.section import Figure
from anonymuse.evals.suite.stability import measure_stability
from tests.unit.evals.suite.test_stability import N, material


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that needs no model."""
    monkeypatch.setattr(names, "_judges", lambda _material, _asked: [HashingEmbedder(64)])


def measured(samples: list[same_names.Sample]) -> Figure | None:
    naming = same_names.naming_for(material(k=8))
    assert naming is not None
    return same_names.same_names(naming, samples, "key", "label", seeds=range(len(samples)))


def sample(k: int, *, share: float = 1.0, seed: int = 0) -> same_names.Sample:
    """Return rows and clusters that are right: the four subjects, halved where k is 8."""
    rows = np.sort(np.random.default_rng(seed).choice(N, round(N * share), replace=False))
    return rows, rows % 4 if k == 4 else rows % 8


@pytest.mark.usefixtures("judge")
def test_the_same_clusters_have_names_that_agree() -> None:
    figure = measured([sample(8)] * 3)
    assert figure is not None
    assert figure.ours.value == 1.0
    assert figure.rows == 3
    assert [len(row) for row in figure.by_pair] == [1, 2]
    other = measured([sample(8, share=0.9, seed=seed) for seed in range(3)])
    assert other is not None
    assert 0.0 <= other.ours.value <= 1.0


@pytest.mark.usefixtures("judge")
def test_nothing_is_said_where_names_cannot_be_told_apart() -> None:
    assert measured([sample(4)] * 3) is None  # four clusters, and four decoys beside a name
    rows, labels = sample(8)
    half = N // 2
    apart = [(rows[:half], labels[:half]), (rows[half:], labels[half:]), (rows, labels)]
    assert measured(apart) is None


@pytest.mark.usefixtures("judge")
def test_stability_tells_names_of_every_kind_of_runs() -> None:
    found = {own.key: own for own in measure_stability(material(k=8), seeds=5).figures}
    kinds = [key for key in found if key.endswith(".names")]
    assert kinds == ["stability.sample.names", "stability.seed.names", "stability.alone.names"]
    for key in kinds:
        assert found[key].draws == found[key.replace(".names", ".top")].draws
        assert found[key].judge == HashingEmbedder(64).id


def test_without_a_judge_or_with_few_people_names_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nobody(*_: object) -> None:
        raise ModelUnavailableError("none")

    monkeypatch.setattr(names, "_judges", nobody)
    assert same_names.naming_for(material(k=8)) is None
    few = material(k=8)
    few = replace(few, known=few.known.take(range(names.FEWEST_PEOPLE - 1)))
    assert same_names.naming_for(few) is None
