"""Section: do conversations come into the categories that people would put them in?

The product's own step sorts the data into a taxonomy whose names are the truth's. Beside it: the
nearest of one text a category, nothing learnt. What fits nowhere is tried by taking a part of the
categories out of the taxonomy, whose conversations then belong nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt

from anonymuse.domain.taxonomy import NOWHERE, Taxonomy
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Bars, Figure, Heat, Number, Section
from anonymuse.pipeline.taxonomy import read_taxonomy, taxonomy_of
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.classify import NONE, Point, Side, Sorted, classify, points_of, sides_of
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import gain, macro_f1, over_seeds, share

HIDDEN = 0.3
"""share of the categories that are taken out"""
FEWEST = 20
"""conversations of a language that has a bar of its own"""
SHIPPED = ("corpus", "clinc150", "xsid", "sib200")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, repr=False)
class Sorting:
    """Data and a taxonomy of its truth, embedded.

    Attributes:
        taxonomy: its names are the truth's, apart from case and underscores.
        vectors: of the conversations, by view.
        points: of every text of the taxonomy, by view.
        category: number of each row's category, NONE where the taxonomy has none; shape (n,).
        detail: likewise of its subcategory.
        languages: that are taken out, of each row.
        spoken: the true language of each row.
        units: whose each row is.
    """

    taxonomy: Taxonomy
    vectors: Mapping[str, Vectors]
    points: Mapping[str, Vectors]
    category: Ints
    detail: Ints
    languages: Sequence[str] | None = None
    spoken: Sequence[str] | None = None
    units: Sequence[str] | None = None


def measure_taxonomy(material: Material, *, seeds: int) -> Section | None:
    """Return the section; None where no taxonomy has the truth's names."""
    taxonomy = taxonomy_of(material.config.taxonomy) or _shipped(material.known.name)
    if taxonomy is None:
        return None
    known = material.known
    names = [_plain(name) for name in taxonomy.names]
    details = [_plain(name) for name, _ in taxonomy.details]
    category = _numbers([_plain(name) for name in known.category], names)
    if len(set(category.tolist()) - {NONE}) < 2:
        return None
    lower = [_plain(name.partition("/")[2]) for name in known.subcategory or known.category]
    said = [point.text for point in points_of(taxonomy)]
    models = {
        view: material.facets or material.conversation
        if view in ("request", "task")
        else material.conversation
        for view in material.vectors
    }
    embedded = {m.id: material.embed("categories", m, said) for m in models.values()}
    sorting = Sorting(
        taxonomy,
        material.vectors,
        {view: embedded[model.id] for view, model in models.items()},
        category,
        _numbers(lower, details),
        languages=known.languages,
        spoken=known.language,
        units=known.units,
    )
    return taxonomy_section(sorting, seeds=seeds)


def taxonomy_section(sorting: Sorting, *, seeds: int) -> Section:
    """Sort everything once, and once for each seed with a part of the categories taken out."""
    points = points_of(sorting.taxonomy)
    found = classify(_sides(sorting, points), points)
    nearest = _nearest(sorting)
    rows = sorting.category != NONE
    units = None if sorting.units is None else np.asarray(sorting.units)[rows]
    truth = sorting.category[rows]
    right = share(found.category[rows] == truth, units=units)
    both = gain(found.nearest[rows] == truth, nearest[rows] == truth, units=units)
    each = macro_f1(sorting.category[rows], found.category[rows], units=units)
    figures = [
        _alone("category", "conversations in the right category", right, int(rows.sum())),
        Figure.paired(
            "nearest", "the same, if everything is put somewhere", both, rows=int(rows.sum())
        ),
        _alone("category.f1", "mean F1 of the categories", each, int(rows.sum())),
    ]
    if sorting.taxonomy.details and (sorting.detail != NONE).any():
        own = sorting.detail != NONE
        inner = None if sorting.units is None else np.asarray(sorting.units)[own]
        low = share((found.detail == sorting.detail)[own], units=inner)
        text = "conversations in the right subcategory"
        figures.append(_alone("detail", text, low, int(own.sum())))
    figures += _nowhere(sorting, seeds)
    return Section(
        key="taxonomy",
        title="Sorting into a given taxonomy",
        lead=(
            f"Into {len(sorting.taxonomy.names)} categories with {len(sorting.taxonomy.details)} "
            "subcategories, by names and descriptions alone; who is sent nowhere is wrong here. "
            "Then everything is put somewhere; beside it the nearest of one text a category. Then, "
            f"for each seed, {HIDDEN:.0%} of the categories are taken out: what was in them fits "
            "nowhere."
        ),
        figures=tuple(figures),
        pictures=tuple(_pictures(sorting, found)),
        notes=("The numbers are those of these names and descriptions: better ones sort better.",),
    )


