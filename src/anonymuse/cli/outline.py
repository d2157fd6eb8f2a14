"""A report as lines of text, for the end of a run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence

from anonymuse.api.tree import in_cells
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.report import Report
from anonymuse.domain.released.tree import children_of
from anonymuse.ports.reader import UNREADABLE_TIMES
from anonymuse.stages.narrow import NO_TIME, OUTSIDE, UNMATCHED, UNMET
from anonymuse.stages.screen import ANSWERED_NO, NOT_ANSWERED

Children = Mapping[str | None, Sequence[Cluster]]

MANY_COPIES = 0.1
"""share of texts that nearly repeat another before a run says so"""

_LEFT_OUT = {
    "narrow": (NO_TIME, OUTSIDE, UNMET, UNMATCHED),
    "sample": ("not drawn", "over the bound per unit", "without a turn of the assistant"),
    "screen": (ANSWERED_NO, NOT_ANSWERED),
}
"""counts of conversations that a stage left out"""


def outline(report: Report, width: int | None = None) -> str:
    """Return the tree, one node a line with its share and size, and what was withheld."""
    columns = width or min(shutil.get_terminal_size((100, 24)).columns, 110)
    unit = report.receipt.unit
    lines = [report.title, _shown(report), ""]
    lines += _branch(children_of(report.clusters), None, 0, columns)
    if report.withheld:
        lines += ["", f"Withheld ({report.receipt.withheld_share} of conversations):"]
        lines += list(_withheld(report))
    lines += ["", f"Policy: {report.receipt.policy['name']} ({report.receipt.policy['statement']})"]
    lines += [f"Privacy unit: {unit}. {report.receipt.unit_note}".strip()]
    lines += [f"Note: {note}" for note in report.receipt.notes]
    for own in report.further:
        lines += ["", "", *_further(own, columns)]
    return "\n".join(lines)


def _further(report: Report, columns: int) -> Iterator[str]:
    """Yield the tree by one further facet; what holds for the whole bundle is not said again."""
    yield report.title
    yield _shown(report)
    yield ""
    yield from _branch(children_of(report.clusters), None, 0, columns)
    if report.withheld:
        yield ""
        yield f"Withheld ({report.receipt.withheld_share} of conversations):"
        yield from _withheld(report)


def _shown(report: Report) -> str:
    noisy = "about " if report.receipt.policy.get("noise_sigma") else ""
    return f"{noisy}{report.conversations:,} conversations shown"


def _withheld(report: Report) -> Iterator[str]:
    for part in report.withheld:
        yield f"  {part.clusters:,} topic{'s' * (part.clusters != 1)}: {part.reason}"


def taken(stages: Mapping[str, Mapping[str, int]]) -> str:
    """Return what was read, dropped and left out, so that nothing is lost silently."""
    read, drawn = stages["ingest"], stages["sample"]
    dropped = [
        f"{count:,} {name.removeprefix('dropped: ')}"
        for name, count in sorted(read.items(), key=lambda item: -item[1])
        if name.startswith("dropped: ")
    ]
    last = stages.get("screen", drawn)
    left_out = [
        f"{counts[name]:,} {name}"
        for stage, counts in stages.items()
        for name in _LEFT_OUT.get(stage, ())
        if counts.get(name)
    ]
    parts = [f"Read {read['read']:,} records"]
    parts += [f"dropped {', '.join(dropped)}"] if dropped else []
    if unreadable := read.get(UNREADABLE_TIMES):
        parts.append(f"{unreadable:,} {UNREADABLE_TIMES} (`anonymuse doctor` says what to do)")
    parts += [f"left out {', '.join(left_out)}"] if left_out else []
    if screened := stages.get("screen"):
        parts.append(f"asked the screening question about {screened['asked about']:,}")
    parts.append(f"{last['conversations']:,} conversations of {last['units']:,} units took part")
    return "; ".join(parts) + "." + _copies(stages.get("duplicates", {}))


def _copies(counted: Mapping[str, int]) -> str:
    """Return a warning where many texts have no voice of their own: words may lack support."""
    texts, repeated = counted.get("texts", 0), counted.get("repeated", 0)
    if repeated < MANY_COPIES * texts or not repeated:
        return ""
    return (
        f" {repeated:,} of {texts:,} texts nearly repeat another, as templates and greetings do: "
        f"texts that are alike count as one voice, and what only they say is withheld."
    )


def _branch(children: Children, parent: str | None, depth: int, columns: int) -> Iterator[str]:
    for cluster in children.get(parent, ()):
        size = f"{100 * cluster.share:5.1f} %  {cluster.conversations:>7,}"
        room = columns - len(size) - 2
        yield f"{in_cells('  ' * depth + cluster.name, room)}  {size}"
        yield from _branch(children, cluster.id, depth + 1, columns)
