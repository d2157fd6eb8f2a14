"""Gaps: where a classifier, or the model's refusals, and concern do not fit each other."""

from __future__ import annotations

from starlette.responses import Response

from anonymuse.errors import AbsentError
from anonymuse.secure.call import Call
from anonymuse.secure.charts import quadrant

_ROWS = 25


def listed(call: Call) -> Response:
    """Show every gap in a few numbers."""
    report = call.zone.report.overview(call.person)
    return call.page("gaps", "Gaps", gaps=report.gaps)


def one(call: Call) -> Response:
    """Show one gap: the quadrant, both tables, and languages."""
    report = call.zone.report.overview(call.person)
    number = call.part("number")
    if not (number.isascii() and number.isdigit() and 0 < int(number[:6]) <= len(report.gaps)):
        raise AbsentError("There is no such gap.")
    gap = report.gaps[int(number[:6]) - 1]
    return call.page(
        "gap",
        f"Gap: {gap.verdict}",
        gap=gap,
        dots=quadrant(report.clusters, gap),
        names={one.id: one.name for one in report.clusters},
        most=_ROWS,
    )
