"""Staff: who may come in, and as what. A password that is made here is shown once."""

from __future__ import annotations

from starlette.responses import Response

from anonymuse.errors import InputError
from anonymuse.secure.call import Call
from anonymuse.secure.roles import ROLES


def listed(call: Call) -> Response:
    """Show everybody."""
    return _page(call)


def add(call: Call) -> Response:
    """Add somebody, and show their first password."""
    name = call.sent("name")
    try:
        password = call.zone.staff.add(call.person, name, call.sent("role"))
    except InputError as error:
        return _page(call, problem=error.message)
    return _page(call, new=name, password=password)


def set_role(call: Call) -> Response:
    """Give somebody another role; their sessions end."""
    call.zone.staff.set_role(call.person, call.part("name"), call.sent("role"))
    return call.go("staff")


def disable(call: Call) -> Response:
    """Keep somebody out; their sessions end."""
    call.zone.staff.disable(call.person, call.part("name"))
    return call.go("staff")


def enable(call: Call) -> Response:
    """Let somebody in again."""
    call.zone.staff.enable(call.person, call.part("name"))
    return call.go("staff")


def reset(call: Call) -> Response:
    """Make a new first password for somebody, and show it."""
    name = call.part("name")
    return _page(call, new=name, password=call.zone.staff.reset(call.person, name))


def _page(call: Call, *, problem: str = "", new: str = "", password: str = "") -> Response:
    return call.page(
        "staff",
        "Staff",
        400 if problem else 200,
        people=call.zone.staff.list(call.person),
        roles=ROLES,
        problem=problem,
        sent=call.form if problem else {},
        new=new,
        password=password,
    )
