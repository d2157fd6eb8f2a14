"""Kills a process by its own hand at any moment of a batch's life: before and after every step."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from anonymuse.adapters.chat.batch_store import BatchStore
from tests.unit.adapters.chat import batching
from tests.unit.adapters.chat.requests import many

STORE = ("seal", "move", "answered", "failed", "finish")
TRANSPORT = ("submit", "find", "status", "forget")


class Killer:
    """Counts moments, and acts at one of them.

    Args:
        at: the moment; 0 never.
        act: what happens then; by default the process is killed.
        only: names of the moments that count; by default all.
    """

    def __init__(
        self, at: int, act: Callable[[], None] | None = None, only: str | None = None
    ) -> None:
        self.at = at
        self.seen: list[str] = []
        self._act = act or (lambda: os.kill(os.getpid(), signal.SIGKILL))
        self._only = only

    def moment(self, name: str) -> None:
        if self._only is not None and name != self._only:
            return
        self.seen.append(name)
        if len(self.seen) == self.at:
            self._act()

    def around(self, thing: Any, name: str) -> None:
        """Make a moment of the time before and after every call of a method."""
        method = getattr(thing, name)

        @functools.wraps(method)
        def plain(*args: Any, **named: Any) -> Any:
            self.moment(f"before {name}")
            value = method(*args, **named)
            self.moment(f"after {name}")
            return value

        @functools.wraps(method)
        async def waiting(*args: Any, **named: Any) -> Any:
            self.moment(f"before {name}")
            value = await method(*args, **named)
            self.moment(f"after {name}")
            return value

        made = waiting if asyncio.iscoroutinefunction(method) else plain
        object.__setattr__(thing, name, made)

    def between_results(self, transport: Any) -> None:
        method = transport.results

        async def results(batch: Any) -> AsyncIterator[Any]:
            async for result in method(batch):
                self.moment("a result")
                yield result

        transport.results = results

    def watch(self, asker: Any) -> Any:
        """Put moments around everything that a batch goes through.

        The one call that tries the model first is no part of a batch: as every single call, it is
        paid again if the process is killed while it is in flight.
        """
        driver = asker._driver
        store: BatchStore = driver._store
        transport = driver._transport
        for name in STORE:
            self.around(store, name)
        self.around(driver._intake, "_keep")
        for name in TRANSPORT:
            self.around(transport, name)
        self.between_results(transport)
        self.inside_submit(transport)
        return asker

    def inside_submit(self, transport: Any) -> None:
        """OpenAI's batches are sent in two steps: upload, create."""
        chat = getattr(transport, "_chat", None)
        if chat is None or hasattr(chat.client, "watched"):
            return
        client = chat.client

        def watched() -> Any:
            made = client()
            if hasattr(made, "batches") and "create" not in vars(made.files):
                self.around(made.files, "create")
                self.around(made.batches, "create")
            return made

        watched.watched = True  # type: ignore[attr-defined]
        chat.client = watched


class Place:
    """Where a provider is, for a process that has not the provider itself."""

    def __init__(self, root: str) -> None:
        self.root, self.base_url = root, f"{root}/v1"


def child(root: str, folder: Path, wire: str, questions: int, at: int) -> None:
    """Ask; be killed at a moment; or write down what came, and the moments that there were."""
    killer = Killer(at)

    async def work() -> dict[int, Any]:
        if wire == "folder":
            asker = batching.folder_asker(folder, folder / "exchange")
        else:
            asker = batching.provider_asker(Place(root), folder, wire)  # type: ignore[arg-type]
        return await batching.ask(killer.watch(asker), many(questions))

    found = asyncio.run(work())
    (folder / "found.json").write_text(json.dumps([sorted(found.items()), killer.seen]))
