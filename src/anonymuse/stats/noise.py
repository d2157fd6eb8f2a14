"""Exact discrete Gaussian noise from a key: the same people always get the same noise.

The sampler is that of Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential
Privacy" (arXiv 2004.00010, algorithms 1 to 3): rejection on integers with exact rational
probabilities, so that no floating-point number ever touches the noise.

Its coins are HMAC-SHA-256 in counter mode over a set of units (the cell-key method of official
statistics): repeating a run cannot average the noise out, and a resumed run is identical.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Below = Callable[[int], int]
"""Draws a whole number, uniform on 0 .. bound - 1."""

UnitKeys = npt.NDArray[np.uint64]
"""shape (units,): one secret number per unit; the sum over a set, modulo 2^64, stands for it."""


class KeyedStream:
    """Uniform whole numbers from a key and a label: the same for the same two."""

    __slots__ = ("_block", "_key", "_label", "_pool")

    def __init__(self, key: bytes, label: bytes) -> None:
        self._key, self._label = key, label
        self._block = 0
        self._pool = b""

    def below(self, bound: int) -> int:
        """Draw a whole number, uniform on ``0 .. bound - 1``, by rejection (no modulo bias)."""
        bits = (bound - 1).bit_length()
        while True:
            drawn = int.from_bytes(self._take((bits + 7) // 8), "big") >> (-bits % 8)
            if drawn < bound:
                return drawn

    def _take(self, size: int) -> bytes:
        while len(self._pool) < size:
            counter = self._block.to_bytes(8, "big")
            self._pool += hmac.digest(self._key, counter + self._label, "sha256")
            self._block += 1
        taken, self._pool = self._pool[:size], self._pool[size:]
        return taken


def discrete_gaussian(sigma: float | Fraction, below: Below) -> int:
    """Draw from the discrete Gaussian of scale ``sigma`` on the integers; 0 for sigma 0.

    Raises:
        ValueError: sigma is negative.
    """
    if sigma < 0:
        raise ValueError("sigma must not be negative")
    if sigma == 0:
        return 0
    variance = Fraction(sigma) ** 2
    scale = int(sigma) + 1
    while True:
        drawn = _discrete_laplace(scale, below)
        if _exp_coin((abs(drawn) - variance / scale) ** 2 / (2 * variance), below):
            return drawn


def _coin(chance: Fraction, below: Below) -> bool:
    """Return True with the given probability, exactly."""
    return below(chance.denominator) < chance.numerator


def _exp_coin(x: Fraction, below: Below) -> bool:
    """Return True with probability exp(-x), x >= 0 (algorithm 1)."""
    while x > 1:
        if not _exp_coin(Fraction(1), below):
            return False
        x -= 1
    heads = 1
    while _coin(x / heads, below):
        heads += 1
    return heads % 2 == 1


def _discrete_laplace(scale: int, below: Below) -> int:
    """Draw with probability proportional to exp(-|y| / scale) (algorithm 2, s = 1)."""
    while True:
        part = below(scale)
        if not _exp_coin(Fraction(part, scale), below):
            continue
        whole = 0
        while _exp_coin(Fraction(1), below):
            whole += 1
        size, negative = part + scale * whole, bool(below(2))
        if size or not negative:
            return -size if negative else size


def unit_keys(key: bytes, units: Sequence[str]) -> UnitKeys:
    """Return one secret number per unit, shape (len(units),)."""
    digests = b"".join(hmac.digest(key, b"unit:" + u.encode(), "sha256")[:8] for u in units)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def keyed_noise(key: bytes, members: int, sigma: float, *, purpose: str) -> int:
    """Draw the noise of a set of units.

    Args:
        key: the project's noise key.
        members: sum of the set's :func:`unit_keys`, modulo 2^64.
        sigma: standard deviation; 0 gives 0.
        purpose: draws for different purposes are independent ("units", "conversations", ...).
    """
    label = b"noise:" + members.to_bytes(8, "big") + purpose.encode()
    return discrete_gaussian(sigma, KeyedStream(key, label).below)


def keyed_discrete_gaussian(
    key: bytes, units: Iterable[str], sigma: float, *, purpose: str = "units"
) -> int:
    """Draw the noise of a set of units, given as pseudonyms in any order (repeats are one)."""
    keys = unit_keys(key, sorted(set(units)))
    return keyed_noise(key, int(keys.sum(dtype=np.uint64)), sigma, purpose=purpose)
