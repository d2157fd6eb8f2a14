"""The shipped corpus in clusters that are its own categories: what a perfect grouping gives."""

from __future__ import annotations

from functools import cache

import numpy as np

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.evals.corpus.population import load, recorded_facets
from anonymuse.evals.safety.scene import Scene
from anonymuse.evals.truth.known import KnownTruth


@cache
def oracle() -> Scene:
    rows = tuple(sorted(load(), key=lambda row: row.conversation.id))
    topics = [
        "planted " + row.truth.planted if row.truth.planted == "campaign" else row.truth.category
        for row in rows
    ]
    names, leaf = np.unique(topics, return_inverse=True)
    answers = recorded_facets()
    known = KnownTruth(
        name="oracle",
        texts={},
        languages=tuple(row.truth.language for row in rows),
        category=tuple(topics),
        subcategory=None,
        language=None,
        answers=tuple(answers[row.conversation.id] for row in rows),
    )
    rng = np.random.Generator(np.random.Philox(0))
    centres = rng.normal(size=(len(names), 16))
    vectors = centres[leaf] + 0.3 * rng.normal(size=(len(rows), 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    nodes = tuple(DraftNode(f"L0-{n:04d}", None, (), 0) for n in range(len(names)))
    return Scene(rows, known, {"whole": vectors.astype(np.float32)}, leaf.astype(np.int64), nodes)
