"""How many calls a second our asker makes through the real SDK, beside a bare loop over that SDK.

    python -m benchmarks.calls                    20,000 conversations, about three minutes
    python -m benchmarks.calls --calls 2000
    python -m benchmarks.calls --wire anthropic
    python -m benchmarks.calls --json FILE        keeps the numbers

The endpoint is a fake in a process of its own, on another core: 50 ms for an answer, 3 % of the
calls meet 429 with Retry-After, 1 % 500, 1 % junk, and 1 % of the questions are refused, drawn by
question, the same in every run. The client is pinned to one core, 64 calls in flight.

Ours: cache, ledger, adaptive limiter, retries, checks, counting. Bare: the SDK's
`chat.completions.create` (or `messages.create`) in 64 tasks, no retries, nothing kept. Half of the
bare calls are made before ours and half after, so that a busy machine disturbs both. Exits with 1
if a question is lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from anonymuse.adapters.chat.anthropic_messages import AnthropicChat
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.books import Books, Terms
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.endpoint import EndpointChat
from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat
from anonymuse.domain.facets import CORE
from anonymuse.ports.chat import ChatFailure, ChatRequest, Message, as_questions
from anonymuse.prompts.schema import answer_schema

IN_FLIGHT = 64
MIXTURE = "429=0.03,500=0.01,junk=0.01,refusal=0.01"
INSTRUCTIONS = "Read the conversation and answer each question in few words. " * 14
SCHEMA = answer_schema([question for question in CORE if question.source == "model"])
WANTED = set(SCHEMA["properties"])


def question(number: int) -> ChatRequest:
    """Return a question of about 5 kB, different from every other."""
    said = f"Conversation {number}. " + "I would like to know how this could be done. " * 90
    messages = (Message("system", INSTRUCTIONS), Message("user", said))
    return ChatRequest(messages, "extract", SCHEMA)


def check(text: str) -> dict[str, Any]:
    """Return the answer, or raise ValueError where it is none."""
    value = json.loads(text)
    if not isinstance(value, dict) or set(value) != WANTED:
        raise ValueError("not the asked object")
    return value


@contextmanager
def fake(cores: list[int]) -> Iterator[int]:
    """Run the fake endpoint on the last core; yields its port."""
    command = [
        sys.executable, "-m", "tests.fake_server",
        "--latency", "0.05", "--mixture", MIXTURE, "--retry-after", "0.05",
    ]  # fmt: skip
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().split()[1])
            if len(cores) > 1:
                os.sched_setaffinity(server.pid, {cores[-1]})
            yield port
        finally:
            server.terminate()


async def counts(port: int) -> dict[str, Any]:
    """Return what the fake endpoint counted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /counts HTTP/1.1\r\nhost: fake\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(x.split(b":")[1]) for x in head.split(b"\r\n") if b"content-length" in x)
    found: dict[str, Any] = json.loads(await reader.readexactly(length))
    writer.close()
    return found


def rss_mib() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def model(wire: str, port: int) -> EndpointChat:
    """Return our adapter for a format."""
    if wire == "anthropic":
        return AnthropicChat("fake", None, f"http://127.0.0.1:{port}", IN_FLIGHT)
    return OpenAICompatibleChat(f"http://127.0.0.1:{port}/v1", "fake", concurrency=IN_FLIGHT)


async def ours(wire: str, port: int, calls: int, folder: Path) -> dict[str, Any]:
    """Ask all questions through the product's asker."""
    answers, failures, memory = 0, Counter[str](), []
    with ResponseCache(folder / "responses.sqlite") as cache:
        books = Books(folder, cache, Terms(None))
        chat = model(wire, port)
        asker = ModelAsker(books.meter(chat), cache, on_hit=books.found, limiter=chat.limiter)
        started, busy = time.perf_counter(), time.process_time()
        requests = (question(n) for n in range(calls))
        seen, done = bytearray(calls), 0
        async for index, answer in asker.ask(as_questions(requests, check)):
            seen[index], done = 1, done + 1
            if isinstance(answer, ChatFailure):
                failures[answer.kind] += 1
            else:
                answers += 1
            if done % max(1, calls // 20) == 0:
                memory.append(round(rss_mib(), 1))
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
        await asker.close()
        entered = sum(line.calls for line in books.ledger.lines().values())
        books.close()
    server = await counts(port)
    return {
        "seconds": round(seconds, 2),
        "questions per second": round(calls / seconds, 1),
        "calls per second": round(asker.usage.calls / seconds, 1),
        "cpu ms per call": round(1000 * busy / asker.usage.calls, 2),
        "answers": answers,
        "failures": dict(failures),
        "retries": asker.usage.retries,
        "calls": asker.usage.calls,
        "calls in the ledger": entered,
        "rss MiB": memory,
        "server": {"questions": server["questions"], "by status": server["by_status"]},
        "lost": calls - sum(seen) + abs(done - calls) + abs(calls - server["questions"]),
    }


@asynccontextmanager
async def bare_call(wire: str, port: int) -> AsyncIterator[Callable[[int], Awaitable[object]]]:
    """Yield the SDK's own call, as its documentation shows it."""
    if wire == "anthropic":
        import anthropic

        claude = anthropic.AsyncAnthropic(
            base_url=f"http://127.0.0.1:{port}", api_key="no-key", max_retries=0
        )

        async def message(number: int) -> object:
            system, user = question(number).messages
            return await claude.messages.create(
                model="fake",
                system=system.content,
                messages=[{"role": "user", "content": user.content}],
                max_tokens=300,
                output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
            )

        yield message
        await claude.close()
        return
    import openai

    client = openai.AsyncOpenAI(
        base_url=f"http://127.0.0.1:{port}/v1", api_key="no-key", max_retries=0
    )

    async def completion(number: int) -> object:
        system, user = question(number).messages
        return await client.chat.completions.create(
            model="fake",
            messages=[
                {"role": "system", "content": system.content},
                {"role": "user", "content": user.content},
            ],
            max_tokens=300,
            temperature=0.2,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "extract", "schema": SCHEMA, "strict": True},
            },
        )

    yield completion
    await client.close()


