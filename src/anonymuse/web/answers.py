"""Answers that are ready before anybody asks: bytes, their tag, and the same packed."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"
HTML = "text/html; charset=utf-8"
_SMALL = 1000  # bytes that are not worth packing


class Answer:
    """What one address always says; made when it is first asked for."""

    def __init__(self, make: Callable[[], bytes], kind: str) -> None:
        self._make = make
        self.kind = kind

    @cached_property
    def body(self) -> bytes:
        """The bytes themselves."""
        return self._make()

    @cached_property
    def packed(self) -> bytes:
        """The bytes under gzip, the same at any time of day."""
        return gzip.compress(self.body, 6, mtime=0)

    @cached_property
    def etag(self) -> str:
        """A tag of the content; weak, since it stands for both spellings."""
        return f'W/"{hashlib.blake2b(self.body, digest_size=16).hexdigest()}"'

    def to(self, request: Request) -> Response:
        """Return the response to one request."""
        headers = {
            "etag": self.etag,
            "cache-control": "private, no-cache",
            "vary": "accept-encoding",
        }
        if _has(request.headers.get("if-none-match", ""), self.etag):
            return Response(status_code=304, headers=headers)
        body = self.body
        if len(body) > _SMALL and _takes_gzip(request.headers.get("accept-encoding", "")):
            body = self.packed
            headers["content-encoding"] = "gzip"
        return Response(body, headers=headers | {"content-type": self.kind})


def _has(tags: str, etag: str) -> bool:
    bare = etag.removeprefix("W/")
    found = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    return bare in found or "*" in found


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.casefold().split(","):
        name, _, quality = part.replace(" ", "").partition(";")
        if name == "gzip":
            return quality not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
