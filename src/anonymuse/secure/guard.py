"""Stands before the zone's pages: by what name, in which way and how much may be asked.

A page of somebody else's in the same browser must neither read the zone nor act in it, so the
``Host`` has to be ours, whatever changes something has to come from our own page, and nothing of
ours may be framed, embedded, stored or run: there is no script at all.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_BYTES = 20_000
"""of a form: a note and a purpose are far smaller"""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, browsers hide where forms come from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "x-robots-tag": "noindex, nofollow, noarchive",
}
"""Sent with every answer, errors too."""

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]/@\s]+))(?::\d+)?")
_FORM = "application/x-www-form-urlencoded"


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: what is guarded.
        hosts: names by which this server may be called; "*" stands for any bare address, which
            nobody can make resolve to another machine.
        tls: whether visitors come over TLS, here or at the proxy before us.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], *, tls: bool) -> None:
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._headers = dict(HEADERS)
        if tls and self._hosts - LOOPBACK:  # it would bind every other server of this machine
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "http":
            told = self._refusal(scope["method"], Headers(scope=scope))
            app = self._app if told is None else PlainTextResponse(told[1], told[0])
            await app(scope, receive, self._strict(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        """Return status and sentence where a request goes no further."""
        if not self._knows(headers):
            return 421, "This server does not go by that name."
        if method == "GET":
            return None
        if method != "POST":
            return 405, "Pages are asked for with GET, and forms are sent with POST."
        if not _ours(headers):
            return 403, "Forms are taken from the zone's own pages only."
        if headers.get("content-type", "").partition(";")[0].strip().casefold() != _FORM:
            return 415, "This is no form of the zone."
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
            return 413, f"A form has at most {MOST_BYTES:,} bytes."
        return None

    def _knows(self, headers: Headers) -> bool:
        given = headers.getlist("host")
        found = _HOST.fullmatch(given[0].casefold()) if len(given) == 1 else None
        if found is None:
            return False
        name = (found[1] or found[2]).removesuffix(".")
        return name in self._hosts or ("*" in self._hosts and _is_address(name))

    def _strict(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        return sending


def _ours(headers: Headers) -> bool:
    """Whether a form comes from our own page; a browser always says where from."""
    origin = headers.get("origin", "").casefold()
    host = headers.get("host", "").casefold()
    site = headers.get("sec-fetch-site", "same-origin")
    return origin in (f"http://{host}", f"https://{host}") and site == "same-origin"


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
