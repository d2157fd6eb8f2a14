"""A report in plain words: the sentences that every export and the bundle's README share.

Nothing here decides anything; it only says what the report and its receipt hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Receipt, Report

NOT_SHOWN = "not shown"
"""What stands where a count is suppressed. Never a 0."""

FACET_NOTES = {
    "concern": "1 benign to 5 needs review; each person by the highest",
    "refused": "by the assistant; each person by the strongest answer",
    "turns": "messages per conversation",
}
_UNIT_NOUNS = {
    "user": ("person", "people"),
    "organisation": ("organisation", "organisations"),
    "conversation": ("conversation", "conversations"),
}
_MODES = {"clio": "thresholds, votes and word support, no formal guarantee"}
_UNPROTECTED = "thresholds for numbers, and no protection of names"
_NAMED_BY = {
    "model": "named by a model",
    "phrase": "named by a phrase that members share",
    "keywords": "named by keywords",
    "given": "name given",
}
_NUMERIC = re.compile(r"(?P<above>more than )?(?P<number>-?[0-9]+)(?: to [0-9]+)?")
POLICY_FIELDS = (
    "name",
    "statement",
    "min_units",
    "min_conversations",
    "min_cell",
    "rounding",
    "noise_sigma",
    "top_unit",
    "top_three",
    "min_grade",
    "generalise",
    "claim_sigma",
    "one_answer",
    "per_node",
)
"""The thresholds that :func:`policy_sentences` puts in words."""


def count(number: int) -> str:
    """Return a whole number with thousands separated ("12,340")."""
    return f"{number:,}"


def percent(share: float, digits: int = 1) -> str:
    """Return a share as a per cent ("23.4 %"); 0 to 1 in."""
    return f"{100 * share:.{digits}f} %"


def interval(low: float, high: float, digits: int = 1) -> str:
    """Return both ends of an interval as per cent ("22.1–24.9 %")."""
    return f"{100 * low:.{digits}f}–{100 * high:.{digits}f} %"


def reading_order(cell: Cell) -> tuple[int, float, str]:
    """Return the key that puts cells in reading order: shown before suppressed, largest first.

    Grades, whole numbers and ranges of them ("3 to 4", "more than 20") keep their own order.
    """
    if cell.units is None:
        return 1, 0.0, cell.value
    if numeric := _NUMERIC.fullmatch(cell.value):
        return 0, float(numeric["number"]) + bool(numeric["above"]), cell.value
    return 0, -float(cell.units), cell.value


SERIES_NOTE = "The first and the last may be incomplete"


def window_noun(series: Sequence[Cell]) -> str:
    """Return what the windows of a series are: "month" or "week"."""
    return "week" if any("W" in cell.window for cell in series) else "month"


def series_title(series: Sequence[Cell]) -> str:
    """Return the heading of a series."""
    return f"By {window_noun(series)}"


def unit_noun(receipt: Receipt, number: int = 2) -> str:
    """Return the privacy unit as a noun: "person", "people", "organisations" ..."""
    one, many = _UNIT_NOUNS.get(receipt.unit, (receipt.unit, f"{receipt.unit}s"))
    return one if number == 1 else many


def named_by(kind: str) -> str:
    """Return how a name was made, in words."""
    return _NAMED_BY.get(kind, f"named by {kind}")


def leaves(report: Report) -> int:
    """Return how many base clusters are published."""
    return sum(1 for cluster in report.clusters if cluster.level == 0)


def what_this_is(report: Report) -> str:
    """Return one sentence that says what a reader holds in hand."""
    topics = leaves(report)
    shape = f"{count(topics)} {'topic' if topics == 1 else 'topics'}"
    by = f" by the facet “{facet_title(report, report.facet)}”" if report.facet else ""
    return (
        f"A map of what people use an AI assistant for: {count(report.conversations)} "
        f"conversations, grouped{by} by a program into {shape}."
    )


def facet_title(report: Report, name: str) -> str:
    """Return what a reader is told a facet is called."""
    told = {facet.name: facet.title for facet in report.facets}
    return told.get(name) or name.replace("_", " ").capitalize()


def facet_note(report: Report, name: str) -> str:
    """Return what a reader must know of a facet's numbers; mostly nothing."""
    several = {facet.name for facet in report.facets if facet.kind == "several_of"}
    return "several may hold at once" if name in several else FACET_NOTES.get(name, "")


