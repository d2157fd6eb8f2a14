"""Sentence encoders of BERT's kind in numpy: what mpnet and MiniLM share.

The forward pass follows Vaswani et al. 2017 and Devlin et al. 2019 (BERT), mean pooling and unit
length Reimers and Gurevych 2019. No torch.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from anonymuse.adapters.embed.wordpiece import WordPiece, read_vocabulary
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.embedder import Vectors

Array = npt.NDArray[np.float32]
Norm = tuple[Array, Array]

# Tokens in one pass: large enough for fast matrix products, small enough for the cache.
_TOKENS_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Architecture:
    """What tells one encoder from another.

    Attributes:
        layers: encoder blocks.
        heads: of attention.
        width: numbers of a vector.
        longest: tokens that are read, the two marks of the ends included.
        first_position: row of the first token among the positions.
        epsilon: added to a variance.
        marks: pieces put before and after every text.
        attention: in the file, what makes queries, keys, values and the mix of them.
        attention_norm: in the file, the norm after attention.
    """

    layers: int
    heads: int
    width: int
    longest: int
    first_position: int
    epsilon: float
    marks: tuple[str, str]
    attention: tuple[str, str, str, str]
    attention_norm: str


class _Layer(NamedTuple):
    """One encoder block; matrices are stored (in, out)."""

    qkv: Array
    qkv_bias: Array
    out: Array
    out_bias: Array
    norm1: Norm
    wide: Array
    wide_bias: Array
    narrow: Array
    narrow_bias: Array
    norm2: Norm


class SentenceEncoder:
    """Embeds texts into rows of unit length.

    Args:
        kind: of encoder.
        tensors: of its file, by name; those of its blocks are taken out.
        pieces: its vocabulary.
        bias: what is added to attention's scores of so many tokens, shape (heads, tokens, tokens).
    """

    def __init__(
        self,
        kind: Architecture,
        tensors: dict[str, Array],
        pieces: Mapping[str, int],
        *,
        bias: Callable[[int], Array] | None = None,
    ) -> None:
        self._kind, self._bias = kind, bias
        first, last = (pieces[mark] for mark in kind.marks)
        self._tokens = WordPiece(pieces, unknown=pieces["[UNK]"], first=first, last=last)
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._positions = tensors["embeddings.position_embeddings.weight"]
        kinds = tensors.get("embeddings.token_type_embeddings.weight")
        if kinds is not None:  # a text that stands alone is all of the first kind
            self._positions = self._positions + kinds[0]
        self._norm = (
            tensors["embeddings.LayerNorm.weight"],
            tensors["embeddings.LayerNorm.bias"],
        )
        self._layers = [_layer(tensors, kind, number) for number in range(kind.layers)]
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), width); an empty text is zero."""
        vectors = np.zeros((len(texts), self._kind.width), dtype=np.float32)
        encoded = [self._tokens.encode(text, longest=self._kind.longest) for text in texts]
        with self._lock:
            for rows in _batches(encoded):
                vectors[rows] = self._forward([encoded[row] for row in rows])
        return vectors

    def _forward(self, encoded: list[list[int]]) -> Array:
        """Embed texts sorted by length.

        The tokens of all texts lie one behind the other, so that a matrix product serves all;
        only attention takes the texts apart, those of one length together: no padding, no mask.
        """
        kind = self._kind
        runs = _runs([len(ids) for ids in encoded])
        places = np.concatenate([np.arange(len(ids)) for ids in encoded]) + kind.first_position
        x = self._words[np.concatenate(encoded)] + self._positions[places]
        x = _layernorm(x, self._norm, kind.epsilon)
        for layer in self._layers:
            qkv = x @ layer.qkv + layer.qkv_bias
            mixed = [self._attend(qkv[run.span], run) for run in runs]
            mix = np.concatenate(mixed) @ layer.out + layer.out_bias
            x = _layernorm(mix + x, layer.norm1, kind.epsilon)
            wide = _gelu(x @ layer.wide + layer.wide_bias)
            narrow = wide @ layer.narrow + layer.narrow_bias
            x = _layernorm(narrow + x, layer.norm2, kind.epsilon)
        means = [
            x[run.span].reshape(run.texts, run.tokens, kind.width).mean(axis=1) for run in runs
        ]
        mean = np.concatenate(means)
        lengths = np.linalg.norm(mean, axis=1, keepdims=True)
        return np.asarray(mean / lengths, dtype=np.float32)

    def _attend(self, qkv: Array, run: _Run) -> Array:
        kind = self._kind
        head = kind.width // kind.heads
        parts = qkv.reshape(run.texts, run.tokens, 3, kind.heads, head)
        q, k, v = (parts[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
        scores: Array = q @ k.transpose(0, 1, 3, 2)
        scores *= np.float32(1 / math.sqrt(head))
        if self._bias is not None:
            scores += self._bias(run.tokens)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ v).transpose(0, 2, 1, 3)
        return np.asarray(mixed.reshape(run.texts * run.tokens, kind.width), dtype=np.float32)


def read_files(name: str, folder: Path) -> tuple[dict[str, Array], dict[str, int]]:
    """Return a model's tensors by name, and its vocabulary.

    Args:
        name: what `anonymuse models fetch` calls the model.
        folder: holds ``model.safetensors`` and ``vocab.txt``.

    Raises:
        ModelUnavailableError: a file is missing or is not the model.
    """
    weights, vocabulary = folder / "model.safetensors", folder / "vocab.txt"
    for path in (weights, vocabulary):
        if not path.is_file():
            raise ModelUnavailableError(
                f"The embedding model {name} is not there ({path.name} is missing). "
                f"Run `anonymuse models fetch {name}`."
            )
    return _read_safetensors(weights, name), read_vocabulary(vocabulary)


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


def _layernorm(x: Array, norm: Norm, epsilon: float) -> Array:
    x = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[-1])
    x /= np.sqrt(variance + np.float32(epsilon))
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


def _read_safetensors(path: Path, name: str) -> dict[str, Array]:
    """Read the float32 tensors of a safetensors file."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    size = int(data[:8].view("<u8")[0])
    try:
        header = json.loads(data[8 : 8 + size].tobytes())
    except ValueError as error:
        raise ModelUnavailableError(
            f"The file {path.name} is not a safetensors file. Run `anonymuse models fetch {name}`."
        ) from error
    tensors: dict[str, Array] = {}
    for key, entry in header.items():
        if key == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        tensors[key] = np.array(data[start:end]).view("<f4").reshape(entry["shape"])
    return tensors


def _layer(tensors: dict[str, Array], kind: Architecture, number: int) -> _Layer:
    """Gather one block; the originals are dropped as they go, to hold the weights once."""
    at = f"encoder.layer.{number}."

    def take(name: str) -> Array:
        return tensors.pop(at + name)

    def matrix(name: str) -> Array:
        return np.ascontiguousarray(take(name + ".weight").T)

    def norm(name: str) -> Norm:
        return take(name + ".weight"), take(name + ".bias")

    *names, mix = kind.attention
    return _Layer(
        qkv=np.concatenate([matrix(name) for name in names], axis=1),
        qkv_bias=np.concatenate([take(name + ".bias") for name in names]),
        out=matrix(mix),
        out_bias=take(mix + ".bias"),
        norm1=norm(kind.attention_norm),
        wide=matrix("intermediate.dense"),
        wide_bias=take("intermediate.dense.bias"),
        narrow=matrix("output.dense"),
        narrow_bias=take("output.dense.bias"),
        norm2=norm("output.LayerNorm"),
    )
