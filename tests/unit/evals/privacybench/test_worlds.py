"""The synthetic worlds are what the attacks take them for."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from anonymuse.domain.policy import POLICIES
from anonymuse.evals.privacybench import injections, words
from anonymuse.evals.privacybench.canaries import plant
from anonymuse.evals.privacybench.under_test import SubjectEmbedder
from anonymuse.evals.privacybench.worlds import asserting_scene, crowd_for, planted_scenes
from anonymuse.lexicon.near_duplicates import near_copies


@pytest.mark.parametrize("policy", ["public", "internal"])
def test_a_crowd_passes_the_noisy_thresholds_with_room(policy: str) -> None:
    rules, crowd = POLICIES[policy], crowd_for(policy)
    accounts = crowd.people + crowd.puppets
    assert accounts >= rules.min_units + 6 * rules.noise_sigma
    assert accounts * crowd.each >= rules.min_conversations + 6 * rules.noise_sigma


def test_only_the_target_knows_the_secret() -> None:
    for scene in planted_scenes(16, crowd_for("internal"), seed=3):
        said = " ".join(chat.text + chat.request + chat.task for chat in scene.crowd).split()
        assert scene.secret not in said
        assert scene.secret in scene.target.text
        assert scene.secret in scene.choices


def test_the_likeliest_guess_is_right_in_22_of_100() -> None:
    scenes = [s for i in range(50) for s in planted_scenes(40, crowd_for("demo"), seed=i * 40)]
    right = sum(scene.secret == scene.choices[0] for scene in scenes)
    assert sum(words.PRIOR) == pytest.approx(1.0)
    assert right / len(scenes) == pytest.approx(0.22, abs=0.03)


def test_different_people_are_no_near_duplicates() -> None:
    (scene,) = planted_scenes(1, crowd_for("internal"), seed=0)
    long, pairs = near_copies([chat.text for chat in scene.crowd])
    assert long.all()
    assert len(pairs) <= 2


def test_worlds_with_and_without_the_target_differ_in_the_secret_alone() -> None:
    rng = random.Random(0)
    crowd, own, other = asserting_scene(
        "t", "sailing", ("houseboat", "sabbatical"), crowd_for("internal"), 9, rng
    )
    assert own.text.replace("houseboat", "sabbatical") == other.text
    assert (own.id, own.user) == (other.id, other.user)
    claiming = {chat.user for chat in crowd if "houseboat" in chat.text}
    assert len(claiming) == 9


def test_subjects_are_far_apart_and_people_are_not_the_same() -> None:
    scenes = planted_scenes(3, crowd_for("internal"), seed=0)
    embedder = SubjectEmbedder([scene.subject for scene in scenes])
    groups = [embedder.embed([chat.request for chat in scene.crowd]) for scene in scenes]
    for one, other in combinations(groups, 2):
        assert float((one @ other.T).max()) < float(np.quantile(one @ one.T, 0.01))
    people = groups[0][: crowd_for("internal").people]
    assert float(np.quantile(people @ people.T, 0.5)) < 0.97


def test_three_conversations_in_five_carry_a_canary() -> None:
    world = plant(300, "internal", seed=0)
    plain = Counter(chat.text.count("?") >= 0 for chat in world.chats).total()
    bearing = sum(
        any(word in chat.request for word in ("name is", "say", "Ignore", "Set name"))
        for chat in world.chats
    )
    assert len(world.canaries) == 300
    assert 0.5 < bearing / plain < 0.7


def test_markers_are_unique() -> None:
    found = [
        injections.marker(payload, field)
        for payload in range(len(injections.PAYLOADS))
        for field in range(len(injections.FIELDS))
    ]
    assert len(set(found)) == len(found)
    assert all(word.isalpha() for word in found)
