"""Private maps of what people use an AI assistant for.

`import anonymuse as am`, then `am.run("conversations.jsonl", "out")`.
"""

from typing import TYPE_CHECKING

from anonymuse._version import __version__
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.errors import AnonymuseError

if TYPE_CHECKING:
    from anonymuse.api import Outcome, arun, open_report, run, settings
    from anonymuse.pipeline.config import RunConfig

__all__ = [
    "AnonymuseError",
    "Cell",
    "Cluster",
    "Outcome",
    "Receipt",
    "ReleasePolicy",
    "Report",
    "RunConfig",
    "Withheld",
    "__version__",
    "arun",
    "open_report",
    "run",
    "settings",
]

_LATER = {
    "Outcome": "anonymuse.api",
    "RunConfig": "anonymuse.pipeline.config",
    "arun": "anonymuse.api",
    "open_report": "anonymuse.api",
    "run": "anonymuse.api",
    "settings": "anonymuse.api",
}


def __getattr__(name: str) -> object:
    """Import what is heavier than values only when it is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module 'anonymuse' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
