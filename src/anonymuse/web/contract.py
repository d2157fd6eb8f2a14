"""What the explorer is told: a fixed set of documents, the same served, exported or in a folder.

Nobody can ask for anything else: there are no parameters, so two questions cannot be subtracted
from each other. Columns run parallel to ``ClustersDoc.clusters``; a cluster is named by its index
there. ``None`` is "not shown" where a column says so, never 0. The TypeScript types are
generated from these models (``npm run types``).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

API = "api/v1"


class Doc(BaseModel):
    """A frozen part of a document; unknown fields are a mistake."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_serialization_defaults_required=True
    )


class TreeEntry(Doc):
    """One tree that can be looked at."""

    key: str  # "main", "by-tone", "other"
    title: str
    facet: str  # the facet that groups it; empty for the main tree
    clusters: int
    depth: int
    facets: int  # documents trees/{key}/facets/0.json ...
    bytes: int  # of its clusters document, for progress


class IndexDoc(Doc):
    """``index.json``: what there is to look at."""

    anonymuse: str
    schema_version: int
    title: str
    content_hash: str
    trees: tuple[TreeEntry, ...]
    compared: bool  # compare.json is there: two reports were opened
    notes: Literal["server", "browser"]  # where bookmarks are kept
    dots: int  # at most so many are drawn


class Number(Doc):
    """A share with what it is of."""

    units: int | None  # None: not shown
    share: float | None
    low: float | None
    high: float | None


class Section(Doc):
    """A titled list of plain sentences or of term and meaning."""

    title: str
    text: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


class Finding(Doc):
    """Something notable, as a sentence, with the cluster it is about."""

    kind: Literal["lift", "growth", "refusal", "concern", "withheld", "size"]
    sentence: str
    evidence: str  # the interval and the counts, in words
    href: str  # a place in the explorer, as its address has it (``#/map?sel=..``)


class FacetEntry(Doc):
    """A facet whose breakdown can be loaded."""

    index: int
    name: str
    title: str
    note: str  # "several may hold at once"; mostly empty
    question: str  # what a model was asked; empty where a rule computed the answer
    kind: str
    values: tuple[str, ...]  # in reading order
    base: tuple[Number, ...]  # the whole report's share of each value


class ReportDoc(Doc):
    """``trees/{key}/report.json``: the overview, the receipt, how it was made."""

    title: str
    what: str  # one sentence: what this is
    conversations: int
    units: int  # sum over base clusters: an upper bound where a person is in several
    unit: tuple[str, str]  # "person", "people"
    unit_note: str
    window: str  # "2026-01 to 2026-06", or "not recorded"
    policy: str  # its name
    levels: tuple[int, ...]  # how many clusters at each level, from 0
    facets: tuple[FacetEntry, ...]
    windows: tuple[str, ...]
    window_noun: str  # "month" or "week"
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]  # what a reader must see first
    withheld: tuple[str, ...]
    not_shown: str  # band of the conversations in no topic, "2 % to 5 %"; empty: not recorded
    receipt: tuple[Section, ...]  # in plain words, for a privacy officer
    made: tuple[Section, ...]  # models, prompts, settings, evaluation
    rounding: int
    sigma: float  # of the noise on a count of units


class ClusterRow(Doc):
    """One cluster."""

    id: str
    parent: int | None  # index; None at the top
    level: int
    name: str
    description: str
    named_by: str  # in words
    grade: int | None
    conversations: int
    units: int
    share: float
    low: float
    high: float
    x: float
    y: float
    radius: float
    near: tuple[int, ...]
    design: float  # how many of a group's people weigh as one in the share that is here


class Measure(Doc):
    """One number per cluster that trees sort by, maps are coloured by and quadrants plot."""

    key: str  # "growth", "concern", "refused", "density" ...
    title: str
    note: str  # what it is, in a sentence
    scale: Literal["share", "ratio", "amount"]  # a ratio is centred on 1
    values: tuple[float | None, ...]  # None: too little is known
    low: tuple[float | None, ...]  # may be known where the value is not: "at least"
    high: tuple[float | None, ...]
    notable: tuple[bool, ...]  # stands out after control for many comparisons
    base: float | None  # of the whole report; None where it has none


class ClustersDoc(Doc):
    """``trees/{key}/clusters.json``: the tree, largest first among siblings, parents before."""

    clusters: tuple[ClusterRow, ...]
    measures: tuple[Measure, ...]


class ValueColumn(Doc):
    """One facet value over clusters, as parallel columns.

    Of a cluster that is absent, the number of people with the value is not shown.
    """

    value: str
    clusters: tuple[int, ...]
    units: tuple[int, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    lift: tuple[float | None, ...]  # share in the cluster / share in the rest of the report
    lift_low: tuple[float | None, ...]  # None: too little is known of the rest to compare
    lift_high: tuple[float | None, ...]
    notable: tuple[bool, ...]  # after Benjamini-Hochberg over the facet


class FacetDoc(Doc):
    """``trees/{key}/facets/{n}.json``."""

    index: int
    name: str
    values: tuple[ValueColumn, ...]


class Series(Doc):
    """People by window; columns parallel to ``SeriesDoc.windows``. None: not shown."""

    cluster: int | None  # None: the whole report
    facet: str  # empty: all people
    value: str
    units: tuple[int | None, ...]
    share: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


class SeriesDoc(Doc):
    """``trees/{key}/series.json``."""

    windows: tuple[str, ...]
    partial: tuple[bool, ...]  # the first and the last may be incomplete
    series: tuple[Series, ...]


class Corner(Doc):
    """Clusters in one corner of a quadrant."""

    title: str  # "Possible false negatives"
    note: str
    clusters: tuple[int, ...]


class Quadrant(Doc):
    """Two measures against each other, over the finest clusters of which enough is known."""

    key: str
    title: str
    note: str
    clusters: tuple[int, ...]  # what is plotted; none is part of another
    x: str  # keys of measures
    y: str
    split: tuple[float, float]
    r: float | None  # Pearson, weighted by people
    low: float | None
    high: float | None
    n: int  # clusters that are plotted
    corners: tuple[Corner, ...]


class QuadrantsDoc(Doc):
    """``trees/{key}/quadrants.json``; empty where the report asked for no concern."""

    quadrants: tuple[Quadrant, ...]


class Match(Doc):
    """A cluster of the main report and the one of the other report that continues it."""

    here: int | None  # index in trees/main; None: only there
    there: int | None  # index in trees/other; None: only here
    by: str  # "same cluster", "same name", "similar words"
    ratio: float | None  # share of people here / share there
    low: float | None
    high: float | None
    notable: bool


class CompareDoc(Doc):
    """``compare.json``: the main report beside a second one."""

    here: str
    there: str
    matches: tuple[Match, ...]


class Note(Doc):
    """A bookmark of a cluster."""

    tree: str
    cluster: str
    name: str  # as it was when the bookmark was set
    text: str
    flagged: bool
    changed: str  # ISO time


class NotesDoc(Doc):
    """``notes.json``: kept beside the report, never in it."""

    revision: int
    notes: tuple[Note, ...]


DOCUMENTS: dict[str, type[Doc]] = {
    "index.json": IndexDoc,
    "compare.json": CompareDoc,
    "notes.json": NotesDoc,
    "trees/{tree}/report.json": ReportDoc,
    "trees/{tree}/clusters.json": ClustersDoc,
    "trees/{tree}/series.json": SeriesDoc,
    "trees/{tree}/quadrants.json": QuadrantsDoc,
    "trees/{tree}/facets/{facet}.json": FacetDoc,
}
"""Every address under :data:`API`, and what is there."""
