"""Values of which a person counts by the highest: people of several values are a sum of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.policy import DEMO, ReleasePolicy
from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.correct import correct
from anonymuse.stages.tabulate import FacetColumn, facet_column, tabulate

CONCERN, REFUSED = (q for q in CORE if q.ranked)
EVERYTHING = replace(DEMO, min_cell=1, top_unit=1.0, top_three=1.0, one_answer=1.01)
NODES = [
    DraftNode("L0-0000", "L1-0000", (), 0),
    DraftNode("L0-0001", "L1-0000", (), 0),
    DraftNode("L1-0000", None, ("L0-0000", "L0-0001"), 1),
]


def cells(
    labels: Sequence[int],
    units: Sequence[int],
    columns: Sequence[FacetColumn],
    windows: Sequence[int] | None = None,
    policy: ReleasePolicy = EVERYTHING,
) -> dict[tuple[str | None, str, str, str], DraftCell]:
    months = ("2026-01", "2026-02")
    found = tabulate(
        NODES, np.array(labels), np.array(units), columns, policy, key=b"k" * 32,
        pseudonyms=[f"p{i}" for i in range(max(units) + 1)],
        windows=None if windows is None else FacetColumn("", months, np.array(windows)),
        identifying=["language"], sensitive=["concern"],
    )  # fmt: skip
    return {cell.place: cell for cell in found}


def test_concern_and_refusals_are_ranked() -> None:
    assert (CONCERN.name, REFUSED.name) == ("concern", "refused")
    assert facet_column(CONCERN, [1, 5]).ranked
    assert not facet_column(FacetQuestion("urgent", "?", "boolean"), [True]).ranked


@pytest.mark.parametrize("talks", [1, 3, 10])
def test_people_of_several_values_are_the_sum_of_them(talks: int) -> None:
    rng = np.random.Generator(np.random.Philox(0))
    units = np.repeat(np.arange(600), talks)
    labels = rng.integers(0, 2, len(units))
    grades = rng.choice(5, len(units), p=[0.7, 0.15, 0.05, 0.05, 0.05]) + 1
    found = cells(labels.tolist(), units.tolist(), [facet_column(CONCERN, grades.tolist())])
    for leaf in (0, 1):
        node = f"L0-{leaf:04d}"
        shown = [found[node, "concern", grade, ""].units for grade in "345"]
        assert sum(shown) == len(np.unique(units[(labels == leaf) & (grades >= 3)]))
    parent = sum(found["L1-0000", "concern", grade, ""].units for grade in "12345")
    assert parent == len(np.unique(units * 2 + labels))  # each once in each base cluster


def test_of_a_window_the_highest_in_it_counts() -> None:
    units = [*range(20), *range(20)]
    column = facet_column(REFUSED, ["no"] * 20 + ["yes"] * 10 + ["no"] * 10)
    found = cells([0] * 40, units, [column], [0] * 20 + [1] * 20)
    counts = {
        place[2:]: cell.units
        for place, cell in found.items()
        if place[:2] == ("L1-0000", "refused")
    }
    assert counts["no", ""] == counts["yes", ""] == 10
    assert counts["no", "2026-01"] == 20
    assert counts["no", "2026-02"] == counts["yes", "2026-02"] == 10


def test_what_nearly_all_of_a_language_share_is_their_highest_answer() -> None:
    """Everybody has a conversation of grade 1; that the highest is 1 is true of half."""
    units = [*range(80), *range(80)]
    language = FacetColumn("language", ("de", "en"), np.tile(np.arange(80) % 2, 2))
    high = [3 if unit % 4 < 2 else 2 for unit in range(80)]
    columns = [language, facet_column(CONCERN, [1] * 80 + high)]
    policy = replace(EVERYTHING, one_answer=0.9)
    found = cells([unit % 8 // 4 for unit in units], units, columns, policy=policy)
    assert found[None, "language", "de", ""].why == ""


def test_of_the_asked_the_highest_answer_counts_too() -> None:
    units = np.repeat(np.arange(400), 2)
    answers = facet_column(CONCERN, [1, 4] * 400)
    predicted = facet_column(CONCERN, [4, 2] * 400)
    found = correct(
        NODES, np.zeros(800, dtype=np.int64), units, np.ones(800, dtype=np.bool_),
        [(predicted, answers)], DEMO, key=b"key", pseudonyms=[f"p{n}" for n in range(400)],
    )  # fmt: skip
    assert found["L0-0000", "concern", "4"].both == pytest.approx(400, abs=15)
    for lower in "12":
        own = found["L0-0000", "concern", lower]
        assert own.both + own.missed + own.wrong == pytest.approx(0, abs=30)
