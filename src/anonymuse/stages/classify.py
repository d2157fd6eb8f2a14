"""Stage: put every conversation into a category of a given taxonomy, or say that it fits nowhere.

No model is asked. Every category is a few points among the conversations' vectors: its texts, and
each item of its description by itself, since "flights, hotels, visas" lie apart. The points then
move toward the conversations that surely belong to them, as descriptions sound otherwise than
requests (one round of self-training, the priors at the descriptions: more rounds drift to what
belongs nowhere). What is far from all of them fits nowhere. What is far is told by how near the
nearest tenth of the conversations is, as cosines differ from embedder to embedder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.transcript import VIEWS
from anonymuse.domain.taxonomy import Category, Taxonomy
from anonymuse.vectors.centre import Centring, fit_centring
from anonymuse.vectors.rows import AnyRows, BlockReader, Floats, Labels, Sums, blocks, unit_rows

Numbers = npt.NDArray[np.int64]
"""of categories or subcategories, shape (m,)"""

NONE = -1
"""instead of a number: fits nowhere, has no subcategory"""

NEAR = 0.9
"""quantile of the conversations' cosines to their nearest point: what "near" is"""
SURE, FITS = 0.65, 0.45
"""of near: what moves a point, and what belongs to a category at all"""
SHARPNESS = 20.0
"""of the choice between points, for a difference as large as near; from 15 to 30 nothing changes"""
PRIOR = 20.0
"""conversations that a point's own text weighs as much as"""

_BESIDE_FACETS = 0.5
"""weight of such a view where facets are there, which weigh 1 each"""

_ITEMS = re.compile(r"[,;:.]\s+|[、，；。：]")


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """Conversations and the taxonomy's texts, embedded by one model.

    Attributes:
        vectors: of the conversations, shape (n, d); any float width. Zero rows: nothing known.
        points: of the taxonomy's texts, shape (m, d).
        groups: a language per conversation, taken out; None where texts are in one language.
        weight: share of the similarity, relative to the other sides'.
    """

    vectors: AnyRows
    points: Floats
    groups: Sequence[str] | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Point:
    """A text of the taxonomy.

    Attributes:
        text: to be embedded.
        category: number of the category.
        detail: number of the subcategory among all of them; NONE for a text of the category's own.
    """

    text: str
    category: int
    detail: int = NONE


@dataclass(frozen=True, slots=True, repr=False)
class Sorted:
    """Where every conversation belongs.

    Attributes:
        category: number of the category, NONE for nowhere; shape (n,).
        detail: number of the subcategory among all of them, NONE where there is none; shape (n,).
        nearest: number of the category that it would be if everything belonged somewhere.
        fit: cosine to the nearest point, relative to near; NaN where nothing is known; shape (n,).
    """

    category: Labels
    detail: Labels
    nearest: Labels
    fit: Floats

    def __repr__(self) -> str:
        return f"Sorted({len(self.fit)} rows)"


def sides_of(
    vectors: Mapping[str, AnyRows], points: Mapping[str, Floats], languages: Sequence[str] | None
) -> list[Side]:
    """Return the sides of views: what facets say decides most, where they are there.

    Args:
        vectors: of the conversations by view: ``user``, ``whole``, ``request``, ``task``.
        points: of the taxonomy's texts by view, by the same embedder.
        languages: of each conversation, or None where all are in one; facets are English.
    """
    return [
        Side(
            rows,
            points[view],
            languages if view in VIEWS else None,
            _BESIDE_FACETS if view in VIEWS and "request" in vectors else 1.0,
        )
        for view, rows in vectors.items()
    ]


def points_of(taxonomy: Taxonomy) -> list[Point]:
    """Return what of a taxonomy is embedded, the categories' own texts first."""
    own = [
        Point(text, number)
        for number, category in enumerate(taxonomy.categories)
        for text in _texts(category)
    ]
    inner = [
        (number, one)
        for number, category in enumerate(taxonomy.categories)
        for one in category.subcategories
    ]
    return own + [
        Point(text, number, detail)
        for detail, (number, one) in enumerate(inner)
        for text in one.texts
    ]


def _texts(category: Category) -> list[str]:
    items = [item.strip(" .") for item in _ITEMS.split(category.description)]
    return list(dict.fromkeys([*category.texts, *filter(None, items)]))


def classify(sides: Sequence[Side], points: Sequence[Point]) -> Sorted:
    """Put every conversation into a category, and into one of its subcategories if it has any.

    Args:
        sides: at least one, all of the same conversations (at least one).
        points: what the sides' points are of; two categories at least.
    """
    category = np.array([point.category for point in points], dtype=np.int64)
    detail = np.array([point.detail for point in points], dtype=np.int64)
    read, n = _reader(sides), len(sides[0].vectors)
    prior = _joined([_centred_points(side.points, category) for side in sides], _weights(sides))
    points_now = _Points.at(prior, np.zeros(len(prior)), read, n)
    return points_now.learnt(read).sorted(read, category, detail)