def policy_line(receipt: Receipt) -> str:
    """Return the policy and its statement in one line, for the most visible place."""
    statement = str(receipt.policy.get("statement", ""))
    name = receipt.policy.get("name", "unnamed")
    return f"Released under policy “{name}”" + (f": {statement}." if statement else ".")


def mode_line(receipt: Receipt) -> str:
    """Return what the mode promises, and what it does not."""
    meaning = _UNPROTECTED if receipt.naming == "direct" else _MODES.get(receipt.mode, "")
    return f"Mode {receipt.mode}" + (f": {meaning}." if meaning else ".")


def withheld_line(report: Report) -> str:
    """Return what was not published, why, and how much it was."""
    total = sum(item.clusters for item in report.withheld)
    noun = "topic" if total == 1 else "topics"
    line = "No topic was withheld."
    if total:
        line = f"{count(total)} {noun} withheld: {withheld_reasons(report)}."
    if report.receipt.withheld_share:
        line += f" Conversations not shown: {report.receipt.withheld_share}."
    return line


def withheld_reasons(report: Report) -> str:
    """Return why clusters were withheld; with a count for each reason where there are several."""
    return ", ".join(
        item.reason if len(report.withheld) == 1 else f"{item.reason} ({count(item.clusters)})"
        for item in report.withheld
    )


def window_line(receipt: Receipt) -> str:
    """Return when the data begins and ends, or that it is unknown."""
    if receipt.window is None:
        return "not recorded"
    first, last = receipt.window
    return first if first == last else f"{first} to {last}"


def failures_line(receipt: Receipt) -> str:
    """Return how many model calls failed, by purpose and kind."""
    total = sum(sum(kinds.values()) for kinds in receipt.failures.values())
    unsaid = _unsaid_failures(receipt)
    if not total:
        return unsaid or "No model call failed."
    parts = [
        f"{purpose}: " + ", ".join(f"{count(n)} {kind}" for kind, n in sorted(kinds.items()) if n)
        for purpose, kinds in sorted(receipt.failures.items())
        if sum(kinds.values())
    ]
    told = f"{count(total)} model calls failed ({'; '.join(parts)}; "
    if unsaid:
        return f"About {told}with noise, in tens). {unsaid}"
    return f"At most {told}rounded up to tens)."


def _unsaid_failures(receipt: Receipt) -> str:
    """Return that failures of few people are not told; empty where all are, or nobody was asked."""
    sigma, least = (receipt.policy.get(name) for name in ("noise_sigma", "min_cell"))
    if "chat" not in receipt.models or not sigma or not isinstance(least, int):
        return ""
    return (
        f"Failures of one kind that fewer than {count(least)} {unit_noun(receipt)} met are not "
        f"told; noise makes it somewhat more."
    )


def cost_line(receipt: Receipt) -> str:
    """Return what the model calls cost, or an empty string where no model was asked."""
    cost = receipt.cost
    if not cost:
        return ""
    tokens = f"{_tokens(cost.get('tokens in'))} tokens in, {_tokens(cost.get('tokens out'))} out"
    usd, price = cost.get("usd"), cost.get("price", "unknown")
    if not isinstance(usd, int | float):
        return f"Model calls took {tokens}; their price is not known."
    spent = f"${usd:,.2f}" if usd >= 0.1 else f"${usd:g}"
    return f"Model calls cost {spent if usd else 'nothing'} ({tokens}; {price}; rounded)."


def _tokens(number: object) -> str:
    return count(number) if isinstance(number, int) else "unknown"


