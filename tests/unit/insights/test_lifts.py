from dataclasses import replace

import numpy as np
import pytest

from anonymuse.insights.lifts import lifts
from anonymuse.insights.sheet import Sheets
from tests.unit.insights.small import a_report

SIZES = {"a": 200, "b": 400, "c": 400}


def test_a_lift_is_against_the_rest_of_the_report_not_the_whole() -> None:
    report = a_report(SIZES, {"language": {"Thai": {None: 100, "a": 60, "b": 20, "c": 20}}})
    found = lifts(Sheets.of(report).facets["language"])
    told = {found.sheet.tree.clusters[row].id: n for n, row in enumerate(found.row.tolist())}
    assert found.ratios.ratio[told["a"]] == pytest.approx((60 / 200) / (40 / 800))
    assert found.ratios.ratio[told["b"]] == pytest.approx((20 / 400) / (80 / 600))
    assert found.notable.tolist() == [True, True, True]


def test_hidden_cells_have_no_lift_and_count_as_looked_at() -> None:
    sizes = {str(n): 200 for n in range(40)}
    alone = {None: 400, "0": 20}
    few = lifts(Sheets.of(a_report({"0": 200, "1": 7800}, {"f": {"x": alone}})).facets["f"])
    many = lifts(
        Sheets.of(
            a_report(sizes, {"f": {"x": {**dict.fromkeys(sizes, None), **alone}}})
        ).facets["f"]
    )  # fmt: skip
    assert len(few.row) == len(many.row) == 1
    assert few.ratios.ratio.tolist() == many.ratios.ratio.tolist()
    assert few.notable.tolist() == [True]
    assert many.notable.tolist() == [False]


def test_noise_widens_a_lift_the_more_the_more_numbers_it_sums() -> None:
    cells = {"f": {"x": {None: 300, "a": 100, "b": 100, "c": 100}}}
    widths = []
    for sigma in (0.0, 2.0, 8.0):
        found = lifts(Sheets.of(a_report(SIZES, cells, sigma=sigma)).facets["f"])
        widths.append(float(np.log(found.ratios.high[0] / found.ratios.low[0])))
    assert widths == sorted(widths)
    assert widths[0] < widths[2] * 0.95


def test_a_value_that_only_the_cluster_has_is_not_compared() -> None:
    report = a_report(SIZES, {"f": {"x": {None: 60, "a": 60, "b": None, "c": None}}})
    assert np.isnan(lifts(Sheets.of(report).facets["f"]).ratios.ratio).all()


def test_a_report_of_one_cluster_has_nothing_to_compare_with() -> None:
    report = a_report({"a": 200}, {"f": {"x": {None: 60, "a": 60}}})
    found = lifts(Sheets.of(report).facets["f"])
    assert np.isnan(found.ratios.ratio).all()
    assert not found.notable.any()


def test_a_value_hidden_in_the_whole_report_is_not_compared() -> None:
    report = a_report(SIZES, {"f": {"x": {None: None, "a": 60}}})
    assert np.isnan(lifts(Sheets.of(report).facets["f"]).ratios.ratio).all()


def test_people_in_several_topics_make_a_parents_lift_less_sure() -> None:
    cells = {"f": {"x": {None: 200, "ab": 150, "a": 100, "b": 50, "c": 50}}}
    report = a_report(SIZES, cells, parents={"a": "ab", "b": "ab", "c": "cd"})
    weights = {"people": (1.0, 2.0, 2.0)}
    several = replace(report, receipt=replace(report.receipt, weigh_as_one=weights))
    found, less = (lifts(Sheets.of(own).facets["f"]) for own in (report, several))
    ids = [found.sheet.tree.clusters[row].id for row in found.row.tolist()]
    for cluster, wider in (("ab", True), ("a", False)):
        n = ids.index(cluster)
        assert less.ratios.ratio[n] == found.ratios.ratio[n]
        assert (less.ratios.high[n] > found.ratios.high[n]) == wider
        assert less.ratios.p[n] > found.ratios.p[n] or not wider
