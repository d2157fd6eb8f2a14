"""What the rules of a watch look at in a restricted report; names stay inside the secure zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from anonymuse.domain.ids import content_id
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.tree import in_order
from anonymuse.domain.restricted.evidence import CONCERNING, REFUSED, GapRow, Member, Rate
from anonymuse.domain.restricted.report import EvidenceCluster, RestrictedReport
from anonymuse.insights.growth import growth, spans
from anonymuse.insights.match import Match, match
from anonymuse.insights.rules import Condition, Rule
from anonymuse.insights.sheet import Floats, Sheet, Tree
from anonymuse.insights.watch import WHOLE, Found, Subject
from anonymuse.insights.watch_released import FEW_WINDOWS, NO_BEFORE, Missing, chosen, subject_of
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import share

_PUBLIC = "Only a released report has it."


@dataclass(frozen=True, eq=False, repr=False)
class RestrictedBoard:
    """A restricted report, as rules look at it.

    Attributes:
        report: the one that is watched.
        members: every conversation of it, for rates of the whole.
        before: an earlier one, for what is new and gone; None where there is none.
    """

    report: RestrictedReport
    members: Sequence[Member]
    before: RestrictedReport | None = None

    @property
    def title(self) -> str:
        """Nothing: a title is a text, and none leaves."""
        return ""

    @cached_property
    def digest(self) -> str:
        """A digest of the report, with that of the earlier one."""
        before = f"-{content_id(self.before.as_dict())}" if self.before else ""
        return f"{content_id(self.report.as_dict())}{before}"

    @property
    def many(self) -> str:
        """What people are called."""
        return "accounts"

    @property
    def hides_names(self) -> bool:
        """Whether names of clusters stay where they are."""
        return True

    def look(self, rule: Rule) -> Sequence[Found] | str:
        """Return what a rule can be judged by, or why there is nothing."""
        looks: Mapping[Condition, Callable[[], Sequence[Found] | str]] = {
            "new cluster": lambda: self._alone(rule, here=True),
            "gone cluster": lambda: self._alone(rule, here=False),
            "growth": lambda: self._growth(rule),
            "refusal rate": lambda: self._rates(
                lambda own: own.refused, self._said(lambda m: _yes(m.refused)), "was refused"
            ),
            "concern": lambda: self._rates(
                lambda own: own.concern, self._said(lambda m: _grave(m.concern)), "is of concern"
            ),
            "flag rate": lambda: self._flagged(rule),
            "missed": lambda: self._gap(rule),
            "overdone": lambda: self._gap(rule),
            "coordination": self._coordination,
            "quality": lambda: [Found(WHOLE, None, told=own) for own in self.report.doubts],
        }
        return looks[rule.when]() if rule.when in looks else _PUBLIC

    def among(self, rule: Rule) -> Sequence[Subject]:  # noqa: ARG002
        """Return none: a number is missing where nobody said anything, not where it is small."""
        return ()

    @cached_property
    def _subjects(self) -> Mapping[str, Subject]:
        return {
            own.id: Subject(own.id, own.name, own.level, own.parent is None, own.accounts)
            for own in self.report.clusters
        }

    def _rates(
        self, of: Callable[[EvidenceCluster], Rate | None], whole: Rate | None, told: str
    ) -> Sequence[Found] | str:
        clusters = [(self._subjects[own.id], of(own)) for own in self.report.clusters]
        found = [
            Found(subject, Estimate(rate.share, rate.low, rate.high), told=told)
            for subject, rate in (*clusters, (WHOLE, whole))
            if rate is not None and rate.n
        ]
        return found or f"Nobody said of any conversation whether it {told}."

    def _said(self, of: Callable[[Member], bool | None]) -> Rate | None:
        """Return the share of all conversations, clustered by account; None where nobody said."""
        said = [(member.account, yes) for member in self.members if (yes := of(member)) is not None]
        if not said:
            return None
        found = share([yes for _, yes in said], units=np.array([account for account, _ in said]))
        return Rate(sum(yes for _, yes in said), len(said), found.low, found.high)

    def _flagged(self, rule: Rule) -> Sequence[Found] | str:
        names = [gap.verdict for gap in self.report.gaps if gap.verdict != REFUSED]
        names = names or sorted({name for own in self.report.clusters for name in own.flags})
        flag = chosen(rule.flag, names)
        if isinstance(flag, Missing):
            return flag.reason
        whole = self._said(lambda member: member.flags.get(flag))
        return self._rates(lambda own: own.flags.get(flag), whole, f"was flagged by {flag}")

    def _gap(self, rule: Rule) -> Sequence[Found] | str:
        """Return where a verdict and the concern do not fit; the report says what stands out."""
        verdicts = {gap.verdict: gap for gap in self.report.gaps}
        if not any(gap.clusters for gap in self.report.gaps):
            return "There is no flag, or nobody graded the concern of these conversations."
        flags = [name for name in verdicts if name != REFUSED]
        wanted = rule.flag if rule.flag == REFUSED else chosen(rule.flag, flags or [*verdicts])
        if isinstance(wanted, Missing):
            return wanted.reason
        if wanted not in verdicts:
            return "Nobody said what was refused."
        rows = verdicts[wanted].missed if rule.when == "missed" else verdicts[wanted].overdone
        return [self._row(row, f"{wanted}, {rule.when}") for row in rows]

    def _row(self, row: GapRow, told: str) -> Found:
        number = Estimate(row.excess, row.low, row.high)
        return Found(self._subjects[row.cluster], number, row.language, told, row.notable)

    def _coordination(self) -> Sequence[Found] | str:
        scores = {
            own.id: own.coordination.score
            for own in self.report.clusters
            if own.coordination is not None
        }
        found = [Found(self._subjects[own], _exactly(score)) for own, score in scores.items()]
        return found or "There are too few accounts in every cluster to tell."

    def _growth(self, rule: Rule) -> Sequence[Found] | str:
        if rule.against == "before":
            found = self._matched
            if isinstance(found, str):
                return found
            rows = [(m.here, m.ratio, m.low, m.high, m.notable) for m in found]
        else:
            column = growth(self._windows, self.many)
            if column is None:
                return FEW_WINDOWS
            each = zip(column.values, column.low, column.high, column.notable, strict=True)
            rows = [(row, *own) for row, own in enumerate(each)]
        clusters = self._tree.clusters
        return [
            Found(self._subjects[clusters[row].id], Estimate(ratio, low, high), notable=notable)
            for row, ratio, low, high, notable in rows
            if row is not None and ratio is not None and low is not None and high is not None
        ]

    def _alone(self, rule: Rule, *, here: bool) -> Sequence[Found] | str:
        """Return the clusters that are in one of two reports alone, or in one of two times."""
        if rule.against == "windows":
            return self._in_one_time(latest=here)
        found = self._matched
        if isinstance(found, str) or self.before is None:
            return str(found)
        tree = self._tree if here else _tree(self.before)
        rows = [m.here if here else m.there for m in found if m.here is None or m.there is None]
        alone = [tree.clusters[row] for row in rows if row is not None]
        return [Found(subject_of(own), _exactly(own.units)) for own in alone]

    def _in_one_time(self, *, latest: bool) -> Sequence[Found] | str:
        """Return the clusters that are in the latest window alone, or in those before it alone."""
        compared = spans(len(self._names), self._counts[-1])
        if compared is None:
            return FEW_WINDOWS
        now = self._counts[:-1, compared.latest]
        then = self._counts[:-1, list(compared.earlier)].sum(axis=1)
        here, there = (now, then) if latest else (then, now)
        rows = np.flatnonzero((here > 0) & (there == 0)).tolist()
        ids = [self._tree.clusters[row].id for row in rows]
        return [
            Found(self._subjects[own], _exactly(self._subjects[own].people or 0)) for own in ids
        ]

    @cached_property
    def _tree(self) -> Tree:
        return _tree(self.report)

    @cached_property
    def _matched(self) -> Sequence[Match] | str:
        if self.before is None:
            return NO_BEFORE
        if self.report.unit != self.before.unit:
            return "The earlier report counts another unit: the two cannot be compared."
        return match(self._tree, _tree(self.before))

    @cached_property
    def _names(self) -> Sequence[str]:
        return sorted({name for own in self.report.clusters for name, _, _ in own.windows})

    @cached_property
    def _counts(self) -> Floats:
        """Accounts of each cluster in each window, exact; of the whole last."""
        units = np.zeros((self._tree.whole + 1, len(self._names)))
        evidence = {own.id: own for own in self.report.clusters}
        for row, cluster in enumerate(self._tree.clusters):
            for name, accounts, _ in evidence[cluster.id].windows:
                units[row, self._names.index(name)] = accounts
        leaves = [row for row, own in enumerate(self._tree.clusters) if own.level == 0]
        units[-1] = units[leaves].sum(axis=0)
        return units

    @property
    def _windows(self) -> Sheet:
        """The same, for growth.

        A cluster that nobody was in before counts as half an account then: it grew, and its
        interval, that of half an account, says how little is known.
        """
        units = self._counts.copy()
        if compared := spans(len(self._names), units[-1]):
            before = list(compared.earlier)
            units[units[:, before].sum(axis=1) == 0.0, before[0]] = 0.5
        return Sheet(self._tree, tuple(self._names), units)


def _exactly(number: float) -> Estimate:
    return Estimate(number, number, number)


def _yes(refused: str | None) -> bool | None:
    return None if refused is None else refused != "no"


def _grave(concern: int | None) -> bool | None:
    return None if concern is None else concern >= CONCERNING


def _tree(report: RestrictedReport) -> Tree:
    """Return the clusters as those analyses want them that are written for released ones.

    Nothing of this is released: the values live as long as the judging.
    """
    clusters = tuple(in_order([_as_cluster(own) for own in report.clusters]))
    rows: dict[str | None, int] = {own.id: row for row, own in enumerate(clusters)}
    rows[None] = len(clusters)
    units = [own.units for own in clusters]
    whole = sum(own.units for own in clusters if own.level == 0)
    parents = [*(rows[own.parent] for own in clusters), rows[None]]
    return Tree(
        clusters,
        rows,
        np.array(parents, dtype=np.int64),
        np.array([*units, whole], dtype=np.float64),
        sigma=0.0,
        rounding=1,
    )


def _as_cluster(own: EvidenceCluster) -> Cluster:
    return Cluster(
        own.id, own.parent, own.level, own.name, own.description, own.named_by,
        own.conversations, own.accounts, share=0.0, share_low=0.0, share_high=0.0, grade=None,
    )  # fmt: skip
