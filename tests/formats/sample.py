"""What a hand-made sample of a format is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NEVER = "NEVERTHELESS"
"""stands in every text of a sample that must not get into a conversation: titles, thoughts, paths,
messages that were hidden or replaced"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file or folder of a format with its oddities, and what has to become of it.

    Attributes:
        name: what it shows, as the table in the docs says it.
        format: how the readers must call it.
        write: writes it into an empty folder and returns what to read; all text is invented.
        rows: records in it: lines, list items or table rows, as a person would count them.
        kept: conversations that come out.
        dropped: how many records were dropped, by reason.
        notes: what was counted and dropped nothing.
    """

    name: str
    format: str
    write: Callable[[Path], Path]
    rows: int
    kept: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)


def json_lines(*records: Any) -> bytes:
    """Return JSON lines; text that is given is a line already."""
    texts = (one if isinstance(one, str) else json.dumps(one) for one in records)
    return "".join(f"{text}\n" for text in texts).encode()


def writer(name: str, data: bytes) -> Callable[[Path], Path]:
    """Return what writes one file."""

    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return write
