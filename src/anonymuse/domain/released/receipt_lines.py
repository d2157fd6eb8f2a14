"""The receipt in plain words, a line for each thing that a privacy officer asks.

Nothing here decides anything; it only says what the receipt holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anonymuse.domain.released import sentences
from anonymuse.domain.released.quality import quality_lines
from anonymuse.domain.released.report import MAY_LAG, Receipt, Report

_NAMING = {
    "voted": "a model proposed, conversations of other people voted claim by claim, and only what "
    "enough of them bore out was written",
    "phrases": "a model or a rule joined phrases that enough people share",
    "labels": "a model read a few conversations of each topic one by one, and phrases that enough "
    "people share were joined",
    "silent": "no model wrote them: shared phrases, topics of our own list, keywords",
    "direct": "published as a model wrote them: an unprotected baseline, not for any reader who "
    "may not read the conversations",
}
_UNITS = {
    "user": "the user: all conversations of one person count once",
    "organisation": "the organisation: all conversations of one organisation count once",
    "conversation": "the conversation: a person with several counts several times",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the receipt.

    Attributes:
        title: what it is about.
        fields: of the receipt (or ``report.NAME``) that it puts in words.
        say: returns its sentences.
    """

    title: str
    fields: tuple[str, ...]
    say: Callable[[Report], Sequence[str]]


def receipt_lines(report: Report) -> list[tuple[str, list[str]]]:
    """Return titles with their sentences; lines with nothing to say are left out."""
    found = [(line.title, [s for s in line.say(report) if s]) for line in LINES]
    return [(title, said) for title, said in found if said]


def naming_line(receipt: Receipt) -> str:
    """Return how names came about."""
    how = _NAMING.get(receipt.naming, "not recorded")
    return f"How names came about: {how}."


def edits_line(receipt: Receipt) -> str:
    """Return what people changed; an empty string where nobody did."""
    if not receipt.edits:
        return ""
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(receipt.edits.items()))
    return f"People had the last word: {kinds}."


def overlap_lines(receipt: Receipt) -> list[str]:
    """Return what earlier releases share with this one; nothing where no ledger was kept."""
    told = receipt.overlap
    if not told:
        return ["No ledger of releases was kept: this release was compared with no other."]
    found, many = [], sentences.unit_noun(receipt)
    if not told.get("earlier releases"):
        found.append(f"The ledger knows no earlier release of the same {many}.")
    for own in told.get("shared", ()):
        times = int(own["releases"])
        found.append(
            f"{times} earlier {'release' if times == 1 else 'releases'} under policy "
            f"“{own['policy']}” ({own['months']}) {'counts' if times == 1 else 'count'} "
            f"{own['in common']} of the {many} counted here."
        )
    if told.get("earlier releases"):
        found.append(
            f"Where the {many} behind a number differ from those behind an earlier one by too few, "
            "the earlier number stands here again, or the cell is withheld: a number may be off by "
            "those few."
        )
    if lag := told.get(MAY_LAG):
        found.append(
            f"That is up to about {lag:g} {many} in each base topic, which intervals do not hold."
        )
    if others := told.get("made with another key"):
        found.append(
            f"The ledger holds {others} more, made with another key, which cannot be compared: "
            f"their difference to this one is protected by noise alone."
        )
    return found


def measured_lines(receipt: Receipt) -> list[str]:
    """Return what privacybench found for this configuration, or that nothing was measured."""
    told = receipt.measured
    if not told:
        return ["Resistance to attacks: not measured for this configuration."]
    attacks = told.get("attacks", ())
    met = "every target met" if told.get("met") else "NOT every target met"
    if open_ones := sum(own["met"] is None for own in attacks):
        met += f"; {open_ones} of {len(attacks)} numbers have no target under this policy"
    found = [
        f"Resistance to attacks, measured {told.get('date', '')} (profile "
        f"{told.get('profile', '')}): {met}."
    ]
    if told.get("profile") != "full":
        found.append("A few trials only: targets are judged by estimates, which proves nothing.")
    found += [_attack(own) for own in attacks]
    return found


def _attack(own: Mapping[str, Any]) -> str:
    verdict = "no target under this policy"
    if own["met"] is not None:
        met = "not shown to be missed" if own["low"] < own["limit"] < own["high"] else "met"
        verdict = f"target {own['limit']:g}: {met if own['met'] else 'MISSED'}"
    how = f"95 %: {own['low']:g} to {own['high']:g}, N = {own['trials']}"
    if own["low"] == own["high"]:
        how = "computed"
    return f"{own['title']}, {own['what']}: {own['estimate']:g} ({how}); {verdict}."


