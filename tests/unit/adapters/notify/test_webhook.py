"""Posts to a server on this machine that answers as it is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from anonymuse.adapters.notify import webhook
from anonymuse.adapters.notify.webhook import WAITS, post, signature

BODY = b'{"event": "anonymuse.watch"}'


@dataclass
class Hook:
    """What the server got, and what it answers."""

    answers: Sequence[tuple[int, dict[str, str]]]
    address: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def a_hook(*answers: int | tuple[int, dict[str, str]]) -> Iterator[Hook]:
    """Serve answers one after the other, the last one for ever."""
    told = [own if isinstance(own, tuple) else (own, {}) for own in answers]
    hook = Hook(told)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            hook.headers.append({k.lower(): v for k, v in self.headers.items()})
            hook.paths.append(self.path)
            status, headers = told[min(len(hook.bodies), len(told)) - 1]
            self.send_response(status)
            for name, value in {**headers, "content-length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.address = f"http://127.0.0.1:{server.server_port}/hook/s3cret?token=t0ken"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


def test_it_arrives_once_with_its_headers() -> None:
    with a_hook(204) as hook:
        found = post(hook.address, BODY, secret="k", clock=lambda: 1_700_000_000.9)
    assert (found.arrived, found.tries) == (True, 1)
    assert hook.bodies == [BODY]
    (headers,) = hook.headers
    assert headers["content-type"] == "application/json"
    assert headers["anonymuse-delivery"] == hashlib.sha256(BODY).hexdigest()[:32]
    mac = hmac.new(b"k", b"1700000000." + BODY, hashlib.sha256).hexdigest()
    assert headers["anonymuse-signature"] == f"t=1700000000,v1={mac}"


def test_without_a_secret_it_is_not_signed() -> None:
    with a_hook(200) as hook:
        post(hook.address, BODY)
    assert "anonymuse-signature" not in hook.headers[0]


def test_a_signature_covers_time_and_body() -> None:
    own = signature("k", 5, BODY)
    assert own != signature("k", 6, BODY)
    assert own != signature("k", 5, BODY + b" ")
    assert own != signature("l", 5, BODY)


def test_a_server_in_trouble_is_asked_again_and_each_try_is_signed_anew() -> None:
    waited: list[float] = []
    moments = iter([1.0, 2.0, 3.0])
    with a_hook(500, (429, {"retry-after": "7"}), 200) as hook:
        found = post(
            hook.address, BODY, secret="k", wait=waited.append, clock=lambda: next(moments)
        )
    assert (found.arrived, found.tries) == (True, 3)
    assert waited == [WAITS[0], 7.0]
    assert len({headers["anonymuse-signature"] for headers in hook.headers}) == 3
    assert len({headers["anonymuse-delivery"] for headers in hook.headers}) == 1


@pytest.mark.parametrize(
    ("answer", "tries", "told"),
    [
        (503, 4, "status 503"),
        (404, 1, "status 404"),
        ((302, {"location": "http://127.0.0.1:1/"}), 1, "not followed"),
        ((503, {"retry-after": "86400"}), 4, "status 503"),
        ((503, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}), 4, "status 503"),
    ],
)
def test_a_failure_is_told_and_not_raised(
    answer: int | tuple[int, dict[str, str]], tries: int, told: str
) -> None:
    waited: list[float] = []
    with a_hook(answer) as hook:
        found = post(hook.address, BODY, wait=waited.append)
    assert not found.arrived
    assert found.tries == tries == len(hook.bodies)
    assert told in found.told
    assert "s3cret" not in found.told
    assert "t0ken" not in found.told
    assert max(waited, default=0.0) <= 30.0


def test_nobody_there() -> None:
    found = post("http://127.0.0.1:9/s3cret", BODY, wait=lambda _: None)
    assert (found.arrived, found.tries) == (False, 4)
    assert found.told == "The webhook cannot be reached."


def test_a_receiver_that_is_silent_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import socket

    monkeypatch.setattr(webhook, "SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        found = post(address, BODY, wait=lambda _: None)
    assert found.told == "The webhook did not answer in time."


def test_what_stays_on_this_machine_does_not_go_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with a_hook(200) as hook:
        assert post(hook.address, BODY).arrived
    assert json.loads(hook.bodies[0])["event"] == "anonymuse.watch"
