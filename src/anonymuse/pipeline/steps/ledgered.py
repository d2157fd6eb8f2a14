"""Through the gate with the ledger in hand: nothing leaves that an earlier release gives away."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anonymuse.domain.ids import canonical_json
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import Drafts
from anonymuse.domain.private.pruning import leaves_below, take_out
from anonymuse.domain.private.thresholds import MARGIN
from anonymuse.domain.released.report import MAY_LAG, Report
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import behind, membership
from anonymuse.ports.release_ledger import OpenLedger, PublishedNumber, ReleaseLine
from anonymuse.stages.overlap import (
    Earlier,
    Overlap,
    Place,
    compare,
    everybody,
    in_common,
    months,
    recorded,
)
from anonymuse.stages.repeat import Repeated, repeat_cells
from anonymuse.stages.tabulate import tabulate

TOO_CLOSE = "too close to an earlier release"

Judge = Callable[[Drafts, Mapping[str, Any]], Report]
"""the gate: takes drafts, and what the receipt says of earlier releases"""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What comparing needs to know of a release.

    Attributes:
        parts: key and ledger.
        policy: in force.
        unit: the privacy unit in force.
        grouping: the facet that grouped the tree; empty for the main one.
    """

    parts: Parts
    policy: ReleasePolicy
    unit: str
    grouping: str


def through(shop: Workshop, drafts: Drafts, judge: Judge, about: About) -> Report:
    """Return the report that the gate lets through beside all earlier ones; it is in the ledger.

    A release is not compared with itself nor added twice: made again, it is the same.

    Raises:
        NothingReleasedError: no base cluster passes.
        BrokenRunError: the ledger is damaged.
        OutputError: the ledger cannot be written.
    """
    report = judge(drafts, {})
    if about.parts.ledger is None:
        return report
    with about.parts.ledger.opened() as book:
        numbers = behind.counted(shop, report, about.parts.key)
        known = _identity(report, numbers)
        earlier = _earlier(book, known)
        own = [line for line in earlier if line.key == about.parts.key.fingerprint]
        releases = [Earlier(line.policy, book.numbers(line)) for line in own]
        drafts, overlap = _fitted(shop, drafts, numbers, judge, releases, about)
        lines = list(zip(own, releases, strict=True))
        told = _told(report, numbers, lines, others=len(earlier) - len(own), about=about)
        report = judge(drafts, told)
        if all(line.id != known for line in book.lines):
            numbers = recorded(behind.counted(shop, report, about.parts.key), overlap)
            book.append(_line(known, report, numbers, about), numbers)
    return report


def _fitted(
    shop: Workshop,
    drafts: Drafts,
    numbers: Sequence[PublishedNumber],
    judge: Judge,
    releases: Sequence[Earlier],
    about: About,
) -> tuple[Drafts, Overlap]:
    """Return drafts that give away nothing beside earlier releases, and what was found.

    Taking something out may bring up something else, so the numbers are compared until nothing
    more has to go.
    """
    key = about.parts.key.derive("noise")
    banned: frozenset[Place] = frozenset()
    fitting = drafts
    while True:
        overlap = compare(numbers, releases, about.policy, key=key)
        # An estimate is no count that can stand once more: as of nearly the same people, it goes.
        gone = overlap.withheld | {p for p in overlap.repeated if p[2] in drafts.estimated}
        if gone <= banned:
            break
        banned |= gone
        fitting = _without(shop, drafts, banned, about)
        numbers = behind.counted(shop, judge(fitting, {}), about.parts.key)
    sizes: dict[tuple[str, str], int] = {}
    earlier: dict[Repeated, int] = {}
    for place, old in overlap.repeated.items():
        part, node, *_ = place
        if old.released is not None:
            earlier[place] = old.released
            if node is not None:
                sizes[node, part] = old.released
    cells = repeat_cells(fitting.cells, fitting.nodes, earlier)
    return replace(fitting, repeated=sizes, cells=cells), replace(overlap, withheld=banned)


def _without(shop: Workshop, drafts: Drafts, banned: Collection[Place], about: About) -> Drafts:
    """Take base clusters and cells out, and what would tell them."""
    gone = {node: TOO_CLOSE for part, node, *_ in banned if part == "units" and node is not None}
    nodes = take_out(drafts.nodes, withheld=gone)
    people = membership.sampled(shop)
    ids = {node.id for node in nodes} | {None}
    columns = behind.read_columns(shop)
    cells = tabulate(
        nodes,
        membership.leaves(shop)[people.text],
        people.unit,
        columns.facets,
        about.policy,
        key=about.parts.key.derive("noise"),
        pseudonyms=people.pseudonyms,
        windows=columns.windows,
        identifying=columns.identifying,
        sensitive=columns.sensitive,
        banned=[(n, f, v, w) for part, n, f, v, w in banned if part == "cell" and n in ids],
    )
    before, below = leaves_below(drafts.nodes), leaves_below(nodes)
    asked = {p: own for p, own in drafts.asked.items() if below.get(p[0]) == before[p[0]]}
    reasons = {**drafts.reasons, **gone}
    return replace(drafts, nodes=nodes, cells=cells, reasons=reasons, asked=asked)


def _earlier(book: OpenLedger, known: str) -> list[ReleaseLine]:
    """Return the lines before that of this very release, or all where it is new."""
    lines = list(book.lines)
    places = [place for place, line in enumerate(lines) if line.id == known]
    return lines[: places[0]] if places else lines


def _identity(report: Report, numbers: Sequence[PublishedNumber]) -> str:
    """Return the digest of what would be released, and of whom it counts."""
    digest = hashlib.blake2b(canonical_json(report.as_dict()), digest_size=16)
    for number in numbers:
        digest.update(number.people.tobytes())
        digest.update(number.weights.tobytes())
    return digest.hexdigest()


def _told(
    report: Report,
    numbers: Sequence[PublishedNumber],
    lines: Sequence[tuple[ReleaseLine, Earlier]],
    *,
    others: int,
    about: About,
) -> dict[str, Any]:
    """Return what the receipt says: how many earlier releases share how many people, in bands.

    And by how much a number may be off that stands once more: about as many as make two numbers
    too near. That is the policy's alone, and the same for all numbers: which ones are repeated is
    not told.
    """
    key, sigma = about.parts.key.derive("noise"), about.policy.noise_sigma
    people = everybody(numbers)
    found: Counter[tuple[str, str, str]] = Counter()
    for line, release in lines:
        share = in_common(people, everybody(release.numbers), sigma, key=key)
        if share is not None and line.grouping == about.grouping:
            found[line.policy["name"], share, months(report.receipt.window, line.window)] += 1
    lag = about.policy.min_cell + MARGIN * sigma
    return {
        "earlier releases": found.total(),
        **({MAY_LAG: lag} if found else {}),
        "made with another key": others,
        "shared": [
            {"releases": times, "policy": policy, "in common": share, "months": window}
            for (policy, share, window), times in sorted(found.items())
        ],
    }


def _line(
    known: str, report: Report, numbers: Sequence[PublishedNumber], about: About
) -> ReleaseLine:
    return ReleaseLine(
        id=known,
        key=about.parts.key.fingerprint,
        unit=about.unit,
        grouping=about.grouping,
        policy=about.policy.as_dict(),
        window=report.receipt.window,
        people=len(everybody(numbers)),
        numbers=len(numbers),
    )
