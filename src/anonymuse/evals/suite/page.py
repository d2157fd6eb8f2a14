"""The page of an evaluation: one HTML file without script, and the same as Markdown."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from anonymuse.evals.suite.compare import Change
from anonymuse.evals.suite.pictures import draw, interval_plot
from anonymuse.evals.suite.section import Figure, Number, Section, Table

_SIGNED = "+"
HEADLINES = (
    "purity.base", "purity.worst", "ami.top", "stability.sample.top", "names.lineup.members",
    "refused.f1",
)  # fmt: skip
"""figures that stand on top of the page, where they were measured"""


def as_markdown(
    title: str,
    sections: Sequence[Section],
    provenance: Mapping[str, Any],
    changes: Sequence[Change] = (),
) -> str:
    """Return the figures and tables for a terminal or a repository."""
    lines = [f"# {title}", ""]
    if changes:
        lines += ["## Since the stored evaluation", "", _about_changes(changes), ""]
        lines += [*_rows(_changes(changes)), ""]
    for section in sections:
        lines += [f"## {section.title}", "", section.lead, ""]
        if section.figures:
            lines += [*_rows(_figures(section.figures)), ""]
        for table in section.tables:
            lines += [table.caption, "", *_rows(_words(table)), ""]
        lines += [f"- {note}" for note in section.notes]
        if section.notes:
            lines.append("")
    lines += [f"- {key}: {_plain(value)}" for key, value in provenance.items()]
    return "\n".join(lines) + "\n"


def as_html(
    title: str,
    sections: Sequence[Section],
    provenance: Mapping[str, Any],
    changes: Sequence[Change] = (),
) -> str:
    """Return the page: figures, tables and pictures; it fetches nothing and holds no script."""
    style = files("anonymuse.evals.suite").joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    links = "".join(f'<a href="#{s.key}">{escape(s.title)}</a>' for s in sections)
    facts = "".join(
        f"<dt>{escape(key)}</dt><dd>{escape(_plain(value))}</dd>"
        for key, value in provenance.items()
    )
    body = [_html_headlines(sections)]
    body += [_html_changes(changes)] if changes else []
    body += [_html_section(section) for section in sections]
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>{style}</style></head>\n<body><header>"
        f"<h1>{escape(title)}</h1><p class=soft>Dots are ours, rings the baseline; lines are "
        f"95 % intervals.</p><nav>{links}</nav></header>\n<main>{''.join(body)}</main>\n"
        f"<footer><h2>Where these numbers come from</h2><dl>{facts}</dl></footer></body></html>\n"
    )


def _prose(text: str) -> str:
    """Return a sentence for the page; what stands between backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _html_headlines(sections: Sequence[Section]) -> str:
    found = {figure.key: figure for section in sections for figure in section.figures}
    tiles = []
    for figure in (found[key] for key in HEADLINES if key in found):
        beside = "" if figure.baseline is None else f"; baseline {figure.baseline.value:.2f}"
        low, high = figure.ours.low, figure.ours.high
        told = "" if low is None or high is None else f"{low:.2f} to {high:.2f}"
        tiles.append(
            f"<div class=tile><span>{escape(figure.label)}</span><b>{figure.ours.value:.2f}</b>"
            f"<span>{told}{beside}</span></div>"
        )
    return f"<div class=tiles>{''.join(tiles)}</div>"


def _html_section(section: Section) -> str:
    parts = [f'<h2 id="{section.key}">{escape(section.title)}</h2><p>{_prose(section.lead)}</p>']
    if section.figures:
        parts.append(_html_figures(section.figures))
    parts += [_html_table(table) for table in section.tables]
    parts += [draw(picture) for picture in section.pictures]
    if section.notes:
        notes = "".join(f"<li>{_prose(note)}</li>" for note in section.notes)
        parts.append(f"<ul class=soft>{notes}</ul>")
    return "".join(parts)


def _html_figures(figures: Sequence[Figure]) -> str:
    beside = any(figure.baseline for figure in figures)
    head = "<th>measure</th><th class=n>ours</th><th></th>"
    if beside:
        head += "<th class=n>baseline</th><th class=n>difference</th>"
    rows = []
    for figure in figures:
        cells = f"<td>{_prose(figure.label)}</td><td class=n>{_html_number(figure.ours)}</td>"
        cells += f"<td>{interval_plot(figure.ours, figure.baseline)}</td>"
        if beside:
            cells += f"<td class=n>{_html_number(figure.baseline)}</td>"
            cells += f"<td class=n>{_html_number(figure.gain, sign=_SIGNED)}</td>"
        rows.append(f"<tr>{cells}</tr>")
    return f'<div class="scroll"><table><tr>{head}</tr>{"".join(rows)}</table></div>'


