"""The receipt, and how a report was made, in sections of plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from anonymuse.domain.released import sentences
from anonymuse.domain.released.receipt_lines import naming_line, receipt_lines
from anonymuse.domain.released.report import Report
from anonymuse.web.contract import Section

_ELSEWHERE = {"Models", "Settings", "Identity", "Read first", "Map"}
_ROLES = {
    "chat": "Answers, names and votes",
    "embed": "Compares conversations",
    "embed facets": "Compares answers",
    "facets": "Answers to facets",
    "language": "Finds the language",
    "names": "Finds names of people and places",
}
_GROUPS = {
    "k asked": "Asked for",
    "k found": "Found",
    "k after merging": "After merging those alike",
    "published": "Published",
    "withheld": "Withheld",
}
_DOTS = (
    "One dot is drawn for each conversation counted, or for several, strewn within its topic. Its "
    "place is made up and says nothing of anybody's conversation."
)
_BY_NAMES = (
    "Where topics lie follows from their sizes and names as published, so the map tells nothing "
    "that the list of topics does not. Topics that lie side by side have names that resemble each "
    "other."
)
_BY_SIZES = "Where topics lie follows from their published sizes alone: side by side means nothing."


def receipt(report: Report) -> tuple[Section, ...]:
    """Return what a privacy officer asks: promises first, and what is not promised."""
    said = [
        Section(title=title, text=tuple(lines))
        for title, lines in receipt_lines(report)
        if title not in _ELSEWHERE
    ]
    return (
        Section(title="What is not promised", text=tuple(_not_promised(report))),
        *said,
        Section(title="The map", text=(_DOTS, _BY_NAMES if report.places else _BY_SIZES)),
        Section(title="How to read the numbers", text=tuple(sentences.how_to_read(report))),
    )


def withheld(report: Report) -> tuple[str, ...]:
    """Return what is not shown, and why, in a few sentences."""
    found = dict(receipt_lines(report)).get("Withheld", [])
    return (*found, f"“{sentences.NOT_SHOWN.capitalize()}” never means none.")


def made(report: Report) -> tuple[Section, ...]:
    """Return the models, prompts and settings behind a report; sections with content only."""
    told = report.receipt
    found = [
        Section(
            title="Models",
            text=_some(sentences.failures_line(told), sentences.cost_line(told)),
            terms=_terms(told.models, _ROLES),
        ),
        Section(title="Names", text=(naming_line(told), *_grades(report))),
        Section(
            title="Prompts",
            text=() if told.prompts else ("No prompt was sent to a model.",),
            terms=_terms(told.prompts),
        ),
        Section(title="Settings", terms=_terms(told.settings)),
        Section(title="Groups", terms=_terms(told.counts, _GROUPS)),
        Section(
            title="Evaluation",
            text=(
                "How well groups and names fit was not measured on these conversations. "
                "`anonymuse eval` measures it on conversations whose answers are known.",
            ),
        ),
        Section(
            title="Versions",
            terms=(*_terms(told.versions), ("content hash", report.content_hash or "none yet")),
        ),
    ]
    return tuple(section for section in found if section.text or section.terms)


def _not_promised(report: Report) -> list[str]:
    told = report.receipt
    found = ["No formal guarantee: these are measures against known attacks, not a proof."]
    if told.naming == "direct":
        found.append("Names are not protected at all: a model wrote them from conversations.")
    if not told.policy.get("noise_sigma"):
        found.append(
            "Counts carry no noise: whoever knows all but one of those behind a number can tell "
            "whether that one is among them."
        )
    if told.unit == "conversation":
        found.append("One person with many conversations is not protected as one person.")
    if not told.measured:
        found.append("How this configuration stands up to attacks was not measured.")
    found.append("Names and descriptions were made by a program and may not fit.")
    return found


def _grades(report: Report) -> list[str]:
    grades = [c.grade for c in report.clusters if c.grade is not None]
    if not grades:
        return ["No model audited them."]
    low, high = min(grades), max(grades)
    given = f"{low}" if low == high else f"{low} to {high}"
    return [f"A model audited them and gave {given} of 5."]


def _terms(values: Mapping[str, Any], names: Mapping[str, str] | None = None) -> tuple[
    tuple[str, str], ...
]:  # fmt: skip
    known = names or {}
    return tuple((known.get(name, name), _flat(value)) for name, value in sorted(values.items()))


def _flat(value: Any) -> str:
    """Return a setting as text."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_flat(own)}" for name, own in sorted(value.items())) or "none"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_flat, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "left to the program" if value is None else str(value)


def _some(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
