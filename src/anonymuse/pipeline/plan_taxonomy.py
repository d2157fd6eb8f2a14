"""The part of the plan that sorts conversations into a taxonomy, where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Needs, Step
from anonymuse.pipeline.steps import classify
from anonymuse.pipeline.taxonomy import taxonomy_of
from anonymuse.ports.embedder import Embedder


def sorting_steps(config: RunConfig, views: Mapping[str, Embedder]) -> list[Step]:
    """Return the step that sorts; none without a taxonomy, or where a model is asked instead.

    Args:
        config: of the run.
        views: what is embedded of every conversation, and by which model.
    """
    taxonomy = taxonomy_of(config.taxonomy)
    if taxonomy is None or config.taxonomy.by == "model":
        return []
    return [
        Step(
            classify.CLASSIFY,
            1,
            {
                "categories": [asdict(category) for category in taxonomy.categories],
                "views": {view: embedder.id for view, embedder in views.items()},
            },
            (Needs("embed"), Needs("extract", "facet-language.parquet")),
            partial(classify.classify_all, taxonomy=taxonomy, views=views),
        )
    ]


def told_of_taxonomy(config: RunConfig) -> dict[str, Any]:
    """Return what the receipt tells of the taxonomy: how many names, never the file's place."""
    taxonomy = taxonomy_of(config.taxonomy)
    if taxonomy is None:
        return {}
    names, inner = len(taxonomy.names), len(taxonomy.details)
    told = f"{names} categories" + (f", {inner} subcategories" if inner else "")
    return {"taxonomy": f"{told}, sorted by {config.taxonomy.by}"}