async def bare(wire: str, port: int, calls: int) -> dict[str, Any]:
    """Make each call once, in 64 tasks; what fails is lost."""
    numbers, errors = iter(range(calls)), Counter[str]()
    async with bare_call(wire, port) as call:

        async def work() -> None:
            for number in numbers:
                try:
                    await call(number)
                except Exception as error:  # noqa: BLE001 - counted by name, as nothing else is
                    errors[type(error).__name__] += 1

        started, busy = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
    return {"seconds": seconds, "calls": calls, "cpu": busy, "errors": errors}


def measure(wire: str, calls: int) -> dict[str, Any]:
    """Run bare, ours, bare, each against a fresh endpoint."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[0]})
    halves = []
    with tempfile.TemporaryDirectory() as folder:
        with fake(cores) as port:
            halves.append(asyncio.run(bare(wire, port, calls // 2)))
        with fake(cores) as port:
            own = asyncio.run(ours(wire, port, calls, Path(folder)))
        with fake(cores) as port:
            halves.append(asyncio.run(bare(wire, port, calls - calls // 2)))
    seconds = sum(half["seconds"] for half in halves)
    bare_rate = calls / seconds
    return {
        "wire": wire,
        "questions": calls,
        "in flight": IN_FLIGHT,
        "ours": own,
        "bare": {
            "calls per second": round(bare_rate, 1),
            "cpu ms per call": round(1000 * sum(half["cpu"] for half in halves) / calls, 2),
            "lost": sum(sum(half["errors"].values()) for half in halves),
            "errors": dict(halves[0]["errors"] + halves[1]["errors"]),
        },
        "ratio": round(own["calls per second"] / bare_rate, 2),
        "machine": {"python": platform.python_version(), "cores": len(cores)},
    }


def page(found: dict[str, Any]) -> str:
    """Return the numbers as text."""
    own, bare_, memory = found["ours"], found["bare"], found["ours"]["rss MiB"]
    failed = ", ".join(f"{kind} {n:,}" for kind, n in sorted(own["failures"].items())) or "none"
    rows = [
        ("calls a second", own["calls per second"], bare_["calls per second"]),
        ("CPU, ms a call", own["cpu ms per call"], bare_["cpu ms per call"]),
        ("questions lost", own["lost"], bare_["lost"]),
    ]
    lines = [f"{found['wire']} format, {found['questions']:,} questions, 64 in flight, one core"]
    lines += ["", f"{'':<20}{'ours':>10}{'bare SDK':>10}"]
    lines += [f"{name:<20}{mine:>10,}{other:>10,}" for name, mine, other in rows]
    lines += ["", f"ratio of calls a second, ours to bare: {found['ratio']}"]
    lines += [f"ours: {own['answers']:,} answers; failed for good: {failed}"]
    lines += [f"      {own['calls']:,} calls, {own['retries']:,} asked again; "]
    lines[-1] += f"{own['calls in the ledger']:,} in the ledger"
    lines += [f"server: {own['server']['questions']:,} distinct questions, by status "]
    lines[-1] += ", ".join(f"{k} {n:,}" for k, n in sorted(own["server"]["by status"].items()))
    lines += [f"memory, MiB over time: {' '.join(f'{mib:.0f}' for mib in memory)}"]
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and say by the exit code whether anything was lost."""
    parser = argparse.ArgumentParser(prog="benchmarks.calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--wire", choices=("openai", "anthropic"), default="openai")
    parser.add_argument("--json", type=Path, help="file to keep the numbers in")
    options = parser.parse_args()
    found = measure(options.wire, options.calls)
    sys.stdout.write(page(found) + "\n")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 1 if found["ours"]["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
