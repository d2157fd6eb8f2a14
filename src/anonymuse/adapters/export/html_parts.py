"""The pieces of the page: bars, facet breakdowns, the map and the tree.

Every name is text: it passes :func:`text` and nothing else puts strings into the page. Widths are
SVG attributes or rules of the one hashed style sheet, so that no inline style is needed.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report

HUES = (245, 75, 165, 20, 300, 205, 110, 345)
MAP_TILES = 120
VALUES_SHOWN = 8
UNFOLDED = 40
"""up to so many clusters, the tree stands open down to its topics"""

Children = Mapping[str | None, Sequence[Cluster]]


@dataclass(frozen=True, slots=True)
class Facets:
    """Facet cells by cluster id (None: the whole report), and the base rate of every value.

    ``heads`` are the facets' titles and notes, by name; ``series`` are people by window.
    """

    by_cluster: Mapping[str | None, Mapping[str, Sequence[Cell]]]
    base: Mapping[tuple[str, str], float]
    heads: Mapping[str, tuple[str, str]]
    series: Mapping[str | None, Sequence[Cell]]


def text(value: object) -> str:
    """Return a value as HTML text: escaped, without control characters."""
    flat = "".join(c if c.isprintable() or c in " \n\t" else "\ufffd" for c in str(value))
    return html.escape(flat, quote=True).replace(" %", "&nbsp;%")


def words(value: object) -> str:
    """Return a name as text that keeps its own writing direction to itself."""
    return f"<bdi>{text(value)}</bdi>"


def index_cells(report: Report) -> Facets:
    """Sort the cells of a report by cluster and facet: shown first, largest first."""
    cells = report.overall
    found: dict[str | None, dict[str, list[Cell]]] = {}
    for cell in cells:
        found.setdefault(cell.cluster, {}).setdefault(cell.facet, []).append(cell)
    for facets in found.values():
        for group in facets.values():
            group.sort(key=sentences.reading_order)
    base = {(c.facet, c.value): c.share for c in cells if c.cluster is None and c.share is not None}
    names = {cell.facet for cell in cells}
    heads = {n: (sentences.facet_title(report, n), sentences.facet_note(report, n)) for n in names}
    series: dict[str | None, list[Cell]] = {}
    for cell in sorted(report.cells, key=lambda cell: cell.window):
        if cell.window and not cell.facet:
            series.setdefault(cell.cluster, []).append(cell)
    return Facets(found, base, heads, series)


def bar(
    share: float, low: float, high: float, *, scale: float = 1.0, base: float | None = None
) -> str:
    """Return a bar with its 95 % interval; ``scale`` is the share that fills the width."""

    def at(value: float) -> str:
        return f"{100 * min(1.0, max(0.0, value / scale)):.2f}%"

    parts = [
        '<svg class="bar" aria-hidden="true"><rect class="t" width="100%" height="12" rx="2"/>',
        f'<rect class="f" width="{at(share)}" height="12" rx="2"/>',
        f'<line class="w" x1="{at(low)}" x2="{at(high)}" y1="6" y2="6"/>',
        f'<line class="w" x1="{at(low)}" x2="{at(low)}" y1="3" y2="9"/>',
        f'<line class="w" x1="{at(high)}" x2="{at(high)}" y1="3" y2="9"/>',
    ]
    if base is not None:
        parts.append(f'<line class="b" x1="{at(base)}" x2="{at(base)}" y1="-2" y2="14"/>')
    return "".join(parts) + "</svg>"


def key(*, with_base: bool) -> str:
    """Return the legend of the bars."""
    items = [f"<li>{bar(0.55, 0.4, 0.7)}share with its 95 % interval</li>"]
    if with_base:
        mark = (
            '<svg class="bar" aria-hidden="true"><line class="b" x1="50%" x2="50%" y2="12"/></svg>'
        )
        items.append(f"<li>{mark}share in the whole report</li>")
    items.append(f'<li><span class="hatch"></span>{sentences.NOT_SHOWN} (not 0)</li>')
    return f'<ul class="key">{"".join(items)}</ul>'


def top_rows(clusters: Sequence[Cluster], anchors: Mapping[str, str]) -> str:
    """Return the top level as bars with intervals, largest first."""
    scale = max((c.share_high for c in clusters), default=1.0) or 1.0
    rows = "".join(
        f'<li class="row"><a class="nm" href="#{anchors[c.id]}">{words(c.name)}</a>'
        f"{bar(c.share, c.share_low, c.share_high, scale=scale)}{_numbers(c)}</li>"
        for c in clusters
    )
    return f'{_head()}<ol class="rows">{rows}</ol>'


def _head() -> str:
    return (
        '<div class="row head" aria-hidden="true"><span>Topic</span><span>Share of all published '
        'conversations</span><span class="num">Share</span><span class="ci">95 % interval</span>'
        '<span class="num n">n</span></div>'
    )


def _numbers(cluster: Cluster) -> str:
    return (
        f'<span class="num big">{sentences.percent(cluster.share)}</span>'
        f'<span class="num ci">{sentences.interval(cluster.share_low, cluster.share_high)}</span>'
        f'<span class="num n">{sentences.count(cluster.conversations)}</span>'
    )


def facet_grid(facets: Facets, cluster: str | None) -> str:
    """Return every facet of one cluster; an empty string where it has none."""
    own, series = facets.by_cluster.get(cluster, {}), facets.series.get(cluster, ())
    if not own and not series:
        return ""
    base = facets.base if cluster is not None else {}
    parts = [_facet(facets.heads[name], own[name], base) for name in sorted(own, key=_facet_order)]
    return f'<div class="facets">{"".join(parts)}{_series(series)}</div>'


def _series(cells: Sequence[Cell]) -> str:
    """Return people by window, in the order of time."""
    if not cells:
        return ""
    scale = max((cell.share_high or 0.0 for cell in cells), default=1.0) or 1.0
    rows = "".join(_window(cell, scale) for cell in cells)
    title, note = sentences.series_title(cells), sentences.SERIES_NOTE.lower()
    return f'<section class="facet"><h3>{title} <small>{note}</small></h3><ul>{rows}</ul></section>'


def _window(cell: Cell, scale: float) -> str:
    if cell.units is None or cell.share is None:
        return (
            f'<li class="few" title="{sentences.NOT_SHOWN}"><span class="hid">{text(cell.window)}'
            '</span><span class="hatch"></span></li>'
        )
    low, high = cell.share_low or 0.0, cell.share_high or 0.0
    told = f"{sentences.percent(cell.share)}; 95 % interval {sentences.interval(low, high)}"
    return (
        f'<li title="{told}">{text(cell.window)}{bar(cell.share, low, high, scale=scale)}'
        f'<span class="num">{sentences.count(cell.units)}</span></li>'
    )


def _facet_order(name: str) -> tuple[bool, str]:
    return name != "language", name


def _facet(
    head: tuple[str, str], cells: Sequence[Cell], base: Mapping[tuple[str, str], float]
) -> str:
    shown = [_value(cell, base) for cell in cells if cell.units is not None]
    hidden = [cell.value for cell in cells if cell.units is None]
    first, more = shown[:VALUES_SHOWN], shown[VALUES_SHOWN:]
    body = f"<ul>{''.join(first)}{'' if more else _too_few(hidden)}</ul>"
    if more:
        rest = f"<ul>{''.join(more)}{_too_few(hidden)}</ul>"
        body += f"<details><summary>{len(more)} more</summary>{rest}</details>"
    title, note = head
    small = f" <small>{text(note)}</small>" if note else ""
    return f'<section class="facet"><h3>{words(title)}{small}</h3>{body}</section>'


def _value(cell: Cell, base: Mapping[tuple[str, str], float]) -> str:
    share, low, high = cell.share or 0.0, cell.share_low or 0.0, cell.share_high or 0.0
    usual = base.get((cell.facet, cell.value)) if cell.cluster is not None else None
    told = f"{sentences.count(cell.units or 0)}; 95 % interval {sentences.interval(low, high)}"
    if usual is not None:
        told += f"; whole report {sentences.percent(usual)}"
    return (
        f'<li title="{told}">{words(cell.value)}{bar(share, low, high, base=usual)}'
        f'<span class="num">{sentences.percent(share)}</span></li>'
    )


def _too_few(values: Sequence[str]) -> str:
    if not values:
        return ""
    if len(values) == 1:
        label, names = words(values[0]), ""
    else:
        label = f"{len(values)} others"
        names = f" <span>({', '.join(words(v) for v in values)})</span>"
    return (
        f'<li class="few"><span class="hid">{label}</span><span class="hatch"></span></li>'
        f'<li class="few"><span></span><span>{sentences.NOT_SHOWN}{names}</span></li>'
    )


def anchors_of(children: Children) -> dict[str, str]:
    """Return an anchor per cluster id, from its place in the tree ("t2-1")."""
    found: dict[str, str] = {}

    def walk(parent: str | None, prefix: str) -> None:
        for place, cluster in enumerate(children.get(parent, ()), start=1):
            found[cluster.id] = f"{prefix}{place}"
            walk(cluster.id, f"{prefix}{place}-")

    walk(None, "t")
    return found


def depth_of(children: Children, parent: str | None = None) -> int:
    """Return how many levels hang below a node."""
    return max((1 + depth_of(children, c.id) for c in children.get(parent, ())), default=0)


def cut(children: Children) -> Children:
    """Return the tree for the map: whole levels are left out until few enough tiles remain."""
    level = 0
    while sum(not children.get(c.id) for group in children.values() for c in group) > MAP_TILES:
        level += 1
        children = {
            p: kept for p, g in children.items() if (kept := [c for c in g if c.level >= level])
        }
    return children


def map_html(children: Children, anchors: Mapping[str, str]) -> str:
    """Return the map: one column per level, heights by size."""

    def walk(parent: str | None, depth: int) -> Iterator[str]:
        for cluster in children.get(parent, ()):
            below = "".join(walk(cluster.id, depth + 1))
            kind = "leaf" if not below else "mid" if depth > 1 else "all"
            title = f"{text(cluster.name)}: {sentences.percent(cluster.share)}"
            hue = f" {_hue(anchors[cluster.id])}" if depth == 1 else ""
            yield (
                f'<li class="d{depth} {kind}{hue} m-{anchors[cluster.id]}">'
                f'<a class="tile" href="#{anchors[cluster.id]}" title="{title}">'
                f'<span class="lb" dir="auto">{text(cluster.name)}</span></a>'
                f"{f'<ul>{below}</ul>' if below else ''}</li>"
            )

    return f'<nav aria-label="Topics by size"><ul class="map">{"".join(walk(None, 1))}</ul></nav>'


def map_rules(children: Children, anchors: Mapping[str, str]) -> str:
    """Return the style rules that give the map's tiles their sizes and every branch its hue."""
    tiles = sum(not children.get(c.id) for group in children.values() for c in group)
    depth = depth_of(children)
    rules = [f".map{{height:{min(1500, max(300, 42 * tiles))}px}}"]
    rules += [f".h{hue}{{--h:{hue}}}" for hue in HUES]
    rules += [
        f".d{d}:not(.leaf)>.tile{{flex:0 0 {100 / (depth - d + 1):.2f}%}}" for d in range(1, depth)
    ]
    rules += [
        f".m-{anchors[c.id]}{{flex:{max(1, c.conversations)} 1 0}}"
        for group in children.values()
        for c in group
    ]
    return "\n".join(rules)