def policy_sentences(receipt: Receipt) -> list[str]:
    """Return every threshold of the policy as a sentence with its number."""
    policy = receipt.policy
    many = unit_noun(receipt)
    found = [*_node_sentences(policy, receipt), *_count_sentences(policy, many)]
    if (grade := policy.get("min_grade")) is not None:
        found.append(f"Where a model audited names, grade {grade} of 5 or better was needed.")
    if (generalise := policy.get("generalise")) is not None:
        found.append(
            "Specifics of health, religion, politics and the like were replaced by the category "
            "where our terms find them: about half."
            if generalise
            else "Specifics of health, religion, politics and the like were not replaced."
        )
    return found


def _node_sentences(policy: Mapping[str, Any], receipt: Receipt) -> list[str]:
    many = unit_noun(receipt)
    units, talks = policy.get("min_units"), policy.get("min_conversations")
    found = []
    if units is not None and talks is not None:
        needed = f"{count(talks)} conversations"
        if receipt.unit != "conversation":
            needed = f"{count(units)} {many} and {needed}"
        elif units > talks:
            needed = f"{count(units)} conversations"
        found.append(f"A topic is shown only when at least {needed} stand behind it.")
    if policy.get("noise_sigma") and (most := policy.get("per_node")) is not None:
        found.append(
            f"Of one {unit_noun(receipt, 1)} at most {count(most)} conversations count in a topic."
        )
    one, three = policy.get("top_unit"), policy.get("top_three")
    if one is not None and three is not None and receipt.unit != "conversation":
        found.append(
            f"No single {unit_noun(receipt, 1)} holds more than {percent(one, 0)} of a topic, "
            f"and no three together more than {percent(three, 0)}."
        )
    return found


def _count_sentences(policy: Mapping[str, Any], many: str) -> list[str]:
    found = []
    if (cell := policy.get("min_cell")) is not None:
        found.append(
            f"A number inside a topic needs at least {count(cell)} {many}; "
            f"below that it reads “{NOT_SHOWN}”."
        )
    if (one := policy.get("one_answer")) is not None:
        found.append(
            f"No number is shown of a language, or of what else tells who somebody is, where "
            f"{percent(one, 0)} of its {many} share a sensitive answer or a topic."
        )
    if (step := policy.get("rounding")) is not None:
        found.append(
            f"Counts are rounded to multiples of {step}." if step > 1 else "Counts are not rounded."
        )
    if votes := policy.get("claim_sigma"):
        found.append(f"Votes for what a name says carry keyed noise (sigma {votes:g}).")
    if (sigma := policy.get("noise_sigma")) is not None:
        found.append(
            f"Counts and thresholds carry keyed noise (sigma {sigma:g}), meant to hide one "
            "person more or less; added up, counts may exceed what was read."
            if sigma
            else "Counts and thresholds carry no noise."
        )
    return found


MAP_NOTE = (
    "Where topics lie on the map is drawn from their names and sizes: it says nothing of any "
    "single conversation."
)


def how_to_read(report: Report) -> list[str]:
    """Return what a reader must know to read the numbers."""
    many = unit_noun(report.receipt)
    people = report.receipt.unit != "conversation"
    several = f"{many} with several conversations, " if people else ""
    found = [
        "A topic's size is a share of all published conversations; the share of a value, in a "
        f"topic or in the whole report, is of the {many} there.",
        "The range behind a share is a 95 % interval, computed from the released counts and "
        f"widened for {several}noise and rounding.",
        f"“{NOT_SHOWN.capitalize()}” means too few {many} for the policy, or taken back so that no "
        "difference gives another number away. It does not mean none.",
    ]
    if any(facet.kind == "several_of" for facet in report.facets):
        found.append("Where several values may hold at once, their shares add up to no total.")
    if series := report.series(None):
        found.append(
            f"Counts by {window_noun(series)} are of calendar {window_noun(series)}s (UTC); "
            "the first and the last may be incomplete."
        )
    if report.places:
        found.append(MAP_NOTE)
    if report.further:
        by = ", ".join(f"“{facet_title(own, own.facet)}”" for own in report.further)
        found.append(f"The same conversations are grouped anew in reports of their own: {by}.")
    if people:
        found.append(
            f"The {many} of an area are a sum over its topics, so one "
            f"{unit_noun(report.receipt, 1)} in two topics counts twice, in its shares too."
        )
    return found
