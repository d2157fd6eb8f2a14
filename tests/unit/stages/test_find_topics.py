from __future__ import annotations

import numpy as np

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.lexicon.support_table import unsupported
from anonymuse.lexicon.topics import topics
from anonymuse.lexicon.voter import Voters
from anonymuse.stages.describe import LeafPhrases, ParentToName, name_leaves, name_parents
from anonymuse.stages.find_topics import find_topics
from anonymuse.stages.support import build_support

TEXTS = ["bedtime story please", "a bedtime story", "bedtime story now",
         "linear algebra", "algebra", "some algebra"]  # fmt: skip
LABELS = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)
LEAVES = ["L0-0000", "L0-0001"]


def found(cell: int = 3):
    embedder = HashingEmbedder()
    return find_topics(
        [embedder.embed(TEXTS)], embedder, labels=LABELS, units=range(6), cell=cell, languages=None
    )


def test_topics_come_from_our_list_and_follow_the_texts() -> None:
    result = found()
    assert "bedtime story" in result.leaves[0]
    assert all(topic in topics() for own in result.leaves.values() for topic in own)
    assert "bedtime story" in result.texts[0]
    assert "stories and poems" in result.texts[0]


def test_views_count_alike() -> None:
    embedder = HashingEmbedder()
    silent = np.zeros_like(embedder.embed(TEXTS))

    def topics_of(*views: np.ndarray) -> dict[int, tuple[str, ...]]:
        return find_topics(
            views, embedder, labels=LABELS, units=range(6), cell=3, languages=None
        ).leaves

    one, other = embedder.embed(TEXTS), embedder.embed(TEXTS[::-1])
    assert topics_of(one, silent) == topics_of(one) == topics_of(one, one)
    assert topics_of(one, other) == topics_of(other, one)
    assert topics_of(one, other) != topics_of(one)


def test_a_cell_that_nothing_reaches_gives_no_topic() -> None:
    assert found(cell=4).leaves == {0: (), 1: ()}


def test_topics_alone_name_clusters_and_parents(run_async) -> None:
    """No phrase, no model: conversations in any language get an English name."""
    result, embedder = found(), HashingEmbedder()
    table = build_support(result.texts, LABELS.tolist(), range(6), leaves=LEAVES)
    table = table.with_parents({"L1-0000": LEAVES})
    leaves = [LeafPhrases(node, (), result.leaves[i]) for i, node in enumerate(LEAVES)]
    people = Voters(table, 1)
    names = run_async(name_leaves(leaves, people, cell=3, asker=None, embedder=embedder))
    assert "bedtime story" in names["L0-0000"].name.lower()
    assert {draft.kind for draft in names.values()} == {"keywords"}
    parent = ParentToName("L1-0000", tuple(LEAVES), tuple(LEAVES))
    names |= run_async(name_parents([parent], names, table, cell=3, asker=None, embedder=embedder))
    for draft in names.values():
        assert not unsupported(f"{draft.name}. {draft.description}", draft.node, table, cell=3)


def test_what_conversations_mean_decides_between_what_passed(run_async) -> None:
    result, embedder = found(), HashingEmbedder()
    said = [f"{text}. bedtime, story, algebra" for text in result.texts]
    table = build_support(said, LABELS.tolist(), range(6), leaves=LEAVES)
    leaves = [LeafPhrases(node, (), ("bedtime story", "algebra")) for node in LEAVES]
    names = run_async(
        name_leaves(
            leaves, Voters(table, 1), cell=3, asker=None, embedder=embedder, anchors=result.middles
        )
    )
    assert "bedtime" in names["L0-0000"].name.lower()
    assert "bedtime" not in names["L0-0001"].name.lower()
    assert "algebra" in names["L0-0001"].name.lower()


def test_repr_shows_no_text() -> None:
    assert "bedtime" not in repr(found())
