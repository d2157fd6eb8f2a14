"""How a request finds its session: a cookie, or a reverse proxy that vouches for the visitor."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from anonymuse.errors import ConfigError, RightsError
from anonymuse.secure.values import Visit


class Door(Protocol):
    """What of :class:`secure.zone.Zone` opens sessions."""

    def arrive(self, name: str, *, address: str) -> Visit:
        """Open a session for whom a proxy vouches for."""
        ...

    def visit(self, token: str) -> Visit | None:
        """Return a session that still lives."""
        ...


@dataclass(frozen=True, slots=True)
class TrustedHeader:
    """A header that names the visitor, believed from one address only.

    Attributes:
        name: of the header, small letters.
        source: address of the reverse proxy.
    """

    name: str
    source: str


def trusted_header(name: str | None, source: str | None) -> TrustedHeader | None:
    """Return the header from what was asked for; None where nothing was.

    Raises:
        ConfigError: one without the other, or what is no header or no address.
    """
    if name is None and source is None:
        return None
    if name is None or source is None:
        raise ConfigError(
            "--trust-header and --from go together: the header's name, and the address of the "
            "reverse proxy that sends it."
        )
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise ConfigError(f"{name!r} is no name of a header. X-Remote-User is a usual one.")
    if name.casefold() in _TAKEN:
        raise ConfigError(f"The header {name} is the browser's own. X-Remote-User is a usual one.")
    try:
        return TrustedHeader(name.casefold(), str(ipaddress.ip_address(source)))
    except ValueError:
        raise ConfigError(f"--from takes one address, as 127.0.0.1; {source!r} is none.") from None


_TAKEN = frozenset(
    {"accept", "authorization", "connection", "content-length", "content-type", "cookie", "host"}
    | {"origin", "referer", "user-agent"}
)


class Entry:
    """Finds the session of a request, and gives its cookie to the answer.

    Args:
        door: of the zone.
        trust: a reverse proxy vouches for visitors; None: they sign in.
        tls: whether visitors come over TLS: the cookie never travels without, then.
    """

    def __init__(self, door: Door, trust: TrustedHeader | None, tls: bool) -> None:
        self._door = door
        self._trust = trust
        self._tls = tls

    def find(self, request: Request) -> Visit | None:
        """Return the session of a request; None where the visitor has to sign in.

        Raises:
            RightsError: the proxy vouches for nobody whom the zone knows, or it is not the proxy.
        """
        visit = self._kept(request)
        if self._trust is None:
            return visit
        name = self._vouched(request, self._trust)
        if visit is not None and visit.person.name == name.lower():  # as names of staff are kept
            return visit
        return self._door.arrive(name, address=address_of(request))

    def remember(
        self, request: Request, answer: Response, before: Visit | None, after: Visit | None
    ) -> None:
        """Make the browser's cookie the token of the session that the request ended with."""
        name = self._cookie(request)
        if after is not None and request.cookies.get(name) == after.token:
            return
        if after is not None or before is not None:
            answer.set_cookie(
                name,
                after.token if after else "",
                max_age=None if after else 0,
                path="/",
                httponly=True,
                samesite="strict",
                secure=self._tls,
            )

    def _kept(self, request: Request) -> Visit | None:
        token = request.cookies.get(self._cookie(request), "")
        return self._door.visit(token) if token else None

    def _vouched(self, request: Request, trust: TrustedHeader) -> str:
        if address_of(request) != trust.source:
            raise RightsError("Visitors come through the reverse proxy, and from nowhere else.")
        given = request.headers.getlist(trust.name)
        if len(given) != 1 or not given[0].strip():
            raise RightsError("The reverse proxy did not say who you are.")
        return given[0].strip()

    def _cookie(self, request: Request) -> str:
        """Name the cookie by port: browsers share cookies between the ports of a host."""
        server = request.scope.get("server") or ("", None)
        return f"{'__Host-' if self._tls else ''}anonymuse-zone-{server[1] or 0}"


def address_of(request: Request) -> str:
    """Return where a request came from, an IPv4 address as such."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
