from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from anonymuse.evals.coordination.invented import (
    KINDS,
    SPAN,
    Kind,
    Split,
    campaign,
    crowd,
    crowd_texts,
    intents,
    pool,
    spin,
    topics,
)
from anonymuse.evals.corpus.people import Draw
from anonymuse.lexicon.near_duplicates import likeness

SPLITS: tuple[Split, ...] = ("fit", "test")


def everything() -> Iterator[str]:
    for split in SPLITS:
        for one in intents(split):
            yield from (one["verbatim"], one["light"], *one["strong"])
            yield from (text for texts in one["translations"].values() for text in texts)
        for topic in topics(split):
            yield from topic["texts"]


def test_there_is_enough_to_fit_on_and_to_test_on() -> None:
    names = [{one["name"] for one in intents(split)} for split in SPLITS]
    assert all(len(own) >= 3 for own in names)
    assert not names[0] & names[1]
    for split in SPLITS:
        for one in intents(split):
            assert len(one["strong"]) >= 12
            assert len(one["translations"]) == 4
        assert {topic["kind"] for topic in topics(split)} == {
            "popular", "viral", "homework", "heavy"
        }  # fmt: skip


def test_every_choice_is_closed() -> None:
    for text in everything():
        plain = spin(text, Draw(0), "test")
        assert not re.search(r"[{}|]", plain)
        assert plain.strip()


@pytest.mark.parametrize("kind", KINDS)
def test_a_pool_is_the_same_for_everybody(kind: Kind) -> None:
    texts = pool("parcel notices", "test", kind)
    assert texts is pool("parcel notices", "test", kind)
    assert len({language for _, language in texts}) == (5 if kind == "languages" else 1)


def test_kinds_are_less_and_less_alike() -> None:
    alike = {}
    for kind in KINDS:
        texts = [text for text, _ in pool("recruiter messages", "test", kind)[:12]]
        table = likeness(texts)
        np.fill_diagonal(table, 0.0)
        alike[kind] = float(table.max(axis=1).mean())
    assert alike["verbatim"] > alike["light"] > 0.3 > 0.1 > alike["strong"]


def test_a_campaign_keeps_to_its_size_and_time() -> None:
    for seed in range(20):
        plant = campaign("first letters", "test", "strong", 20, Draw(seed))
        assert plant.campaign
        assert plant.accounts == 20
        assert set(plant.account) == set(range(20))
        assert len(plant.texts) == len(plant.times) == len(plant.account) >= 20
        assert 0.0 <= min(plant.times) <= max(plant.times) <= SPAN
        if plant.spread == "burst":
            assert max(plant.times) - min(plant.times) <= 5 * 86_400


def test_campaigns_behave_in_many_ways() -> None:
    plants = [campaign("first letters", "test", "light", 10, Draw(seed)) for seed in range(60)]
    assert {plant.spread for plant in plants} == {"burst", "weeks", "clock"}
    assert {plant.known[0] for plant in plants} == {True, False}
    assert {plant.client for plant in plants} == {"", "api"}
    assert {bool(np.isnan(plant.created[0])) for plant in plants} == {True, False}


def test_nobody_of_an_honest_crowd_repeats_another() -> None:
    for split in SPLITS:
        for topic in topics(split):
            plant = crowd(topic, Draw(1))
            assert not plant.campaign
            if topic["kind"] in ("popular", "viral"):
                assert len(set(plant.texts)) == plant.accounts == len(plant.texts)
            if topic["kind"] == "heavy":
                assert plant.accounts == 1
                assert len(plant.texts) == 40


def test_a_crowd_of_other_peoples_words_is_as_large_as_they_are_many() -> None:
    texts = [f"ask {i}" for i in range(90)]
    topic: dict[str, Any] = {"name": "x", "kind": "popular", "texts": texts}
    plant = crowd(topic, Draw(2))
    assert 15 <= plant.accounts <= 60
    assert set(plant.texts) <= set(crowd_texts(topic))
