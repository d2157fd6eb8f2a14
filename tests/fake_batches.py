"""A provider with batch APIs on loopback: OpenAI's and Anthropic's. It counts every question.

In a test::

    with FakeBatches(polls=2, expire={1}) as provider:
        chat = OpenAICompatibleChat(provider.base_url, "fake")
        ...
        assert provider.most == 1  # no question was answered twice

Single calls are answered too, by the same words, and counted together with the batches.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.fake_wires import Wire, prompt_hash, reply

Fault = Callable[[Mapping[str, Any]], str | None]
"""Which fault the question of a body meets when a batch is worked on; see `fake_wires.FAULTS`."""


@dataclass
class FakeBatch:
    id: str
    wire: Wire
    lines: list[dict[str, Any]]
    name: str | None = None
    input_file: str = ""
    polls: int = 0
    results: list[dict[str, Any]] | None = None
    ended_as: str = ""
    failed: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


class FakeBatches:
    """The provider; a context manager that serves it in a thread.

    Args:
        polls: how often a batch is looked at before it has ended.
        expire: numbers (from 1) of the batches that expire with half of their answers.
        cancel: the same for batches that somebody cancels.
        hang_up: numbers of the batches that are made without an answer to who made them.
        lose: numbers of the batches that forget every third question without a word.
        full: numbers of the batches that the account has no room for.
        faults: of the questions in batches.
        key: the only key that is let in.
    """

    def __init__(
        self,
        *,
        polls: int = 0,
        expire: set[int] | None = None,
        cancel: set[int] | None = None,
        hang_up: set[int] | None = None,
        lose: set[int] | None = None,
        full: set[int] | None = None,
        reject: set[int] | None = None,
        faults: Fault | None = None,
        key: str | None = None,
    ) -> None:
        self.polls = polls
        self.expire = expire or set()
        self.cancel = cancel or set()
        self.hang_up = hang_up or set()
        self.lose = lose or set()
        self.full = full or set()
        self.reject = reject or set()
        self.faults = faults
        self.key = key
        self.answered: Counter[str] = Counter()
        self.batched: Counter[str] = Counter()
        self.single = 0
        self.requests = 0
        self.on_request: Callable[[int], object] = lambda _: None
        self.files: dict[str, bytes] = {}
        self.uploads = 0
        self.batches: dict[str, FakeBatch] = {}
        self.lock = threading.RLock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def base_url(self) -> str:
        return f"{self.root}/v1"

    @property
    def root(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def most(self) -> int:
        """How often the most answered question was answered."""
        return max(self.answered.values(), default=0)

    def __enter__(self) -> FakeBatches:
        provider = self

        class Handler(_Handler):
            fake = provider

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def make(
        self, wire: Wire, lines: list[dict[str, Any]], name: str | None = None, file: str = ""
    ) -> tuple[FakeBatch, bool]:
        """Make a batch; return it, and whether whoever made it is told."""
        ids = [line["custom_id"] for line in lines]
        assert len(set(ids)) == len(ids)
        number = len(self.batches) + 1
        made = FakeBatch(f"batch_{number:03d}", wire, lines, name, file)
        if number in self.full:
            made.ended_as, made.failed = "failed", "token_limit_exceeded"
        if number in self.reject:
            made.ended_as, made.failed = "failed", "model_not_found"
        self.batches[made.id] = made
        return made, number not in self.hang_up

    def look(self, batch: FakeBatch) -> FakeBatch:
        """Let a batch go on by one look."""
        batch.polls += 1
        if batch.results is None and not batch.failed and batch.polls > self.polls:
            self._work(batch)
        return batch

    def _work(self, batch: FakeBatch) -> None:
        number = int(batch.id[-3:])
        lines = list(batch.lines)
        batch.ended_as = "completed"
        unasked: list[dict[str, Any]] = []
        if number in self.expire | self.cancel:
            batch.ended_as = "expired" if number in self.expire else "cancelled"
            lines, unasked = lines[::2], lines[1::2]
        if number in self.lose:
            lines = [line for place, line in enumerate(lines) if place % 3]
        batch.results = [self._result(batch, line) for line in lines]
        batch.results += [_unasked(batch, line["custom_id"]) for line in unasked]
        random.Random(number).shuffle(batch.results)

    def _result(self, batch: FakeBatch, line: dict[str, Any]) -> dict[str, Any]:
        body = line["body" if batch.wire == "openai" else "params"]
        fault = self.faults(body) if self.faults is not None else None
        status, text = self.answer(batch.wire, body, fault)
        self.batched[line["custom_id"]] += status == 200
        said = json.loads(text)
        if batch.wire == "openai":
            response = {"status_code": status, "request_id": "r", "body": said}
            return {"custom_id": line["custom_id"], "response": response, "error": None}
        if status == 200:
            return {
                "custom_id": line["custom_id"],
                "result": {"type": "succeeded", "message": said},
            }
        return {"custom_id": line["custom_id"], "result": {"type": "errored", "error": said}}

    def answer(self, wire: Wire, body: Mapping[str, Any], fault: str | None) -> tuple[int, str]:
        status, _, text = reply(wire, fault, body)
        if status == 200:
            self.answered[prompt_hash(body)] += 1
        return status, text


def _unasked(batch: FakeBatch, custom_id: str) -> dict[str, Any]:
    if batch.wire == "anthropic":
        kind = "canceled" if batch.ended_as == "cancelled" else "expired"
        return {"custom_id": custom_id, "result": {"type": kind}}
    error = {"code": f"batch_{batch.ended_as}", "message": "This request was not executed."}
    return {"custom_id": custom_id, "response": None, "error": error}


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        return  # a client that was killed in the middle


class _Handler(BaseHTTPRequestHandler):
    fake: FakeBatches
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms for an acknowledgement
    wbufsize = 65_536

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        self._serve("GET", b"")

    def do_DELETE(self) -> None:
        self._serve("DELETE", b"")

    def do_POST(self) -> None:
        self._serve("POST", self.rfile.read(int(self.headers["content-length"])))

    def _serve(self, method: str, content: bytes) -> None:
        path = urlsplit(self.path).path.removeprefix("/v1")
        key = self.headers.get("x-api-key") or self.headers.get("authorization", "")[7:]
        with self.fake.lock:
            self.fake.requests += 1
            self.fake.on_request(self.fake.requests)
            if self.fake.key is not None and key != self.fake.key:
                self._say(
                    401, {"error": {"type": "authentication_error", "code": "invalid_api_key"}}
                )
            elif path.startswith("/messages"):
                self._anthropic(method, path, content)
            else:
                self._openai(method, path, content)

    def _openai(self, method: str, path: str, content: bytes) -> None:
        fake, parts = self.fake, path.strip("/").split("/")
        if path == "/chat/completions":
            fake.single += 1
            self._say(*fake.answer("openai", json.loads(content), None))
        elif path == "/files":
            fake.uploads += 1
            name = f"file-{fake.uploads}"
            fake.files[name] = _uploaded(content, self.headers["content-type"])
            self._say(200, _file(name))
        elif parts[0] == "files" and parts[1] not in fake.files:
            self._say(404, {"error": {"message": "no such file"}})
        elif parts[0] == "files" and method == "DELETE":
            del fake.files[parts[1]]
            self._say(200, {"id": parts[1], "object": "file", "deleted": True})
        elif parts[0] == "files":
            self._say(200, fake.files[parts[1]].decode())
        elif path == "/batches" and method == "POST":
            asked = json.loads(content)
            lines = [json.loads(line) for line in fake.files[asked["input_file_id"]].splitlines()]
            name = asked["metadata"]["anonymuse"]
            made, told = fake.make("openai", lines, name, asked["input_file_id"])
            self._say(200, self._openai_batch(made)) if told else self._hang_up()
        elif path == "/batches":
            made_last = sorted(fake.batches.values(), key=lambda b: b.id, reverse=True)
            listed = [self._openai_batch(b) for b in made_last if b.wire == "openai"]
            self._say(200, {"object": "list", "data": listed, "has_more": False})
        elif parts[1] in fake.batches:
            self._say(200, self._openai_batch(fake.look(fake.batches[parts[1]])))
        else:
            self._say(404, {"error": {"message": "no such batch"}})

    def _openai_batch(self, batch: FakeBatch) -> dict[str, Any]:
        fake, files = self.fake, {}
        for kind in ("output", "error"):
            rows = [r for r in batch.results or [] if (r["error"] is None) == (kind == "output")]
            name = f"{kind}-{batch.id}"
            if rows and (batch.polls <= fake.polls + 2 or name in fake.files):
                fake.files[name] = "".join(json.dumps(row) + "\n" for row in rows).encode()
                files[kind] = name
        done = len(batch.results or [])
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "input_file_id": batch.input_file,
            "created_at": int(batch.created.timestamp()),
            "status": batch.ended_as or "in_progress",
            "errors": {"data": [{"code": batch.failed}]} if batch.failed else None,
            "output_file_id": files.get("output"),
            "error_file_id": files.get("error"),
            "metadata": {"anonymuse": batch.name},
            "request_counts": {"total": len(batch.lines), "completed": done, "failed": 0},
        }

    def _anthropic(self, method: str, path: str, content: bytes) -> None:
        fake, parts = self.fake, path.strip("/").split("/")
        if path == "/messages":
            fake.single += 1
            self._say(*fake.answer("anthropic", json.loads(content), None))
        elif path == "/messages/batches" and method == "POST":
            made, told = fake.make("anthropic", json.loads(content)["requests"])
            self._say(200, self._message_batch(made)) if told else self._hang_up()
        elif path == "/messages/batches":
            made_last = sorted(fake.batches.values(), key=lambda b: b.id, reverse=True)
            listed = [self._message_batch(fake.look(b)) for b in made_last if b.wire == "anthropic"]
            self._say(200, {"data": listed, "has_more": False, "first_id": None, "last_id": None})
        elif parts[2] not in fake.batches:
            said = {"type": "error", "error": {"type": "not_found_error", "message": "no"}}
            self._say(404, said)
        elif method == "DELETE":
            del fake.batches[parts[2]].lines[:]
            self._say(200, {"id": parts[2], "type": "message_batch_deleted"})
        elif parts[-1] == "results":
            results = fake.batches[parts[2]].results or []
            self._say(200, "".join(json.dumps(row) + "\n" for row in results))
        else:
            self._say(200, self._message_batch(fake.look(fake.batches[parts[2]])))

    def _message_batch(self, batch: FakeBatch) -> dict[str, Any]:
        kinds = Counter(row["result"]["type"] for row in batch.results or [])
        ended = batch.results is not None
        made, total = batch.created, len(batch.lines)
        return {
            "id": batch.id,
            "type": "message_batch",
            "created_at": made.isoformat(),
            "expires_at": (made + timedelta(days=1)).isoformat(),
            "cancel_initiated_at": made.isoformat() if batch.ended_as == "cancelled" else None,
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": {
                "processing": 0 if ended else total,
                **{name: kinds[name] for name in ("succeeded", "errored", "canceled", "expired")},
            },
            "results_url": f"{self.fake.root}/v1/messages/batches/{batch.id}/results",
        }

    def _say(self, status: int, said: object) -> None:
        text = said if isinstance(said, str) else json.dumps(said)
        payload = text.encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _hang_up(self) -> None:
        self.close_connection = True


def _file(name: str) -> dict[str, Any]:
    return {
        "id": name, "object": "file", "bytes": 1, "created_at": 0, "filename": name,
        "purpose": "batch", "status": "processed",
    }  # fmt: skip


def _uploaded(content: bytes, kind: str) -> bytes:
    """Return the file in a multipart body."""
    boundary = b"--" + kind.partition("boundary=")[2].strip('"').encode()
    part = next(part for part in content.split(boundary) if b"filename=" in part)
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
