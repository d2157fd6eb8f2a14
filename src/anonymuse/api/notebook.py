"""The explorer inside a notebook: the one-file page in a frame that can reach nothing."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

SANDBOX = "allow-scripts allow-downloads"
"""no origin of its own: it reads neither the notebook nor its cookies; charts can be saved"""


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """The explorer over one report, which a notebook displays.

    Attributes:
        title: of the report.
        height: of the frame, in pixels.
        page: the whole page, as :meth:`anonymuse.ReportView.export` writes it, open at the map.
    """

    title: str
    height: int
    page: bytes

    @property
    def bytes(self) -> int:
        """How much a notebook that keeps it grows."""
        return len(self.page)

    def __repr__(self) -> str:
        return f"<The explorer of {self.title!r}, {self.bytes / 1e6:.1f} MB>"

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" sandbox="{SANDBOX}" '
            f'style="width:100%;height:{self.height}px;border:0" '
            f'srcdoc="{escape(self.page.decode())}"></iframe>'
        )
