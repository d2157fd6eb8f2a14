"""The Python door: run a pipeline, look at its report. Imported when a public name is used."""

from anonymuse.api.diagnosis import Findings, doctor
from anonymuse.api.layers import layered, settings
from anonymuse.api.planning import Plan, plan
from anonymuse.api.running import Outcome, arun, run
from anonymuse.api.view import ReportView, open_report

__all__ = [
    "Findings",
    "Outcome",
    "Plan",
    "ReportView",
    "arun",
    "doctor",
    "layered",
    "open_report",
    "plan",
    "run",
    "settings",
]
