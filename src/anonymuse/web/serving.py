"""Finds a free port, and serves until somebody stops it."""

from __future__ import annotations

import errno
import ipaddress
import socket
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from anonymuse.errors import ConfigError
from anonymuse.web.guard import LOOPBACK

PORT = 8722
_TRIES = 50
_ALL = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised here, never chosen by us


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() in LOOPBACK


def names_of(host: str) -> frozenset[str]:
    """Return the names by which visitors may call a server that listens on ``host``."""
    if host not in _ALL:
        return LOOPBACK | {host.casefold()}
    own = socket.gethostname().casefold()
    return LOOPBACK | {own, f"{own}.local", "*"}


def listen(host: str, port: int | None, first: int = PORT) -> socket.socket:
    """Return a listening socket; without a port, on the first free one from ``first`` on.

    Raises:
        ConfigError: the port is in use or not ours to use, or the host is no address of this
            machine.
    """
    tries = range(first, first + _TRIES) if port is None else (port,)
    for wanted in tries:
        try:
            return _bound(host, wanted)
        except socket.gaierror:
            raise ConfigError(f"{host} is no address of this machine.") from None
        except PermissionError:
            raise ConfigError(
                f"Port {wanted} may not be used by this account. Choose one above 1023."
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            raise ConfigError(f"{host} cannot be listened on: {error.strerror}.") from None
    if port is None:
        raise ConfigError(f"Ports {tries[0]} to {tries[-1]} are all in use. Name one with --port.")
    raise ConfigError(f"Port {port} is in use. Name another, or leave --port out for a free one.")


def address(sock: socket.socket, host: str, token: str | None = None) -> str:
    """Return where a browser finds the server."""
    name = socket.gethostname() if host in _ALL else host
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{sock.getsockname()[1]}/" + (f"?token={token}" if token else "")


def serve(
    app: ASGIApp, sock: socket.socket, tls: tuple[str | Path, str | Path] | None = None
) -> None:
    """Serve until Ctrl-C, which arrives as :class:`KeyboardInterrupt`; open pages get an end.

    Args:
        app: what is served.
        sock: listens already.
        tls: files of a certificate and of its key; None: without TLS.
    """
    certificate, key = tls or (None, None)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="off",
        backlog=16,  # of all that wait while no more can be let in, asyncio complains one by one
        timeout_graceful_shutdown=2,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    uvicorn.Server(config).run(sockets=[sock])


def _bound(host: str, port: int) -> socket.socket:
    family, kind, proto, _, where = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.socket(family, kind, proto)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(where)
        sock.listen()  # two that start at once could both bind
    except OSError:
        sock.close()
        raise
    return sock
