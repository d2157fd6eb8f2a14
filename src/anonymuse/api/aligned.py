"""Rows of texts whose columns stand under each other on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len


def aligned(rows: Sequence[Sequence[str]], *, numbers: bool = False) -> list[str]:
    """Return the rows as lines, two spaces between columns; a Chinese character takes two places.

    Args:
        rows: some may be shorter. What a row ends with makes no column wider, unless it is a
            number.
        numbers: every column but the first is one of numbers, which end under each other.
    """
    widths: dict[int, int] = {}
    for row in rows:
        for place, text in enumerate(row if numbers else row[:-1]):
            widths[place] = max(widths.get(place, 0), cell_len(text))
    return [
        "  ".join(
            _filled(text, widths.get(place, 0), left=place == 0 or not numbers)
            for place, text in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _filled(text: str, width: int, *, left: bool) -> str:
    room = " " * (width - cell_len(text))
    return text + room if left else room + text
