"""all-mpnet-base-v2 in numpy: the sentence embedding that the Clio paper uses for facets.

Song et al. 2020 (MPNet); relative positions as in Raffel et al. 2020, section 2.1.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anonymuse.adapters.embed.encoder import Architecture, Array, SentenceEncoder, read_files

_BUCKETS = 32
_FARTHEST = 128
_KIND = Architecture(
    layers=12,
    heads=12,
    width=768,
    longest=384,
    first_position=2,
    epsilon=1e-5,
    marks=("<s>", "</s>"),
    attention=("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"),
    attention_norm="attention.LayerNorm",
)


class MpnetEmbedder(SentenceEncoder):
    """Embeds English texts into 768 numbers, rows of unit length.

    Args:
        folder: holds ``model.safetensors`` and ``vocab.txt``.

    Raises:
        ModelUnavailableError: a file is missing or is not the model.
    """

    id = "all-mpnet-base-v2/1"
    dimensions = _KIND.width
    keeps_prefix = True
    knows_meaning = True

    def __init__(self, folder: Path) -> None:
        tensors, pieces = read_files("mpnet", folder)
        super().__init__(_KIND, tensors, pieces, bias=self._bias_of)
        self._distances = tensors["encoder.relative_attention_bias.weight"]
        self._biases: dict[int, Array] = {}

    def _bias_of(self, tokens: int) -> Array:
        if tokens not in self._biases:
            where = np.arange(tokens)
            buckets = _bucket(where[None, :] - where[:, None])
            table = self._distances[buckets].transpose(2, 0, 1)
            self._biases[tokens] = np.ascontiguousarray(table)
        return self._biases[tokens]


def _bucket(distance: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Sort distances (key minus query) into buckets: exact when near, logarithmic when far."""
    half = _BUCKETS // 2
    exact = half // 2
    size = np.abs(distance)
    far = np.log(np.maximum(size, 1) / exact) / math.log(_FARTHEST / exact) * (half - exact)
    far_bucket = np.minimum(exact + far.astype(np.int64), half - 1)
    return np.where(size < exact, size, far_bucket) + np.where(distance > 0, half, 0)
