"""Who is behind a number, as the ledger of releases keeps it."""

import numpy as np
import pytest

from anonymuse.pipeline.steps import behind
from anonymuse.stages.tabulate import FacetColumn
from tests.unit.insights.small import a_report


@pytest.mark.parametrize(
    ("place", "people"),
    [
        (("refused", "no", ""), [12]),
        (("refused", "yes", ""), [10, 11]),
        (("refused", "no", "2026-01"), [10, 12]),
        (("refused", "yes", "2026-01"), [11]),
        (("refused", "yes", "2026-02"), [10]),
        (("", "", "2026-02"), [10, 11, 12]),
    ],
)
def test_who_counts_by_the_highest_is_behind_that_alone(
    place: tuple[str, str, str], people: list[int]
) -> None:
    windows = FacetColumn("", ("2026-01", "2026-02"), np.array([0, 1, 0, 1, 0, 1]))
    refused = FacetColumn("refused", ("no", "yes"), np.array([0, 1, 1, 0, 0, 0]), ranked=True)
    cube = behind._Cube(
        [refused, windows],
        np.array([10, 10, 11, 11, 12, 12], dtype=np.uint64),
        {"a": np.arange(6)},
        behind._Tree.of(a_report({"a": 3})),
    )
    assert cube.who("a", *place).people.tolist() == people
