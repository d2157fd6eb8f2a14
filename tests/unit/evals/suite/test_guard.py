"""The section on a run's own appraisal: quiet on sound data, loud on each way to break them."""

from __future__ import annotations

import numpy as np

from anonymuse.evals.suite.guard import measure_guard
from anonymuse.evals.suite.material import Material
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.vectors.rows import unit_rows
from tests.unit.evals.suite.materials import material_of

TOPICS, D = 8, 32


def material(count: int, *, languages: bool) -> Material:
    """Return topics as points, each language moved far away from the others."""
    rng = np.random.Generator(np.random.Philox(0))
    topic = np.arange(count) % TOPICS
    spoken = np.arange(count) // TOPICS % 3
    points = 2.0 * unit_rows(rng.standard_normal((TOPICS, D)))[topic]
    points = points + 0.2 * rng.standard_normal((count, D))
    if languages:
        points = points + 5.0 * unit_rows(rng.standard_normal((3, D)))[spoken]
    told = tuple("abc"[number] for number in spoken) if languages else None
    known = KnownTruth(
        name="made",
        texts={"user": ("",) * count},
        languages=told,
        category=tuple(f"topic {number}" for number in topic),
        subcategory=None,
        language=told,
    )
    return material_of(known, {"user": unit_rows(points)})


def test_sound_data_raise_no_alarm_and_broken_ones_do() -> None:
    section = measure_guard(material(400, languages=True), seeds=2)
    assert section is not None
    values = {figure.key: figure.ours.value for figure in section.figures}
    assert values == {
        "guard.false": 0.0,
        "guard.shapeless": 1.0,
        "guard.collapsed": 1.0,
        "guard.languages": 1.0,
    }
    assert all(figure.rows == 5 for figure in section.figures)
    high = section.figures[0].ours.high
    assert high is not None
    assert 0.3 < high < 0.6  # five runs are few


def test_one_language_is_not_asked_about() -> None:
    section = measure_guard(material(400, languages=False), seeds=2)
    assert section is not None
    assert "guard.languages" not in {figure.key for figure in section.figures}
    assert section.notes
    assert not [row for row in section.tables[0].rows if "language" in str(row[0])]


def test_of_few_conversations_there_is_no_section() -> None:
    assert measure_guard(material(200, languages=True), seeds=2) is None
