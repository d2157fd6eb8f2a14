"""One page that holds the whole report: no request leaves it, and it needs no program to read.

A strict content security policy admits only the style sheet and the script whose digests it names.
The same report gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from anonymuse.adapters.export import html_parts as parts
from anonymuse.adapters.export.html_parts import text
from anonymuse.domain.released import sentences
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.domain.released.tree import children_of, top_noun

FILE = "report.html"


def render(report: Report) -> dict[str, bytes]:
    """Return the page, by its file name."""
    children = children_of(report.clusters)
    anchors = parts.anchors_of(children)
    on_map = parts.cut(children)
    style = f"{_asset('page.css')}{parts.map_rules(on_map, anchors)}\n"
    script = _asset("page.js")
    facets = parts.index_cells(report)
    many = sentences.unit_noun(report.receipt)
    if report.clusters:
        body = [
            _glance(parts.map_html(on_map, anchors)) if on_map else "",
            _largest(parts.top_rows(children.get(None, ()), anchors), top_noun(report.clusters)),
            _everywhere(parts.facet_grid(facets, None), many),
            _topics(parts.tree_html(children, anchors, facets, many), has_cells=bool(report.cells)),
        ]
    else:
        body = ["<h2>Nothing is shown</h2><p>Every cluster was withheld by the policy.</p>"]
    page = [
        _open(report, style, script),
        _masthead(report),
        *body,
        _receipt(report),
        _close(report, script),
    ]
    return {FILE: "\n".join(part for part in page if part).encode()}


def _asset(name: str) -> str:
    return (files("anonymuse.adapters.export") / "assets" / name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _open(report: Report, style: str, script: str) -> str:
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(report.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>"
    )


def _masthead(report: Report) -> str:
    receipt = report.receipt
    notes = "".join(f'<li dir="auto">{text(note)}</li>' for note in receipt.notes)
    unit = f"<p><strong>{text(receipt.unit_note)}</strong></p>" if receipt.unit_note else ""
    return (
        '<header><p class="mark"><b>anonymuse</b> report</p>'
        f'<h1 dir="auto">{text(report.title)}</h1>'
        f'<p class="lede">{text(sentences.what_this_is(report))}</p></header>\n'
        '<aside class="policy" aria-label="Release policy">'
        f'<p class="big">{text(sentences.policy_line(receipt))}</p>{unit}'
        f"<p>{text(sentences.mode_line(receipt))}</p>"
        f"{f'<ul>{notes}</ul>' if notes else ''}</aside>\n{_facts(report)}"
    )


def _facts(report: Report) -> str:
    topics = sentences.leaves(report)
    tops = sum(cluster.parent is None for cluster in report.clusters)
    first_last = report.receipt.window
    days = text(first_last[0]) if first_last else "Not recorded"
    until = f"to {text(first_last[1])}" if first_last else "the data has no times"
    noun = top_noun(report.clusters)
    areas = "&nbsp;" if noun == "topic" else f"in {tops} {noun}{'s' * (tops != 1)}"
    return (
        '<dl class="facts">'
        f"<div><dt>Conversations shown</dt><dd>{sentences.count(report.conversations)}"
        "<small>the base of every share</small></dd></div>"
        f"<div><dt>Topics</dt><dd>{sentences.count(topics)}<small>{areas}</small></dd></div>"
        f'<div><dt>Time covered</dt><dd class="words">{days}<small>{until}</small></dd></div>'
        f"{_withheld(report)}</dl>"
    )


def _withheld(report: Report) -> str:
    total = sum(item.clusters for item in report.withheld)
    noun = "topic" if total == 1 else "topics"
    band = report.receipt.withheld_share
    share = f"{band} of the conversations" if band else ""
    small = "; ".join(text(part) for part in (sentences.withheld_reasons(report), share) if part)
    return (
        f'<div><dt>Withheld</dt><dd class="words">{sentences.count(total)} {noun}'
        f"<small>{small}</small></dd></div>"
    )


def _glance(map_html: str) -> str:
    return (
        '<section><h2>At a glance</h2><p class="sub">Height is the share of conversations. '
        f"Choose a field to read about it.</p>{map_html}</section>"
    )


def _largest(rows: str, noun: str) -> str:
    return f'<section><h2>The main {noun}s</h2><p class="sub">Largest first.</p>{rows}</section>'


def _everywhere(grid: str, many: str) -> str:
    if not grid:
        return ""
    return (
        f'<section><h2>Across the whole report</h2><p class="sub">Shares of {text(many)}.</p>'
        f"{parts.key(with_base=False)}{grid}</section>"
    )


def _topics(tree: str, *, has_cells: bool) -> str:
    tools = (
        '<div class="tools" hidden><input type="search" placeholder="Filter by words" '
        'aria-label="Filter topics by words"><button type="button" class="open">Open all</button>'
        '<button type="button" class="shut">Close all</button>'
        '<output aria-live="polite"></output></div>'
    )
    legend = parts.key(with_base=True) if has_cells else ""
    return (
        '<section><h2>All topics</h2><p class="sub">Open a topic for its description and its '
        f"breakdown.</p>{legend}{tools}{tree}</section>"
    )


def _receipt(report: Report) -> str:
    receipt = report.receipt
    promises = [*sentences.policy_sentences(receipt), sentences.mode_line(receipt)]
    reading = [*sentences.how_to_read(report), sentences.withheld_line(report)]
    reading.append(sentences.failures_line(receipt))
    reading += filter(None, [sentences.cost_line(receipt)])
    policy = text(receipt.policy.get("name", "unnamed"))
    return (
        '<section><h2>How to read it, and what was promised</h2><div class="cols">'
        f"<div><h3>Reading</h3>{_list(reading)}</div>"
        f"<div><h3>Policy “{policy}”</h3>{_list(promises)}</div>"
        f"</div>{_technical(receipt)}</section>"
    )


def _list(items: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{text(item)}</li>' for item in items)}</ul>"


def _technical(receipt: Receipt) -> str:
    tables = (
        ("Models", receipt.models),
        ("Prompts (digests)", receipt.prompts),
        ("Thresholds", receipt.policy),
        ("Settings", receipt.settings),
        ("Counts", receipt.counts),
        ("Cost", receipt.cost),
        ("Versions", receipt.versions),
    )
    inner = "".join(_table(title, values) for title, values in tables if values)
    return f'<details class="tech"><summary>The full receipt</summary>{inner}</details>'


def _table(title: str, values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope=row>{text(name)}</th><td><code>{text(value)}</code></td></tr>"
        for name, value in _flat(values)
    )
    return f'<table class="kv"><caption>{title}</caption>{rows}</table>'


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name in sorted(values):
        value = values[name]
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", "not set" if value is None else value))
    return found


def _close(report: Report, script: str) -> str:
    made = report.receipt.versions.get("anonymuse", "")
    return (
        f"<footer>Made by anonymuse {text(made)} from released values only. Content hash "
        f"<code>{text(report.content_hash or 'not stored')}</code>.</footer>\n</main>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )
