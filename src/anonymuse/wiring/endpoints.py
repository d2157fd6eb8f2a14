"""Where text of conversations goes in a run, and whether it may."""

from __future__ import annotations

import ipaddress
import os
import re
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from anonymuse.adapters.chat.batch_open import FOLDER, is_folder
from anonymuse.adapters.chat.open import base_url
from anonymuse.adapters.entities.open import CUES, NONE
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.parts import BY_CHAT

PLUG_IN = "plug-in:"
_PORTS = {"http": 80, "https": 443}
_UPWARDS = re.compile(r"(^|[/\\])\.\.?(?=[/\\;]|$)")
"""parts of a path that lead out of what stands before them"""


@dataclass(frozen=True, slots=True)
class Destination:
    """Something that is given text of conversations.

    Attributes:
        what: it is to the run.
        place: its address, as a list names it; empty where it is part of this program.
        here: whether the text stays on this machine.
    """

    what: str
    place: str
    here: bool


def refuse_endpoints(config: RunConfig) -> str:
    """Refuse a run that would send text where it may not go; else say where text goes.

    Returns:
        A sentence for the start of the run.

    Raises:
        ConfigError: names what is not on the list.
    """
    found = destinations(config, os.environ)
    listed = config.zone.endpoints
    for entry in listed:
        _refuse_what_names_nothing(entry)
    for own in found:
        if own.place and not _may(own, listed, restricted=config.zone.restricted):
            raise ConfigError(_refusal(own, listed))
        if listed and own.place.startswith("http://") and _is_proxied(_split(own.place)):
            raise ConfigError(
                f"{own.place} ({own.what}) is on the list of zone.endpoints, and a proxy that is "
                f"not would read what is sent there. Put the host's name in NO_PROXY, or use https."
            )
    away = [own for own in found if own.place]
    if not away:
        return "Text of conversations stays on this machine."
    told = ", and to ".join(f"{own.place} ({own.what})" for own in away)
    if listed:
        return f"Text of conversations goes to {told}: on the list of zone.endpoints."
    if all(own.here for own in away):
        return f"Text of conversations goes to {told}: on this machine."
    return f"Text of conversations goes to {told}; no list of zone.endpoints says where it may."


def destinations(config: RunConfig, variables: Mapping[str, str]) -> list[Destination]:
    """Return everything that a run gives text of conversations, the chat model first.

    Args:
        config: of the run.
        variables: of the environment, which may move a vendor's address.
    """
    models, names = config.models, config.privacy.names
    found = [_of_chat("the chat model", models.chat, variables)]
    if models.fallback is not None:
        found.append(_of_chat("the fallback model", models.fallback, variables))
    if names not in (NONE, CUES, BY_CHAT):
        found.append(Destination("finds names", f"{PLUG_IN}{names}", here=False))
    return list(dict.fromkeys(found))


def _of_chat(what: str, spec: str, variables: Mapping[str, str]) -> Destination:
    if is_folder(spec):
        folder = Path(spec.removeprefix(FOLDER).rpartition("#")[0]).expanduser()
        return Destination(f"{what}, by hand", f"{FOLDER}{folder}", here=False)
    address = base_url(spec, variables)
    if address is None:
        return Destination(what, "", here=True)
    where = _split(address)
    return Destination(what, _shown(where), here=_is_here(where))


def _may(own: Destination, listed: Sequence[str], *, restricted: bool) -> bool:
    if listed:
        return any(_covers(entry, own.place) for entry in listed)
    return own.here or not restricted


def _covers(entry: str, place: str) -> bool:
    """Say whether an entry of the list names an address, or one above it."""
    if not place.startswith(("http://", "https://")):
        return entry == place
    if not entry.startswith(("http://", "https://")):
        return False
    a, b = _split(entry), _split(place)
    above = a.path.rstrip("/")
    below = b.path.rstrip("/")
    if _UPWARDS.search(unquote(unquote(below))):
        return False
    return _host(a) == _host(b) and (below == above or below.startswith(f"{above}/"))


def _host(where: SplitResult) -> tuple[str, str, int]:
    return where.scheme, where.hostname or "", where.port or _PORTS[where.scheme]


def _is_here(where: SplitResult) -> bool:
    """Say whether an address is this machine's, and no proxy stands before it.

    Names are not looked up: who answers that could point one elsewhere.
    """
    name = where.hostname or ""
    if _is_proxied(where):
        return False
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _is_proxied(where: SplitResult) -> bool:
    """Say whether a proxy may stand before an address.

    Programs read `NO_PROXY` in different ways, so it counts only where it holds the very name.
    """
    proxies = urllib.request.getproxies()
    spared = {one.strip() for one in proxies.get("no", "").split(",")}
    proxied = not proxies.keys().isdisjoint({where.scheme, "all"})
    return proxied and spared.isdisjoint({where.hostname, "*"})


def _split(address: str) -> SplitResult:
    """Return the parts of an address; it may carry a password, which no message repeats."""
    try:
        where = urlsplit(address)
        where.port  # noqa: B018 - what is wrong with an address is said when it is read
    except ValueError:
        raise ConfigError(
            "The address of a chat model, or one of zone.endpoints, is none."
        ) from None
    return where


def _shown(where: SplitResult) -> str:
    """Return an address without a password, a query or the model's name."""
    return f"{where.scheme}://{where.netloc.rpartition('@')[2]}{where.path.rstrip('/')}"


def _refuse_what_names_nothing(entry: str) -> None:
    good = entry.startswith((FOLDER, PLUG_IN))
    if entry.startswith(("http://", "https://")):
        good = bool(_split(entry).hostname)
    if not good:
        raise ConfigError(
            "An entry of zone.endpoints names nothing that text can go to. Write addresses as "
            "https://models.example.org/v1, folders as folder:DIR, plug-ins as plug-in:NAME."
        )


def _refusal(own: Destination, listed: Sequence[str]) -> str:
    if listed:
        return (
            f"{own.place} ({own.what}) is not on the list of zone.endpoints, so no text is sent "
            f"there. Put it on the list if it may read conversations, or name another."
        )
    return (
        f"A restricted run sends text to this machine's addresses only, and {own.place} "
        f"({own.what}) is none. If it may read conversations, put it on the list zone.endpoints."
    )
