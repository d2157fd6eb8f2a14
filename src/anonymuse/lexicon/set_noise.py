"""Noise on a count of people, drawn from who they are: what keeps a threshold from being an oracle.

The draw itself is the caller's (``stats/noise.py``): here is only which people it belongs to. The
same people always get the same draw, whatever word they share and however often they are asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.thresholds import reaches

Secrets = npt.NDArray[np.uint64]
"""one secret number per unit code; the sum over a set, modulo 2^64, stands for the set"""


@dataclass(frozen=True, slots=True, repr=False)
class SetNoise:
    """Decides whether a set of people is large enough.

    Attributes:
        sigma: standard deviation of the draws; 0 leaves the bare threshold.
        secrets: by unit code, shape (units,).
        draw: returns the draw of a set, given the sum of its secrets.
    """

    sigma: float
    secrets: Secrets
    draw: Callable[[int], int]

    def __repr__(self) -> str:
        return f"SetNoise(sigma {self.sigma:g})"

    def enough(self, units: npt.NDArray[np.int32], count: int, least: int) -> bool:
        """Return whether a count passes.

        Args:
            units: codes of the people behind it, each once.
            count: how many they count for: at most ``len(units)``.
            least: the threshold. Below it nothing is drawn.
        """
        if count < least:
            return False
        return reaches(count, self.noisy(units, count) - count, least, self.sigma)

    def noisy(self, units: npt.NDArray[np.int32], count: int) -> int:
        """Return a count with the draw of the people behind it; the arguments as above."""
        if self.sigma == 0:
            return count
        return count + self.draw(int(self.secrets[units].sum(dtype=np.uint64)))


QUIET = SetNoise(0.0, np.zeros(0, dtype=np.uint64), lambda _: 0)
"""the bare threshold: policy ``demo``, and counts that are tested with noise elsewhere"""
