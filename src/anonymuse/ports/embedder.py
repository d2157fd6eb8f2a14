"""The seam for text embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""shape (n, dimensions), rows of unit length"""


class Embedder(Protocol):
    """Turns texts into unit vectors. The same text always gives the same vector."""

    @property
    def id(self) -> str:
        """Model name with its version or digest: part of every key that depends on it. Cheap."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    @property
    def keeps_prefix(self) -> bool:
        """True where texts embed better with the fixed request prefix in front (mpnet)."""
        ...

    @property
    def knows_meaning(self) -> bool:
        """False for the shipped fake, whose vectors say how texts are spelled."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimensions), unit rows; an empty text is a zero row."""
        ...
