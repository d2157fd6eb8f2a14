"""The report as one Markdown file: for wikis, mails and pull requests.

Names are text: every character that Markdown or HTML would act on is escaped.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.domain.released.tree import children_of, top_noun

FILE = "report.md"

_ESCAPES = {ord(c): f"\\{c}" for c in string.punctuation if c not in ",.;:'\"()?%/-@+=&<>"} | {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord("@"): "&#64;",
}


def render(report: Report) -> dict[str, bytes]:
    """Return the file, by its name."""
    lines = [*_head(report), *_tree(report), *_breakdown(report), *_reading(report)]
    return {FILE: ("\n".join(lines).rstrip() + "\n").encode()}


def escape(value: object) -> str:
    """Return text on one line that Markdown shows as it is."""
    flat = " ".join(
        "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in word)
        for word in str(value).split()
    )
    safe = flat.translate(_ESCAPES)
    safe = safe.replace("://", "\\://").replace("www.", "www\\.")
    start = safe[:1]
    if start in {"-", "+", "="}:
        return f"\\{safe}"
    digits = len(safe) - len(safe.lstrip("0123456789"))
    if digits and safe[digits : digits + 1] in {".", ")"}:
        return f"{safe[:digits]}\\{safe[digits:]}"
    return safe


def _head(report: Report) -> Iterator[str]:
    receipt = report.receipt
    yield f"# {escape(report.title)}"
    yield ""
    yield escape(sentences.what_this_is(report))
    yield ""
    yield f"> **{escape(sentences.policy_line(receipt))}**"
    for line in (receipt.unit_note, *receipt.notes, sentences.mode_line(receipt)):
        if line:
            yield ">"
            yield f"> {escape(line)}"
    yield ""
    yield f"- Time covered: {escape(sentences.window_line(receipt))}"
    yield f"- {escape(sentences.withheld_line(report))}"
    yield ""


def _tree(report: Report) -> Iterator[str]:
    children = children_of(report.clusters)
    if not report.clusters:
        yield "Every cluster was withheld by the policy."
        yield ""
        return
    noun = top_noun(report.clusters)
    yield f"## The main {noun}s"
    yield ""
    yield f"| {noun.capitalize()} | Share | 95 % interval | n |"
    yield "|---|--:|---|--:|"
    for cluster in children.get(None, ()):
        yield (
            f"| {escape(cluster.name)} | {sentences.percent(cluster.share)} "
            f"| {sentences.interval(cluster.share_low, cluster.share_high)} "
            f"| {sentences.count(cluster.conversations)} |"
        )
    yield ""
    yield "## All topics"
    yield ""
    yield from _items(children, None, 0)
    yield ""


def _items(
    children: Mapping[str | None, Sequence[Cluster]], parent: str | None, depth: int
) -> Iterator[str]:
    indent = "  " * depth
    for cluster in children.get(parent, ()):
        yield (
            f"{indent}- **{escape(cluster.name)}** ({sentences.percent(cluster.share)}, "
            f"{sentences.interval(cluster.share_low, cluster.share_high)}, "
            f"n {sentences.count(cluster.conversations)}; {sentences.named_by(cluster.named_by)})"
        )
        if cluster.description:
            yield f"  {indent}{escape(cluster.description)}"
        yield from _items(children, cluster.id, depth + 1)


def _breakdown(report: Report) -> Iterator[str]:
    found: dict[str, list[Cell]] = {}
    for cell in report.overall:
        if cell.cluster is None:
            found.setdefault(cell.facet, []).append(cell)
    many = sentences.unit_noun(report.receipt)
    for facet in sorted(found):
        yield f"## {escape(sentences.facet_title(report, facet))}, whole report"
        yield ""
        if note := sentences.facet_note(report, facet):
            yield f"{escape(note.capitalize())}."
            yield ""
        yield f"| Value | Share of {many} | 95 % interval | {many.capitalize()} |"
        yield "|---|--:|---|--:|"
        for cell in sorted(found[facet], key=sentences.reading_order):
            yield f"| {escape(cell.value)} | {_numbers(cell)} |"
        yield ""
    if series := report.series(None):
        yield f"## {sentences.series_title(series)}, whole report"
        yield ""
        yield f"{sentences.SERIES_NOTE}."
        yield ""
        yield f"| {sentences.window_noun(series).capitalize()} | {many.capitalize()} |"
        yield "|---|--:|"
        for cell in series:
            told = sentences.NOT_SHOWN if cell.units is None else sentences.count(cell.units)
            yield f"| {escape(cell.window)} | {told} |"
        yield ""


def _numbers(cell: Cell) -> str:
    if cell.units is None or cell.share is None:
        return f"{sentences.NOT_SHOWN} | |"
    low, high = cell.share_low or 0.0, cell.share_high or 0.0
    return (
        f"{sentences.percent(cell.share)} | {sentences.interval(low, high)} "
        f"| {sentences.count(cell.units)}"
    )


def _reading(report: Report) -> Iterator[str]:
    receipt = report.receipt
    yield "## How to read it, and what was promised"
    yield ""
    for line in (*sentences.how_to_read(report), *sentences.policy_sentences(receipt)):
        yield f"- {escape(line)}"
    yield f"- {escape(sentences.failures_line(receipt))}"
    if cost := sentences.cost_line(receipt):
        yield f"- {escape(cost)}"
    yield ""
    yield from _made(receipt)
    yield ""
    yield f"Content hash: `{escape(report.content_hash or 'not stored')}`"


def _made(receipt: Receipt) -> Iterator[str]:
    yield "| Made with | |"
    yield "|---|---|"
    for title, values in (("model", receipt.models), ("version", receipt.versions)):
        for name in sorted(values):
            yield f"| {title}: {escape(name)} | {escape(values[name])} |"
