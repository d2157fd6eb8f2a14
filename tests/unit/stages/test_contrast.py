from __future__ import annotations

import json

import numpy as np

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.gullible import GullibleChat
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.ports.chat import ChatRequest
from anonymuse.stages.contrast import LeafFacets, choose_facets, name_by_contrast
from anonymuse.stages.support import build_support, supported

BREAD = [f"bake bread with {w}" for w in ("rye", "spelt", "seeds", "olives", "nuts", "honey")]
TAX = [f"explain income tax for {w}" for w in ("actors", "tutors", "bakers", "nurses", "guides")]
IDS = ["L0-0000", "L0-0001"]
TABLE = build_support(BREAD + TAX, [0] * 6 + [1] * 5, range(11), leaves=IDS)
LEAVES = [LeafFacets(IDS[0], tuple(BREAD[:3]), tuple(TAX)),
          LeafFacets(IDS[1], tuple(TAX[:3]), tuple(BREAD))]  # fmt: skip


def said(name: str, description: str = "People asked about this.") -> str:
    return json.dumps({"name": name, "description": description})


def test_a_third_of_the_units_inside_and_the_nearest_outside() -> None:
    labels = np.array([0] * 12 + [1] * 4, dtype=np.int32)
    vectors = np.eye(16, dtype=np.float32)
    vectors[12, 0] = 5
    units = [i // 2 for i in range(12)] + [20, 20, 21, 22]
    inside, outside = choose_facets(labels, units, vectors, seed=1, outside=2)[0]
    assert len(inside) == 3
    assert len({units[row] for row in inside}) == 3
    assert all(labels[row] == 0 for row in inside)
    assert outside[0] == 12
    assert len({units[row] for row in outside}) == len(outside) == 2


def test_the_choice_follows_the_seed() -> None:
    labels = np.zeros(40, dtype=np.int32)
    vectors = np.ones((40, 2), dtype=np.float32)
    first = choose_facets(labels, range(40), vectors, seed=1)
    assert first == choose_facets(labels, range(40), vectors, seed=1)
    assert first != choose_facets(labels, range(40), vectors, seed=2)


def test_a_name_that_passes_is_taken_at_once(run_async) -> None:
    model = ScriptedChat({"Inside the group:\n- bake": said("Bake bread"),
                          "Inside the group:\n- explain": said("Explain income tax")})  # fmt: skip
    found = run_async(name_by_contrast(LEAVES, TABLE, cell=3, asker=ModelAsker(model)))
    assert [d.name for d in found.values()] == ["Bake bread", "Explain income tax"]
    assert all(d.kind == "model" and d.attempts == 0 for d in found.values())
    assert len(model.requests) == 2


def test_what_fails_is_asked_again_without_the_words(run_async) -> None:
    def answer(request: ChatRequest) -> str:
        if "Inside the group:\n- explain" in request.messages[-1].content:
            return said("Explain income tax")
        return (
            said("Bake bread")
            if "not be used: rye" in request.messages[-1].content
            else said("Bake rye bread")
        )

    found = run_async(
        name_by_contrast(LEAVES, TABLE, cell=3, asker=ModelAsker(ScriptedChat(answer)))
    )
    assert found[IDS[0]].name == "Bake bread"
    assert found[IDS[0]].attempts == 1


def test_after_three_rounds_keywords(run_async) -> None:
    model = ScriptedChat(lambda request: said("Bake for Zanzotto"))
    found = run_async(name_by_contrast(LEAVES, TABLE, cell=3, asker=ModelAsker(model)))
    assert {d.kind for d in found.values()} == {"keywords"}
    assert "bread" in found[IDS[0]].name.lower()
    assert len(model.requests) == 6


def test_no_two_clusters_share_a_name(run_async) -> None:
    model = ScriptedChat(lambda request: said("Explain questions"))
    found = run_async(name_by_contrast(LEAVES, TABLE, cell=3, asker=ModelAsker(model)))
    assert sorted(d.kind for d in found.values()) == ["keywords", "model"]


def test_junk_and_a_gullible_model_give_nobody_away(run_async) -> None:
    for model in (ScriptedChat(lambda request: "no json"), GullibleChat()):
        found = run_async(name_by_contrast(LEAVES, TABLE, cell=3, asker=ModelAsker(model)))
        for draft in found.values():
            assert not supported(f"{draft.name}. {draft.description}", draft.node, TABLE, cell=3)
