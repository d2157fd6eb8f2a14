"""What asked people tell of predictions: noisy, bounded, and nothing where they are few."""

from typing import Any

import numpy as np
import pytest

from anonymuse.domain.policy import DEMO, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.correct import Corrections, correct
from anonymuse.stats.intervals import Protection
from anonymuse.stats.predicted import predicted_share
from anonymuse.stats.tables import asked as table
from anonymuse.stats.tables.counting import Column

NODES = [
    DraftNode("L0-0000", "L1-0000", (), 0),
    DraftNode("L0-0001", "L1-0000", (), 0),
    DraftNode("L1-0000", None, ("L0-0000", "L0-0001"), 1),
]
PEOPLE = 2000


def numbers(
    guess: np.ndarray, truth: np.ndarray, labels: np.ndarray, units: np.ndarray,
    asked: np.ndarray, policy: ReleasePolicy = DEMO, key: bytes = b"key",
) -> Corrections:  # fmt: skip
    columns = [(Column("own", ("no", "yes"), guess), Column("own", ("no", "yes"), truth))]
    names = [f"p{n}" for n in range(int(units.max()) + 1)]
    return correct(NODES, labels, units, asked, columns, policy, key=key, pseudonyms=names)


def world(**changes: Any) -> dict[str, Any]:
    rng = np.random.Generator(np.random.Philox(0))
    truth = rng.integers(0, 2, PEOPLE)
    return {
        "guess": np.where(rng.random(PEOPLE) < 0.8, truth, 1 - truth),
        "truth": truth,
        "labels": np.arange(PEOPLE) % 2,
        "units": np.arange(PEOPLE),
        "asked": np.arange(PEOPLE) < PEOPLE // 2,
        **changes,
    }


def four(own: AskedNumbers) -> np.ndarray:
    return np.array([own.both, own.missed, own.wrong, own.neither])


@pytest.mark.parametrize("policy", [DEMO, PUBLIC])
def test_they_are_near_what_they_count_and_never_exact(policy: ReleasePolicy) -> None:
    own = world()
    guess, truth, asked = own["guess"], own["truth"], own["asked"]
    exact = [
        int((asked & (truth == a) & (guess == b)).sum())
        for a, b in ((1, 1), (1, 0), (0, 1), (0, 0))
    ]
    found = [
        four(numbers(**own, policy=policy, key=f"key {n}".encode())[None, "own", "yes"])
        for n in range(12)
    ]
    if policy is PUBLIC:  # so few are asked that only answers are told
        exact = [0, exact[0] + exact[1], 0, exact[2] + exact[3]]
    off = (np.array(found) - exact)[:, [1, 3]]
    assert 0 < np.abs(off).mean() < 4 * max(policy.noise_sigma, 2) * 2
    assert len({tuple(row) for row in off.tolist()}) > 6


def test_the_same_people_draw_the_same_noise() -> None:
    own = world()
    back = {name: rows[::-1] for name, rows in own.items()}
    one, two = numbers(**own), numbers(**back)
    assert {place: four(own).tolist() for place, own in one.items()} == {
        place: four(own).tolist() for place, own in two.items()
    }


def test_a_node_with_few_asked_has_none() -> None:
    few = world(asked=(np.arange(PEOPLE) % 2 == 0) & (np.arange(PEOPLE) < 200))
    found = {node for node, _, _ in numbers(**few)}
    assert found == {"L0-0000", "L1-0000", None}
    nobody = world(asked=np.arange(PEOPLE) < table.LEAST - 1)
    assert not numbers(**nobody)


def test_who_is_in_many_clusters_counts_in_a_few() -> None:
    nodes = [DraftNode(f"L0-{n:04}", None, (), 0) for n in range(12)]
    units, labels = np.repeat(np.arange(100), 12), np.tile(np.arange(12), 100)
    everybody = np.ones(len(units), dtype=np.bool_)
    column = Column("own", ("no", "yes"), np.ones(len(units), dtype=np.int64))
    found = correct(
        nodes, labels, units, everybody, [(column, column)], DEMO,
        key=b"key", pseudonyms=[f"p{n}" for n in range(100)],
    )  # fmt: skip
    whole = found[None, "own", "yes"]
    assert four(whole).sum() == pytest.approx(100 * table.MOST_TOPICS, abs=40)
    assert whole.topics == table.MOST_TOPICS
    assert found["L0-0003", "own", "yes"].topics == 1


