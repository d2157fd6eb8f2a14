"""Reading a trace: summaries first, then one conversation at a time, redacted unless lifted."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from anonymuse.secure.call import Call
from anonymuse.secure.values import Trace


def listed(call: Call) -> Response:
    """Show which conversations an approved request opens."""
    request = call.zone.requests.get(call.person, call.part("request"))
    rows = call.zone.traces.rows(call.person, request.id)
    return call.page(
        "conversations",
        "Conversations of a request",
        request=request,
        rows=rows,
        allowance=call.zone.traces.allowance(call.person, request.id),
    )


def summary(call: Call) -> Response:
    """Show what is known of a conversation without its text."""
    request, row = call.part("request"), call.part("row")
    found = call.zone.traces.summary(call.person, request, row)
    return call.page(
        "summary",
        "Summary of a conversation",
        request=request,
        summary=found,
        allowance=call.zone.traces.allowance(call.person, request),
    )


def read(call: Call) -> Response:
    """Show a conversation with identifiers and names taken out."""
    request, row = call.part("request"), call.part("row")
    trace = call.zone.traces.read(call.person, request, row)
    return _trace(call, request, trace)


def lift(call: Call) -> Response:
    """Show a conversation as it was written, for a reason that is recorded."""
    request, row = call.part("request"), call.part("row")
    trace = call.zone.traces.lift(call.person, request, row, reason=call.sent("reason"))
    return _trace(call, request, trace)


def watermark(call: Call) -> Response:
    """Draw who is looking, to lie behind a conversation."""
    now = datetime.now(UTC)
    words = f"{call.person.name} {now:%Y-%m-%d %H:%M} UTC"
    drawn = call.server.pages.write("watermark.svg", {"words": words})
    return Response(drawn, media_type="image/svg+xml")


def _trace(call: Call, request: str, trace: Trace) -> Response:
    return call.page(
        "trace",
        "A conversation",
        request=request,
        trace=trace,
        allowance=call.zone.traces.allowance(call.person, request),
    )
