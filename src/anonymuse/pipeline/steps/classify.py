"""From vectors to a given taxonomy: where every conversation belongs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from anonymuse.domain.taxonomy import DETAIL, NOWHERE, TAXONOMY, Taxonomy
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.steps import texts
from anonymuse.ports.embedder import Embedder
from anonymuse.stages.classify import NONE, Sorted, classify, points_of, sides_of

CLASSIFY = "classify"


async def classify_all(
    shop: Workshop, *, taxonomy: Taxonomy, views: Mapping[str, Embedder]
) -> Mapping[str, int]:
    """Sort every text into the taxonomy by what is embedded of it.

    Writes ``facet-taxonomy.parquet`` and, where it has two levels, ``facet-taxonomy_detail``, in
    the order of `extract`; no answer where nothing is known of a text. ``fit.npy`` tells how near
    each is (`stages.classify`).
    """
    points = points_of(taxonomy)
    languages = [str(value) for value in texts.facet(shop.of("extract"), "language")]
    said = [point.text for point in points]
    embedded = {model.id: model.embed(said) for model in views.values()}
    sides = sides_of(
        {view: texts.view_vectors(shop.of("embed"), view) for view in views},
        {view: embedded[model.id] for view, model in views.items()},
        languages,
    )
    found = classify(sides, points)
    _write(shop, taxonomy, found)
    known = ~np.isnan(found.fit)
    return {
        "conversations": len(known),
        NOWHERE: int((known & (found.category == NONE)).sum()),
        "nothing known": int((~known).sum()),
    }


def _write(shop: Workshop, taxonomy: Taxonomy, found: Sorted) -> None:
    details = [name for name, _ in taxonomy.details]
    upper: list[str | None] = []
    lower: list[str | None] = []
    rows = zip(found.category.tolist(), found.detail.tolist(), found.fit.tolist(), strict=True)
    for category, detail, fit in rows:
        nowhere = None if np.isnan(fit) else NOWHERE
        upper.append(nowhere if category == NONE else taxonomy.names[category])
        inside = None if detail == NONE else details[detail]
        lower.append(nowhere if category == NONE else inside)
    written = {TAXONOMY: upper, **({DETAIL: lower} if details else {})}
    for name, values in written.items():
        table = pa.table({"value": pa.array(values, pa.string())})
        files.write_table(shop.folder / f"facet-{name}.parquet", table)
    files.write_array(shop.folder / "fit.npy", found.fit)
