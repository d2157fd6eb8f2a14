"""The overview, the receipt and how a report was made, as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report
from anonymuse.web.contract import FacetEntry, Finding, Number, ReportDoc
from anonymuse.web.receipt_sections import made, receipt, withheld


def report_doc(report: Report, facets: Sequence[str], findings: Sequence[Finding]) -> ReportDoc:
    """Return ``report.json``.

    Args:
        report: what was released.
        facets: names of the facets, in the order of their documents.
        findings: the overview's sentences.
    """
    told = report.receipt
    levels = [cluster.level for cluster in report.clusters]
    series = report.series(None)
    whole: dict[str, list[Cell]] = {}
    for cell in report.overall:
        if cell.cluster is None:
            whole.setdefault(cell.facet, []).append(cell)
    return ReportDoc(
        title=report.title,
        what=sentences.what_this_is(report),
        conversations=report.conversations,
        units=sum(c.units for c in report.clusters if c.level == 0),
        unit=(sentences.unit_noun(told, 1), sentences.unit_noun(told)),
        unit_note=told.unit_note,
        window=sentences.window_line(told),
        policy=str(told.policy.get("name", "")),
        levels=tuple(levels.count(n) for n in range(max(levels, default=-1) + 1)),
        facets=tuple(_facet(report, n, name, whole) for n, name in enumerate(facets)),
        windows=tuple(cell.window for cell in series),
        window_noun=sentences.window_noun(series),
        findings=tuple(findings),
        warnings=told.notes,
        withheld=withheld(report),
        not_shown=told.withheld_share,
        receipt=receipt(report),
        made=made(report),
        rounding=int(told.policy.get("rounding", 1)),
        sigma=float(told.policy.get("noise_sigma", 0)),
    )


def _facet(report: Report, n: int, name: str, whole: Mapping[str, list[Cell]]) -> FacetEntry:
    cells = sorted(whole.get(name, ()), key=sentences.reading_order)
    asked = next((facet for facet in report.facets if facet.name == name), None)
    return FacetEntry(
        index=n,
        name=name,
        title=sentences.facet_title(report, name),
        note=sentences.facet_note(report, name),
        question=asked.question if asked else "",
        kind=asked.kind if asked else "",
        values=tuple(cell.value for cell in cells),
        base=tuple(_number(cell) for cell in cells),
    )


def _number(cell: Cell) -> Number:
    return Number(units=cell.units, share=cell.share, low=cell.share_low, high=cell.share_high)
