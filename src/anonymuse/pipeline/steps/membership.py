"""Who is where: the arrays that join sampled rows, their texts and their leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import Unit
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, repr=False)
class Sampled:
    """The rows that take part; a *text* is a row that others with the same content stand behind.

    Attributes:
        unit: code of each row's privacy unit, shape (m,).
        text: place of each row's text in the order of `extract`, shape (m,).
        texts: how many texts there are.
        pseudonyms: of each unit code.
    """

    unit: Ints
    text: Ints
    texts: int
    pseudonyms: list[str]

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """How many rows stand behind each text, shape (texts,)."""
        return np.bincount(self.text, minlength=self.texts).astype(np.float64)


def unit_of(shop: Workshop) -> Unit:
    """Return the privacy unit in force."""
    unit: Unit = files.read_json(shop.of("sample") / "unit.json")["unit"]
    return unit


def sampled(shop: Workshop) -> Sampled:
    """Read who takes part."""
    rows = files.read_table(shop.of("sample") / "rows.parquet", ["unit", "stands_for"])
    order = files.read_table(shop.of("extract") / "rows.parquet")["row"].to_pylist()
    place = {row: number for number, row in enumerate(order)}
    pseudonyms = files.read_table(shop.of("sample") / "units.parquet")["pseudonym"].to_pylist()
    text = [place[row] for row in rows["stands_for"].to_pylist()]
    return Sampled(
        unit=rows["unit"].to_numpy().astype(np.int32),
        text=np.array(text, dtype=np.int32),
        texts=len(order),
        pseudonyms=pseudonyms,
    )


def row_ids(shop: Workshop) -> list[str]:
    """Return the id of each row, in the order of :func:`sampled`."""
    found: list[str] = files.read_table(shop.of("sample") / "rows.parquet", ["row"])[
        "row"
    ].to_pylist()
    return found


def base_clusters(shop: Workshop) -> int:
    """Return how many base clusters there are, those that nobody is in among them."""
    return len(files.read_array(shop.of("cluster") / "centroids.npy"))


def leaves(shop: Workshop) -> Ints:
    """Return the base cluster of each text, shape (texts,)."""
    return np.asarray(files.read_array(shop.of("cluster") / "labels.npy"), dtype=np.int32)
