"""What a run found out about its own groups and names, in words.

A receipt's ``quality`` says whether it could be judged, what is in doubt, what was tried, and a
band; never an exact number of people's conversations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from anonymuse.domain.released.report import Receipt, Report

DOUBTS: Mapping[str, str] = {
    "collapsed": (
        "The grouping hardly tells conversations apart: there are fewer than three groups, or one "
        "holds more than half of the people. What the topics say of the whole is not to be relied "
        "on."
    ),
    "shapeless": (
        "Two halves of the conversations, grouped alone, do not agree on the groups: the topics "
        "may be chance. They are not to be relied on."
    ),
    "languages": (
        "Groups follow languages instead of topics: conversations about the same thing are in "
        "different groups because of their language. Numbers by topic are not to be relied on."
    ),
    "names": (
        "Many topics have nearly the same name as another one of their group: what sets them apart "
        "is not in their names."
    ),
}
"""what may be in doubt, for a reader"""

MOSTLY_HIDDEN = (
    "More than half of the conversations are in topics that are not shown. Shares are of those "
    "that are, and may be quite different."
)
"""a note, and no doubt: the policy did what it is for"""


def doubts(quality: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sentences about what is in doubt; none where nothing is."""
    return tuple(DOUBTS[doubt] for doubt in quality.get("doubts", ()))


def all_doubts(report: Report) -> tuple[str, ...]:
    """Return the doubts about a report and about those by further facets, each sentence once."""
    found = [doubts(own.receipt.quality) for own in (report, *report.further)]
    return tuple(dict.fromkeys(sentence for own in found for sentence in own))


def quality_lines(receipt: Receipt) -> list[str]:
    """Return what was found out, or that nothing could be; nothing where nobody looked."""
    told = receipt.quality
    if not told:
        return []
    found = list(doubts(told))
    if not told["judged"]:
        found.append(
            "There are too few people to tell from their conversations alone whether the "
            "groups mean anything."
        )
    elif not found:
        found.append("No sign was found that the groups are one lump, chance or languages.")
    if "misfit" in told:
        found.append(
            f"Share of people whose conversation fits its group no better than chance, or another "
            f"group better: {told['misfit']}."
        )
    if drift := told.get("drift"):
        found.append(_drift_line(drift))
    if alike := told.get("alike"):
        found.append(
            f"{alike} {'topic has' if alike == 1 else 'topics have'} nearly the same name as "
            f"another one of the same group."
        )
    if keywords := told.get("keywords"):
        found.append(
            f"{keywords} {'topic is' if keywords == 1 else 'topics are'} named by keywords or from "
            f"our own list."
        )
    return [*found, *_tried(told["attempts"], told["kept"])]


def _tried(attempts: Sequence[Mapping[str, Any]], kept: int) -> list[str]:
    """Return why there was more than one try, and which one this is."""
    if len(attempts) == 1:
        return []
    settings = [f"seed {own['seed']}, {own['k']} groups wanted" for own in attempts]
    return [
        f"Grouped {len(attempts)} times, as the first try hardly told conversations apart: "
        f"{'; '.join(settings)}. Kept is try {kept + 1}."
    ]


def _drift_line(drift: Mapping[str, Any]) -> str:
    """Return which share of people brought something that no earlier cluster is about."""
    low, high = (f"{100 * drift[end]:.1f} %" for end in ("low", "high"))
    if drift["share"] is None:
        return (
            f"Too few people to show have a conversation that fits into no cluster of the earlier "
            f"report (at most {high})."
        )
    return (
        f"Share of people with a conversation that fits into no cluster of the earlier report: "
        f"{100 * drift['share']:.1f} % (95 % interval {low} to {high})."
    )
