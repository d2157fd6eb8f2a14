"""The audit log: its rows, and whether its chain holds."""

from __future__ import annotations

from starlette.responses import Response

from anonymuse.secure.call import Call
from anonymuse.secure.pages.cases import download

_LAST = 200


def listed(call: Call) -> Response:
    """Show the newest rows, and the state of the chain."""
    action, actor = call.asked("action")[:100], call.asked("actor")[:100]
    rows = call.zone.log.rows(call.person, last=_LAST, action=action, actor=actor)
    return call.page(
        "log",
        "Log",
        rows=rows,
        state=call.zone.log.check(call.person),
        action=action,
        actor=actor,
        most=_LAST,
    )


def anchor(call: Call) -> Response:
    """Send the head of the log, to be kept where nobody of this machine can change it."""
    return download(call.zone.log.anchor(call.person), "anonymuse-anchor.json", "application/json")
