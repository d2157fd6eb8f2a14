"""What the rules of a watch look at in a released report, and in the one before it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from anonymuse.domain.facets import FLAG, FLAGGED
from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.quality import doubts
from anonymuse.domain.released.report import Report
from anonymuse.errors import did_you_mean
from anonymuse.insights.changes import Change
from anonymuse.insights.columns import Column
from anonymuse.insights.measures import CONCERN, REFUSED, measures
from anonymuse.insights.moves import Kind, Move, Moves, moves
from anonymuse.insights.parts import Part, share_of
from anonymuse.insights.rules import Condition, Rule
from anonymuse.insights.sheet import Sheets, Tree
from anonymuse.insights.watch import WHOLE, Found, Subject
from anonymuse.stats.intervals import Z95, Estimate, Protection

_COLUMNS: Mapping[Condition, tuple[str, str]] = {
    "refusal rate": (REFUSED, "Nothing in the report tells what was refused."),
    "concern": (CONCERN, "Nobody graded the concern of these conversations."),
}
FEW_WINDOWS = (
    "The report shows fewer than two windows of time (`anonymuse run --window week`); "
    'against = "before" takes an earlier report.'
)
NO_BEFORE = "It takes an earlier report: name one with --before."
_MOVED = frozenset({"growing", "shrinking", "grown", "shrunk"})
_RESTRICTED = "Only a restricted report has it (`anonymuse run --restricted`)."


@dataclass(frozen=True, eq=False, repr=False)
class ReleasedBoard:
    """A released report, as rules look at it.

    Attributes:
        report: the one that is watched.
        before: an earlier one; None where there is none.
        changes: from that one to this one; or why nothing can be said of it, as a sentence.
    """

    report: Report
    before: Report | None = None
    changes: Sequence[Change] | str = NO_BEFORE

    @property
    def title(self) -> str:
        """What stands on top of the report."""
        return self.report.title

    @property
    def digest(self) -> str:
        """The report's content hash, with that of the earlier one."""
        before = f"-{self.before.content_hash}" if self.before else ""
        return f"{self.report.content_hash}{before}"

    @property
    def many(self) -> str:
        """What people are called."""
        return sentences.unit_noun(self.report.receipt)

    @property
    def hides_names(self) -> bool:
        """Whether names of clusters stay where they are: they are released."""
        return False

    def look(self, rule: Rule) -> Sequence[Found] | str:
        """Return what a rule can be judged by, or why there is nothing."""
        if rule.when in _COLUMNS:
            name, missing = _COLUMNS[rule.when]
            column = self._columns.get(name)
            return missing if column is None else self._of(column)
        looks: Mapping[Condition, Callable[[], Sequence[Found] | str]] = {
            "growth": lambda: self._growth(rule),
            "flag rate": lambda: self._flagged(rule),
            "share": lambda: self._share(rule),
            "new cluster": lambda: self._new(rule),
            "gone cluster": lambda: self._gone(rule),
            "drift": self._drift,
            "withheld": self._withheld,
            "quality": self._quality,
        }
        return looks[rule.when]() if rule.when in looks else _RESTRICTED

    def among(self, rule: Rule) -> Sequence[Subject]:
        """Return all clusters: what is too few to show of one would show if it were more."""
        is_of_before = rule.when == "gone cluster" and rule.against == "before"
        tree = Tree.of(self.before) if self.before and is_of_before else self._sheets.tree
        return [subject_of(own) for own in tree.clusters]

    @cached_property
    def _sheets(self) -> Sheets:
        return Sheets.of(self.report)

    @cached_property
    def _columns(self) -> Mapping[str, Column]:
        return {column.key: column for column in measures(self.report, self._sheets)}

    def _of(self, column: Column, told: str = "") -> list[Found]:
        """Return a measure's numbers, of the whole report too where it has one."""
        subjects = map(subject_of, self._sheets.tree.clusters)
        rows = zip(subjects, column.values, column.low, column.high, strict=True)
        whole = (WHOLE, column.base, column.base_low, column.base_high)
        return [
            Found(subject, number, told=told)
            for subject, value, low, high in (*rows, whole)
            if (number := _estimate(value, low, high)) is not None
        ]

    def _flagged(self, rule: Rule) -> Sequence[Found] | str:
        flags = {
            sentences.facet_title(self.report, name).removeprefix(FLAGGED): name
            for name in self._sheets.facets
            if name.startswith(FLAG)
        }
        wanted = chosen(rule.flag, [*flags])
        if isinstance(wanted, Missing):
            return wanted.reason
        column = self._columns.get(flags[wanted])
        if column is None:
            return f"Too few people were flagged by {wanted!r} to show."
        return self._of(column, f"flagged by {wanted}")

    def _share(self, rule: Rule) -> Sequence[Found] | str:
        facets = self._sheets.facets
        if rule.facet in self._sheets.estimates:
            return f"Shares of {rule.facet!r} are estimates here, which no alarm is made of."
        if rule.facet not in facets:
            return f"There is no facet {rule.facet!r}. {_offer(rule.facet, facets)}"
        sheet = facets[rule.facet]
        if rule.value not in sheet.values:
            return (
                f"{rule.facet!r} has no value {rule.value!r} that is shown. "
                f"{_offer(rule.value, sheet.values)}"
            )
        part = Part(rule.facet, "", "", (rule.value,))
        return self._of(share_of(sheet, part), f"{rule.facet}: {rule.value}")

    def _new(self, rule: Rule) -> Sequence[Found] | str:
        if rule.against == "windows":
            return self._of_kind("new")
        if isinstance(self.changes, str):
            return self.changes
        tree = self._sheets.tree
        return [_counted(tree, own.after) for own in self.changes if own.kind == "new"]

    def _gone(self, rule: Rule) -> Sequence[Found] | str:
        if rule.against == "windows":
            return self._of_kind("vanished")
        if isinstance(self.changes, str) or self.before is None:
            return str(self.changes)
        tree = Tree.of(self.before)
        return [_counted(tree, own.before) for own in self.changes if own.kind == "gone"]

    def _of_kind(self, kind: Kind) -> Sequence[Found] | str:
        found = self._moves
        if found is None:
            return FEW_WINDOWS
        return [_counted(self._sheets.tree, own.cluster) for own in found.of(kind)]

    def _growth(self, rule: Rule) -> Sequence[Found] | str:
        moved: list[tuple[Cluster | None, Move | Change]]
        if rule.against == "windows":
            found = self._moves
            if found is None:
                return FEW_WINDOWS
            moved = [(own.cluster, own) for own in found.moves]
        elif isinstance(self.changes, str):
            return self.changes
        else:
            moved = [(own.after, own) for own in self.changes]
        return [
            Found(subject_of(cluster), number, notable=own.kind in _MOVED)
            for cluster, own in moved
            if cluster and (number := _estimate(own.ratio, own.low, own.high)) is not None
        ]

    @cached_property
    def _moves(self) -> Moves | None:
        return moves(self.report)

    def _drift(self) -> Sequence[Found] | str:
        drift = self.report.receipt.quality.get("drift")
        if drift is None:
            return "Only a report that `anonymuse assign` made has it, of enough conversations."
        number = _estimate(drift["share"], drift["low"], drift["high"])
        return [] if number is None else [Found(WHOLE, number)]

    def _withheld(self) -> Sequence[Found] | str:
        band = self.report.receipt.withheld_share
        if not band:
            return "The report does not say how much of it is withheld."
        return [Found(WHOLE, _of_band(band))]

    def _quality(self) -> Sequence[Found] | str:
        quality = self.report.receipt.quality
        said = doubts(quality)
        if not quality or not (said or quality["judged"]):
            return "The run could not judge itself: there were too few people."
        return [Found(WHOLE, None, told=sentence) for sentence in said]


