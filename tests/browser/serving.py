"""The explorer's server in a thread of the tests, on a free port of this machine."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from anonymuse.domain.released.report import Report
from anonymuse.web.server import make_app

Address = str


class _Server(uvicorn.Server):
    """Leaves the test's signals alone, which belong to the main thread."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serving(report: Report, **settings: Any) -> contextlib.AbstractContextManager[Address]:
    """Serve a report; ``settings`` are those of :func:`make_app`."""
    return serving_app(make_app(report, **settings))


@contextlib.contextmanager
def serving_app(app: ASGIApp) -> Iterator[Address]:
    """Serve an application."""
    config = uvicorn.Config(app, log_level="critical", lifespan="off")
    server = _Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(5)
        listener.close()
