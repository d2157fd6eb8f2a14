"""Everything of a report that can leave: exports in every format, and what the explorer is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from anonymuse.adapters.export.open import FORMATS, export
from anonymuse.domain.released.report import Report
from anonymuse.web.documents import documents, encoded


def texts_of(report: Report, out: Path) -> Iterator[str]:
    """Yield every file of every export, and every document of the explorer.

    The explorer's page and folder hold these documents and its program, and nothing else.
    """
    for format_ in FORMATS:
        for path in export(report, format_, out / format_):
            yield path.read_bytes().decode("utf-8", "replace")
    for doc in documents(report).values():
        yield encoded(doc).decode()
