"""Which key goes to which host. A key of one host is never sent to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from anonymuse.errors import ModelUnavailableError

URL_KEY: Final = "ANONYMUSE_API_KEY"
"""For the URL of --chat, whatever host that is: it was set for us."""

FALLBACK_KEY: Final = "ANONYMUSE_FALLBACK_API_KEY"
"""For the URL of --fallback where that is another host."""

VENDOR_KEYS: Final = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
_HOSTS: Final = {"api.anthropic.com": "anthropic", "api.openai.com": "openai"}
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def url_key(url: str, environment: Mapping[str, str], *, beside: str | None = None) -> str | None:
    """Return the key for a URL, or None: local servers need none.

    Args:
        url: of the endpoint.
        environment: variables by name.
        beside: the name of the main model where this one is its fallback.
    """
    if beside is not None and beside.startswith(("http://", "https://")):
        if _origin(url) != _origin(beside):
            return environment.get(FALLBACK_KEY) or None
    elif beside is not None and environment.get(FALLBACK_KEY):
        return environment[FALLBACK_KEY]
    if environment.get(URL_KEY):
        return environment[URL_KEY]
    vendor = _HOSTS.get(urlsplit(url).hostname or "")
    if vendor is not None and url.startswith("https://"):
        return environment.get(VENDOR_KEYS[vendor]) or None
    return None


def vendor_key(vendor: str, base_url: str, environment: Mapping[str, str]) -> str | None:
    """Return the key for a named vendor; a server on this machine needs none.

    Raises:
        ModelUnavailableError: the variable with the key is not set.
    """
    name = VENDOR_KEYS[vendor]
    key = environment.get(name) or None
    if key is None and urlsplit(base_url).hostname not in _LOOPBACK:
        raise ModelUnavailableError(
            f"Models of {vendor} need a key: set the environment variable {name}."
        )
    return key


def vendor_of(url: str) -> str | None:
    """Return whose own host a URL names, if it is one of the named vendors'."""
    return _HOSTS.get(urlsplit(url).hostname or "")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    where = urlsplit(url)
    return where.scheme, where.hostname, where.port
