"""Embeddings of evaluation texts, kept on disk so that a second evaluation starts at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from anonymuse.errors import OutputError
from anonymuse.ports.embedder import Embedder, Vectors

CHUNK = 512
"""Texts in a file: what an interruption loses at most."""
AT_ONCE = 64
"""Texts embedded before progress is told."""

_OWNER_ONLY = 0o700
"""of the folder, where it is made here: vectors tell much of their texts"""

Progress = Callable[[int, int], None]
"""called with the number of texts done, and of all"""


def embed_cached(
    embedder: Embedder,
    texts: Sequence[str],
    *,
    folder: Path | None,
    progress: Progress | None = None,
) -> Vectors:
    """Embed texts, reading from and adding to a folder keyed by embedder and content.

    Args:
        embedder: its id is part of every key.
        texts: any number.
        folder: where vectors are kept; None keeps nothing.
        progress: told after every few texts.

    Returns:
        Shape (len(texts), dimensions), rows of unit length or zero.

    Raises:
        OutputError: the folder cannot be written.
    """
    parts = [np.empty((0, embedder.dimensions), dtype=np.float32)]
    for start in range(0, len(texts), CHUNK):
        chunk = list(texts[start : start + CHUNK])

        def tell(done: int, before: int = start) -> None:
            if progress is not None:
                progress(before + done, len(texts))

        parts.append(_chunk(embedder, chunk, folder, tell))
    return np.concatenate(parts)


class Remembering:
    """An embedder that embeds no text twice, for evaluations that ask for the same ones again.

    Args:
        embedder: does the work.
        texts: known already.
        vectors: theirs, shape (len(texts), dimensions).
    """

    def __init__(
        self, embedder: Embedder, texts: Sequence[str], vectors: Vectors | Sequence[Vectors]
    ) -> None:
        self.id = embedder.id
        self.dimensions = embedder.dimensions
        self.keeps_prefix = embedder.keeps_prefix
        self.knows_meaning = embedder.knows_meaning
        self._embedder = embedder
        self._known = dict(zip(texts, vectors, strict=True))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, new ones by the embedder: shape (len(texts), dimensions)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._embedder.embed(new), strict=True))
        found = [self._known[text] for text in texts]
        return np.stack(found) if found else self._embedder.embed([])


def _chunk(
    embedder: Embedder, texts: list[str], folder: Path | None, tell: Callable[[int], None]
) -> Vectors:
    if folder is None:
        return _embedded(embedder, texts, tell)
    digest = hashlib.blake2b(embedder.id.encode(), digest_size=16)
    for text in texts:
        data = text.encode(errors="surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    path = folder / f"{digest.hexdigest()}.npy"
    if path.exists():
        stored: Vectors = np.load(path, allow_pickle=False)
        if stored.shape == (len(texts), embedder.dimensions):
            tell(len(texts))
            return stored
    vectors = _embedded(embedder, texts, tell)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as out:
            np.save(out, vectors, allow_pickle=False)
        unfinished.replace(path)
    except OSError as error:
        raise OutputError(
            f"Vectors cannot be kept in {folder} ({error.strerror}). Name another folder with "
            f"--cache."
        ) from error
    return vectors


def _embedded(embedder: Embedder, texts: list[str], tell: Callable[[int], None]) -> Vectors:
    parts = []
    for start in range(0, len(texts), AT_ONCE):
        parts.append(embedder.embed(texts[start : start + AT_ONCE]))
        tell(min(start + AT_ONCE, len(texts)))
    return np.concatenate(parts)
