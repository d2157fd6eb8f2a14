"""Signing in and out, and one's own password."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from anonymuse.errors import AbsentError, InputError, PauseError, RightsError
from anonymuse.secure.call import HOME, Call, own_path


def home(call: Call) -> Response:
    """Send everybody to where their role begins."""
    return RedirectResponse(HOME[call.person.role], 303)


def sign_in_page(call: Call) -> Response:
    """Ask for name and password."""
    if call.server.by_proxy:
        return RedirectResponse("/", 303)
    return _asked(call, own_path(call.asked("next")))


def sign_in(call: Call) -> Response:
    """Open a session; one that the browser had before ends."""
    if call.server.by_proxy:
        raise AbsentError("Visitors are let in by the reverse proxy.")
    after = own_path(call.sent("next"))
    try:
        visit = call.zone.door.sign_in(
            call.sent("name"), call.form.get("password", ""), address=call.address
        )
    except PauseError as error:
        return _asked(call, after, 429, error.message)
    except RightsError as error:
        return _asked(call, after, 403, error.message)
    if call.visit is not None:
        call.zone.door.sign_out(call.visit)
    call.visit = visit
    return RedirectResponse("/password" if visit.person.must_change else after, 303)


def sign_out(call: Call) -> Response:
    """End the session."""
    call.zone.door.sign_out(call.session)
    call.visit = None
    return call.page("signed_out", "Signed out")


def password_page(call: Call) -> Response:
    """Ask for a new password."""
    return call.page("password", "Your password", problem="")


def password(call: Call) -> Response:
    """Change one's own password; every other session of the person ends."""
    old, new = call.form.get("old", ""), call.form.get("new", "")
    try:
        if new != call.form.get("again", ""):
            raise InputError("The new password was not typed the same way twice.")
        call.visit = call.zone.door.change_password(call.session, old, new, address=call.address)
    except PauseError as error:
        return call.page("password", "Your password", 429, problem=error.message)
    except (InputError, RightsError) as error:
        return call.page("password", "Your password", 400, problem=error.message)
    return RedirectResponse("/", 303)


def _asked(call: Call, after: str, status: int = 200, problem: str = "") -> Response:
    return call.page("sign_in", "Sign in", status, after=after, problem=problem)
