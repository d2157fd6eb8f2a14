from dataclasses import replace

import numpy as np
import pytest

from anonymuse.domain.policy import DEMO
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.insights.sheet import Sheets, Tree
from anonymuse.stages.tabulate import FacetColumn, tabulate
from tests.sample_report import empty_report, sample_report
from tests.unit.insights.small import Counts, a_report

SIZES = {"a": 100, "b": 60, "c": 40, "d": 80}
PARENTS = {"a": "ab", "b": "ab", "ab": "top", "c": "cd", "d": "cd", "cd": "top"}


def test_rows_are_the_clusters_parents_first_and_then_the_whole() -> None:
    tree = Tree.of(a_report(SIZES, parents=PARENTS))
    assert [c.id for c in tree.clusters] == ["top", "ab", "a", "b", "cd", "d", "c"]
    assert tree.units.tolist() == [280, 160, 100, 60, 120, 80, 40, 280]
    assert tree.leaves.tolist() == [4, 2, 1, 1, 2, 1, 1, 4]
    assert tree.path(tree.row["c"]) == [6, 4, 0]


def test_counts_lie_in_their_places_and_hidden_ones_are_no_numbers() -> None:
    cells = {"Thai": {None: 50, "top": 50, "ab": 30, "a": 30, "b": None, "cd": 20, "c": None}}
    sheet = Sheets.of(a_report(SIZES, {"language": cells}, parents=PARENTS)).facets["language"]
    assert sheet.values == ("Thai",)
    assert sheet.units[:, 0].tolist()[:3] == [50, 30, 30]
    assert sheet.hidden[:, 0].tolist() == [False, False, False, True, False, True, True, False]


def test_windows_are_in_order_whatever_order_they_come_in() -> None:
    windows: dict[str, Counts] = {"2026-03": {None: 9, "a": 8}, "2026-01": {None: 7, "a": None}}
    people = Sheets.of(a_report({"a": 20}, windows=windows)).windows
    assert people.values == ("2026-01", "2026-03")
    assert people.units[1].tolist() == [7, 9]


def test_a_cell_of_a_cluster_that_is_not_there_is_left_out() -> None:
    report = a_report({"a": 20}, {"language": {"Thai": {None: 9, "a": 9}}})
    stray = a_report({"z": 20}, {"language": {"Thai": {"z": 9}}}).cells
    found = Sheets.of(replace(report, cells=report.cells + stray))
    assert found.facets["language"].units[:, 0].tolist() == [9, 9]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sigma", [0.0, 1.5])
def test_how_many_noisy_numbers_a_count_sums_can_be_read_off_the_report(
    seed: int, sigma: float
) -> None:
    rng = np.random.default_rng(seed)
    leaves = 12
    nodes = [DraftNode(f"L0-{i:04}", f"L1-{i // 3:04}", (), 0) for i in range(leaves)]
    nodes += [
        DraftNode(f"L1-{i:04}", None, tuple(f"L0-{i * 3 + j:04}" for j in range(3)), 1)
        for i in range(leaves // 3)
    ]
    rows = 2400
    labels, units = rng.integers(leaves, size=rows), np.arange(rows)
    codes = np.minimum(rng.geometric(0.45, size=rows) - 1, 3)
    policy = replace(DEMO, noise_sigma=sigma, min_cell=12)
    drafts = tabulate(
        nodes, labels, units, [FacetColumn("f", tuple("wxyz"), codes)], policy,
        key=b"k" * 32, pseudonyms=[str(u) for u in range(rows)],
    )  # fmt: skip
    counts: dict[str, dict[str | None, int | None]] = {}
    for draft in drafts:
        counts.setdefault(draft.value, {})[draft.node] = draft.count if draft.shown else None
    sizes = {f"L0-{i:04}": int((labels == i).sum()) for i in range(leaves)}
    above = {node.id: node.parent for node in nodes if node.parent is not None}
    sheet = Sheets.of(a_report(sizes, {"f": counts}, parents=above)).facets["f"]
    shown = [draft for draft in drafts if draft.shown]
    assert len(shown) > 12
    assert any(draft.terms > 3 for draft in shown)
    for draft in shown:
        place = sheet.tree.row[draft.node], sheet.values.index(draft.value)
        assert sheet.terms[place] == draft.terms, draft


def test_any_report_can_be_read_even_an_empty_one() -> None:
    assert Sheets.of(empty_report()).facets == {}
    assert set(Sheets.of(sample_report()).facets) == {"language", "refused", "concern"}
