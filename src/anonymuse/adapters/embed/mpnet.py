"""all-mpnet-base-v2 in numpy: the sentence embedding that the Clio paper uses for facets.

The forward pass follows Song et al. 2020 (MPNet; relative positions as in Raffel et al. 2020,
section 2.1), mean pooling and unit length as Reimers and Gurevych 2019. No torch.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from anonymuse.adapters.embed.wordpiece import WordPiece, read_vocabulary
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.embedder import Vectors

Array = npt.NDArray[np.float32]

_LAYERS = 12
_HEADS = 12
_WIDTH = 768
_LONGEST = 384
_FIRST_POSITION = 2
_EPSILON = 1e-5
_BUCKETS = 32
_FARTHEST = 128
# Tokens in one pass: large enough for fast matrix products, small enough for the cache.
_TOKENS_AT_ONCE = 2048


class _Layer(NamedTuple):
    """One encoder block; matrices are stored (in, out)."""

    qkv: Array
    qkv_bias: Array
    out: Array
    out_bias: Array
    norm1: tuple[Array, Array]
    wide: Array
    wide_bias: Array
    narrow: Array
    narrow_bias: Array
    norm2: tuple[Array, Array]


class MpnetEmbedder:
    """Embeds English texts into 768 numbers, rows of unit length.

    Args:
        folder: holds ``model.safetensors`` and ``vocab.txt``.

    Raises:
        ModelUnavailableError: a file is missing or is not the model.
    """

    id = "all-mpnet-base-v2/1"
    dimensions = _WIDTH
    keeps_prefix = True
    knows_meaning = True

    def __init__(self, folder: Path) -> None:
        weights, vocabulary = folder / "model.safetensors", folder / "vocab.txt"
        for path in (weights, vocabulary):
            if not path.is_file():
                raise ModelUnavailableError(
                    f"The embedding model mpnet is not there ({path.name} is missing). "
                    "Run `anonymuse models fetch mpnet`."
                )
        pieces = read_vocabulary(vocabulary)
        self._tokens = WordPiece(
            pieces, unknown=pieces["[UNK]"], first=pieces["<s>"], last=pieces["</s>"]
        )
        tensors = _read_safetensors(weights)
        embeddings = "embeddings."
        self._words = tensors[embeddings + "word_embeddings.weight"]
        self._positions = tensors[embeddings + "position_embeddings.weight"]
        self._norm = _norm_of(tensors, embeddings + "LayerNorm")
        self._bias_table = tensors["encoder.relative_attention_bias.weight"]
        self._layers = [_layer(tensors, number) for number in range(_LAYERS)]
        self._biases: dict[int, Array] = {}
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), 768); an empty text is zero."""
        vectors = np.zeros((len(texts), _WIDTH), dtype=np.float32)
        encoded = [self._tokens.encode(text, longest=_LONGEST) for text in texts]
        with self._lock:
            for rows in _batches(encoded):
                vectors[rows] = self._forward([encoded[row] for row in rows])
        return vectors

    def _forward(self, encoded: list[list[int]]) -> Array:
        """Embed texts sorted by length.

        The tokens of all texts lie one behind the other, so that a matrix product serves all;
        only attention takes the texts apart, those of one length together: no padding, no mask.
        """
        runs = _runs([len(ids) for ids in encoded])
        positions = np.concatenate([np.arange(len(ids)) for ids in encoded]) + _FIRST_POSITION
        x = self._words[np.concatenate(encoded)] + self._positions[positions]
        x = _layernorm(x, self._norm)
        for layer in self._layers:
            qkv = x @ layer.qkv + layer.qkv_bias
            mixed = [_attend(qkv[run.span], run, self._bias(run.tokens)) for run in runs]
            x = _layernorm(np.concatenate(mixed) @ layer.out + layer.out_bias + x, layer.norm1)
            wide = _gelu(x @ layer.wide + layer.wide_bias)
            x = _layernorm(wide @ layer.narrow + layer.narrow_bias + x, layer.norm2)
        means = [x[run.span].reshape(run.texts, run.tokens, _WIDTH).mean(axis=1) for run in runs]
        mean = np.concatenate(means)
        lengths = np.linalg.norm(mean, axis=1, keepdims=True)
        return np.asarray(mean / lengths, dtype=np.float32)

    def _bias(self, tokens: int) -> Array:
        """Return the position bias, shape (heads, tokens, tokens)."""
        if tokens not in self._biases:
            where = np.arange(tokens)
            buckets = _bucket(where[None, :] - where[:, None])
            table = self._bias_table[buckets].transpose(2, 0, 1)
            self._biases[tokens] = np.ascontiguousarray(table)
        return self._biases[tokens]