@dataclass(frozen=True, slots=True)
class Missing:
    """Why something could not be chosen."""

    reason: str


def chosen(flag: str, names: Sequence[str]) -> str | Missing:
    """Return the flag that a rule means: the one it names, or the only one."""
    if not names:
        return Missing("The report has no flag (`anonymuse run --flag COLUMN`).")
    if flag in names:
        return flag
    if flag:
        return Missing(f"There is no flag {flag!r}. {_offer(flag, names)}")
    if len(names) > 1:
        return Missing(f"There are several flags: say flag = one of {', '.join(names)}.")
    return names[0]


def subject_of(own: Cluster) -> Subject:
    """Return a cluster as rules look at it."""
    return Subject(own.id, own.name, own.level, own.parent is None, own.units)


def _offer(wanted: str, names: Iterable[str]) -> str:
    return f"{did_you_mean(wanted, names)}There are: {', '.join(names) or 'none'}."


def _estimate(value: float | None, low: float | None, high: float | None) -> Estimate | None:
    """Return a number; where only its ends are known, their middle with them."""
    if low is None or high is None:
        return None
    return Estimate((low + high) / 2.0 if value is None else value, low, high)


def _counted(tree: Tree, own: Cluster | None) -> Found:
    """Return how many people a cluster has, with what noise and rounding may have done."""
    assert own is not None, "a change of this kind has this cluster"
    leaves = float(tree.leaves[tree.row[own.id]])
    moved = Z95 * math.sqrt(leaves * Protection(tree.sigma, tree.rounding).variance)
    people = float(own.units)
    return Found(subject_of(own), Estimate(people, max(0.0, people - moved), people + moved))


def _of_band(band: str) -> Estimate:
    """Return what a band of per cents says: more than its lower end, at most its upper one."""
    low, _, high = (part.strip() for part in band.replace("%", "").partition("to"))
    if not high:
        return Estimate(0.0, 0.0, 0.0)
    least, most = float(low) / 100.0, float(high) / 100.0
    return Estimate((least + most) / 2.0, math.nextafter(least, 1.0), most)
