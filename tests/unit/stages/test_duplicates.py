from __future__ import annotations

import numpy as np

from anonymuse.lexicon.words import stem
from anonymuse.stages.duplicates import OWN, find_duplicates
from anonymuse.stages.support import build_support

LETTER = (
    "please write a letter to the landlord about the broken heating in the flat and ask for a "
    "date on which somebody comes to repair it because it has been cold for three weeks"
)
OTHER = (
    "could you explain how bread dough is made at home with flour and water and salt and how long "
    "it has to rest before it goes into a hot oven"
)


def groups(texts, vectors=None, labels=None, weights=None):
    n = len(texts)
    return find_duplicates(
        texts,
        np.ones(n) if weights is None else np.array(weights, dtype=np.float64),
        vectors=vectors,
        languages=["en"] * n,
        labels=np.zeros(n, dtype=np.int32) if labels is None else labels,
    ).tolist()


def test_the_most_repeated_text_has_number_0() -> None:
    assert groups([OTHER, LETTER, LETTER + " today", "hi"]) == [1, 0, 0, OWN]
    assert groups([OTHER, LETTER, "hi"], weights=[9, 1, 1]) == [0, 1, OWN]


def test_a_chain_of_small_changes_is_one_group() -> None:
    texts = [LETTER]
    for word in ("broken", "flat", "date", "somebody", "cold"):
        texts.append(texts[-1].replace(f" {word} ", " other "))
    assert set(groups(texts)) == {0}


def test_vectors_join_what_has_few_words_in_common() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    vectors = rng.normal(size=(40, 16)).astype(np.float32)
    texts = [f"{LETTER} {OTHER[i:]}" if i % 2 else f"{OTHER[i:]} number {i}" for i in range(40)]
    alone = groups(texts, vectors=None)
    vectors[30] = vectors[5]
    with_vectors = groups(texts, vectors=vectors)
    assert with_vectors[30] == with_vectors[5]
    assert len(set(with_vectors)) <= len(set(alone))
    apart = np.array([0] * 20 + [1] * 20, dtype=np.int32)
    assert groups(texts, vectors=vectors, labels=apart) == alone


def test_nothing_but_short_texts() -> None:
    assert groups(["hi", "hi", "translate this"]) == [OWN] * 3
    assert groups([]) == []


def test_fifty_accounts_with_one_text_are_one_voice() -> None:
    texts = [LETTER.replace("three", number) for number in ("two", "four", "five", "six")] * 12
    found = groups(texts)
    table = build_support(texts, [0] * 48, range(48), leaves=["L0-0000"], groups=found)
    assert table.units("L0-0000")[stem("landlord")] == 1
    assert table.size("L0-0000") == 48
    assert not table.supported("L0-0000", cell=2)


def test_short_texts_count_for_everybody_who_sent_them() -> None:
    found = groups(["fix my bread"] * 12)
    table = build_support(
        ["fix my bread"] * 12, [0] * 12, range(12), leaves=["L0-0000"], groups=found
    )
    assert table.units("L0-0000")[stem("bread")] == 12


def test_one_person_adds_at_most_one_vote_whatever_they_send() -> None:
    """Else whoever shares a copied text could unlock many votes by sending others."""
    texts = [LETTER] * 9 + ["landlord matters", OTHER + " landlord"]
    units = [*range(9), 0, 0]
    found = groups(texts)
    table = build_support(texts, [0] * 11, units, leaves=["L0-0000"], groups=found)
    assert table.units("L0-0000")[stem("landlord")] == 2