def _hue(anchor: str) -> str:
    place = int(anchor.removeprefix("t").split("-")[0])
    return f"h{HUES[(place - 1) % len(HUES)]}"


def tree_html(children: Children, anchors: Mapping[str, str], facets: Facets, many: str) -> str:
    """Return the tree as nested disclosures; ``many`` is the noun of the privacy unit."""
    tops = children.get(None, ())
    scale = max((c.share_high for c in tops), default=1.0) or 1.0
    unfold = depth_of(children) if len(anchors) <= UNFOLDED else 1

    def walk(parent: str | None, depth: int) -> Iterator[str]:
        for cluster in children.get(parent, ()):
            below = "".join(walk(cluster.id, depth + 1))
            kind = ["parent" if below else "leaf"]
            kind += ["top", _hue(anchors[cluster.id])] if depth == 1 else []
            yield (
                f'<li id="{anchors[cluster.id]}" class="{" ".join(kind)}">'
                f"<details{' open' if below and depth <= unfold else ''}>"
                f'<summary><span class="row"><span class="nm">{words(cluster.name)}</span>'
                f"{bar(cluster.share, cluster.share_low, cluster.share_high, scale=scale)}"
                f"{_numbers(cluster)}</span></summary>"
                f"{_body(cluster, facets, many)}{f'<ul>{below}</ul>' if below else ''}"
                "</details></li>"
            )

    return f'{_head()}<ul class="tree">{"".join(walk(None, 1))}</ul>'


def _body(cluster: Cluster, facets: Facets, many: str) -> str:
    facts = [f"{sentences.count(cluster.conversations)} conversations"]
    if many != "conversations":
        at_most = "at most " if cluster.level else ""
        facts.append(f"{at_most}{sentences.count(cluster.units)} {many}")
    facts.append(sentences.named_by(cluster.named_by))
    if cluster.grade is not None:
        facts.append(f"privacy grade {cluster.grade} of 5")
    meta = " · ".join(text(fact).replace(" ", "&nbsp;") for fact in facts)
    grid = facet_grid(facets, cluster.id)
    if grid and cluster.level:
        grid = f'<details class="brk"><summary>Breakdown</summary>{grid}</details>'
    return (
        f'<div class="body"><p class="ds" dir="auto">{text(cluster.description)}</p>'
        f'<p class="meta">{meta}</p>{grid}</div>'
    )
