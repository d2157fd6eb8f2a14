"""One request to the zone's pages: who asks, what they sent, and how they are answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from anonymuse.errors import InputError, TooLargeError
from anonymuse.secure.entry import address_of
from anonymuse.secure.guard import MOST_BYTES
from anonymuse.secure.rendering import Pages
from anonymuse.secure.roles import Action, Person, Role, may
from anonymuse.secure.values import KINDS, OPINIONS, Kind, Opinion, Visit
from anonymuse.secure.zone import Zone

_MOST_FIELDS = 30
_OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9/_.~?=&%+-]{0,400}")

HOME: Mapping[Role, str] = {
    "viewer": "/overview",
    "analyst": "/overview",
    "investigator": "/overview",
    "approver": "/requests",
    "operator": "/staff",
}
"""where each role begins"""

_MENU: tuple[tuple[str, str, Action], ...] = (
    ("/overview", "Overview", "see report"),
    ("/clusters", "Clusters", "see report"),
    ("/gaps", "Gaps", "see report"),
    ("/queue", "Queue", "see accounts"),
    ("/requests", "Requests", "see requests"),
    ("/staff", "Staff", "see staff"),
    ("/log", "Log", "read log"),
)


@dataclass(frozen=True, slots=True)
class Server:
    """What all requests share.

    Attributes:
        zone: behind the pages.
        pages: the templates.
        run: name of the run that is looked at.
        by_proxy: a reverse proxy vouches for visitors; nobody signs in here.
    """

    zone: Zone
    pages: Pages
    run: str
    by_proxy: bool


@dataclass(slots=True)
class Call:
    """One request.

    Attributes:
        server: what all requests share.
        request: of Starlette.
        visit: the session that it belongs to, None before signing in; who opens or ends one while
            answering puts it here, and the cookie follows.
        form: fields that were sent; the last where one was sent twice.
    """

    server: Server
    request: Request
    visit: Visit | None = None
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> Zone:
        """The zone behind the pages."""
        return self.server.zone

    @property
    def person(self) -> Person:
        """Who asks. Only for pages behind the door."""
        return self.session.person

    @property
    def session(self) -> Visit:
        """The session of who asks. Only for pages behind the door."""
        if self.visit is None:
            raise AssertionError("a page behind the door was opened to nobody")
        return self.visit

    @property
    def address(self) -> str:
        """Where the request came from."""
        return address_of(self.request)

    def part(self, name: str) -> str:
        """Return a part of the path: an id, not checked."""
        return str(self.request.path_params[name])

    def asked(self, name: str) -> str:
        """Return a value of the query; empty where there is none."""
        return self.request.query_params.get(name, "")

    def sent(self, name: str) -> str:
        """Return a field of the form without white space around it; empty where there is none."""
        return self.form.get(name, "").strip()

    def page(self, template: str, title: str, status: int = 200, **values: Any) -> Response:
        """Return a page."""
        shared = {
            "title": title,
            "me": self.visit.person if self.visit else None,
            "csrf": self.visit.csrf if self.visit else "",
            "menu": _menu(self.visit),
            "here": self.request.url.path,
            "run": self.server.run,
            "rules": self.zone.rules,
            "by_proxy": self.server.by_proxy,
            "now": datetime.now(UTC),
            "may": self.may,
        }
        return HTMLResponse(self.server.pages.write(f"{template}.html", shared | values), status)

    def go(self, *parts: str) -> Response:
        """Send the browser to another page of ours; every part is made harmless."""
        path = "/" + "/".join(quote(part, safe="") for part in parts)
        return RedirectResponse(path, 303)

    def may(self, action: Action) -> bool:
        """Whether who asks may do something: for what to draw, never for whether to do it."""
        return self.visit is not None and may(self.visit.person, action)


def kind_of(given: str) -> Kind:
    """Return a kind of target.

    Raises:
        InputError: it is none.
    """
    for one in KINDS:
        if one == given:
            return one
    raise InputError(f"That is none of {', '.join(KINDS)}.")


def opinion_of(given: str) -> Opinion:
    """Return a verdict.

    Raises:
        InputError: it is none.
    """
    for one in OPINIONS:
        if one == given:
            return one
    raise InputError(f"A verdict is one of {', '.join(OPINIONS)}.")


Handler = Callable[[Call], Response]


def own_path(given: str) -> str:
    """Return a path where to go on after signing in; ``/`` for all that could lead elsewhere."""
    return given if _OWN_PATH.fullmatch(given) else "/"


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form.

    Raises:
        InputError: it is no form, or larger than ours are.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise TooLargeError(f"A form has at most {MOST_BYTES:,} bytes.")
    try:
        return dict(
            parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                strict_parsing=bool(body),
                errors="strict",
                max_num_fields=_MOST_FIELDS,
            )
        )
    except ValueError:
        raise InputError("This is no form of the zone.") from None


def _menu(visit: Visit | None) -> list[tuple[str, str]]:
    if visit is None:
        return []
    return [(path, name) for path, name, action in _MENU if may(visit.person, action)]
