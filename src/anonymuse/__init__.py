"""Private maps of what people use an AI assistant for.

`import anonymuse as am`, then `report = am.run("conversations.jsonl", "out")`.
"""

from typing import TYPE_CHECKING

from anonymuse._version import __version__
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.errors import AnonymuseError

if TYPE_CHECKING:
    from anonymuse.api import (
        Comparison,
        Outcome,
        Plan,
        ReportView,
        SafeCell,
        SafeTable,
        arun,
        assign,
        compare,
        doctor,
        edit,
        open_report,
        plan,
        run,
        safe_table,
        settings,
        watch,
    )
    from anonymuse.cli.progress import show_progress
    from anonymuse.pipeline.config import RunConfig
    from anonymuse.pipeline.facet_functions import FacetRecord, facet

__all__ = [
    "AnonymuseError",
    "Cell",
    "Cluster",
    "Comparison",
    "FacetRecord",
    "Outcome",
    "Plan",
    "Receipt",
    "ReleasePolicy",
    "Report",
    "ReportView",
    "RunConfig",
    "SafeCell",
    "SafeTable",
    "Withheld",
    "__version__",
    "arun",
    "assign",
    "compare",
    "doctor",
    "edit",
    "facet",
    "open_report",
    "plan",
    "run",
    "safe_table",
    "settings",
    "show_progress",
    "watch",
]

_LATER = {
    "Comparison": "anonymuse.api",
    "FacetRecord": "anonymuse.pipeline.facet_functions",
    "Outcome": "anonymuse.api",
    "Plan": "anonymuse.api",
    "ReportView": "anonymuse.api",
    "RunConfig": "anonymuse.pipeline.config",
    "SafeCell": "anonymuse.api",
    "SafeTable": "anonymuse.api",
    "arun": "anonymuse.api",
    "assign": "anonymuse.api",
    "compare": "anonymuse.api",
    "doctor": "anonymuse.api",
    "edit": "anonymuse.api",
    "facet": "anonymuse.pipeline.facet_functions",
    "open_report": "anonymuse.api",
    "plan": "anonymuse.api",
    "run": "anonymuse.api",
    "safe_table": "anonymuse.api",
    "settings": "anonymuse.api",
    "show_progress": "anonymuse.cli.progress",
    "watch": "anonymuse.api",
}


def __getattr__(name: str) -> object:
    """Import what is heavier than values only when it is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module 'anonymuse' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    """Offer the public names where one presses Tab."""
    return __all__
