"""Draws the pictures of an evaluation as SVG, from their numbers alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import assert_never

from anonymuse.evals.suite.section import Bars, Curve, Heat, Number, Picture

_ROW, _CHAR, _MOST_LABEL = 22, 7.2, 330
_WIDTH = 640
_SIDE = 300
_CELL = 22

Across = Callable[[float], float]
"""a share as a place from left to right"""


def draw(picture: Picture) -> str:
    """Return a figure with its caption."""
    match picture:
        case Bars():
            body = _bars(picture)
        case Heat():
            body = _heat(picture)
        case Curve():
            body = _curve(picture)
        case _:
            assert_never(picture)
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>"
    return f'<figure>{caption}<div class="scroll">{body}</div></figure>'


def interval_plot(ours: Number, baseline: Number | None) -> str:
    """Return a small picture of a share with its interval, 0 to 1, the baseline as a ring."""
    width, middle = 120, 9
    parts = [f'<line class="grid" x1="0" y1="{middle}" x2="{width}" y2="{middle}"/>']
    if baseline is not None:
        at = _clamped(baseline.value) * width
        parts.append(f'<circle class="beside" cx="{at:.1f}" cy="{middle}" r="4"/>')
    parts += _whisker(ours, lambda value: value * width, middle)
    return _svg(width, 18, parts, "interval")


def _bars(picture: Bars) -> str:
    left = min(max((len(label) for label in picture.labels), default=0) * _CHAR + 12, _MOST_LABEL)
    height = _ROW * len(picture.labels) + 24
    plot = _WIDTH - left - 60

    def across(value: float) -> float:
        return left + value * plot

    parts = list(_grid(across, height - 24))
    for i, (label, value) in enumerate(zip(picture.labels, picture.values, strict=True)):
        middle = i * _ROW + _ROW / 2
        parts.append(f'<text x="{left - 10:.0f}" y="{middle + 4:.0f}" text-anchor="end">'
                     f"{escape(label)}</text>")  # fmt: skip
        if picture.beside:
            at = across(_clamped(picture.beside[i]))
            parts.append(f'<circle class="beside" cx="{at:.1f}" cy="{middle:.1f}" r="4"/>')
        parts += (
            _whisker(value, across, middle)
            if value.low is not None
            else [
                f'<rect class="ours" x="{left:.1f}" y="{middle - 5:.1f}" height="10" '
                f'width="{across(_clamped(value.value)) - left:.1f}"/>'
            ]
        )
        parts.append(f'<text class="quiet" x="{_WIDTH - 40}" y="{middle + 4:.0f}">'
                     f"{value.value:.2f}</text>")  # fmt: skip
    return _svg(_WIDTH, height, parts, picture.caption)


def _heat(picture: Heat) -> str:
    left = min(max((len(name) for name in picture.rows), default=0) * _CHAR + 12, _MOST_LABEL)
    top = min(max((len(name) for name in picture.columns), default=0) * _CHAR + 12, _MOST_LABEL)
    parts = []
    for j, name in enumerate(picture.columns):
        x = left + j * _CELL + _CELL / 2 + 4
        parts.append(f'<text x="{x:.0f}" y="{top - 8:.0f}" transform="rotate(-90 {x:.0f} '
                     f'{top - 8:.0f})">{escape(name)}</text>')  # fmt: skip
    for i, (name, row) in enumerate(zip(picture.rows, picture.cells, strict=True)):
        y = top + i * _CELL
        parts.append(f'<text x="{left - 10:.0f}" y="{y + 15:.0f}" text-anchor="end">'
                     f"{escape(name)}</text>")  # fmt: skip
        for j, value in enumerate(row):
            told = f"{name}, {picture.columns[j]}: {value:.2f}"
            parts.append(
                f'<rect class="cell" x="{left + j * _CELL:.0f}" y="{y:.0f}" width="{_CELL - 1}" '
                f'height="{_CELL - 1}" fill-opacity="{0.04 + 0.96 * _clamped(value):.3f}">'
                f"<title>{escape(told)}</title></rect>"
            )
    width = left + _CELL * len(picture.columns)
    return _svg(width, top + _CELL * len(picture.rows), parts, picture.caption)


def _curve(picture: Curve) -> str:
    left, bottom = 44, 40

    def across(value: float) -> float:
        return left + value * _SIDE

    def along(value: float) -> float:
        return 8 + (1.0 - value) * _SIDE

    parts = list(_grid(across, _SIDE + 8))
    parts += [
        f'<text class="quiet" x="{left - 8}" y="{along(tick) + 4:.0f}" text-anchor="end">'
        f"{tick:.1f}</text>"
        for tick in (0.0, 0.5, 1.0)
    ]
    if picture.diagonal:
        ends = f'x1="{across(0)}" y1="{along(0)}" x2="{across(1)}" y2="{along(1)}"'
        parts.append(f'<line class="beside" {ends}/>')
    for said, seen in picture.points:
        x = across(_clamped(said))
        low, high = _ends(seen)
        parts.append(f'<line class="whisker" x1="{x:.1f}" y1="{along(low):.1f}" x2="{x:.1f}" '
                     f'y2="{along(high):.1f}"/>')  # fmt: skip
        parts.append(f'<circle class="ours" cx="{x:.1f}" cy="{along(_clamped(seen.value)):.1f}" '
                     'r="4"/>')  # fmt: skip
    parts.append(f'<text class="quiet" x="{left}" y="{_SIDE + bottom:.0f}">'
                 f"{escape(picture.across)}; upward: {escape(picture.along)}</text>")  # fmt: skip
    return _svg(left + _SIDE + 20, _SIDE + bottom + 8, parts, picture.caption)


def _grid(across: Across, height: float) -> Iterable[str]:
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = across(tick)
        yield f'<line class="grid" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height:.0f}"/>'
        yield (
            f'<text class="quiet" x="{x:.1f}" y="{height + 16:.0f}" text-anchor="middle">'
            f"{tick:g}</text>"
        )


def _whisker(value: Number, across: Across, middle: float) -> list[str]:
    low, high = _ends(value)
    return [
        f'<line class="whisker" x1="{across(low):.1f}" y1="{middle:.1f}" '
        f'x2="{across(high):.1f}" y2="{middle:.1f}"/>',
        f'<circle class="ours" cx="{across(_clamped(value.value)):.1f}" cy="{middle:.1f}" r="4"/>',
    ]


def _ends(value: Number) -> tuple[float, float]:
    low = value.value if value.low is None else value.low
    high = value.value if value.high is None else value.high
    return _clamped(low), _clamped(high)


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _svg(width: float, height: float, parts: Iterable[str], told: str) -> str:
    return (
        f'<svg width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'role="img" aria-label="{escape(told)}">{"".join(parts)}</svg>'
    )
