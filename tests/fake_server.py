"""A server on loopback that speaks OpenAI's and Anthropic's formats, counts, and misbehaves.

In a test::

    with FakeServer(latency=0.01, faults={3: "500"}) as server:
        chat = OpenAICompatibleChat(server.base_url, "fake")
        ...
        assert server.counts.calls == 4

As a process that outlives the client (kill tests, benchmarks)::

    python -m tests.fake_server --port 0 --latency 0.05 --counts counts.json

prints ``port N`` on its first line, keeps ``counts.json`` up to date, and answers ``GET /counts``.
It is written on a bare protocol, without a task per call, so that it is no bottleneck.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tests.fake_wires import FAULTS, Wire, digest, prompt_hash, question, reply

__all__ = ["FAULTS", "Choice", "Counts", "FakeServer", "Mixture"]

Choice = Callable[[int, Mapping[str, Any]], str | None]
"""Which fault, if any, call number 0, 1, ... with this body meets."""


@dataclass
class Counts:
    """What the server saw."""

    calls: int = 0
    answered: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_prompt: Counter[str] = field(default_factory=Counter)
    by_question: Counter[str] = field(default_factory=Counter)
    answered_prompts: Counter[str] = field(default_factory=Counter)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[tuple[float, str]] = field(default_factory=list)

    @property
    def repeats(self) -> int:
        """Questions that were answered well more than once, counted per extra answer."""
        return sum(n - 1 for n in self.answered_prompts.values())

    def as_dict(self, *, prompts: bool = True) -> dict[str, Any]:
        return {
            "calls": self.calls,
            "answered": self.answered,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "by_status": dict(self.by_status),
            "repeats": self.repeats,
            "distinct": len(self.by_prompt),
            "questions": len(self.by_question),
            **({"by_prompt": dict(self.by_prompt)} if prompts else {}),
        }


class Mixture:
    """Faults in given shares, drawn by the question and how often it was asked: the same each run.

    Args:
        shares: share of the calls that meet each fault. "refusal" is drawn once for a question:
            a model that refuses, refuses again.
    """

    def __init__(self, shares: Mapping[str, float], seed: int = 0) -> None:
        self._shares = dict(shares)
        self._seed = seed
        self._asked: Counter[str] = Counter()

    def __call__(self, _: int, body: Mapping[str, Any]) -> str | None:
        asked = question(body)
        self._asked[asked] += 1
        always = {name: share for name, share in self._shares.items() if name == "refusal"}
        passing = {name: share for name, share in self._shares.items() if name != "refusal"}
        key = digest(self._seed, asked)
        return _draw(key, always) or _draw(f"{key}/{self._asked[asked]}", passing)


def _draw(key: str, shares: Mapping[str, float]) -> str | None:
    place = random.Random(key).random()
    for name, share in shares.items():
        if place < share:
            return name
        place -= share
    return None


class FakeServer:
    """The server; a context manager that runs it in a thread.

    Args:
        latency: seconds each answer takes; a 429 takes none.
        most: calls in flight above which the server answers 429.
        per_second: calls a second above which it answers 429; a quarter of a second may burst.
        retry_after: seconds named in a 429's header; None sends no header.
        extra_headers: sent with every answer.
        thinks: say of answers cut at their bound that the model was still thinking.
        faults: what call number n meets, as a mapping or a function.
        keep: remember bodies, headers and times (off for long runs).
        counts_file: where to write the counts, shortly after every change.
        say: makes status, content type and text of an answer without a fault; by default the
            smallest answer that fits, counted in words.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        latency: float = 0.0,
        most: int | None = None,
        per_second: float | None = None,
        retry_after: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        thinks: bool = False,
        faults: Mapping[int, str] | Choice | None = None,
        keep: bool = True,
        counts_file: Path | None = None,
        say: Callable[[Mapping[str, Any]], tuple[int, str, str]] | None = None,
    ) -> None:
        self._say = say
        self.counts = Counts()
        self.port = port
        self._latency = latency
        self._most = most
        self._bucket = None if per_second is None else _Bucket(per_second)
        self._retry_after = retry_after
        self._extra = "".join(f"{k}: {v}\r\n" for k, v in (extra_headers or {}).items())
        self._thinks = thinks
        self._faults = faults or {}
        self._keep = keep
        self._counts_file = counts_file
        self._write_due = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._thread: threading.Thread | None = None
        self.connections: set[_Connection] = set()

    @property
    def base_url(self) -> str:
        """Up to and including ``/v1``, as OpenAI's clients want it."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def root(self) -> str:
        """Without ``/v1``, as Anthropic's client wants it."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for connection in list(self.connections):
            connection.close()
        await asyncio.sleep(0)
        self._write_counts()

    def __enter__(self) -> FakeServer:
        ready = threading.Event()

        async def run() -> None:
            await self.start()
            self._stopping = asyncio.Event()
            ready.set()
            await self._stopping.wait()
            await self.stop()

        self._thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        self._thread.start()
        assert ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(5)

    def serve(self, connection: _Connection, head: bytes, content: bytes) -> None:
        """Serve one request of a connection."""
        path = head.split(b" ", 2)[1]
        if head.startswith(b"POST"):
            wire: Wire = "anthropic" if path.endswith(b"/messages") else "openai"
            self._complete(connection, wire, json.loads(content), head)
        elif path == b"/counts":
            connection.send(200, "application/json", json.dumps(self.counts.as_dict(prompts=False)))
        else:
            models = {"object": "list", "data": [{"id": "fake"}]}
            connection.send(200, "application/json", json.dumps(models))

    def _complete(
        self, connection: _Connection, wire: Wire, body: dict[str, Any], head: bytes
    ) -> None:
        counts = self.counts
        number = counts.calls
        counts.calls += 1
        counts.in_flight += 1
        counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)
        prompt = prompt_hash(body)
        counts.by_prompt[prompt] += 1
        counts.by_question[digest(question(body))] += 1
        fault = self._fault(number, body)
        counts.by_status[fault or "ok"] += 1
        if self._keep:
            counts.bodies.append(body)
            counts.headers.append(_headers(head))
            counts.times.append((time.monotonic(), fault or "ok"))
        self._changed()
        if fault == "hang":
            return
        loop = asyncio.get_running_loop()
        wait = 0.0 if fault == "429" else self._latency
        loop.call_later(wait, self._respond, connection, wire, fault, body, prompt)

    def _fault(self, number: int, body: Mapping[str, Any]) -> str | None:
        if self._most is not None and self.counts.in_flight > self._most:
            return "429"
        if self._bucket is not None and not self._bucket.take():
            return "429"
        if isinstance(self._faults, Mapping):
            return self._faults.get(number)
        return self._faults(number, body)

    def _respond(
        self,
        connection: _Connection,
        wire: Wire,
        fault: str | None,
        body: dict[str, Any],
        prompt: str,
    ) -> None:
        self.counts.in_flight -= 1
        self._changed()
        if fault == "drop":
            connection.close()
            return
        if self._say is not None and fault is None:
            status, kind, text = self._say(body)
        else:
            status, kind, text = reply(wire, fault, body, thinks=self._thinks)
        extra = self._extra
        if status in (429, 503, 529) and self._retry_after is not None:
            extra += f"retry-after-ms: {self._retry_after * 1000:.0f}\r\n"
            extra += f"retry-after: {self._retry_after:.0f}\r\n"
        connection.send(status, kind, text, extra)
        if fault is None:
            self.counts.answered += 1
            self.counts.answered_prompts[prompt] += 1

    def _changed(self) -> None:
        if self._counts_file is not None and not self._write_due:
            self._write_due = True
            asyncio.get_running_loop().call_later(0.02, self._write_counts)

    def _write_counts(self) -> None:
        self._write_due = False
        if self._counts_file is not None:
            partial = self._counts_file.with_suffix(".partial")
            partial.write_text(json.dumps(self.counts.as_dict()))
            partial.replace(self._counts_file)


