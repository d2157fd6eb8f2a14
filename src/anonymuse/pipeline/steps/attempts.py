"""Clustering again where the first try has collapsed: a few times at most, all on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.stages.appraise import Appraisal
from anonymuse.stages.cluster import Clustering

QUALITY = "quality.json"
"""file of the step `cluster`"""
MOST = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """What one try is made with: the seed, and how many clusters are wanted."""

    seed: int
    k: int


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """One try.

    Attributes:
        settings: what it was made with.
        before: clusters before small ones were merged.
        found: what is left after.
        seen: what was found out about it; None where there are too few conversations to say.
    """

    settings: Settings
    before: int
    found: Clustering
    seen: Appraisal | None

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against it."""
        return () if self.seen is None else self.seen.doubts


def attempts(
    make: Callable[[Settings], Attempt], *, seed: int, k: int, fixed: bool
) -> tuple[list[Attempt], int]:
    """Cluster until a try has not collapsed, and return all tries with the place of the kept one.

    Where clusters are too small for the policy, mergers may leave one lump. Fewer clusters are
    larger from the start, so one more than mergers had left is wanted next, unless the number is
    ``fixed``; then another seed is tried. Nothing else that can be in doubt depends on either: it
    lies in the vectors. Kept is the try with the fewest doubts, of those the one whose largest
    group is smallest, of those the first.
    """
    tries = [make(Settings(seed, k))]
    while "collapsed" in tries[-1].doubts and len(tries) < MOST:
        moved = len(tries) if fixed else len(tries) - 1
        tries.append(make(Settings(seed + moved, k if fixed else _fewer(tries))))
    return tries, min(range(len(tries)), key=lambda place: (*_worse(tries[place]), place))


def _fewer(tries: Sequence[Attempt]) -> int:
    most = max(len(own.found.centroids) for own in tries)
    return min(tries[0].settings.k, most + 1)


def _worse(own: Attempt) -> tuple[int, float]:
    return len(own.doubts), 0.0 if own.seen is None else own.seen.largest


def write_quality(folder: Path, tries: Sequence[Attempt], kept: int) -> None:
    """Write what was tried and seen; exact, so it stays on the private side."""
    told = [
        {
            **asdict(own.settings),
            "before": own.before,
            "left": len(own.found.centroids),
            "seen": None if own.seen is None else asdict(own.seen),
        }
        for own in tries
    ]
    files.write_json(folder / QUALITY, {"attempts": told, "kept": kept})


def read_quality(shop: Workshop) -> dict[str, Any]:
    """Return what :func:`write_quality` wrote."""
    found: dict[str, Any] = files.read_json(shop.of("cluster") / QUALITY)
    return found
