"""Clusters: the table, one of them with its evidence, the queue, and verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from anonymuse.domain.restricted.evidence import Rate
from anonymuse.domain.restricted.report import EvidenceCluster, RestrictedReport
from anonymuse.secure.call import Call, opinion_of

_PAGE = 100
_LEAST = -1.0
_FLAG = "flag:"
"""before the name of a flag, in the key that sorts by it"""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table: what it is called, and the link that sorts by it.

    Attributes:
        key: in the address.
        name: as shown.
        href: sorts by it, or turns the order round.
        order: ascending or descending where the table is sorted by it, else empty.
        number: whether its cells are numbers.
    """

    key: str
    name: str
    href: str
    order: str
    number: bool = True


def listed(call: Call) -> Response:
    """Show the table of clusters, searched and sorted as the address says."""
    report = call.zone.report.overview(call.person)
    keys = _keys(report)
    first = "coordination" if "coordination" in keys else "conversations"
    sort = call.asked("sort") if call.asked("sort") in keys else first
    down = call.asked("order") != "up"
    wanted = call.asked("q")[:100]
    level = _whole(call.asked("level"))
    found = [
        one
        for one in report.clusters
        if one.level == level and wanted.casefold() in f"{one.name} {one.id}".casefold()
    ]
    found.sort(key=lambda one: one.id)
    found.sort(key=keys[sort], reverse=down)
    start = _whole(call.asked("from"))
    shared = {"q": wanted, "level": str(level)}
    ordered = shared | {"sort": sort, "order": "down" if down else "up"}
    return call.page(
        "clusters",
        "Clusters",
        found=found[start : start + _PAGE],
        number=len(found),
        start=start,
        headings=_headings(keys, sort, down, shared),
        flags=sorted({flag for one in report.clusters for flag in one.flags}),
        levels=sorted({one.level for one in report.clusters}),
        level=level,
        wanted=wanted,
        sort=sort,
        order="down" if down else "up",
        names={one.id: one.name for one in report.clusters},
        before=_link(ordered, start - _PAGE) if start else "",
        after=_link(ordered, start + _PAGE) if start + _PAGE < len(found) else "",
    )


def one(call: Call) -> Response:
    """Show one cluster with all that speaks for and against it."""
    cluster = call.zone.report.cluster(call.person, call.part("cluster"))
    tree = call.zone.report.tree(call.person)
    return call.page(
        "cluster",
        cluster.name,
        cluster=cluster,
        above=_above(cluster, tree),
        below=[each for each in tree.values() if each.parent == cluster.id],
        verdicts=(
            call.zone.verdicts.of(call.person, "cluster", cluster.id)
            if call.may("see accounts")
            else ()
        ),
    )


def queue(call: Call) -> Response:
    """Show what somebody should look at, most telling first."""
    items = call.zone.report.queue(call.person)
    open_only = call.asked("all") != "yes"
    shown = [one for one in items if one.verdict is None] if open_only else list(items)
    return call.page(
        "queue",
        "Queue",
        items=shown[:_PAGE],
        number=len(shown),
        judged=sum(one.verdict is not None for one in items),
        open_only=open_only,
    )


def judge(call: Call) -> Response:
    """Record a verdict on a cluster."""
    cluster = call.part("cluster")
    call.zone.verdicts.give(
        call.person, "cluster", cluster, opinion_of(call.sent("verdict")), note=call.sent("note")
    )
    return call.go("clusters", cluster)


def _above(cluster: EvidenceCluster, by_id: Mapping[str, EvidenceCluster]) -> list[EvidenceCluster]:
    found: list[EvidenceCluster] = []
    parent = cluster.parent
    while parent is not None and parent in by_id and len(found) < len(by_id):
        found.append(by_id[parent])
        parent = by_id[parent].parent
    return found[::-1]


Key = Callable[[EvidenceCluster], float | str]


def _keys(report: RestrictedReport) -> dict[str, Key]:
    """Return what the table can be sorted by, in the order of its columns."""
    keys: dict[str, Key] = {
        "name": lambda one: one.name.casefold(),
    }
    clusters = report.clusters
    if any(one.coordination for one in clusters):
        keys["coordination"] = lambda one: one.coordination.score if one.coordination else _LEAST
    keys["conversations"] = lambda one: one.conversations
    keys["accounts"] = lambda one: one.accounts
    if any(one.concern for one in clusters):
        keys["concern"] = lambda one: _share(one.concern)
    if any(one.refused for one in clusters):
        keys["refused"] = lambda one: _share(one.refused)
    for flag in sorted({flag for one in clusters for flag in one.flags}):
        keys[_FLAG + flag] = lambda one, flag=flag: _share(one.flags.get(flag))  # type: ignore[misc]
    return keys


def _headings(
    keys: Mapping[str, Key], sort: str, down: bool, shared: Mapping[str, str]
) -> Sequence[Heading]:
    made = []
    for key in keys:
        current = key == sort
        order = "up" if (current and down) or (key == "name" and not current) else "down"
        made.append(
            Heading(
                key,
                key[len(_FLAG) :] if key.startswith(_FLAG) else key.capitalize(),
                "?" + urlencode({**shared, "sort": key, "order": order}),
                ("descending" if down else "ascending") if current else "",
                key != "name",
            )
        )
    return made


def _link(shared: Mapping[str, str], start: int) -> str:
    return "?" + urlencode({**shared, "from": max(0, start)})


def _share(rate: Rate | None) -> float:
    return _LEAST if rate is None or not rate.n else rate.share


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 8 else 0
