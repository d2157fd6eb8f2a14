"""The Python door: run a pipeline, look at its report. Imported when a public name is used."""

from anonymuse.api.diagnosis import Findings, doctor
from anonymuse.api.editing import Editor, edit
from anonymuse.api.layers import layered, settings
from anonymuse.api.planning import Plan, plan
from anonymuse.api.running import Outcome, arun, run
from anonymuse.api.safe_tables import SafeCell, SafeTable, safe_table
from anonymuse.api.view import ReportView, open_report

__all__ = [
    "Editor",
    "Findings",
    "Outcome",
    "Plan",
    "ReportView",
    "SafeCell",
    "SafeTable",
    "arun",
    "doctor",
    "edit",
    "layered",
    "open_report",
    "plan",
    "run",
    "safe_table",
    "settings",
]
