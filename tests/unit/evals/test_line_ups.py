from __future__ import annotations

from anonymuse.domain.policy import DEMO
from anonymuse.evals.line_ups import by_cluster, hold_line_ups
from anonymuse.evals.naming_scene import make_scene
from anonymuse.stages.threshold import leaf_id
from tests.unit.evals.test_naming import SUBJECTS, material


def test_the_held_out_find_the_name_of_their_cluster_and_no_other() -> None:
    scene = make_scene(material(), DEMO, 0, k=10)
    subject = {
        leaf: max(SUBJECTS, key=lambda s: sum(
            t.startswith(s) for t, own in zip(scene.tasks, scene.labels, strict=True) if own == leaf
        ))
        for leaf in scene.leaves
    }  # fmt: skip
    right = {leaf_id(leaf): subject[leaf] for leaf in scene.leaves}
    choices = hold_line_ups(scene, right, decoys=4)
    held = sum(own < 0 for own in scene.shown.tolist())
    assert 0 < len(choices) <= held
    assert all(scene.shown[choice.row] < 0 for choice in choices)
    assert all(0 <= choice.rank <= 4 for choice in choices)
    assert sum(by_cluster(choices).values()) / len(scene.leaves) > 0.9
    turned = dict(zip(right, [*list(right.values())[1:], *list(right.values())[:1]], strict=True))
    wrong = by_cluster(hold_line_ups(scene, turned, decoys=len(right) - 1))
    assert sum(wrong.values()) / len(scene.leaves) < 0.3


def test_without_phrases_topics_and_words_name(run_async) -> None:
    from dataclasses import replace

    from anonymuse.evals.naming import name_without_model

    with_tasks = material()
    texts = {view: with_tasks.known.texts[view] for view in ("user", "whole")}
    bare = replace(
        with_tasks,
        known=replace(with_tasks.known, texts=texts),
        vectors={view: with_tasks.vectors[view] for view in texts},
    )
    scene = make_scene(bare, DEMO, 0, k=10)
    assert scene.tasks == []
    names, calls = run_async(name_without_model(scene))
    assert calls == 0
    assert {draft.kind for draft in names.values()} == {"keywords"}
    assert len(names) == len(scene.leaves)
