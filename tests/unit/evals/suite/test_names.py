"""Names in the evaluation: line-ups, what a reader would count, and the checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.domain.policy import DEMO
from anonymuse.errors import ModelUnavailableError
from anonymuse.evals.naming_scene import make_scene
from anonymuse.evals.suite import checklist, names
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.name_figures import NamedScene, form_figures
from anonymuse.evals.suite.names import names_section
from anonymuse.evals.suite.run import evaluate
from anonymuse.lexicon.keyword_name import BLANK, keyword_draft
from anonymuse.pipeline.events import Event, ignore
from anonymuse.stages.support import build_support
from tests.unit.evals.suite.materials import material_of
from tests.unit.evals.test_naming import material as naming

look_for_judges = names._judges


def evaluation(rows: int = 260) -> Material:
    made = naming(rows)
    known = replace(made.known, units=made.units)
    return material_of(known, made.vectors, facets=made.namer)


@pytest.fixture(autouse=True)
def judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge that needs no model."""
    monkeypatch.setattr(
        names, "_judges", lambda _material, asked: [HashingEmbedder(len(asked) * 8)]
    )


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


def test_english_judges_hear_facets_alone() -> None:
    facets = evaluation(40)
    texts = {"user": facets.known.texts["user"]}
    bare = replace(facets, known=replace(facets.known, texts=texts), facets=None)
    sizes = [names.naming_of(own).judge.dimensions // 8 for own in (facets, bare)]
    assert sizes == [len(names.ENGLISH_JUDGES), len(names.JUDGES)]


def test_further_judges_say_the_same_line_ups() -> None:
    made = naming(120)
    section = names_section(replace(made, others=((made.judge, made.judged),)), k=6, seeds=range(2))
    assert section is not None
    *_, others = section.tables
    ((judge, ours, keywords),) = others.rows
    lineup = next(f for f in section.figures if f.key == "names.lineup.members")
    assert judge == made.judge.id
    assert ours == pytest.approx(np.mean(lineup.by_seed))
    assert isinstance(keywords, float)


def test_a_judge_that_takes_part_or_is_not_here_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Event] = []
    told: list[Any] = []

    def opened(name: str, emit: Any = None, *, models: Path | None = None) -> HashingEmbedder:
        told.append(emit)
        if name == "lost":
            raise ModelUnavailableError("It is not there.")
        return HashingEmbedder(int(name))

    for way in ("embedder", "open_embedder"):
        monkeypatch.setattr(names, way, opened)
    taken = replace(
        evaluation(40), conversation=HashingEmbedder(16), facets=None, emit=heard.append
    )
    found = look_for_judges(taken, ["16", "lost", "32", "64"])
    assert [judge.dimensions for judge in found] == [32, 64]
    assert told == [heard.append] * 3 + [None]
    with pytest.raises(ModelUnavailableError, match="took no part"):
        look_for_judges(taken, ["16", "lost"])


def test_the_same_again() -> None:
    once, again = (names_section(naming(120), k=6, seeds=range(1)) for _ in range(2))
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


def test_names_that_are_withheld_are_nobodys_duplicates() -> None:
    """Only what is published can confuse a reader."""
    said = ["help with tax", "bread", "bread"]
    stock = " ".join(BLANK)
    nodes = [f"L0-000{i}" for i in range(5)]
    table = build_support(
        [text for text in [said[0], said[0], *said[1:], stock] for _ in range(3)],
        [i for i in range(5) for _ in range(3)], range(15), leaves=nodes,
    )  # fmt: skip

    def share_of(told: Sequence[str]) -> float | None:
        drafts = [keyword_draft(node, [], why="few words") for node in nodes]
        drafts = [replace(own, name=name, description="") if name else own
                  for own, name in zip(drafts, told, strict=True)]  # fmt: skip
        trial = SimpleNamespace(
            ours={own.node: own for own in drafts},
            scene=SimpleNamespace(table=table, policy=replace(DEMO, min_cell=3)),
        )
        alike, _ = form_figures([cast("NamedScene", trial)])
        return alike.ours.value

    assert share_of(["Tax help", "", "Bread", "", ""]) == 0.0
    assert share_of(["Tax help", "Help: tax", "Bread", "", ""]) == pytest.approx(2 / 3)
    assert share_of(["Tax help", "", "Bread", "Bread", ""]) == pytest.approx(2 / 3)
