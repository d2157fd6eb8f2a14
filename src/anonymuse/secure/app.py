"""The zone's server: every address, who is let in, and how errors are told."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from anonymuse.errors import (
    AbsentError,
    AnonymuseError,
    ErasedError,
    InputError,
    OutputError,
    PauseError,
    RightsError,
    TooLargeError,
    UserError,
)
from anonymuse.secure.call import Call, Handler, Server, own_path, read_form
from anonymuse.secure.entry import Entry, TrustedHeader
from anonymuse.secure.guard import LOOPBACK, Guard
from anonymuse.secure.pages import (
    accounts,
    cases,
    clusters,
    door,
    gaps,
    log,
    overview,
    reading,
    requests,
    staff,
)
from anonymuse.secure.rendering import Pages
from anonymuse.secure.zone import Zone

_STATIC = Path(__file__).parent / "static"
_OURS = str(Path(__file__).parents[1])
_NOTHING = "There is nothing at this address, or nothing that you may see."
_FAILED = "The server failed at this, and nothing was shown. Its terminal says where."
_STATUS = (
    (TooLargeError, 413),
    (PauseError, 429),
    (AbsentError, 404),
    (RightsError, 403),
    (ErasedError, 410),
    (OutputError, 500),
    (UserError, 400),
)
"""what an error means to a browser; the first that fits"""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the server.

    Attributes:
        method: GET looks, POST does.
        path: with parts in braces.
        handler: answers.
        open: to who has not signed in.
    """

    method: str
    path: str
    handler: Handler
    open: bool = False


def _file(name: str, kind: str) -> Handler:
    content = (_STATIC / name).read_text(encoding="utf-8")
    return lambda _: Response(content, media_type=kind)


ADDRESSES = (
    Address("GET", "/static/zone.css", _file("zone.css", "text/css"), open=True),
    Address("GET", "/static/eye.svg", _file("eye.svg", "image/svg+xml"), open=True),
    Address("GET", "/sign-in", door.sign_in_page, open=True),
    Address("POST", "/sign-in", door.sign_in, open=True),
    Address("POST", "/sign-out", door.sign_out),
    Address("GET", "/password", door.password_page),
    Address("POST", "/password", door.password),
    Address("GET", "/", door.home),
    Address("GET", "/overview", overview.overview),
    Address("GET", "/clusters", clusters.listed),
    Address("GET", "/clusters/{cluster}", clusters.one),
    Address("POST", "/clusters/{cluster}/verdict", clusters.judge),
    Address("GET", "/queue", clusters.queue),
    Address("GET", "/accounts/{account}", accounts.one),
    Address("POST", "/accounts/{account}/verdict", accounts.judge),
    Address("GET", "/gaps", gaps.listed),
    Address("GET", "/gaps/{number}", gaps.one),
    Address("GET", "/requests", requests.listed),
    Address("GET", "/requests/new", requests.form),
    Address("POST", "/requests", requests.ask),
    Address("GET", "/requests/{request}", requests.one),
    Address("POST", "/requests/{request}/decision", requests.decide),
    Address("POST", "/requests/{request}/end", requests.revoke),
    Address("GET", "/requests/{request}/conversations", reading.listed),
    Address("GET", "/requests/{request}/conversations/{row}", reading.summary),
    Address("POST", "/requests/{request}/conversations/{row}", reading.read),
    Address("POST", "/requests/{request}/conversations/{row}/lift", reading.lift),
    Address("GET", "/watermark.svg", reading.watermark),
    Address("POST", "/cases", cases.export),
    Address("GET", "/log", log.listed),
    Address("POST", "/log/anchor", log.anchor),
    Address("GET", "/staff", staff.listed),
    Address("POST", "/staff", staff.add),
    Address("POST", "/staff/{name}/role", staff.set_role),
    Address("POST", "/staff/{name}/disable", staff.disable),
    Address("POST", "/staff/{name}/enable", staff.enable),
    Address("POST", "/staff/{name}/password", staff.reset),
)
"""All there is. The order decides where two fit."""


def make_zone_app(
    zone: Zone,
    *,
    run: str,
    hosts: Collection[str] = LOOPBACK,
    trust: TrustedHeader | None = None,
    tls: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> ASGIApp:
    """Return the server's application over a zone.

    Args:
        zone: whose pages these are.
        run: how the run is called on every page.
        hosts: names by which the server may be called, see :class:`Guard`.
        trust: header by which a reverse proxy vouches for visitors; None: they sign in here.
        tls: whether visitors come over TLS, here or at the proxy.
        tell: is told where the server failed, never with a word of anybody's.
    """
    server = Server(zone, Pages(), run, trust is not None)
    site = _Site(server, Entry(zone.door, trust, tls), tell)
    routes = [Route(one.path, site.behind(one), methods=[one.method]) for one in ADDRESSES]
    nothing = site.behind(Address("GET", "", _nothing))

    async def no_address(request: Request, _: Exception) -> Response:
        return await nothing(request)

    app = Starlette(routes=routes, exception_handlers={404: no_address, 405: no_address})
    app.router.redirect_slashes = False
    return Guard(app, hosts, tls=tls)


def _nothing(_: Call) -> Response:
    raise AbsentError(_NOTHING)


class _Site:
    """Answers one request at a time: two looks never race for the last of an allowance."""

    def __init__(self, server: Server, entry: Entry, tell: Callable[[str], None]) -> None:
        self._desk = server
        self._entry = entry
        self._tell = tell
        self._one = threading.Lock()

    def behind(self, address: Address) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of an address."""

        async def answer(request: Request) -> Response:
            call = Call(self._desk, request)
            try:
                call.form = await read_form(request) if request.method == "POST" else {}
            except InputError as error:
                return _told(call, error)
            return await run_in_threadpool(self._answer, address, call)

        return answer

    def _answer(self, address: Address, call: Call) -> Response:
        with self._one:
            before = None
            try:
                if not address.open or address.method == "POST":
                    before = call.visit = self._entry.find(call.request)
                answer = self._turned_away(address, call) or address.handler(call)
            except AnonymuseError as error:
                answer = _told(call, error)
            except Exception as error:  # noqa: BLE001 - nobody may see what it carries
                self._tell(f"{call.request.method} {address.path} failed: {_place(error)}.")
                answer = _told(call, OutputError(_FAILED))
            self._entry.remember(call.request, answer, before, call.visit)
            return answer

    def _turned_away(self, address: Address, call: Call) -> Response | None:
        """Return what a visitor gets instead of what they asked for."""
        if address.open:
            return None
        if call.visit is None:
            to = call.request.url.path if address.method == "GET" else "/"
            return RedirectResponse(f"/sign-in?next={quote(own_path(to), safe='/')}", 303)
        if call.visit.person.must_change and address.path not in _UNCHANGED:
            return RedirectResponse("/password", 303)
        if address.method == "POST" and not call.zone.door.csrf_ok(call.visit, call.sent("csrf")):
            raise RightsError("This form is not of this session. Open its page again.")
        return None


_UNCHANGED = ("/password", "/sign-out")
"""what somebody may do before setting a password of their own"""


def _told(call: Call, error: AnonymuseError) -> Response:
    """Tell an error in its sentence, which is ours and holds nobody's text."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    sentence = error.message if isinstance(error, UserError) else _FAILED
    return call.page("error", "That did not work", status, sentence=sentence, code=status)


def _place(error: Exception) -> str:
    """Return what failed and where, without the words of the exception."""
    own = [one for one in traceback.extract_tb(error.__traceback__) if _OURS in one.filename]
    last = own[-1] if own else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
