"""An embedder with no model: signed feature hashing, for tests, demos and as a last resort."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from anonymuse.errors import ConfigError
from anonymuse.ports.embedder import Vectors

_WORD_WEIGHT = 2.0
_GRAM_SIZES = (3, 4)


class HashingEmbedder:
    """Hashes words and character n-grams to signed places (Weinberger et al. 2009).

    Texts that share words or spelling come out near each other; meaning and other languages do
    not count. The same everywhere: no model, no seed of the interpreter.

    Args:
        dimensions: length of a vector, at least 8.

    Raises:
        ConfigError: too few dimensions.
    """

    keeps_prefix = False
    knows_meaning = False

    def __init__(self, dimensions: int = 256) -> None:
        if dimensions < 8:
            raise ConfigError(
                f"The hashing embedder needs at least 8 dimensions, and {dimensions} are set."
            )
        self.id = f"hashing-1/{dimensions}"
        self.dimensions = dimensions
        self._place = lru_cache(maxsize=200_000)(self._hash)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), dimensions); a text without letters or digits is zero."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float64)
        for row, text in enumerate(texts):
            for feature, weight in Counter(_features(text)).items():
                place, sign = self._place(feature)
                vectors[row, place] += sign * np.sqrt(weight) * _weight(feature)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)

    def _hash(self, feature: str) -> tuple[int, int]:
        digest = hashlib.blake2b(feature.encode("utf-8", "replace"), digest_size=8).digest()
        number = int.from_bytes(digest, "little")
        return (number >> 1) % self.dimensions, 1 if number & 1 else -1


def _features(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    for word in words:
        yield f"w{word}"
        framed = f"<{word}>"
        for size in _GRAM_SIZES:
            for start in range(len(framed) - size + 1):
                yield f"g{framed[start : start + size]}"


def _weight(feature: str) -> float:
    return _WORD_WEIGHT if feature.startswith("w") else 1.0
