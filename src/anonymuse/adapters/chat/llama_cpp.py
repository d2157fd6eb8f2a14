"""A GGUF file run in this process by xllamacpp (llama.cpp's own server engine)."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from anonymuse.adapters.chat.wire import Dialect, WireError, read_error, read_reply, request_body
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

SEED: Final = 20_241_218
"""Sampling starts here, so that the same file gives the same answer again."""

_SILENT: Final = -1
_EDGE: Final = 1 << 20
_THREADS: Final = 2


class LlamaCppChat:
    """A chat model in this process. The file is loaded at the first call.

    Args:
        path: the GGUF file.
        slots: calls in flight; two cores are full with two.
        context: tokens of one call, prompt and answer together.
        model_digest: SHA-256 of the file when it was verified; part of the id.
    """

    def __init__(
        self,
        path: Path,
        *,
        slots: int = 2,
        context: int = 4096,
        model_digest: str | None = None,
    ) -> None:
        self._path = path
        self._slots = max(1, slots)
        self._context = context
        self._digest = model_digest
        self._server: Any = None
        self._loading = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    @property
    def id(self) -> str:
        """File name, digest of the weights, and the context that bounds its answers."""
        if self._digest is None:
            self._digest = _fingerprint(self._path)
        return f"llama.cpp/{self._path.name}@{self._digest[:16]}/{self._context}"

    @property
    def concurrency(self) -> int:
        """How many calls may be in flight."""
        return self._slots

    async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
        """Answer one request in a thread; a cancelled call stops at its next token.

        Raises:
            ModelUnavailableError: the engine is not installed, or the file is missing or broken.
        """
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._slots, thread_name_prefix="llama-cpp")
        heard = _Heard()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, self._call, request, heard
            )
        except asyncio.CancelledError:
            heard.stop = True
            raise

    async def close(self) -> None:
        """Wait for running calls and free the model's memory."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        self._server = None  # the last reference: the engine frees its memory here

    def _call(self, request: ChatRequest, heard: _Heard) -> ChatReply | ChatFailure:
        server = self._load()
        body = request_body(self._path.stem, request, Dialect(mode="json_schema"))
        body |= {
            "seed": SEED + request.attempt,
            "cache_prompt": True,
            "stream": True,  # so that a call can be stopped, and tokens are counted
            "stream_options": {"include_usage": True},
        }
        try:
            server.handle_chat_completions(body, heard)
        except (ValueError, RuntimeError):
            # What the engine says may quote the prompt.
            return ChatFailure("invalid", "the engine rejected the request")
        if heard.error is not None:
            return read_error(heard.error)
        return read_reply(heard.completion(), schema=request.schema is not None)

    def _load(self) -> Any:
        with self._loading:
            if self._server is None:
                self._server = _start(
                    self._path,
                    slots=self._slots,
                    context=self._context,
                    threads=_THREADS,
                    # The engine always listens on loopback: nobody else may ask it.
                    key=secrets.token_urlsafe(24),
                )
            return self._server


class _Heard:
    """Collects a streamed answer; called by the engine with every piece."""

    def __init__(self) -> None:
        self.stop = False
        self.error: WireError | None = None
        self._pieces: list[str] = []
        self._finish: object = None
        self._usage: object = None

    def __call__(self, piece: Mapping[str, Any]) -> bool:
        """Take one piece; True tells the engine to stop."""
        error = piece.get("error")
        if error is not None:
            code = error.get("code") if isinstance(error, Mapping) else None
            self.error = WireError(code if isinstance(code, int) else 400, {}, piece)
            return True
        self._usage = piece.get("usage") or self._usage
        for choice in piece.get("choices") or ():
            self._finish = choice.get("finish_reason") or self._finish
            self._pieces.append((choice.get("delta") or {}).get("content") or "")
        return self.stop

    def completion(self) -> dict[str, Any]:
        """Return the pieces as one completion in the OpenAI format."""
        message = {"role": "assistant", "content": "".join(self._pieces)}
        return {
            "choices": [{"message": message, "finish_reason": self._finish}],
            "usage": self._usage,
        }


@dataclass(frozen=True, slots=True)
class Tokeniser:
    """A model file opened for its tokeniser alone.

    Attributes:
        server: keeps the engine alive.
        key: bearer token of its loopback address.
    """

    server: Any
    key: str

    @property
    def address(self) -> str:
        """Where ``/tokenize`` and ``/apply-template`` answer."""
        return str(self.server.listening_address)


def start_tokeniser(path: Path) -> Tokeniser:
    """Open a GGUF file to count tokens with; its weights are mapped and never computed with.

    Raises:
        ModelUnavailableError: the engine is not installed, or the file is missing or broken.
    """
    key = secrets.token_urlsafe(24)
    server = _start(path, slots=1, context=256, threads=1, key=key, bare=True)
    return Tokeniser(server, key)


def _start(
    path: Path,
    *,
    slots: int,
    context: int,
    threads: int,
    key: str,
    bare: bool = False,
) -> Any:
    if not path.is_file():
        raise ModelUnavailableError(
            f"There is no model file {path}. Give the path of a GGUF file, "
            "or fetch the embedded one with: anonymuse models fetch."
        )
    engine = _engine()
    settings = engine.CommonParams()
    settings.verbosity = _SILENT
    settings.model.path = str(path)
    settings.model_alias = {path.stem}
    settings.n_ctx = slots * context
    settings.n_parallel = slots
    settings.cpuparams.n_threads = threads
    settings.cpuparams_batch.n_threads = threads
    settings.warmup = False
    settings.port = 0  # a free one
    settings.api_keys = [key]
    # Nothing but questions and answers: no page, and no view of the prompts of others.
    settings.ui = False
    settings.endpoint_slots = False
    settings.endpoint_props = False
    # Prompts stay in the slots that work on them; no second copy of them in memory.
    settings.cache_ram_mib = 0
    settings.no_extra_bufts = bare  # a second, faster copy of the weights is for computing
    try:
        return engine.Server(settings)
    except RuntimeError as error:
        raise ModelUnavailableError(
            f"The model file {path.name} cannot be loaded: it is damaged, not a GGUF file, or "
            "too large for this machine. Check it with: anonymuse models verify."
        ) from error


def _engine() -> Any:
    if "xllamacpp" not in sys.modules:
        # OpenMP reads these once, when the library is loaded: idle threads sleep and do not spin,
        # which costs up to half the speed on a quiet machine and gains many times on a busy one.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        os.environ.setdefault("GOMP_SPINCOUNT", "0")
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelUnavailableError(
            "Running a model file needs the package xllamacpp: pip install 'anonymuse[local]'."
        ) from error
    return xllamacpp


def _fingerprint(path: Path) -> str:
    """Return a quick digest of a file: its size, its first and its last mebibyte (hexadecimal)."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            digest.update(f"{size}/".encode() + file.read(_EDGE))
            file.seek(max(0, size - _EDGE))
            digest.update(file.read(_EDGE))
    except OSError as error:
        raise ModelUnavailableError(
            f"The model file {path} cannot be read ({error.strerror}). Give the path of a GGUF "
            "file, or fetch the embedded one with: anonymuse models fetch."
        ) from error
    return digest.hexdigest()
