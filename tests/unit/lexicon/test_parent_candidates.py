"""What a parent may be called: fields of our list that hold most of its people, one to three."""

from __future__ import annotations

import pytest

from anonymuse.lexicon.candidates import Candidate, parent_candidates
from anonymuse.lexicon.phrases import name_faults
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
    assert [candidate.name for candidate in found] == names
    assert [c.whole for c in found] == [";" not in name for name in names]
    assert all(0 < candidate.share <= 1 for candidate in found)


def test_a_name_too_long_to_be_published_is_not_tried() -> None:
    """It would be vetoed, and a parent without a name is dissolved."""
    longest = ("language learning and translation", "advertising and social media",
               "programming and software")  # fmt: skip
    (pair,) = candidates(dict.fromkeys(longest, 3) | {"money and taxes": 3})
    assert pair.name.count(";") == 1
    assert name_faults(pair.name) is None


def candidates(people: dict[str, int]) -> list[Candidate]:
    said = [field for field, count in people.items() for _ in range(count)]
    table = build_support(said, [0] * len(said), range(len(said)), leaves=["L0-0000"])
    table = table.with_parents({"L1-0000": ["L0-0000"]})
    return parent_candidates("L1-0000", [], table, cell=2)
