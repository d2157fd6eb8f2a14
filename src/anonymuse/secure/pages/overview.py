"""The first page of a report: its numbers, and where to look first."""

from __future__ import annotations

from collections import Counter

from starlette.responses import Response

from anonymuse.domain.restricted.report import EvidenceCluster
from anonymuse.secure.call import Call

_FIRST = 6


def overview(call: Call) -> Response:
    """Show the numbers of the run, the most coordinated clusters, and the gaps' worst rows."""
    report = call.zone.report.overview(call.person)
    base = [one for one in report.clusters if one.level == 0]
    languages: Counter[str] = Counter()
    for one in base:
        languages.update(one.languages)
    return call.page(
        "overview",
        report.title,
        report=report,
        base=len(base),
        groups=[one for one in report.clusters if one.parent is None],
        languages=languages.most_common(),
        coordinated=[one for one in sorted(base, key=_score, reverse=True) if _score(one) >= 0][
            :_FIRST
        ],
        names={one.id: one.name for one in report.clusters},
        first=_FIRST,
    )


def _score(cluster: EvidenceCluster) -> float:
    return -1.0 if cluster.coordination is None else cluster.coordination.score
