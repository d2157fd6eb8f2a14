"""The reading room: the restricted report, by what each role may see of it. No text of anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from anonymuse.domain.restricted.evidence import Member
from anonymuse.domain.restricted.report import EvidenceCluster, RestrictedReport
from anonymuse.secure.desk import Desk
from anonymuse.secure.roles import Person, may
from anonymuse.secure.values import AccountView, QueueItem
from anonymuse.secure.verdicts import Verdicts


class Reading:
    """Shows the report.

    Args:
        desk: what all rooms share.
        verdicts: what people said.
    """

    def __init__(self, desk: Desk, verdicts: Verdicts) -> None:
        self._desk, self._verdicts = desk, verdicts

    def overview(self, person: Person) -> RestrictedReport:
        """Return the report; for a viewer without accounts and coordination."""
        self._desk.allow(person, "see report", "overview")
        report = self._desk.store.report()
        return replace(report, clusters=tuple(_seen(one, person) for one in report.clusters))

    def tree(self, person: Person) -> Mapping[str, EvidenceCluster]:
        """Return the clusters by id, as `overview` does, for a page whose look is a row already.

        This is the one look without a row of its own.
        """
        self._desk.check(person, "see report", "tree")
        return {one.id: _seen(one, person) for one in self._desk.store.report().clusters}

    def cluster(self, person: Person, cluster: str) -> EvidenceCluster:
        """Return a cluster; for a viewer without accounts and coordination.

        Raises:
            AbsentError: there is none.
        """
        self._desk.check(person, "see report", cluster)
        found = self._desk.cluster(cluster)
        self._desk.row(person, "see report", found.id)
        return _seen(found, person)

    def members(self, person: Person, cluster: str) -> Sequence[Member]:
        """Return the conversations of a cluster by account, without text.

        Raises:
            AbsentError: there is none.
        """
        self._desk.check(person, "see accounts", cluster)
        found = self._desk.members("cluster", cluster)
        self._desk.row(person, "see accounts", cluster, conversations=len(found))
        return found

    def account(self, person: Person, account: str) -> AccountView:
        """Return an account over the whole run.

        Raises:
            AbsentError: there is none.
        """
        self._desk.check(person, "see accounts", account)
        found = self._desk.members("account", account)
        self._desk.row(person, "see accounts", account, conversations=len(found))
        clusters = Counter(one.cluster for one in found)
        return AccountView(account, found[0].organisation, found, dict(clusters.most_common()))

    def queue(self, person: Person) -> tuple[QueueItem, ...]:
        """Return base clusters that look coordinated or wrongly judged, most urgent first.

        Those with a verdict come after those without; a verdict does nothing else.
        """
        self._desk.allow(person, "see accounts", "queue")
        report = self._desk.store.report()
        gaps = _gaps(report)
        items = [
            QueueItem(
                one.id,
                one.name,
                None if one.coordination is None else one.coordination.score,
                *gaps.get(one.id, (0.0, "")),
                self._verdicts.newest("cluster", one.id),
            )
            for one in report.clusters
            if one.level == 0 and (one.coordination is not None or one.id in gaps)
        ]
        return tuple(sorted(items, key=_urgency))


def _urgency(item: QueueItem) -> tuple[bool, float, str]:
    return item.verdict is not None, -max(item.coordination or 0.0, item.gap), item.cluster


def _seen(cluster: EvidenceCluster, person: Person) -> EvidenceCluster:
    if may(person, "see accounts"):
        return cluster
    return replace(cluster, top_accounts=(), coordination=None)


def _gaps(report: RestrictedReport) -> dict[str, tuple[float, str]]:
    """Return the largest notable excess of each cluster, and of what it is."""
    found: dict[str, tuple[float, str]] = {}
    for cluster, excess, told in _notable(report):
        if excess > found.get(cluster, (0.0, ""))[0]:
            found[cluster] = (excess, told)
    return found


def _notable(report: RestrictedReport) -> Iterator[tuple[str, float, str]]:
    for gap in report.gaps:
        for told, rows in (("missed", gap.missed), ("overdone", gap.overdone)):
            for row in rows:
                if row.notable:
                    where = f", {row.language}" if row.language else ""
                    yield row.cluster, row.excess, f"{gap.verdict}: {told}{where}"
