"""Whole runs whose names a model makes: voted, and the unprotected baseline."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.adapters.chat import open as chat_models
from anonymuse.adapters.chat.scripted import ScriptedChat, minimal_answer
from anonymuse.ports.chat import ChatFailure, ChatRequest
from tests.flow.world import bundle, config
from tests.garden import world

GARDEN = {
    "name": "Explain how to water plants on Elm Row 12",
    "description": "People asked how to water plants. Some mentioned Ada Quill.",
}
CODE = {"name": "Fix Python errors", "description": "People asked to fix a Python error."}
Answer = str | ChatFailure


class Named:
    """A careful model by script: drafts with a leak, votes by words, rewrites what was kept."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.refused = 0

    def __call__(self, request: ChatRequest) -> Answer:
        said = request.messages[-1].content
        draft = GARDEN if "water" in said.split("Outside the group:")[0] else CODE
        if "Inside the group:" in said:
            return self._count("propose", json.dumps(draft))
        if request.purpose == "vote":
            return self._vote(request, said)
        if "claims" in (request.schema or {}).get("properties", {}):
            return self._count("split", json.dumps({"claims": [draft["description"]]}))
        if "Write the name and the description from the statements" in said:
            told = "People asked about this."
            named = {"name": "Explain how to water plants", "description": told}
            return self._count("rewrite", json.dumps(named if "water" in said else CODE))
        return minimal_answer(request)

    def _vote(self, request: ChatRequest, said: str) -> Answer:
        claims, facet = said.split("The conversation:")
        listed = [line for line in claims.splitlines() if line[:1].isdigit()]
        self.asked["vote"] += 1
        if self.refused and self.asked["vote"] % self.refused == 0:
            return ChatFailure("refusal", "no")
        topic = "water" if "water" in facet else "Python"
        return json.dumps({"votes": [topic in claim for claim in listed]})

    def _count(self, kind: str, answer: str) -> str:
        self.asked[kind] += 1
        return answer


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Named:
    named = Named()
    monkeypatch.setattr(
        chat_models, "_scripted", lambda concurrency: ScriptedChat(named, "scripted")
    )
    return named


def run(folder: Path, **changes: Any) -> api.Outcome:
    data, facets = world(folder, {})
    chosen = {"extract__facets_file": str(facets), "cluster__k": 2, **changes}
    return api.run(data, folder / "out", config(**chosen))


def names(outcome: api.Outcome) -> dict[str, str]:
    return {c.name: c.description for c in outcome.report.clusters}


def test_what_others_bear_out_is_said_and_nothing_else(tmp_path: Path, model: Named) -> None:
    outcome = run(tmp_path)
    assert names(outcome) == {
        "Explain how to water plants": "People asked about this.",
        "Fix Python errors": "People asked to fix a Python error.",
    }
    assert {c.named_by for c in outcome.report.clusters} == {"model"}
    assert model.asked == {"propose": 2, "split": 2, "vote": 2 * 32, "rewrite": 2}
    prompts = outcome.report.receipt.prompts
    assert {"name_contrast", "split_claims", "vote_claims", "rewrite_name"} <= set(prompts)


def test_the_baseline_says_what_the_model_said(tmp_path: Path, model: Named) -> None:
    outcome = run(tmp_path, naming__mode="direct")
    assert names(outcome)[GARDEN["name"]] == GARDEN["description"]
    assert model.asked == {"propose": 2}
    assert "name_direct" in outcome.report.receipt.prompts
    assert outcome.report.receipt.settings["naming"]["mode"] == "direct"
    [note] = [n for n in outcome.report.receipt.notes if "unprotected baseline" in n]
    assert note in json.dumps(outcome.summary())


def test_a_run_goes_on_where_it_was_and_says_the_same(tmp_path: Path, model: Named) -> None:
    run(tmp_path / "a")
    first, asked = bundle(tmp_path / "a" / "out"), Counter(model.asked)
    run(tmp_path / "a")
    assert model.asked == asked
    assert bundle(tmp_path / "a" / "out") == first
    run(tmp_path / "b")
    assert bundle(tmp_path / "b" / "out") == first


def test_failed_votes_are_counted_and_are_no_votes(tmp_path: Path, model: Named) -> None:
    model.refused = 8
    outcome = run(tmp_path)
    assert outcome.report.receipt.failures["describe"] == {"refusal": 10}
    assert "Explain how to water plants" in names(outcome)


def test_without_enough_voters_keywords_stand_in(tmp_path: Path, model: Named) -> None:
    outcome = run(tmp_path, privacy__min_cell=17, privacy__min_units=17)
    assert {c.named_by for c in outcome.report.clusters} <= {"keywords"}
    assert not model.asked["vote"]


def test_a_tree_by_another_facet_is_voted_on_too(tmp_path: Path, model: Named) -> None:
    outcome = run(tmp_path, cluster__on=("task",))
    assert [own.facet for own in outcome.report.further] == ["task"]
    # People whose answers are the same to the word share a call: eight tasks in each cluster.
    assert model.asked["vote"] == 2 * 32 + 2 * 8
