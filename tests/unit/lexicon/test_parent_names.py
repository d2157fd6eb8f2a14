"""What a parent may be called: one to three fields of our list, until most of its people are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from anonymuse.lexicon.candidates import Candidate, choose
from anonymuse.lexicon.handicaps import EVEN, SPARE, handicap
from anonymuse.lexicon.parent_names import joined_name, parent_candidates
from anonymuse.lexicon.phrases import name_faults
from anonymuse.lexicon.set_noise import SetNoise
from anonymuse.stages.support import build_support

FIELDS = ("stories and poems", "travel and transport", "cooking and food", "money and taxes")


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ((7, 2, 1, 0), ["Stories and poems"]),
        ((5, 3, 2, 0), ["Stories and poems", "Stories and poems; travel and transport"]),
        (
            (5, 5, 4, 6),
            [
                "Money and taxes; stories and poems",
                "Money and taxes; stories and poems; travel and transport",
            ],
        ),
        ((3, 3, 4, 0), ["Cooking and food", "Cooking and food; stories and poems"]),
    ],
)  # fmt: skip
def test_fields_join_until_they_hold_most(people: tuple[int, ...], names: list[str]) -> None:
    found = candidates(dict(zip(FIELDS, people, strict=True)))
    assert [c.name for c in found if not c.spare] == names
    assert [c.whole for c in found] == [";" not in c.name for c in found]
    assert all(0 < candidate.share <= 1 for candidate in found)


def test_a_field_of_ours_needs_people_behind_all_of_its_words() -> None:
    """Its words are general and would pass anywhere: that it is said tells of who said them."""
    most = {"money and taxes": 6}
    assert not any("letters" in c.name for c in candidates({**most, "letters and messages": 1}))
    halves = {"letters, please": 3, "messages, please": 3}
    assert not any("letters" in c.name for c in candidates({**most, **halves}))
    assert any("letters" in c.name for c in candidates({**most, "letters and messages": 2}))


def test_people_behind_fields_are_counted_with_noise() -> None:
    said = ["money and taxes"] * 5 + ["cooking and food"] * 7
    noise = SetNoise(1.0, np.zeros(12, dtype=np.uint64), lambda _: 3)
    table = build_support(said, [0] * 12, range(12), leaves=["L0-0000"])
    table = table.with_parents({"L1-0000": ["L0-0000"]}).with_noise(noise)
    found = parent_candidates("L1-0000", [], table, cell=2)
    assert {c.name: c.share for c in found if c.whole} == {
        "Cooking and food": 10 / 12,
        "Money and taxes": 8 / 12,
    }


def test_other_pairs_are_spare() -> None:
    """They name a parent where what would be said first is another's name."""
    found = candidates(dict(zip(FIELDS, (7, 2, 2, 0), strict=True)))
    spare = [c for c in found if c.spare]
    assert [c.name for c in spare] == [
        "Stories and poems; cooking and food",
        "Stories and poems; travel and transport",
        "Cooking and food; travel and transport",
    ]
    plain = handicap(replace(spare[0], spare=False), EVEN)
    assert handicap(spare[0], EVEN) == pytest.approx(plain - SPARE)
    used = ["Stories and poems"]
    scores = [c.share + handicap(c, EVEN) for c in found]
    assert choose(found, scores)["L1-0000"].name == used[0]
    assert choose(found, scores, taken=used)["L1-0000"] in spare


def test_a_proposal_that_tells_the_children_over_is_no_name() -> None:
    list_ = "stories, travel, cooking, poems and food"
    whole = "stories, travel, cooking and food"
    found = candidates(dict.fromkeys(FIELDS, 4), [list_, whole])
    assert [c.name for c in found if c.kind == "model"] == [whole]


def test_on_other_levels_only_the_same_words_are_taken() -> None:
    pair = "Stories and poems; language learning and translation"
    one, other = (
        Candidate("L2-0000", name, "keywords") for name in (pair, f"{pair}; study and research")
    )
    assert choose([one, other], [2.0, 1.0], taken=[pair])["L2-0000"] is other
    near = [one, replace(other, node="L2-0001")]
    assert [*choose(near, [2.0, 1.0])] == ["L2-0000"]


def test_without_a_candidate_two_children_that_fit_name_a_parent() -> None:
    long = "Letters, branding, roles, friendship, learning, parenting, jobs, taxes, music, sport"
    assert joined_name([long, "Board games: rules", "Poems"]) == "Board games; poems"
    assert joined_name([long]) == long
    assert joined_name([]) == "Other requests"


def test_a_name_too_long_to_be_published_is_not_tried() -> None:
    """It would be vetoed, and a parent without a name is dissolved."""
    longest = ("language learning and translation", "advertising and social media",
               "programming and software")  # fmt: skip
    found = candidates(dict.fromkeys(longest, 3) | {"money and taxes": 3})
    assert {c.name.count(";") for c in found} == {1}
    assert all(name_faults(c.name) is None for c in found)


def candidates(people: dict[str, int], proposals: Sequence[str] = ()) -> list[Candidate]:
    said = [field for field, count in people.items() for _ in range(count)]
    table = build_support(said, [0] * len(said), range(len(said)), leaves=["L0-0000"])
    table = table.with_parents({"L1-0000": ["L0-0000"]})
    return parent_candidates("L1-0000", proposals, table, cell=2)
