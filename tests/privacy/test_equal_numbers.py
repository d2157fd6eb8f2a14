"""Two numbers of one report must not tell by being equal that they count the same people."""

from __future__ import annotations

import numpy as np

from anonymuse.domain.policy import PUBLIC
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.tabulate import FacetColumn, tabulate

PEOPLE = 120
WORLDS = 250


def _counts(key: bytes, *, alike: bool) -> list[int]:
    """Return what is released of one cluster: three values that all its people have, or all but
    one; with windows, that one is missing in none."""
    codes = np.zeros(2 * PEOPLE, dtype=np.int64)
    lacking = codes.copy()
    if not alike:
        lacking[0] = 1
    columns = [
        FacetColumn("kind", ("a", "b", "c"), codes),
        FacetColumn("tone", ("a", "b", "c"), lacking),
    ]
    labels = np.repeat([0, 1], PEOPLE)
    nodes = [DraftNode(id=f"L0-{leaf:04d}", level=0, parent=None, children=()) for leaf in range(2)]
    cells = tabulate(
        nodes, labels, np.arange(2 * PEOPLE), columns, PUBLIC,
        key=key, pseudonyms=[f"p{n}" for n in range(2 * PEOPLE)],
    )  # fmt: skip
    return [
        cell.units + cell.noise
        for facet in ("kind", "tone")
        for cell in cells
        if cell.node == "L0-0000" and cell.facet == facet and cell.value == "a"
    ]


def test_equal_numbers_do_not_tell_that_two_values_are_the_same_people() -> None:
    """All but one are the attacker's: does the last one lack what everybody else has?"""
    equal = {
        alike: np.mean(
            [
                len(set(_counts(world.to_bytes(32, "big"), alike=alike))) == 1
                for world in range(WORLDS)
            ]
        )
        for alike in (True, False)
    }
    assert abs(equal[True] - equal[False]) < 0.1


def test_a_cell_of_everybody_in_a_cluster_is_not_always_as_large_as_the_cluster() -> None:
    from anonymuse.stages.threshold import draw_noise

    pseudonyms = [f"p{n}" for n in range(2 * PEOPLE)]
    labels = np.repeat([0, 1], PEOPLE)
    same = 0
    for world in range(WORLDS):
        key = world.to_bytes(32, "big")
        size = draw_noise(
            labels, np.arange(2 * PEOPLE), 2, policy=PUBLIC, key=key, pseudonyms=pseudonyms
        )[0].units
        same += _counts(key, alike=True)[0] == PEOPLE + size
    assert same < 0.2 * WORLDS
