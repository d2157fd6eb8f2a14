"""Draws of the rows, from the step that makes clusters to the one that makes their tree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anonymuse.pipeline import files
from anonymuse.vectors.draws import Draw

ROWS, GRAINS, POINTS = "drawn-rows.npy", "drawn-grains.npy", "drawn-points.npy"
"""of every draw, all in one: every draw has as many rows, and the files hold no grain of none"""


def write(folder: Path, draws: Sequence[Draw]) -> None:
    """Write the draws into the step's folder; nothing where there are none."""
    if not draws:
        return
    files.write_array(folder / ROWS, np.stack([draw.rows for draw in draws]))
    files.write_array(folder / GRAINS, np.stack([draw.grains for draw in draws]))
    files.write_array(folder / POINTS, np.concatenate([draw.points for draw in draws]))


def read(folder: Path) -> list[Draw]:
    """Return the draws of a step's folder; none where it has none."""
    if not (folder / ROWS).exists():
        return []
    rows, grains = (np.asarray(files.read_array(folder / name)) for name in (ROWS, GRAINS))
    points = np.asarray(files.read_array(folder / POINTS))
    ends = np.cumsum(grains.max(axis=1) + 1)[:-1]
    return [Draw(*own) for own in zip(rows, grains, np.split(points, ends), strict=True)]
