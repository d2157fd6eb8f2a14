from __future__ import annotations

import json

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.gullible import GullibleChat
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.support_table import unsupported
from anonymuse.ports.chat import ChatRequest
from anonymuse.stages.propose import propose_tree
from anonymuse.stages.support import build_support

TOPICS = ["bread", "cake", "soup", "income tax", "tax return", "tax rules", "poems", "songs"]
LEAVES = [DraftName(f"L0-{i:04d}", f"Explain {t}", "", "phrase") for i, t in enumerate(TOPICS)]
TABLE = build_support(
    [f"explain {t}" for t in TOPICS for _ in range(3)], [i for i in range(8) for _ in range(3)],
    range(24), leaves=[leaf.node for leaf in LEAVES],
)  # fmt: skip


def grown(run_async, model, targets=(8, 3)):
    return run_async(
        propose_tree(LEAVES, targets, table=TABLE, cell=3, asker=ModelAsker(model),
                     embedder=HashingEmbedder(), seed=1)
    )  # fmt: skip


def sound(tree) -> bool:
    nodes = {node.id: node for node in tree.nodes}
    assert len(nodes) == len(tree.nodes)
    for node in tree.nodes:
        assert node.level == 0 or len(node.children) >= 2
        assert all(nodes[child].parent == node.id for child in node.children)
        if node.parent is not None:
            assert nodes[node.parent].level > node.level
            assert node.id in nodes[node.parent].children
        if node.level:
            draft = tree.names[node.id]
            below = TABLE.with_parents({node.id: leaves_below(node.id, nodes)})
            assert not unsupported(f"{draft.name}. {draft.description}", node.id, below, cell=3)
    return {node.id for node in tree.nodes if node.level == 0} == {leaf.node for leaf in LEAVES}


def leaves_below(node_id, nodes):
    node = nodes[node_id]
    return [node_id] if not node.children else [
        leaf for child in node.children for leaf in leaves_below(child, nodes)
    ]  # fmt: skip


def sorting(request: ChatRequest) -> str:
    """A capable model: knows three categories and puts clusters where they belong."""
    text = request.messages[-1].content
    assert request.schema is not None
    if "number" in request.schema["properties"]:
        cluster = text.splitlines()[0]
        verse = "poems" in cluster or "songs" in cluster
        wanted = "tax" if "tax" in cluster else "poems" if verse else "bread"
        lines = [line for line in text.splitlines() if line[:1].isdigit()]
        return json.dumps({"number": next(i for i, x in enumerate(lines, 1) if wanted in x)})
    if "name" in request.schema["properties"]:
        first = text.splitlines()[0].split(": ")[1]
        return json.dumps({"name": first, "description": "People asked for explanations."})
    return json.dumps({"names": ["Explain bread and cake", "Explain tax", "Explain poems"]})


def test_a_capable_model_builds_its_tree(run_async) -> None:
    tree = grown(run_async, ScriptedChat(sorting))
    assert sound(tree)
    by_name = {tree.names[n.id].name: n.children for n in tree.nodes if n.level == 1}
    assert by_name["Explain tax"] == ("L0-0003", "L0-0004", "L0-0005")
    assert len(by_name) == 3


@pytest.mark.parametrize("targets", [(8, 3), (8, 4, 2), (8,)])
@pytest.mark.parametrize(
    "model", [ScriptedChat(), GullibleChat(), ScriptedChat(lambda request: "junk")]
)
def test_whatever_the_model_says_the_tree_is_sound(run_async, model, targets) -> None:
    assert sound(grown(run_async, model, targets))


def test_an_unsupported_parent_name_falls_back_to_children(run_async) -> None:
    def answer(request: ChatRequest) -> str:
        said = json.loads(sorting(request))
        if "description" in said:
            said = {"name": "Zanzotto", "description": "People asked Zanzotto."}
        return json.dumps(said)

    tree = grown(run_async, ScriptedChat(answer))
    assert sound(tree)
    assert "Zanzotto" not in " ".join(d.name + d.description for d in tree.names.values())


def test_the_unprotected_baseline_takes_parents_names_as_they_are(run_async) -> None:
    def answer(request: ChatRequest) -> str:
        if "name" in (request.schema or {}).get("properties", {}):
            return json.dumps({"name": "Help Ada Quill, 12 Elm Row", "description": "x " * 900})
        return sorting(request)

    tree = run_async(
        propose_tree(LEAVES, (8, 3), table=None, cell=3, asker=ModelAsker(ScriptedChat(answer)),
                     embedder=HashingEmbedder(), seed=1)
    )  # fmt: skip
    assert tree.names
    for draft in tree.names.values():
        assert draft.name == "Help Ada Quill, 12 Elm Row"
        assert len(draft.description.split()) == 60
