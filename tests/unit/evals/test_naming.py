from __future__ import annotations

import json
import random

import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.domain.policy import DEMO, PUBLIC
from anonymuse.errors import InputError
from anonymuse.evals.extractive_chat import ExtractiveChat
from anonymuse.evals.naming import naming_cost
from anonymuse.evals.naming_page import as_markdown, as_result
from anonymuse.evals.naming_scene import Material, make_scene
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.chat import ChatRequest, Message
from anonymuse.prompts.fence import fenced
from anonymuse.prompts.library import load

SUBJECTS = (
    "bake bread", "explain tax", "write poems", "repair bicycles", "learn chess", "plant tomatoes",
    "paint walls", "sew curtains", "brew coffee", "train dogs",
)  # fmt: skip
DETAILS = ("at home", "for guests", "in winter", "with friends", "before lunch", "on Sundays")


def material(rows: int = 300) -> Material:
    rng = random.Random(5)
    subjects = [SUBJECTS[i % len(SUBJECTS)] for i in range(rows)]
    tasks = [f"{said} {rng.choice(DETAILS)}" for said in subjects]
    embedder = HashingEmbedder()
    texts = {view: tuple(tasks) for view in ("user", "whole", "request", "task")}
    known = KnownTruth("made", texts, ("English",) * rows, tuple(subjects), None, None)
    vectors = embedder.embed(tasks)
    return Material(
        known=known,
        units=tuple(f"u{i % 180}" for i in range(rows)),
        vectors=dict.fromkeys(texts, vectors),
        judged=vectors,
        namer=embedder,
        judge=embedder,
    )


def test_names_that_say_what_a_cluster_is_about_are_found_in_the_line_up(run_async) -> None:
    ways = run_async(naming_cost(material(), DEMO, seeds=1))
    assert [way.name for way in ways] == [
        "no model, no vote", "no model, 20% for a name", "no model, 35% for a name",
        "no model, 50% for a name", "drafts, unprotected", "drafts, voted",
    ]  # fmt: skip
    assert all(way.right.mean > 0.6 for way in ways)
    assert all(way.right.mean <= way.second.mean for way in ways)
    assert all(sum(way.kinds.values()) == pytest.approx(1.0) for way in ways)
    assert ways[0].gain is ways[4].gain is None
    assert ways[1].gain is not None
    assert [way.calls > 0 for way in ways] == [False] * 4 + [True] * 2
    assert ways[5].calls > ways[4].calls
    assert "| drafts, voted |" in as_markdown({"demo": ways})
    assert json.loads(json.dumps(as_result({"demo": ways}, {"date": "x"})))["policies"]["demo"]


def test_the_held_out_take_no_part(run_async) -> None:
    scene = make_scene(material(), DEMO, 0)
    held = {code for code, leaf in zip(scene.codes, scene.shown, strict=True) if leaf < 0}
    heard = {
        unit
        for node in scene.table.leaves
        for users in scene.table.users(node).values()
        for unit in users.units.tolist()
    }
    assert held
    assert not held & heard


def test_a_policy_that_leaves_nothing_is_refused(run_async) -> None:
    with pytest.raises(InputError, match="50 people"):
        run_async(naming_cost(material(), PUBLIC, seeds=1))


def asked(prompt: str, **values: str) -> ChatRequest:
    system, user = load(prompt).render(**values)
    kind = {"vote_claims": "votes", "split_claims": "claims"}.get(prompt, "name")
    schema = {"type": "object", "properties": {kind: {}}}
    return ChatRequest(
        (Message("system", system), Message("user", user)), "name", schema, temperature=0.0
    )


def test_the_stand_in_for_a_model_draws_votes_and_writes(run_async) -> None:
    key = b"k"
    model = ExtractiveChat(HashingEmbedder(), {}).model

    def said(request: ChatRequest):
        return json.loads(run_async(model.answer(request)).text)

    lines = fenced("- bake rye bread\n- bake bread\n- bake white bread", key)
    draft = said(asked("name_contrast", about="", inside=lines, outside="- file taxes", words="x"))
    assert draft["name"] == "bake bread"
    claims = said(asked("split_claims", draft=fenced("bake bread\nrye bread. white bread", key)))
    assert claims == {"claims": ["rye bread", "white bread"]}
    votes = said(
        asked("vote_claims", about="", claims=fenced("1. Bake bread\n2. File taxes", key),
              facet=fenced("bake rye bread", key), count="2")
    )  # fmt: skip
    assert votes == {"votes": [True, False]}
