"""Every document is what its model says, about released numbers only, and the same each time."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from anonymuse.domain.policy import POLICIES
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report
from anonymuse.web import contract
from anonymuse.web.contract import DOCUMENTS, Doc
from anonymuse.web.documents import documents, encoded
from tests.sample_report import empty_report, sample_report
from tests.unit.insights.small import Counts, a_report

HREF = re.compile(r"#/(how|map\?(tree=by-[^&]+&)?sel=[^&]+(&color=[^&]+)?(&as=lift)?)")
WINDOWS: dict[str, Counts] = {
    "2026-01": {None: 900, "a": 100, "b": 800},
    "2026-02": {None: 900, "a": None, "b": 850},
    "2026-03": {None: 900, "a": 400, "b": 500},
    "2026-04": {None: 30, "a": None, "b": None},
}


def with_further() -> Report:
    """Return a report with windows, a tree of its own for a facet, and values by window."""
    main = a_report(
        {"a": 400, "b": 2000},
        {
            "language": {"Thai": {None: 600, "a": 300, "b": None}},
            "concern": {"1": {None: 2000, "a": 200}, "4": {None: 400, "a": 200}},
            "refused": {"no": {None: 2300, "b": 1990}, "yes": {None: 100, "a": 90}},
        },
        windows=WINDOWS,
    )
    cells = [
        Cell("b", "language", "Thai", n, s, s, s, w)
        for w, n, s in [("2026-01", 200, 0.25), ("2026-03", None, None)]
    ]
    return replace(
        main,
        cells=(*main.cells, *cells),
        further=(replace(sample_report(), facet="tone", title="By tone"),),
    )


REPORTS = {
    "sample": sample_report(),
    "conversations": sample_report(unit="conversation"),
    "internal": sample_report(POLICIES["internal"]),
    "further": with_further(),
    "empty": empty_report(),
    "one": a_report({"a": 60}, {"language": {"Thai": {None: 60, "a": 60}}}),
    "no facets": a_report({"a": 60, "b": 40}),
}


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> Report:
    return REPORTS[request.param]


def kind_of(path: str) -> type[Doc]:
    pattern = re.sub(r"trees/[^/]+/", "trees/{tree}/", path)
    return DOCUMENTS[re.sub(r"facets/\d+", "facets/{facet}", pattern)]


def test_every_document_is_what_its_model_says(report: Report) -> None:
    found = documents(report, sample_report())
    assert {kind_of(path) for path in found} >= set(DOCUMENTS.values()) - {
        contract.NotesDoc, *([] if report.overall else [contract.FacetDoc]),
    }  # fmt: skip
    for path, doc in found.items():
        again = kind_of(path).model_validate_json(encoded(doc))
        assert again == doc, path


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    first, again = documents(report), documents(report)
    assert list(first) == list(again)
    assert [encoded(doc) for doc in first.values()] == [encoded(doc) for doc in again.values()]


def test_every_index_leads_somewhere(report: Report) -> None:
    found = documents(report, sample_report())
    index = found["index.json"]
    assert isinstance(index, contract.IndexDoc)
    for entry in index.trees:
        clusters = found[f"trees/{entry.key}/clusters.json"]
        assert isinstance(clusters, contract.ClustersDoc)
        size = len(clusters.clusters)
        assert entry.clusters == size
        assert entry.facets == sum(p.startswith(f"trees/{entry.key}/facets/") for p in found)
        for place, row in enumerate(clusters.clusters):
            assert row.parent is None or 0 <= row.parent < place
            assert all(0 <= near < size for near in row.near)
        for measure in clusters.measures:
            columns = (measure.values, measure.low, measure.high, measure.notable)
            assert {len(own) for own in columns} == {size}
        for path, doc in found.items():
            if path.startswith(f"trees/{entry.key}/"):
                assert all(0 <= row < size for row in rows_in(doc)), path
    compare = found["compare.json"]
    assert isinstance(compare, contract.CompareDoc)
    everything = list(range(len(sample_report().clusters)))
    assert sorted(m.there for m in compare.matches if m.there is not None) == everything


def rows_in(doc: Doc) -> Iterator[int]:
    """Yield every index of a cluster in a document."""
    if isinstance(doc, contract.FacetDoc):
        for column in doc.values:
            lengths = {len(getattr(column, name)) for name in ("clusters", "units", "share", "low",
                       "high", "lift", "lift_low", "lift_high", "notable")}  # fmt: skip
            assert len(lengths) == 1
            assert len(set(column.clusters)) == len(column.clusters)
            yield from column.clusters
    if isinstance(doc, contract.SeriesDoc):
        yield from (own.cluster for own in doc.series if own.cluster is not None)
    if isinstance(doc, contract.QuadrantsDoc):
        for quadrant in doc.quadrants:
            assert quadrant.n == len(quadrant.clusters)
            yield from quadrant.clusters
            for corner in quadrant.corners:
                assert set(corner.clusters) <= set(quadrant.clusters)


def test_findings_lead_to_clusters_and_values_that_are_there(report: Report) -> None:
    found = documents(report)
    index = found["index.json"]
    assert isinstance(index, contract.IndexDoc)
    for entry in index.trees:
        told = found[f"trees/{entry.key}/report.json"]
        assert isinstance(told, contract.ReportDoc)
        for finding in told.findings:
            assert HREF.fullmatch(finding.href), finding.href
            assert (entry.key == "main") == ("tree=" not in finding.href) or "how" in finding.href


def test_what_is_too_few_to_show_is_absent_or_null_and_never_zero(report: Report) -> None:
    found = documents(report)
    clusters = found["trees/main/clusters.json"]
    assert isinstance(clusters, contract.ClustersDoc)
    place = {row.id: n for n, row in enumerate(clusters.clusters)}
    for path, doc in found.items():
        if not path.startswith("trees/main/facets/"):
            continue
        assert isinstance(doc, contract.FacetDoc)
        told = {
            (column.value, row): units
            for column in doc.values
            for row, units in zip(column.clusters, column.units, strict=True)
        }
        shown = {
            (cell.value, place[cell.cluster]): cell.units
            for cell in report.overall
            if cell.facet == doc.name and cell.cluster in place and cell.units is not None
        }
        assert told == shown
        assert 0 not in told.values()


def test_series_hold_a_gap_where_a_window_is_too_few_to_show() -> None:
    series = documents(REPORTS["further"])["trees/main/series.json"]
    assert isinstance(series, contract.SeriesDoc)
    assert series.windows == ("2026-01", "2026-02", "2026-03", "2026-04")
    assert series.partial == (True, False, False, True)
    units = {(own.cluster, own.facet, own.value): own.units for own in series.series}
    assert units[1, "", ""] == (100, None, 400, None)
    assert units[0, "language", "Thai"] == (200, None, None, None)


def test_the_explorer_learns_how_many_weigh_as_one_and_never_more_than_are_counted() -> None:
    report = a_report({"a": 400, "b": 400, "c": 2000}, parents={"a": "ab", "b": "ab", "c": "cd"})
    weights = {"people": (1.0, 1.8, 2.0)}
    several = replace(report, receipt=replace(report.receipt, weigh_as_one=weights))
    for own, wanted in ((report, [1.0]), (several, [1.0, 2.0])):
        doc = documents(own)["trees/main/clusters.json"]
        assert isinstance(doc, contract.ClustersDoc)
        design = {row.name: row.design for row in doc.clusters}
        assert min(design.values()) == 1.0
        assert (max(design.values()) > 1.5) == (len(wanted) > 1), design


def test_a_second_report_stands_beside_the_first() -> None:
    here, there = sample_report(), a_report({"a": 60, "b": 40})
    found = documents(here, there)
    index = found["index.json"]
    assert isinstance(index, contract.IndexDoc)
    assert index.compared
    assert [entry.key for entry in index.trees] == ["main", "other"]
    alone = documents(here)["index.json"]
    assert isinstance(alone, contract.IndexDoc)
    assert not alone.compared
    assert "compare.json" not in documents(here)


def test_two_reports_of_one_title_are_told_apart() -> None:
    here, there = sample_report(), sample_report()
    named = titles_of(here, there)
    assert named == [f"First, {here.title}", f"Second, {here.title}"]
    earlier = replace(there, receipt=replace(there.receipt, window=("2026-05", "2026-07")))
    assert titles_of(here, earlier)[1] == f"2026-05 to 2026-07, {here.title}"
    assert titles_of(here, replace(there, title="June")) == [here.title, "June"]


def titles_of(here: Report, there: Report) -> list[str]:
    """Return what two reports are called, which has to be the same in every document."""
    found = documents(here, there)
    index, compare = found["index.json"], found["compare.json"]
    assert isinstance(index, contract.IndexDoc)
    assert isinstance(compare, contract.CompareDoc)
    named = [entry.title for entry in index.trees]
    told = [found[f"trees/{entry.key}/report.json"] for entry in index.trees]
    assert named == [doc.title for doc in told if isinstance(doc, contract.ReportDoc)]
    assert named == [compare.here, compare.there]
    assert named[0] == index.title
    return named


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, float):
        yield value


def test_nothing_is_told_more_sharply_than_its_rounding(report: Report) -> None:
    """Every share has four digits and every ratio three: no interval gives a count back."""
    for path, doc in documents(report).items():
        if path.endswith(("report.json", "index.json")):
            continue
        for number in numbers(json.loads(encoded(doc))):
            assert round(number, 5) == number, path


def test_the_receipt_says_what_is_and_what_is_not_promised() -> None:
    told = documents(sample_report())["trees/main/report.json"]
    assert isinstance(told, contract.ReportDoc)
    sections = {section.title: section for section in told.receipt}
    assert next(iter(sections)) == "What is not promised"
    assert sections["What is not promised"].text[0].startswith("No formal guarantee")
    assert any("10 people" in line for line in sections["Policy"].text)
    assert told.withheld[0].startswith("7 topics withheld")
    assert told.warnings == sample_report().receipt.notes
    assert "Read first" not in sections


def test_the_receipt_of_an_unprotected_report_says_so() -> None:
    bare = sample_report(POLICIES["demo"], unit="conversation")
    bare = replace(bare, receipt=replace(bare.receipt, naming="direct"))
    told = documents(bare)["trees/main/report.json"]
    assert isinstance(told, contract.ReportDoc)
    text = " ".join(told.receipt[0].text)
    assert "Names are not protected at all" in text
    assert "Counts carry no noise" in text
    assert "not protected as one person" in text
    assert "not measured" in text


def test_how_it_was_made_is_told_from_the_receipt() -> None:
    report = sample_report()
    told = documents(report)["trees/main/report.json"]
    assert isinstance(told, contract.ReportDoc)
    terms = {section.title: dict(section.terms) for section in told.made}
    assert terms["Models"]["Finds the language"] == "lid-176@1.0"
    assert terms["Prompts"] == dict(report.receipt.prompts)
    assert terms["Settings"]["sampling"] == "sample: left to the program, strategy: conversations"
    assert terms["Versions"]["content hash"] == "none yet"
    assert all(section.text or section.terms for section in (*told.receipt, *told.made))
