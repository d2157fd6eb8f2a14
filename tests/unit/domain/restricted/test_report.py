import json

import pytest

from anonymuse.domain.restricted.evidence import Rate
from anonymuse.domain.restricted.report import KIND, RestrictedReport, report_from_dict
from tests import restricted_sample


@pytest.fixture
def report() -> RestrictedReport:
    return restricted_sample.report()


def test_it_comes_back_through_json(report: RestrictedReport) -> None:
    assert report_from_dict(json.loads(json.dumps(report.as_dict()))) == report
    bare = RestrictedReport("Empty", (), (), 0, 0, "user", None)
    assert report_from_dict(json.loads(json.dumps(bare.as_dict()))) == bare


def test_it_says_what_it_is(report: RestrictedReport) -> None:
    assert report.as_dict()["kind"] == KIND
    assert "restricted" in KIND


def test_base_clusters_below_any_level(report: RestrictedReport) -> None:
    assert report.bases("L1-0000") == {"L0-0000", "L0-0001"}
    assert report.bases("L0-0002") == {"L0-0002"}
    assert report.bases("L0-0777") == frozenset()


def test_what_is_missing_or_unknown_is_refused(report: RestrictedReport) -> None:
    data = report.as_dict()
    with pytest.raises(KeyError):
        report_from_dict({k: v for k, v in data.items() if k != "clusters"})
    with pytest.raises(TypeError):
        report_from_dict(data | {"of_another_version": 1})


def test_a_rate_of_nothing_is_nought() -> None:
    assert Rate(0, 0, 0.0, 1.0).share == 0.0
    assert Rate(1, 4, 0.0, 1.0).share == 0.25
