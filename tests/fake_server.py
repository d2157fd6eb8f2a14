"""An OpenAI-compatible server on loopback that counts, dawdles and misbehaves on request.

In a test::

    with FakeServer(latency=0.01, faults={3: "500"}) as server:
        chat = OpenAICompatibleChat(server.base_url, "fake")
        ...
        assert server.counts.calls == 4

As a process that outlives the client (kill tests)::

    python -m tests.fake_server --port 0 --latency 0.05 --counts counts.json

prints ``port N`` on its first line, keeps ``counts.json`` up to date, and answers ``GET /counts``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anonymuse.adapters.chat.scripted import fill_schema

FAULTS = (
    "429", "500", "503", "400", "401", "404", "quota", "context", "filter", "refusal", "schema",
    "temperature", "junk", "html", "prose", "length", "hang", "drop", "empty",
)  # fmt: skip
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
    answered_prompts: Counter[str] = field(default_factory=Counter)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def repeats(self) -> int:
        """Questions that were answered well more than once, counted per extra answer."""
        return sum(n - 1 for n in self.answered_prompts.values())

    def as_dict(self) -> dict[str, Any]:
        return {
            "calls": self.calls,
            "answered": self.answered,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "by_status": dict(self.by_status),
            "repeats": self.repeats,
            "distinct": len(self.by_prompt),
            "by_prompt": dict(self.by_prompt),
        }


def prompt_hash(body: Mapping[str, Any]) -> str:
    asked = [body.get("messages"), body.get("response_format"), body.get("temperature")]
    return hashlib.blake2b(json.dumps(asked, sort_keys=True).encode(), digest_size=12).hexdigest()


def answer_text(body: Mapping[str, Any]) -> str:
    """Answer as `ScriptedChat` does: the smallest JSON that fits, drawn from the prompt's hash."""
    format_ = body.get("response_format") or {}
    schema = format_.get("json_schema", {}).get("schema")
    if schema is None:
        told = json.dumps(body.get("messages"))
        schema = {"properties": {"answer": {"type": "string"}}} if "JSON" in told else None
    return fill_schema(schema, prompt_hash(body))


