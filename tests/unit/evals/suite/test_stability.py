"""Agreement of runs: beside the baseline, and beside an earlier result, always draw by draw."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.evals.suite import stability
from anonymuse.evals.suite.compare import compare_with
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.run import as_json, as_result, evaluate
from anonymuse.evals.suite.section import Figure, Number, Section
from anonymuse.evals.suite.stability import measure_stability
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Event, StageProgress
from anonymuse.stats.scoring import over_pairs
from tests.unit.evals.suite.materials import material_of

WORDS = {
    "cooking": "soup oven bake onion dough spice recipe kitchen",
    "code": "python loop error stack compile function variable debug",
    "travel": "train hotel ticket airport luggage visa island harbour",
    "garden": "tomato soil water prune seed rose compost shade",
}
N = 160


def material(**cluster: Any) -> Material:
    category = tuple(sorted(WORDS)[i % 4] for i in range(N))
    texts = tuple(
        " ".join(WORDS[kind].split()[(i * 3 + j * j) % 8] for j in range(4))
        for i, kind in enumerate(category)
    )
    known = KnownTruth("d", {"user": texts}, None, category, None, None)
    vectors = {"user": HashingEmbedder().embed(texts)}
    return material_of(known, vectors, config=RunConfig(cluster=cluster))


def stored(section: Section) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(as_result([section], {"data": "d"})))
    return found


@pytest.fixture(autouse=True, scope="module")
def no_judge() -> Iterator[None]:
    """Nobody who can judge names is here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stability, "naming_for", lambda _material: None)
        yield


@pytest.fixture(scope="module")
def before(no_judge: None) -> Section:
    return measure_stability(material(k=8), seeds=5)


def test_the_baseline_is_beside_every_figure_over_the_same_draws(before: Section) -> None:
    for figure in before.figures:
        assert figure.baseline is not None
        assert figure.gain is not None
        assert figure.gain.value == pytest.approx(figure.ours.value - figure.baseline.value)
        assert [len(row) for row in figure.by_pair] == [1, 2, 3, 4]
        values = [value for row in figure.by_pair for value in row]
        assert np.mean(values) == pytest.approx(figure.ours.value)
    assert before.figures[0].draws == "0.8 of 160 rows, seeds 100 to 104"
    assert before.figures[4].draws == "all of 160 rows, seeds 300 to 304"
    assert "plain k-means" in before.lead


def test_the_same_configuration_again_is_no_change_at_all(before: Section) -> None:
    again = measure_stability(material(k=8), seeds=5)
    for change in compare_with([again], stored(before), data="d"):
        assert change.paired
        assert (change.change.value, change.change.low, change.change.high) == (0.0, 0.0, 0.0)


def test_another_number_of_clusters_is_compared_over_the_same_draws(before: Section) -> None:
    later = measure_stability(material(k=16), seeds=5)
    changes = compare_with([later], stored(before), data="d")
    assert all(change.paired for change in changes)
    assert all(change.renamed for change in changes if "k =" in change.label)


@pytest.mark.parametrize(
    "other",
    [
        {"draws": "0.8 of 159 rows, seeds 100 to 104"},
        {"by_pair": ((0.5,), (0.5, 0.5))},
        {"rows": 6},
    ],
)
def test_other_draws_are_not_paired(before: Section, other: dict[str, Any]) -> None:
    figures = tuple(replace(figure, **other) for figure in before.figures)
    changes = compare_with([replace(before, figures=figures)], stored(before), data="d")
    assert not any(change.paired for change in changes)
    changes = compare_with([before], stored(before), data="another")
    assert not any(change.paired for change in changes)


def test_a_result_from_before_pairs_were_kept_still_compares(before: Section) -> None:
    old = stored(before)
    for figure in old["sections"][0]["figures"]:
        del figure["by_pair"], figure["draws"]
    assert not any(change.paired for change in compare_with([before], old, data="d"))


def test_the_interval_of_pairs_holds_and_sees_more_than_two_apart() -> None:
    rng = np.random.default_rng(7)
    true, held, narrower, trials = 0.02, 0, 0, 300
    for _ in range(trials):
        shared, own = rng.normal(0.0, 0.04, 5), rng.normal(0.0, 0.01, 5)
        first = table(0.7, shared, rng)
        second = table(0.7 + true, shared + own, rng)
        (change,) = compare_with([of(second)], stored(of(first)), data="d")
        assert change.paired
        assert change.change.low is not None
        assert change.change.high is not None
        held += change.change.low <= true <= change.change.high
        (apart,) = compare_with([of(second)], stored(of(first)), data="another")
        assert apart.change.low is not None
        narrower += change.change.low > apart.change.low
    assert held / trials >= 0.93
    assert narrower / trials > 0.95


def table(mean: float, own: npt.NDArray[Any], rng: np.random.Generator) -> npt.NDArray[Any]:
    """Return agreement of five draws: each pulls all its pairs, and each pair has noise."""
    noise = np.triu(rng.normal(0.0, 0.005, (5, 5)), 1)
    return np.asarray(mean + own[:, None] + own[None, :] + noise + noise.T)


def of(agreement: npt.NDArray[Any]) -> Section:
    by_pair = tuple(tuple(row[:at].tolist()) for at, row in enumerate(agreement) if at)
    ours = Number.of(over_pairs(agreement))
    figure = Figure("ari", "ARI", ours, rows=5, by_pair=by_pair, draws="d")
    return Section("stability", "Stability", "", (figure,))


def test_a_part_tells_how_far_it_is() -> None:
    events: list[Event] = []
    evaluate(material(k=8), seeds=3, only=("reconstruction", "stability"), emit=events.append)
    told: dict[str, list[tuple[int, int | None]]] = {}
    for event in events:
        if isinstance(event, StageProgress):
            told.setdefault(event.stage, []).append((event.done, event.total))
    assert told["Measuring reconstruction"] == [(1, 3), (2, 3), (3, 3)]
    assert told["Measuring stability"] == [(done, 15) for done in range(1, 16)]
