from __future__ import annotations

from dataclasses import replace

import numpy as np

from anonymuse.domain.policy import DEMO
from anonymuse.evals.matched_names import look_for_names
from anonymuse.evals.naming_scene import Scene, make_scene
from anonymuse.stages.threshold import leaf_id
from tests.unit.evals.test_naming import SUBJECTS, material


def scene() -> Scene:
    """Every subject is a cluster."""
    own = material()
    labels = np.array([SUBJECTS.index(said) for said in own.known.category], dtype=np.int32)
    return make_scene(own, DEMO, 0, labels=labels)


def names_of(own: Scene) -> dict[str, str]:
    """Name every cluster for its most frequent subject."""
    subjects = np.asarray(own.material.known.category)
    found = {}
    for leaf in own.leaves:
        values, counts = np.unique(subjects[own.shown == leaf], return_counts=True)
        found[leaf_id(leaf)] = str(values[counts.argmax()])
    return found


def test_names_of_the_same_clusters_are_found_whatever_their_numbers() -> None:
    one = scene()
    other = replace(
        one,
        labels=one.labels.max() - one.labels,
        shown=np.where(one.shown < 0, -1, one.labels.max() - one.shown).astype(np.int32),
    )
    found = look_for_names(one, names_of(one), other, names_of(other), decoys=4)
    assert len(found) == 2 * len(one.leaves)
    assert all(told.found and told.same for told in found)
    assert len({told.pair for told in found}) == len(one.leaves)


def test_names_that_went_to_other_clusters_are_not_found() -> None:
    one = scene()
    names = names_of(one)
    moved = dict(zip(names, [*list(names.values())[1:], next(iter(names.values()))], strict=True))
    found = look_for_names(one, names, one, moved, decoys=len(one.leaves) - 1)
    assert not any(told.found or told.same for told in found)


def test_clusters_that_share_little_are_not_compared() -> None:
    one = scene()
    rng = np.random.Generator(np.random.Philox(0))
    mixed = replace(one, labels=rng.permutation(one.labels))
    assert look_for_names(one, names_of(one), mixed, names_of(one), decoys=4) == []
