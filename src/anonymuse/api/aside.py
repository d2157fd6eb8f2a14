"""Waits for work that is asynchronous inside, from a script and beside a running loop alike."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Generic, TypeVar

from anonymuse.pipeline.events import Emit, Event

T = TypeVar("T")
Work = Callable[[Emit], Coroutine[Any, Any, T]]


def complete(work: Work[T], emit: Emit) -> T:
    """Do the work and return its result; an interrupt stops it where it next tells something."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(cancellable(work, emit))
    return _Aside[T]().wait(work, emit)


async def cancellable(work: Work[T], emit: Emit) -> T:
    """Do the work in this task; a cancellation stops it where it next tells something."""
    task = asyncio.current_task()
    return await work(_stoppable(emit, lambda: task is not None and task.cancelling() > 0))


def _stoppable(emit: Emit, stops: Callable[[], bool]) -> Emit:
    """Check at every event: a step that computes never waits, and a cancellation waits for it."""

    def take(event: Event) -> None:
        if stops():
            raise asyncio.CancelledError
        emit(event)

    return take


class _Aside(Generic[T]):
    """A coroutine in a thread and a loop of its own, beside the caller's running loop."""

    def __init__(self) -> None:
        self._result: Future[T] = Future()
        self._started, self._stop = threading.Event(), threading.Event()

    def wait(self, work: Work[T], emit: Emit) -> T:
        """Return the result; an interrupt stops the work, and is passed on when it has ended."""
        # A daemon is not waited for at the interpreter's end: two interrupts are enough to leave.
        # Waiting for the result and not with `join`: an interrupted join takes a thread for ended.
        told = _stoppable(emit, self._stop.is_set)
        threading.Thread(target=self._run, args=(work, told), name="anonymuse", daemon=True).start()
        try:
            return self._result.result()
        except KeyboardInterrupt:
            self._stop.set()
            self._started.wait()
            with suppress(RuntimeError):  # its loop has just ended
                self._loop.call_soon_threadsafe(self._task.cancel)
            self._result.exception()
            raise

    def _run(self, work: Work[T], emit: Emit) -> None:
        try:
            self._result.set_result(asyncio.run(self._main(work, emit)))
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread
            self._result.set_exception(error)

    async def _main(self, work: Work[T], emit: Emit) -> T:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(work(emit))
        self._started.set()
        return await self._task
