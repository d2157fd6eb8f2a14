"""The seam for released reports: the only store whose content may be passed on."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from anonymuse.domain.released.report import Report


class SaveReport(Protocol):
    """Keeps a released bundle."""

    def __call__(self, report: Report, folder: Path) -> Report:
        """Write a bundle whole or not at all; return the report with its content hash."""
        ...
