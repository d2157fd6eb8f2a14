"""Names in the evaluation: line-ups, what a reader would count, and the checklist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.domain.policy import DEMO
from anonymuse.evals.naming_scene import make_scene
from anonymuse.evals.suite import checklist, names
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.names import names_section
from anonymuse.evals.suite.run import evaluate
from anonymuse.pipeline.events import ignore
from tests.unit.evals.suite.materials import material_of
from tests.unit.evals.test_naming import material as naming


def evaluation(rows: int = 260) -> Material:
    made = naming(rows)
    known = replace(made.known, units=made.units)
    return material_of(known, made.vectors, facets=made.namer)


@pytest.fixture(autouse=True)
def judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that needs no model."""
    monkeypatch.setattr(names, "_judge", lambda _material: HashingEmbedder())


def test_the_section_says_how_names_fare_beside_keywords() -> None:
    section = names.measure_names(evaluation(), seeds=2)
    assert section is not None
    found = {figure.key: figure for figure in section.figures}
    assert set(found) == {
        "names.lineup.names", "names.lineup.members", "names.alike", "names.script",
        "names.agree", "names.same", "named.base", "named.lost",
    }  # fmt: skip
    lineup = found["names.lineup.members"]
    assert lineup.ours.value > 0.5
    low, high = lineup.ours.low, lineup.ours.high
    assert low is not None
    assert high is not None
    assert low < lineup.ours.value < high
    assert lineup.baseline is not None
    assert lineup.gain is not None
    assert lineup.gain.value == pytest.approx(lineup.ours.value - lineup.baseline.value)
    assert len(lineup.by_seed) == 2
    assert found["names.alike"].ours.value == 0.0
    assert found["names.script"].ours.value == 0.0
    assert found["names.agree"].ours.value > 0.8
    pairs = found["names.agree"].rows
    assert pairs is not None
    assert pairs > 5
    assert 0.0 <= found["named.lost"].ours.value < found["named.base"].ours.value <= 1.0


def test_the_same_again() -> None:
    once, again = (names_section(naming(120), k=6, seeds=1) for _ in range(2))
    assert once is not None
    assert once == again


def test_our_list_of_topics_names_nothing_where_meaning_is_not_known() -> None:
    made = naming(120)
    made = replace(made, known=replace(made.known, texts={"user": made.known.texts["user"]}))
    scene = make_scene(made, DEMO, 0)
    assert not made.namer.knows_meaning
    assert scene.leaves
    assert not scene.topics


def test_nothing_is_measured_of_a_handful_of_people() -> None:
    assert names.measure_names(evaluation(30), seeds=1) is None
    (cost,) = evaluate(evaluation(30), seeds=1, only=("names",), emit=ignore)
    assert any("not measured" in note and "names" in note for note in cost.notes)


def test_a_checklist_is_written_and_read_back(tmp_path) -> None:
    path = tmp_path / "list.csv"
    first = checklist.checklist_section(path, evaluation())
    assert not first.figures
    lines = path.read_text().splitlines()
    assert lines[0] == "name,description,holds,grade"
    assert len(lines) > 5
    path.write_text("\n".join([lines[0], *(line + "fits" for line in lines[1:-1]), lines[-1]]))
    again = checklist.checklist_section(path, evaluation())
    assert again.figures[0].ours.value == 1.0
    assert again.notes == (f"1 of {len(lines) - 1} names have no grade yet.",)
