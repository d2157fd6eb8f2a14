"""Caps threads before numpy is loaded, and keeps tests away from the home folder."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

# pytest loads this file before any test module, and numpy reads these when it is imported.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", *os.environ):
        if not name.startswith("ANONYMUSE_") and not name.endswith("_API_KEY"):
            continue
        if name != "ANONYMUSE_MODELS":  # where the models of the `model` tests are
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run_async() -> Callable[[Coroutine[Any, Any, T]], T]:
    """Run a coroutine to its end."""
    return asyncio.run