def _sides(sorting: Sorting, points: Sequence[Point]) -> list[Side]:
    """Return the data beside the points of its taxonomy, or of a part of it."""
    place = {point.text: at for at, point in enumerate(points_of(sorting.taxonomy))}
    rows = [place[point.text] for point in points]
    chosen = {view: own[rows] for view, own in sorting.points.items()}
    return sides_of(sorting.vectors, chosen, sorting.languages)


def _nearest(sorting: Sorting) -> Ints:
    """Return the category whose name and description are nearest, as they are embedded."""
    points = points_of(sorting.taxonomy)
    own = [point.category for point in points]
    first = [points[own.index(number)] for number in range(len(sorting.taxonomy.names))]
    cosines = sum(
        side.weight * (np.asarray(side.vectors) @ side.points.T) for side in _sides(sorting, first)
    )
    return np.asarray(np.argmax(cosines, axis=1))


def _nowhere(sorting: Sorting, seeds: int) -> list[Figure]:
    """Return how well those are found whose category was taken out."""
    scores = np.array([_taken_out(sorting, seed) for seed in range(seeds)])
    labels = {
        "found": "fits nowhere: found of those whose category is not there",
        "lost": "fits nowhere: wrongly, of those whose category is there",
        "auc": "fits nowhere: told apart by fit (0.5 is chance)",
    }
    return [
        Figure(
            key=f"nowhere.{name}",
            label=label,
            ours=_inside(over_seeds(own)),
            better="lower" if name == "lost" else "higher",
            rows=int((sorting.category != NONE).sum()),
            by_seed=tuple(own.tolist()),
        )
        for (name, label), own in zip(labels.items(), scores.T, strict=True)
    ]


def _inside(found: Estimate) -> Number:
    return Number(found.mean, max(0.0, found.low), min(1.0, found.high))


def _taken_out(sorting: Sorting, seed: int) -> tuple[float, float, float]:
    categories = sorting.taxonomy.categories
    rng = np.random.Generator(np.random.Philox(seed))
    most = len(categories) - 2
    count = min(max(1, round(HIDDEN * len(categories))), most)
    out = (
        set(rng.choice(len(categories), size=count, replace=False).tolist()) if most > 0 else set()
    )
    left = replace(
        sorting.taxonomy,
        categories=tuple(own for at, own in enumerate(categories) if at not in out),
    )
    points = points_of(left)
    found = classify(_sides(sorting, points), points)
    known = sorting.category != NONE
    gone = known & np.isin(sorting.category, list(out))
    stays = known & ~gone
    nowhere = found.category == NONE
    return (
        float(nowhere[gone].mean()) if gone.any() else 0.0,
        float(nowhere[stays].mean()) if stays.any() else 0.0,
        _auc(found.fit[stays], found.fit[gone]),
    )


def _auc(higher: Floats, lower: Floats) -> float:
    """Return the chance that a draw of ``higher`` is above one of ``lower``."""
    if not len(higher) or not len(lower):
        return 0.5
    ranks = np.argsort(np.argsort(np.concatenate([higher, lower]), kind="stable"))
    below = ranks[: len(higher)].sum() - len(higher) * (len(higher) - 1) / 2
    return float(below / (len(higher) * len(lower)))


def _pictures(sorting: Sorting, found: Sorted) -> Iterator[Heat | Bars]:
    names = sorting.taxonomy.names
    rows = sorting.category != NONE
    size = len(names) + 1
    cells = np.zeros((size, size))
    said = np.where(found.category == NONE, len(names), found.category)
    np.add.at(cells, (sorting.category[rows], said[rows]), 1.0)
    shares = cells[:-1] / np.maximum(cells[:-1].sum(axis=1, keepdims=True), 1.0)
    yield Heat(
        "Where the conversations of a category (row) came",
        names,
        (*names, NOWHERE),
        tuple(tuple(row) for row in shares.tolist()),
    )
    spoken = np.asarray(sorting.spoken if sorting.spoken is not None else [])
    right = found.category == sorting.category
    groups = [own for own in np.unique(spoken) if (rows & (spoken == own)).sum() >= FEWEST]
    if len(groups) > 1:
        values = [Number.of(share(right[rows & (spoken == own)])) for own in groups]
        yield Bars("In the right category, by language", tuple(map(str, groups)), tuple(values))


def _alone(key: str, label: str, found: Estimate, rows: int) -> Figure:
    return Figure(key=key, label=label, ours=Number.of(found), rows=rows)


def _shipped(name: str) -> Taxonomy | None:
    """Return the taxonomy of a known set; None for other data."""
    own = name.partition(",")[0]
    if own not in SHIPPED:
        return None
    with as_file(files("anonymuse.evals") / "taxonomies" / f"{own}.toml") as path:
        return read_taxonomy(path)


def _numbers(values: Sequence[str], names: Sequence[str]) -> Ints:
    place = {name: at for at, name in enumerate(names)}
    return np.array([place.get(value, NONE) for value in values], dtype=np.int64)


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())
