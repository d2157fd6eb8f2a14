"""Requests for traces: asking, deciding, ending."""

from __future__ import annotations

from starlette.responses import Response

from anonymuse.errors import InputError
from anonymuse.secure.call import Call, kind_of
from anonymuse.secure.roles import require
from anonymuse.secure.values import KINDS, PURPOSES, TraceRequest


def listed(call: Call) -> Response:
    """Show one's own requests, or all that there are to decide."""
    found = call.zone.requests.list(call.person)
    waiting = [one for one in found if one.state == "waiting"]
    return call.page(
        "requests",
        "Requests",
        waiting=waiting,
        others=[one for one in found if one.state != "waiting"],
        purposes=PURPOSES,
    )


def form(call: Call) -> Response:
    """Ask what is wanted and why."""
    return _form(call, call.asked("kind"), call.asked("target"))


def ask(call: Call) -> Response:
    """Make a request."""
    try:
        made = call.zone.requests.ask(
            call.person,
            kind_of(call.sent("kind")),
            call.sent("target"),
            purpose=call.sent("purpose"),
            words=call.sent("words"),
            ticket=call.sent("ticket"),
        )
    except InputError as error:
        return _form(call, call.sent("kind"), call.sent("target"), error.message)
    return call.go("requests", made.id)


def one(call: Call) -> Response:
    """Show a request, and what its reader may do with it."""
    request = call.zone.requests.get(call.person, call.part("request"))
    return _one(call, request)


def decide(call: Call) -> Response:
    """Agree to a request or refuse it; the digest says to which one."""
    answer = call.sent("answer")
    if answer not in ("agree", "refuse"):
        raise InputError("Say whether you agree or refuse.")
    request = call.part("request")
    call.zone.requests.decide(
        call.person,
        request,
        digest=call.sent("digest"),
        approve=answer == "agree",
        note=call.sent("note"),
    )
    return call.go("requests", request)


def revoke(call: Call) -> Response:
    """End a request before its time."""
    request = call.part("request")
    call.zone.requests.revoke(call.person, request, note=call.sent("note"))
    return call.go("requests", request)


def _one(call: Call, request: TraceRequest) -> Response:
    opened = request.state not in ("waiting", "refused", "void")
    return call.page(
        "request",
        "Request for a trace",
        request=request,
        mine=request.by == call.person.name,
        lifts=call.zone.requests.lifts(call.person, request.id) if opened else (),
        purposes=PURPOSES,
    )


def _form(call: Call, kind: str, target: str, problem: str = "") -> Response:
    require(call.person, "ask")
    return call.page(
        "request_form",
        "Ask for a trace",
        400 if problem else 200,
        kind=kind if kind in KINDS else "cluster",
        target=target[:200],
        purposes=PURPOSES,
        sent=call.form,
        problem=problem,
    )