class _Run(NamedTuple):
    """Texts of one length that follow each other in a batch."""

    span: slice
    texts: int
    tokens: int


def _batches(encoded: list[list[int]]) -> Iterator[list[int]]:
    """Yield rows in order of length, some two thousand tokens at a time; blank texts left out."""
    rows = sorted((len(ids), row) for row, ids in enumerate(encoded) if len(ids) > 2)
    batch: list[int] = []
    tokens = 0
    for length, row in rows:
        if batch and tokens + length > _TOKENS_AT_ONCE:
            yield batch
            batch, tokens = [], 0
        batch.append(row)
        tokens += length
    if batch:
        yield batch


def _runs(lengths: list[int]) -> list[_Run]:
    runs: list[_Run] = []
    start = 0
    for tokens, group in groupby(lengths):
        texts = len(list(group))
        end = start + texts * tokens
        runs.append(_Run(slice(start, end), texts, tokens))
        start = end
    return runs


def _attend(qkv: Array, run: _Run, bias: Array) -> Array:
    head = _WIDTH // _HEADS
    parts = qkv.reshape(run.texts, run.tokens, 3, _HEADS, head)
    q, k, v = (parts[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
    scores: Array = q @ k.transpose(0, 1, 3, 2)
    scores *= np.float32(1 / math.sqrt(head))
    scores += bias
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed = (scores @ v).transpose(0, 2, 1, 3)
    return np.asarray(mixed.reshape(run.texts * run.tokens, _WIDTH), dtype=np.float32)


def _layernorm(x: Array, norm: tuple[Array, Array]) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[-1])
    x /= np.sqrt(variance + np.float32(_EPSILON))
    x *= norm[0]
    x += norm[1]
    return x


def _gelu(x: Array) -> Array:
    """Weigh each number by the normal distribution's mass below x.

    The error function is Abramowitz and Stegun 7.1.26, off by 1.5e-7 at most.
    """
    z = np.abs(x) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = np.float32(1.061405429) * t
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(term)
        series *= t
    np.multiply(z, -z, out=z)
    np.exp(z, out=z)
    series *= z
    series *= np.float32(0.5)
    below = np.where(x < 0, series, 1 - series)
    return np.asarray(x * below, dtype=np.float32)


def _bucket(distance: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Sort distances (key minus query) into buckets: exact when near, logarithmic when far."""
    half = _BUCKETS // 2
    exact = half // 2
    size = np.abs(distance)
    far = np.log(np.maximum(size, 1) / exact) / math.log(_FARTHEST / exact) * (half - exact)
    far_bucket = np.minimum(exact + far.astype(np.int64), half - 1)
    return np.where(size < exact, size, far_bucket) + np.where(distance > 0, half, 0)


def _read_safetensors(path: Path) -> dict[str, Array]:
    """Read the float32 tensors of a safetensors file."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    size = int(data[:8].view("<u8")[0])
    try:
        header = json.loads(data[8 : 8 + size].tobytes())
    except ValueError as error:
        raise ModelUnavailableError(
            f"The file {path.name} is not a safetensors file. Run `anonymuse models fetch mpnet`."
        ) from error
    tensors: dict[str, Array] = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        tensors[name] = np.array(data[start:end]).view("<f4").reshape(entry["shape"])
    return tensors


def _norm_of(tensors: dict[str, Array], name: str) -> tuple[Array, Array]:
    return tensors[f"{name}.weight"], tensors[f"{name}.bias"]


def _layer(tensors: dict[str, Array], number: int) -> _Layer:
    """Gather one block; the originals are dropped as they go, to hold the weights once."""
    at = f"encoder.layer.{number}."

    def take(name: str) -> Array:
        return tensors.pop(at + name)

    def matrix(name: str) -> Array:
        return np.ascontiguousarray(take(name + ".weight").T)

    names = [f"attention.attn.{part}" for part in "qkv"]
    return _Layer(
        qkv=np.concatenate([matrix(name) for name in names], axis=1),
        qkv_bias=np.concatenate([take(name + ".bias") for name in names]),
        out=matrix("attention.attn.o"),
        out_bias=take("attention.attn.o.bias"),
        norm1=(take("attention.LayerNorm.weight"), take("attention.LayerNorm.bias")),
        wide=matrix("intermediate.dense"),
        wide_bias=take("intermediate.dense.bias"),
        narrow=matrix("output.dense"),
        narrow_bias=take("output.dense.bias"),
        norm2=(take("output.LayerNorm.weight"), take("output.LayerNorm.bias")),
    )