class FakeServer:
    """The server; a context manager that runs it in a thread.

    Args:
        latency: seconds each answer takes.
        most: calls in flight above which the server answers 429.
        retry_after: seconds named in a 429's header; None sends no header.
        faults: what call number n meets, as a mapping or a function.
        keep: remember bodies and headers (off for long runs).
        counts_file: where to write the counts, shortly after every change.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        latency: float = 0.0,
        most: int | None = None,
        retry_after: float | None = None,
        faults: Mapping[int, str] | Choice | None = None,
        keep: bool = True,
        counts_file: Path | None = None,
    ) -> None:
        self.counts = Counts()
        self.port = port
        self._latency = latency
        self._most = most
        self._retry_after = retry_after
        self._faults = faults or {}
        self._keep = keep
        self._counts_file = counts_file
        self._write_due = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
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

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; False closes the connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, _, v in (x.partition(":") for x in lines)}
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        if first.startswith("GET /counts"):
            _send(writer, 200, json.dumps(self.counts.as_dict()))
        elif first.startswith("POST"):
            return await self._complete(writer, json.loads(content), headers)
        else:
            _send(writer, 200, json.dumps({"object": "list", "data": [{"id": "fake"}]}))
        await writer.drain()
        return True

    async def _complete(
        self, writer: asyncio.StreamWriter, body: dict[str, Any], headers: dict[str, str]
    ) -> bool:
        counts = self.counts
        number = counts.calls
        counts.calls += 1
        counts.in_flight += 1
        counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)
        counts.by_prompt[prompt_hash(body)] += 1
        if self._keep:
            counts.bodies.append(body)
            counts.headers.append(headers)
        self._changed()
        try:
            fault = self._fault(number, body)
            if fault != "429":
                await asyncio.sleep(self._latency)
            return await self._respond(writer, fault, body)
        finally:
            counts.in_flight -= 1
            self._changed()

    def _fault(self, number: int, body: Mapping[str, Any]) -> str | None:
        if self._most is not None and self.counts.in_flight > self._most:
            return "429"
        if callable(self._faults):
            return self._faults(number, body)
        return self._faults.get(number)

    async def _respond(
        self, writer: asyncio.StreamWriter, fault: str | None, body: dict[str, Any]
    ) -> bool:
        self.counts.by_status[fault or "ok"] += 1
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "drop":
            return False
        status, text, kind = _answer(fault, body)
        extra = ""
        if status in (429, 503) and self._retry_after is not None:
            extra = f"retry-after-ms: {self._retry_after * 1000:.0f}\r\n"
            extra += f"retry-after: {self._retry_after:.0f}\r\n"
        _send(writer, status, text, kind=kind, extra=extra)
        await writer.drain()
        if fault is None:
            self.counts.answered += 1
            self.counts.answered_prompts[prompt_hash(body)] += 1
        return True

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


def _send(
    writer: asyncio.StreamWriter,
    status: int,
    text: str,
    *,
    kind: str = "application/json",
    extra: str = "",
) -> None:
    payload = text.encode()
    writer.write(
        f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(payload)}\r\n"
        f"{extra}\r\n".encode()
        + payload
    )


_ERRORS: dict[str, tuple[int, dict[str, str]]] = {
    "429": (429, {"code": "rate_limit_exceeded"}),
    "500": (500, {"code": "server_error"}),
    "503": (503, {"code": "overloaded"}),
    "400": (400, {"code": "bad_request"}),
    "401": (401, {"code": "invalid_api_key"}),
    "404": (404, {"code": "model_not_found"}),
    "quota": (429, {"code": "insufficient_quota"}),
    "context": (400, {"code": "context_length_exceeded"}),
    "filter": (400, {"code": "content_filter"}),
    "schema": (400, {"code": "unsupported_value", "param": "response_format"}),
    "temperature": (400, {"code": "unsupported_value", "param": "temperature"}),
}


def _answer(fault: str | None, body: dict[str, Any]) -> tuple[int, str, str]:
    """Return status, body and content type. Errors echo the prompt, as real ones do."""
    if fault in _ERRORS:
        status, said = _ERRORS[fault]
        echo = str(body["messages"][-1]["content"])
        return status, json.dumps({"error": {"message": f"no: {echo}", **said}}), "application/json"
    if fault == "junk":
        return 200, '{"choices": [', "application/json"
    if fault == "html":
        return 200, "<html>It works!</html>", "text/html"
    text = answer_text(body)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    finish = "stop"
    if fault == "prose":
        message["content"] = "I would rather talk about the weather."
    elif fault == "refusal":
        message = {"role": "assistant", "content": None, "refusal": "I will not."}
    elif fault == "length":
        message["content"], finish = text[: len(text) // 2], "length"
    elif fault == "empty":
        message["content"] = ""
    words = sum(len(str(m["content"]).split()) for m in body["messages"])
    reply = {
        "id": "fake",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": words,
            "completion_tokens": len(text.split()),
            "total_tokens": words + len(text.split()),
        },
    }
    return 200, json.dumps(reply), "application/json"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="tests.fake_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--most", type=int, help="answer 429 above this many in flight")
    parser.add_argument("--retry-after", type=float)
    parser.add_argument("--fault", choices=FAULTS, help="the fault that every Nth call meets")
    parser.add_argument("--every", type=int, default=10, help="the N of --fault")
    parser.add_argument("--counts", type=Path, help="file kept up to date with the counts")
    options = parser.parse_args(arguments)

    def faults(number: int, _: Mapping[str, Any]) -> str | None:
        return options.fault if number % options.every == options.every - 1 else None

    async def serve() -> None:
        server = FakeServer(
            port=options.port,
            latency=options.latency,
            most=options.most,
            retry_after=options.retry_after,
            faults=faults if options.fault else None,
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