class _Connection(asyncio.Protocol):
    """One client; requests on it come one after the other, as HTTP/1.1 clients send them."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        self._server.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._buffer.startswith(b"\x16"):  # the beginning of TLS, which we do not speak
            self.send(400, "text/plain", "this is http")
            self.close()
            return
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            length = int(_headers(head).get("content-length", "0")) if found else 0
            if not found or len(rest) < length:
                return
            self._buffer = rest[length:]
            self._server.serve(self, head, rest[:length])

    def send(self, status: int, kind: str, text: str, extra: str = "") -> None:
        if self._transport is None:
            return
        payload = text.encode()
        head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n"
        head += f"content-length: {len(payload)}\r\n{extra}\r\n"
        self._transport.write(head.encode() + payload)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class _Bucket:
    """A hidden limit: refilled evenly."""

    def __init__(self, per_second: float) -> None:
        self._rate = per_second
        self._most = max(1.0, per_second / 4)
        self._left = self._most
        self._at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}


def _shares(text: str) -> dict[str, float]:
    """Read ``429=0.03,500=0.01``."""
    return {name: float(share) for name, _, share in (p.partition("=") for p in text.split(","))}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="tests.fake_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--most", type=int, help="answer 429 above this many in flight")
    parser.add_argument("--per-second", type=float, help="answer 429 above this many a second")
    parser.add_argument("--retry-after", type=float)
    parser.add_argument("--fault", choices=FAULTS, help="the fault that every Nth call meets")
    parser.add_argument("--every", type=int, default=10, help="the N of --fault")
    parser.add_argument("--mixture", type=_shares, help="shares of faults, as in 429=0.03,500=0.01")
    parser.add_argument("--counts", type=Path, help="file kept up to date with the counts")
    options = parser.parse_args(arguments)

    def every(number: int, _: Mapping[str, Any]) -> str | None:
        return options.fault if number % options.every == options.every - 1 else None

    faults: Choice | None = every if options.fault else None
    if options.mixture:
        faults = Mixture(options.mixture)

    async def serve() -> None:
        server = FakeServer(
            port=options.port,
            latency=options.latency,
            most=options.most,
            per_second=options.per_second,
            retry_after=options.retry_after,
            faults=faults,
            keep=False,
            counts_file=options.counts,
        )
        await server.start()
        sys.stdout.write(f"port {server.port}\n")
        sys.stdout.flush()
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        await stop.wait()
        await server.stop()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