def _html_changes(changes: Sequence[Change]) -> str:
    head = "<th>measure</th><th></th><th class=n>before</th><th class=n>now</th><th class=n>change"
    shade = {"better": "good", "worse": "bad"}
    rows = "".join(
        f'<tr><td>{_prose(c.label)}</td><td class="{shade.get(c.verdict, "soft")}">{c.verdict}</td>'
        f"<td class=n>{c.before.value:.3f}</td><td class=n>{c.now.value:.3f}</td>"
        f"<td class=n>{_html_number(c.change, sign=_SIGNED)}</td></tr>"
        for c in changes
    )
    return (
        "<h2>Since the stored evaluation</h2>"
        f"<p>{_about_changes(changes)}</p>"
        f'<div class="scroll"><table><tr>{head}</th></tr>{rows}</table></div>'
    )


def _about_changes(changes: Sequence[Change]) -> str:
    paired = sum(change.paired for change in changes)
    pairs = "in pairs, over the same draws of the same conversations"
    alone = "as independent measurements, which sees less"
    chance = (
        f"Of {len(changes)} figures about {max(1, round(len(changes) / 20))} would leave their "
        "interval by chance alone. "
    )
    if 0 < paired < len(changes):
        chance += f"{paired} are compared {pairs}; the others {alone}."
    else:
        chance += f"They are compared {pairs if paired else alone}."
    if any(change.renamed for change in changes):
        chance += (
            " Some were measured with another number of clusters, as their names say: purity and "
            "F1 rise with it by themselves, whatever changed."
        )
    return chance


def _html_number(value: Number | None, sign: str = "") -> str:
    told, between = _parts(value, sign)
    return f'{told} <span class="range">{between}</span>' if between else told


def _html_table(table: Table) -> str:
    head, *rows = _words(table)
    numeric = [all(_is_number(row[i]) for row in table.rows) for i in range(len(head))]

    def line(cells: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if number else ''}>{escape(cell)}</{tag}>"
            for cell, number in zip(cells, numeric, strict=True)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return (
        f'<p class=caption>{escape(table.caption)}</p><div class="scroll"><table>'
        f"<tr>{line(head, 'th')}</tr>{body}</table></div>"
    )


def _is_number(cell: object) -> bool:
    return cell is None or isinstance(cell, int | float)


def _figures(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    beside = any(figure.baseline for figure in figures)
    head = ("measure", "ours", "baseline", "difference") if beside else ("measure", "ours")
    rows = [
        (f.label, _told(f.ours), _told(f.baseline), _told(f.gain, sign=_SIGNED))[: len(head)]
        for f in figures
    ]
    return [head, *rows]


def _changes(changes: Sequence[Change]) -> list[tuple[str, ...]]:
    rows = [
        (c.label, f"{c.before.value:.3f}", f"{c.now.value:.3f}", _told(c.change, sign=_SIGNED),
         c.verdict)
        for c in changes
    ]  # fmt: skip
    return [("measure", "before", "now", "change", ""), *rows]


def _words(table: Table) -> list[tuple[str, ...]]:
    return [table.columns, *(tuple(_cell(cell) for cell in row) for row in table.rows)]


def _rows(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *others = ([_inert(cell) for cell in row] for row in rows)
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return lines + [f"| {' | '.join(row)} |" for row in others]


def _inert(cell: str) -> str:
    """Return a cell that stays one: labels of somebody's data may hold marks and new lines."""
    return " ".join(escape(cell, quote=False).replace("|", "\\|").split())


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if 0 < abs(value) < 0.01:
        return f"{value:.1g}"
    return f"{value:.2f}" if abs(value) < 1_000 else f"{value:,.0f}"


def _told(value: Number | None, sign: str = "") -> str:
    told, between = _parts(value, sign)
    return f"{told} ({between})" if between else told


def _parts(value: Number | None, sign: str) -> tuple[str, str]:
    """Return a number and its interval in words, each empty where there is none."""
    if value is None:
        return "", ""
    told = f"{value.value:{sign}.3f}"
    if value.low is None or value.high is None:
        return told, ""
    return told, f"{value.low:{sign}.3f} to {value.high:{sign}.3f}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    return str(value)
