"""The shipped corpus, grouped as a restricted run groups it, with what safety staff would see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import DEMO
from anonymuse.domain.private.conversation import Scalar
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.traffic import Traffic, Verdicts
from anonymuse.evals.clusterings import Embed, embed_views, views_of
from anonymuse.evals.corpus.population import CorpusRow, load, recorded_facets
from anonymuse.evals.truth.known import KnownTruth, of_conversations
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.ports.language import LanguageDetector
from anonymuse.stages.cluster import choose_k, cluster, ground_of
from anonymuse.stages.hierarchy import grow_tree
from anonymuse.stages.threshold import leaf_number

FLAG = "flagged"
"""column with the verdict of an invented classifier; only safety conversations have one"""

VIEWS = ("request", "task", "whole")
"""what a run groups by where facets are recorded"""

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Scene:
    """The corpus under one seed.

    Attributes:
        rows: conversations with their truth.
        known: the same as views, with recorded answers.
        vectors: of the views.
        leaf: base cluster of each row, shape (rows,).
        nodes: the tree over them.
    """

    rows: tuple[CorpusRow, ...]
    known: KnownTruth
    vectors: Mapping[str, Vectors]
    leaf: Labels
    nodes: tuple[DraftNode, ...]

    def __repr__(self) -> str:
        return f"Scene({len(self.rows)} conversations, {len(self.nodes)} nodes)"

    def clusters(self) -> dict[str, list[int]]:
        """Return the base clusters at or below every node, by the node's id."""
        found: dict[str, list[int]] = {}
        for node in self.nodes:  # base level first
            below = [leaf for child in node.children for leaf in found[child]]
            found[node.id] = below or [leaf_number(node.id)]
        return found


def corpus(
    detector: LanguageDetector, *, conversation: Embedder, facets: Embedder, embed: Embed
) -> tuple[tuple[CorpusRow, ...], KnownTruth, Mapping[str, Vectors]]:
    """Return the whole corpus with what was planted, its recorded facets, and their vectors."""
    rows = tuple(sorted(load(), key=lambda row: row.conversation.id))
    known = of_conversations(
        "corpus with what was planted",
        [row.conversation for row in rows],
        detector,
        category=[row.truth.category for row in rows],
        language=[row.truth.language for row in rows],
    )
    answers = recorded_facets()
    known = known.with_answers({i: answers[r.conversation.id] for i, r in enumerate(rows)})
    known = replace(known, texts={name: known.texts[name] for name in VIEWS})
    vectors = embed_views(known, conversation=conversation, facets=facets, embed=embed)
    return rows, known, {view: _as_kept(own) for view, own in vectors.items()}


def grouped(
    rows: Sequence[CorpusRow], known: KnownTruth, vectors: Mapping[str, Vectors], *, seed: int
) -> Scene:
    """Group the corpus at the grain of the demo, merging nothing away."""
    everything = np.arange(len(rows))
    found = cluster(
        views_of(known, vectors, everything),
        k=choose_k(len(rows), DEMO.min_conversations),
        seed=seed,
    )
    nodes = grow_tree(ground_of(found))
    return Scene(tuple(rows), known, vectors, found.labels.astype(np.int64), tuple(nodes))


def verdicts(scene: Scene) -> Verdicts:
    """Return what was said of each row: recorded facets, and the classifier's column."""
    answers = scene.known.answers or ()
    languages = scene.known.languages or ()
    flags = [row.truth.flagged for row in scene.rows]
    return Verdicts(
        leaf=scene.leaf,
        account=_codes([row.conversation.user for row in scene.rows]),
        language=languages,
        concern=np.array([_grade(own.get("concern")) for own in answers], dtype=np.int64),
        refused=np.array([int(own.get("refused") != "no") for own in answers], dtype=np.int64),
        flags={FLAG: np.array([-1 if f is None else int(f) for f in flags], dtype=np.int64)},
    )


def traffic(scene: Scene) -> Traffic:
    """Return who wrote what when, as the signals of coordination read it."""
    people = [row.conversation for row in scene.rows]
    return Traffic(
        leaf=scene.leaf,
        account=_codes([one.user for one in people]),
        organisation=_codes([one.organisation for one in people]),
        time=np.array([one.time.timestamp() if one.time else np.nan for one in people]),
        text=np.arange(len(people)),
        requests=tuple(
            next((turn.text for turn in one.turns if turn.role == "user"), "") for one in people
        ),
        vectors=scene.vectors["whole"],
        language=scene.known.languages or (),
        metadata={},
    )


def _as_kept(vectors: Vectors) -> Vectors:
    """Return vectors as a run reads them from disk, where they lie at half precision."""
    kept: Vectors = vectors.astype(np.float16).astype(np.float32)
    return kept


def _codes(values: Sequence[str | None]) -> Labels:
    """Return a code for each distinct value, -1 for none."""
    known = {value: code for code, value in enumerate(sorted({v for v in values if v}))}
    return np.array([known.get(value or "", -1) for value in values], dtype=np.int64)


def _grade(value: Scalar) -> int:
    return value if isinstance(value, int) else 0