@dataclass(frozen=True, slots=True, repr=False)
class _Points:
    """Points as they are now.

    Attributes:
        units: shape (m, d).
        offset: log of how common each is, relative to the mean; shape (m,).
        best: each conversation's cosine to its nearest point, shape (n,).
        near: what of these is near.
    """

    units: Floats
    offset: Sums
    best: Floats
    near: float

    @classmethod
    def at(cls, units: Floats, offset: Sums, read: BlockReader, n: int) -> _Points:
        """Return points with what lies near them."""
        parts = [(read(low, high) @ units.T).max(axis=1) for low, high in blocks(n)]
        best = np.concatenate(parts)
        return cls(units, offset, best, max(float(np.quantile(best, NEAR)), 1e-6))

    def learnt(self, read: BlockReader) -> _Points:
        """Return the points moved toward the conversations that surely belong to them."""
        sums, mass = PRIOR * self.units.astype(np.float64), np.zeros(len(self.units))
        for low, high in blocks(len(self.best)):
            rows = read(low, high)[self.best[low:high] >= SURE * self.near]
            shares = self._shares(rows)
            sums += shares.T @ rows
            mass += shares.sum(axis=0)
        common = 0.5 * np.log((mass + 1.0) / (mass.mean() + 1.0))
        return _Points.at(unit_rows(sums), common, read, len(self.best))

    def sorted(self, read: BlockReader, category: Numbers, detail: Numbers) -> Sorted:
        """Decide for every conversation; a category's share is that of all its points."""
        n = len(self.best)
        fit = (self.best / np.float32(self.near)).astype(np.float32)
        none = np.full(n, NONE, np.int32)
        found = Sorted(none, none.copy(), none.copy(), fit)
        upper, lower = _members(category), _members(detail)
        home = category[lower.argmax(axis=1)] if len(lower) else category[:0]
        for low, high in blocks(n):
            rows = read(low, high)
            fit[low:high][~np.any(rows != 0, axis=1)] = np.nan
            fits = fit[low:high] >= FITS
            shares = self._shares(rows)
            best = (shares @ upper.T).argmax(axis=1)
            found.nearest[low:high] = best
            found.category[low:high] = np.where(fits, best, NONE)
            if len(home):
                inside = np.where(home == best[:, None], shares @ lower.T, -1.0)
                has = fits & (inside.max(axis=1) >= 0.0)
                found.detail[low:high] = np.where(has, inside.argmax(axis=1), NONE)
        return found

    def _shares(self, rows: Floats) -> Sums:
        """Return how much of each row is each point's; shape (rows, m)."""
        logs = SHARPNESS / self.near * (rows @ self.units.T).astype(np.float64) + self.offset
        shares = np.exp(logs - logs.max(axis=1, keepdims=True))
        total: Sums = shares / shares.sum(axis=1, keepdims=True)
        return total


def _members(numbers: Numbers) -> npt.NDArray[np.bool_]:
    """Return which points each number has, shape (numbers, m)."""
    found: npt.NDArray[np.bool_] = np.equal.outer(np.arange(numbers.max() + 1), numbers)
    return found


def _reader(sides: Sequence[Side]) -> BlockReader:
    """Return what gives conversations with their language taken out, all sides joined."""
    centrings = [_centring(side) for side in sides]
    weights = _weights(sides)

    def read(low: int, high: int) -> Floats:
        parts = []
        for side, centring in zip(sides, centrings, strict=True):
            rows = np.asarray(side.vectors[low:high], dtype=np.float32)
            known = np.any(rows != 0, axis=1)[:, None]
            parts.append(np.where(known, unit_rows(centring.apply(rows, low)), np.float32(0.0)))
        return _joined(parts, weights)

    return read


def _centring(side: Side) -> Centring:
    known = np.concatenate(
        [np.any(side.vectors[low:high] != 0, axis=1) for low, high in blocks(len(side.vectors))]
    )
    return fit_centring(side.vectors, side.groups, weights=known.astype(np.float64))


def _centred_points(points: Floats, category: Numbers) -> Floats:
    """Return points relative to the mean of the categories, each of which counts once."""
    mean = np.mean([points[category == own].mean(axis=0) for own in np.unique(category)], axis=0)
    return unit_rows(points - mean)


def _weights(sides: Sequence[Side]) -> list[np.float32]:
    return [np.float32(side.weight**0.5) for side in sides]


def _joined(parts: Sequence[Floats], weights: Sequence[np.float32]) -> Floats:
    return unit_rows(np.concatenate([p * w for p, w in zip(parts, weights, strict=True)], axis=1))
