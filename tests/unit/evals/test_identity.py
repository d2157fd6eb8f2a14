"""Identity over two runs and drift, on made vectors whose topics are known."""

import json
from typing import Any

import numpy as np
import pytest

from anonymuse.cli.evaluate_identity import _page
from anonymuse.evals.identity import LABELS, measure_identity
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.vectors.rows import philox, unit_rows

TOPICS, EACH = 8, 40


def made(spread: float) -> tuple[KnownTruth, dict[str, np.ndarray]]:
    """Return topics around the corners of a cube."""
    topic = np.tile(np.arange(TOPICS), EACH)
    rows = np.eye(32)[topic] + spread * philox(0).normal(size=(len(topic), 32))
    names = tuple(f"t{n}" for n in topic.tolist())
    known = KnownTruth(
        name="made",
        texts={"user": names},
        languages=None,
        category=names,
        subcategory=names,
        language=None,
    )
    return known, {"user": unit_rows(rows)}


@pytest.fixture(scope="module")
def clear() -> dict[str, Any]:
    """Return what is told of topics that lie far apart."""
    return measure_identity(*made(0.1), seeds=2)


def means(told: dict[str, Any]) -> dict[str, float]:
    json.dumps(told)
    return {own["key"]: own["mean"] for own in told["figures"]}


def test_clear_topics_are_found_again_and_new_ones_are_drift(clear: dict[str, Any]) -> None:
    found = means(clear)
    assert set(found) == set(LABELS)
    assert found["kept.base"] == 1.0
    assert found["right.base"] == 1.0
    assert found["assigned.rows"] > 0.95
    assert found["drift.found"] > 0.9
    assert found["drift.false"] < 0.05
    assert found["drift.none"] < 0.05


def test_where_nothing_is_to_be_found_nothing_is() -> None:
    told = measure_identity(*made(5.0), seeds=6)
    assert means(told)["kept.base.steady"] < 0.6
    assert means(told)["drift.found"] < 0.2
    for own in told["figures"]:
        assert 0.0 <= own["low"] <= own["mean"] <= own["high"] <= 1.0


def test_a_page_has_every_figure(clear: dict[str, Any]) -> None:
    page = "\n".join(_page([clear]))
    assert all(label in page for label in LABELS.values())
    assert page.startswith("made: 320 rows, k = 8")