def test_where_clusters_are_joined_everybody_is_counted_as_the_asked_are() -> None:
    """Half are in twelve base clusters and predicted to have it; half are in one, and are not."""
    nodes = [DraftNode(f"L0-{n:04}", None, (), 0) for n in range(12)]
    units = np.concatenate([np.repeat(np.arange(1000), 12), np.arange(1000, 2000)])
    labels = np.concatenate([np.tile(np.arange(12), 1000), np.arange(1000) % 12])
    column = Column("own", ("no", "yes"), (units < 1000).astype(np.int64))
    found = correct(
        nodes, labels, units, units % 2 == 0, [(column, column)], DEMO,
        key=b"key", pseudonyms=[f"p{n}" for n in range(2000)],
    )  # fmt: skip
    whole, base = found[None, "own", "yes"], found["L0-0003", "own", "yes"]
    assert whole.whole == pytest.approx(5000, abs=20)
    assert whole.predicted == pytest.approx(4000, abs=20)
    assert whole.both == pytest.approx(2000, abs=20)
    assert 1.6 <= whole.alike <= 2.4, "those with four topics say what is usual, those with one not"
    assert found[None, "own", "no"].whole == whole.whole  # one number for all values
    assert (base.whole, base.predicted, base.alike) == (None, None, 1.0)
    share = predicted_share(
        12_000, 13_000, whole, protection=Protection(), asked_protection=Protection(4.0)
    )
    assert share.mean == pytest.approx(0.8, abs=0.02)  # 4 of 5, and not 12 of 13


def test_a_person_has_what_any_conversation_of_theirs_has() -> None:
    units, labels = np.repeat(np.arange(100), 2), np.zeros(200, dtype=np.int64)
    truth = np.tile([0, 1], 100)
    guess = np.zeros(200, dtype=np.int64)
    found = numbers(guess, truth, labels, units, np.ones(200, dtype=np.bool_))
    assert found["L0-0000", "own", "yes"].missed == pytest.approx(100, abs=15)
    own = found["L0-0000", "own", "no"]
    assert own.both + own.missed == pytest.approx(100, abs=15)


def test_few_asked_tell_their_answers_alone() -> None:
    few = numbers(**world(asked=np.arange(PEOPLE) < 80))
    many = numbers(**world())
    assert {own.split for (node, _, _), own in few.items() if node} == {False}
    assert {own.split for own in many.values()} == {True}
    own = few["L0-0000", "own", "yes"]
    assert own.both == own.wrong == 0
    assert few[None, "own", "yes"].predicted is None
    assert own.missed + own.neither == pytest.approx(40, abs=12)


def test_who_is_in_one_more_cluster_draws_other_noise() -> None:
    units = np.concatenate([np.arange(PEOPLE // 2), [0]])  # the last: one person once more
    labels, ones = np.append(np.zeros(PEOPLE // 2), 1).astype(int), np.ones(len(units), dtype=int)
    asked = np.ones(len(units), dtype=np.bool_)
    off = set()
    for number in range(8):
        key = f"key {number}".encode()
        one = numbers(ones[:-1], ones[:-1], labels[:-1], units[:-1], asked[:-1], key=key)
        two = numbers(ones, ones, labels, units, asked, key=key)
        off.add(two[None, "own", "yes"].both - one[None, "own", "yes"].both)
    assert len(off) > 2  # never just the one


def test_how_many_were_asked_is_one_number() -> None:
    found = numbers(**world(), policy=PUBLIC)
    totals = {
        node: {int(four(own).sum()) for (at, _, _), own in found.items() if at == node}
        for node, _, _ in found
    }
    assert {len(own) for own in totals.values()} == {1}


def test_what_one_answer_teaches_is_covered_by_noise() -> None:
    own = world()
    other = own["truth"].copy()
    other[1] = 1 - other[1]  # of somebody in the other cluster
    one, two = numbers(**own), numbers(**{**own, "truth": other})
    place = ("L0-0000", "own", "yes")
    assert four(one[place]).tolist() == four(two[place]).tolist()
    drawn = [
        [numbers(**world(truth=truth), key=f"key {n}".encode())[place].learnt for n in range(12)]
        for truth in (own["truth"], other)
    ]
    assert np.std(drawn[0]) > 1
    assert drawn[0] != drawn[1]
    few = numbers(**world(asked=np.arange(PEOPLE) < 80))
    assert {own.learnt for own in few.values()} == {0}  # predictions weigh nothing there


def test_rows_of_withheld_clusters_do_not_count() -> None:
    own = world(labels=np.full(PEOPLE, 7))
    assert not numbers(**own)


def test_a_repr_tells_nobody() -> None:
    assert repr(numbers(**world())[None, "own", "yes"]) == "AskedNumbers(...)"
