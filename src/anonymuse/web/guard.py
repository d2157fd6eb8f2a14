"""Stands before the explorer: who may ask, in which way, and headers on every answer.

A page of somebody else's in the same browser must neither read the report nor write into it: the
``Host`` has to be ours (a foreign name that resolves to this machine gets nothing), a write has to
come from our own page, and nothing of ours may be framed or embedded.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_TOKEN = 16

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "x-robots-tag": "noindex",
}
"""Sent with every answer, errors too."""

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]/@\s]+))(?::\d+)?")
_WANTED = (
    "This report is shown to who has its token. Open the whole address that `anonymuse explore` "
    "printed."
)


def refused(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an error as every error is told: one sentence."""
    headers = {"cache-control": "no-store"} | (headers or {})
    return JSONResponse({"error": sentence}, status, headers=headers)


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: what is guarded.
        hosts: names by which this server may be called; "*" stands for any bare address, which
            nobody can make resolve to another machine.
        token: what a visitor has to know; None asks for nothing.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], token: str | None = None) -> None:
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._token = token
        self._visit = secrets.token_urlsafe(32)  # in the cookie, so that the token is not

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "http":
            answer = self._answer(Request(scope))
            await (answer or self._app)(scope, receive, _strict(send))
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _answer(self, request: Request) -> Response | None:
        if not self._knows(request.headers.get("host", "")):
            return refused(421, "This server does not go by that name.")
        if self._token is not None:
            if request.scope["path"] == "/" and self._holds(request.query_params.get("token")):
                return self._welcome(request)
            if not self._admitted(request):
                return _locked(request)
        if request.method not in ("GET", "HEAD", "PUT"):
            return refused(405, "This server is for reading.", {"allow": "GET, HEAD"})
        if request.method == "PUT" and not _ours(request):
            return refused(403, "Only the explorer's own page may write bookmarks.")
        return None

    def _knows(self, host: str) -> bool:
        found = _HOST.fullmatch(host.casefold())
        if found is None:
            return False
        name = (found[1] or found[2]).removesuffix(".")
        return name in self._hosts or ("*" in self._hosts and _is_address(name))

    def _holds(self, given: str | None) -> bool:
        return given is not None and _same(given, self._token or "")

    def _admitted(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and self._holds(given.strip()):
            return True
        return _same(request.cookies.get(_cookie(request), ""), self._visit)

    def _welcome(self, request: Request) -> Response:
        """Swap the token in the address for a cookie; the address goes into histories."""
        answer = RedirectResponse("./", 303, headers={"cache-control": "no-store"})
        answer.set_cookie(
            _cookie(request),
            self._visit,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer


def _locked(request: Request) -> Response:
    headers = {"www-authenticate": "Bearer", "cache-control": "no-store"}
    if "text/html" not in request.headers.get("accept", ""):
        return refused(401, _WANTED, headers)
    # The link helps who came from another site's page: a strict cookie is not sent with that step.
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>anonymuse</title>'
        f"<p>{_WANTED}</p>"
        '<p>Have you just done so? <a href="./">Go on to the report.</a></p></html>'
    )
    return HTMLResponse(page, 401, headers=headers)


def _cookie(request: Request) -> str:
    """Name the cookie by port: browsers share cookies between the ports of a host."""
    server = request.scope.get("server") or ("", None)
    return f"anonymuse-{server[1] or 0}"


def _ours(request: Request) -> bool:
    """Whether a write comes from our own page; a browser always says where from."""
    origin = request.headers.get("origin", "").casefold()
    host = request.headers.get("host", "").casefold()
    site = request.headers.get("sec-fetch-site", "same-origin")
    return origin in (f"http://{host}", f"https://{host}") and site == "same-origin"


def _same(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _strict(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
