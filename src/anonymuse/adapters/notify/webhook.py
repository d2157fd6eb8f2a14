"""A webhook: JSON posted to one address, signed, tried again where that may help, never sent on."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from anonymuse._version import __version__

SECONDS = 10.0
"""that connecting, sending or a reply's first bytes may take each"""

WAITS = (1.0, 3.0, 9.0)
"""seconds between the tries"""

_PATIENCE = 30.0  # seconds that a receiver may ask us to wait
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a post.

    Attributes:
        arrived: whether the receiver took it.
        told: a sentence without the address, which may be a secret.
        tries: how often it was sent.
    """

    arrived: bool
    told: str
    tries: int


def signature(secret: str, moment: int, body: bytes) -> str:
    """Return the signature's header: HMAC-SHA256 over the time, a dot and the body.

    Args:
        secret: that the receiver has as well.
        moment: seconds since 1970; a receiver refuses old ones, so that none can be replayed.
        body: exactly the bytes that are sent.
    """
    mac = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def post(
    address: str,
    body: bytes,
    *,
    secret: str = "",
    wait: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Delivery:
    """Post JSON; an error is told and never raised.

    The same body has the same ``Anonymuse-Delivery``: a receiver knows what it has already.

    Args:
        address: https, or http of this machine; checked where the rules were read.
        body: JSON.
        secret: signs it; empty: it is not signed.
        wait: sleeps between tries.
        clock: seconds since 1970.
    """
    headers = {
        "content-type": "application/json",
        "user-agent": f"anonymuse/{__version__}",
        "anonymuse-delivery": hashlib.sha256(body).hexdigest()[:32],
    }
    # What stays on this machine does not go through a proxy.
    far = urlsplit(address).scheme == "https"
    told = ""
    with httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=far) as client:
        for tries, pause in enumerate((*WAITS, None), start=1):
            if secret:
                headers["anonymuse-signature"] = signature(secret, int(clock()), body)
            told, again = _try(client, address, body, headers)
            if not told:
                return Delivery(True, "The webhook took it.", tries)
            if again is None or pause is None:
                break
            wait(max(pause, again))
    return Delivery(False, told, tries)


def _try(
    client: httpx2.Client, address: str, body: bytes, headers: dict[str, str]
) -> tuple[str, float | None]:
    """Send once; return what went wrong, and how long to wait at least before another try.

    Nothing is wrong where the sentence is empty; None for the wait: another try is of no use.
    """
    try:
        with client.stream("POST", address, content=body, headers=headers) as reply:
            status, asked = reply.status_code, reply.headers.get("retry-after", "")
    except httpx2.TimeoutException:
        return "The webhook did not answer in time.", 0.0
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):  # their words may hold the address
        return "The webhook cannot be reached.", 0.0
    if 200 <= status < 300:
        return "", None
    if 300 <= status < 400:
        return "The webhook sends on to another address, which is not followed.", None
    told = f"The webhook answered with status {status}."
    if status == _TOO_MANY or status >= 500:
        return told, min(_PATIENCE, float(asked)) if asked.isdecimal() else 0.0
    return told, None
