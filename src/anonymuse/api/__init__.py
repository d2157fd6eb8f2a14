"""The Python door: run a pipeline, look at its report. Imported when a public name is used."""

from anonymuse.api.assigning import assign
from anonymuse.api.comparing import Comparison, compare, moved
from anonymuse.api.diagnosis import Findings, doctor
from anonymuse.api.editing import Editor, edit
from anonymuse.api.erasing import erase, retention
from anonymuse.api.layers import layered, settings
from anonymuse.api.planning import Plan, plan
from anonymuse.api.running import Outcome, arun, run
from anonymuse.api.safe_tables import SafeCell, SafeTable, safe_table
from anonymuse.api.view import ReportView, open_report
from anonymuse.api.watching import watch

__all__ = [
    "Comparison",
    "Editor",
    "Findings",
    "Outcome",
    "Plan",
    "ReportView",
    "SafeCell",
    "SafeTable",
    "arun",
    "assign",
    "compare",
    "doctor",
    "edit",
    "erase",
    "layered",
    "moved",
    "open_report",
    "plan",
    "retention",
    "run",
    "safe_table",
    "settings",
    "watch",
]