def _unit(report: Report) -> list[str]:
    receipt = report.receipt
    found = [f"Who counts as one: {_UNITS.get(receipt.unit, receipt.unit)}."]
    missing = receipt.without_unit
    if missing == "0 % to 1 %":
        found.append(
            f"At most 1 % of the conversations name no {receipt.unit}; any that do not were taken "
            f"to be one {receipt.unit}'s, all together."
        )
    elif missing and missing != "0 %":
        found.append(
            f"{missing} of the conversations name no {receipt.unit}; they were taken to be one "
            f"{receipt.unit}'s, all together."
        )
    return [*found, *_several(receipt), receipt.unit_note]


def _several(receipt: Receipt) -> Iterator[str]:
    """Yield what people do to sums who are counted several times; nothing where nobody is."""
    for what in ("people", "conversations"):
        base, *parents = receipt.weigh_as_one.get(what, (1.0,))
        parts = [
            (_range(own), where)
            for own, where in (
                ([base], "a topic"), (parents[:-1], "an area"), (parents[-1:], "the whole report"),
            )
            if max(own, default=1.0) > 1.0
        ]  # fmt: skip
        if parts:
            several = "topics" if what == "people" else what
            many = sentences.unit_noun(receipt) if what == "people" else what
            (weight, where), *others = parts
            told = ", ".join(f"{own} in {place}" for own, place in others)
            yield (
                f"Whoever has several {several} is counted several times: of the {many} counted, "
                f"about {weight} have the weight of one in {where}{told and ', '}{told}."
            )


def _range(values: Sequence[float]) -> str:
    ends = (f"{min(values):g}", f"{max(values):g}")
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _withheld(report: Report) -> list[str]:
    shown, hidden = (report.receipt.cells.get(kind, 0) for kind in ("shown", "withheld"))
    cells = "No facet was counted."
    if shown or hidden:
        cells = (
            f"Breakdowns: {sentences.count(shown)} numbers shown, {sentences.count(hidden)} "
            f"{sentences.NOT_SHOWN}: too few {sentences.unit_noun(report.receipt)}, or taken back "
            "so that no difference gives another away."
        )
    return [sentences.withheld_line(report), cells]


def _made(report: Report) -> list[str]:
    receipt = report.receipt
    models = ", ".join(f"{name} ({role})" for role, name in sorted(receipt.models.items()))
    prompts = ", ".join(f"{name} {digest}" for name, digest in sorted(receipt.prompts.items()))
    return [
        f"Models: {models}." if models else "",
        f"Prompts, by digest: {prompts}." if prompts else "No prompt was sent to a model.",
        sentences.failures_line(receipt),
        sentences.cost_line(receipt),
    ]


def _settings(report: Report) -> list[str]:
    told = [f"{name}: {_flat(value)}" for name, value in sorted(report.receipt.settings.items())]
    told += [f"{name}: {value}" for name, value in sorted(report.receipt.counts.items())]
    return [f"{one}." for one in told]


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_flat(own)}" for name, own in sorted(value.items()))
    if isinstance(value, list | tuple):
        return ", ".join(map(_flat, value)) or "none"
    return "left out" if value is None else str(value)


def _identity(report: Report) -> list[str]:
    versions = ", ".join(f"{name} {own}" for name, own in sorted(report.receipt.versions.items()))
    return [f"Made by {versions}.", f"Content hash: {report.content_hash or 'none yet'}."]


def _scrubbed(report: Report) -> list[str]:
    told = report.receipt.detector
    return [f"Replaced before any model read a conversation: what {told} find." if told else ""]


LINES: tuple[Line, ...] = (
    Line("Read first", ("notes",), lambda r: list(r.receipt.notes)),
    Line("Privacy unit", ("unit", "unit_note", "without_unit", "weigh_as_one"), _unit),
    Line("Mode", ("mode",), lambda r: [sentences.mode_line(r.receipt)]),
    Line(
        "Policy",
        ("policy",),
        lambda r: [sentences.policy_line(r.receipt), *sentences.policy_sentences(r.receipt)],
    ),
    Line("Withheld", ("withheld_share", "cells", "report.withheld"), _withheld),
    Line("Quality", ("quality",), lambda r: quality_lines(r.receipt)),
    Line("Names", ("naming",), lambda r: [naming_line(r.receipt)]),
    Line("Map", ("report.places",), lambda r: [sentences.MAP_NOTE] if r.places else []),
    Line("Changed by people", ("edits",), lambda r: [edits_line(r.receipt)]),
    Line("Scrubbing", ("detector",), _scrubbed),
    Line("Earlier releases", ("overlap",), lambda r: overlap_lines(r.receipt)),
    Line("Attacks", ("measured",), lambda r: measured_lines(r.receipt)),
    Line(
        "Time covered", ("window",), lambda r: [f"{sentences.window_line(r.receipt).capitalize()}."]
    ),
    Line("Models", ("models", "prompts", "failures", "cost"), _made),
    Line("Settings", ("settings", "counts"), _settings),
    Line("Identity", ("versions", "report.content_hash"), _identity),
)
"""the lines of a receipt, in reading order"""
