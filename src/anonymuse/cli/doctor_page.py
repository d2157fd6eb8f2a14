"""Draws what `doctor` says on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from anonymuse.api.diagnosis_page import sections
from anonymuse.pipeline.doctor import Diagnosis


def draw(seen: Diagnosis, console: Console) -> None:
    """Draw the page on a terminal. Cells are plain text: nothing in a name is markup."""
    for number, section in enumerate(sections(seen)):
        if number:
            console.print()
        console.print(Text(section.title, style="bold"))
        table = Table.grid(padding=(0, 3))
        columns = max(len(row) for row in section.rows)
        for place in range(columns):
            table.add_column(
                style="cyan" if place == 0 and columns > 1 else "",
                justify="right" if section.headed and place else "left",
                overflow="fold",
            )
        for place, row in enumerate(section.rows):
            dim = section.headed and place == 0
            table.add_row(*(Text(cell) for cell in row), style="dim" if dim else None)
        console.print(Padding(table, (0, 0, 0, 2)))
