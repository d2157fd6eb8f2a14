"""Clusters of the shipped corpus with some people held out: what ``naming`` names and asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anonymuse.adapters.language.open import open_detector
from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.evals.corpus import population
from anonymuse.evals.known_truth import CORPUS, KnownTruth, load_truth
from anonymuse.evals.reconstruct import embed_views
from anonymuse.evals.vector_cache import Remembering, embed_cached
from anonymuse.lexicon.set_noise import SetNoise
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps.voted import Electorate
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.stages.cluster import choose_k, cluster, facet_views
from anonymuse.stages.contrast import LeafFacets, choose_facets
from anonymuse.stages.duplicates import find_duplicates
from anonymuse.stages.find_topics import find_topics
from anonymuse.stages.support import build_support, keyed_set_noise
from anonymuse.stages.threshold import leaf_id
from anonymuse.stages.vote import choose_voters
from anonymuse.vectors.rows import unit_rows

HELD_OUT = 0.25
"""share of the people that names are not made from"""
PHRASES = 40

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """A corpus whose facets are known, embedded.

    Attributes:
        known: its texts; the view ``task`` names clusters.
        units: privacy unit per conversation.
        vectors: by view, as for clustering.
        judged: the tasks as the judge embeds them.
        namer: the embedder that takes part in naming.
        judge: another one.
    """

    known: KnownTruth
    units: tuple[str, ...]
    vectors: Mapping[str, Vectors]
    judged: Vectors
    namer: Embedder
    judge: Embedder

    def __repr__(self) -> str:
        return f"Material({len(self.units)} conversations)"


@dataclass(frozen=True, slots=True, repr=False)
class Scene:
    """One clustering with some people held out.

    Attributes:
        material: the corpus.
        policy: in force.
        key: of lots and noise.
        labels: cluster per conversation, shape (n,).
        shown: the same, negative for people held out and clusters of too few people.
        codes: unit per conversation.
        groups: near-duplicates per conversation.
        tasks: what names are made from.
        table: support over the words of ``shown``, with noise.
        topics: of every cluster.
    """

    material: Material
    policy: ReleasePolicy
    key: ProjectKey
    labels: Labels
    shown: Labels
    codes: list[int]
    groups: list[int]
    tasks: list[str]
    table: SupportTable
    topics: Mapping[int, tuple[str, ...]]

    def noise(self, sigma: float, purpose: str) -> SetNoise:
        """Return keyed noise on sets of the corpus's people."""
        names = sorted(set(self.material.units))
        return keyed_set_noise(self.key.derive("noise"), names, sigma=sigma, purpose=purpose)

    @property
    def leaves(self) -> list[int]:
        """The clusters that are named."""
        return sorted(set(self.shown[self.shown >= 0].tolist()))


def gather_material(*, judge: Embedder, namer: Embedder, cache: Path | None) -> Material:
    """Load and embed the shipped corpus with its recorded facets.

    Args:
        judge: embeds conversations for clustering, and names and tasks for the line-up.
        namer: embeds facets for clustering and naming.
        cache: folder that keeps vectors; None keeps none.
    """
    known = load_truth(CORPUS, path=None, recorded=True, detector=open_detector)
    rows = [row.conversation for row in population.load() if row.truth.part == "regular"]
    rows.sort(key=lambda row: row.id)
    vectors = embed_views(
        known,
        conversation=judge,
        facets=namer,
        embed=lambda _, model, texts: embed_cached(model, texts, folder=cache),
    )
    tasks = [task.removeprefix(REQUEST_PREFIX) for task in known.texts["task"]]
    return Material(
        known=known,
        units=tuple(row.user or row.id for row in rows),
        vectors=vectors,
        judged=embed_cached(judge, known.texts["task"], folder=cache),
        namer=Remembering(namer, tasks, vectors["task"]),
        judge=judge,
    )


def make_scene(material: Material, policy: ReleasePolicy, seed: int) -> Scene:
    """Cluster the corpus, hold a quarter of its people out, and count the others' words."""
    known, units = material.known, material.units
    languages = list(known.languages or ())
    k = choose_k(len(units), policy.min_conversations)
    labels = cluster(facet_views(material.vectors, languages), k=k, seed=seed).labels
    key = ProjectKey(hashlib.sha256(f"naming {seed}".encode()).digest())
    held = {unit for unit in set(units) if _lot(key, unit) < HELD_OUT}
    names = sorted(set(units))
    place = {unit: code for code, unit in enumerate(names)}
    codes = [place[unit] for unit in units]
    shown = np.where([unit in held for unit in units], -1, labels).astype(np.int32)
    for leaf in set(shown[shown >= 0].tolist()):
        if len({codes[i] for i in np.flatnonzero(shown == leaf)}) < policy.min_units:
            shown[shown == leaf] = -1
    groups = find_duplicates(
        known.texts["user"],
        np.ones(len(units)),
        vectors=material.vectors.get("whole"),
        languages=languages,
        labels=labels.astype(np.int32),
    )
    tasks = [task.removeprefix(REQUEST_PREFIX) for task in known.texts["task"]]
    topics = find_topics(
        material.vectors["task"], material.namer, labels=shown, units=codes, cell=policy.min_cell,
        languages=None,
    )  # fmt: skip
    requests = (text.removeprefix(REQUEST_PREFIX) for text in known.texts["request"])
    said = [f"{t}. {r}. {w}" for t, r, w in zip(tasks, requests, topics.texts, strict=True)]
    leaves = [leaf_id(i) for i in range(int(labels.max()) + 1)]
    table = build_support(said, shown.tolist(), codes, leaves=leaves, groups=groups.tolist())
    scene = Scene(material, policy, key, labels, shown, codes, groups.tolist(), tasks, table,
                  topics.leaves)  # fmt: skip
    return replace(scene, table=table.with_noise(scene.noise(policy.noise_sigma, "word")))


def _lot(key: ProjectKey, unit: str) -> float:
    digest = hashlib.sha256(key.derive("sample") + unit.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def phrases_of(scene: Scene, leaf: int) -> tuple[str, ...]:
    """Return one task of each person, nearest the middle of the cluster first."""
    own = np.flatnonzero(scene.shown == leaf)
    vectors = scene.material.vectors["task"][own]
    order = own[np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")]
    first: dict[int, str] = {}
    for row in order.tolist():
        first.setdefault(scene.codes[row], scene.tasks[row])
    return tuple(first.values())[:PHRASES]


def electorate_of(scene: Scene) -> Electorate:
    """Draw whose tasks are drafted from and who votes, as a run does."""
    rows = len(scene.codes)
    order = sorted(range(rows), key=lambda row: _lot(scene.key, f"{scene.codes[row]} {row}"))
    own = max(scene.groups, default=0) + 1
    groups = [group if group >= 0 else own + row for row, group in enumerate(scene.groups)]
    space = unit_rows(scene.material.vectors["task"])
    chosen = choose_facets(scene.shown, scene.codes, groups, space, order=order)
    drawn = choose_voters(
        scene.shown, scene.codes, groups, order=order,
        proposers={leaf: sides[0] for leaf, sides in chosen.items()},
    )  # fmt: skip
    shown = [
        LeafFacets(leaf_id(leaf), *(tuple(scene.tasks[row] for row in side) for side in sides))
        for leaf, sides in chosen.items()
    ]
    voters = {
        leaf_id(leaf): {scene.material.units[row]: scene.tasks[row] for row in rows_}
        for leaf, rows_ in drawn.items()
    }
    return Electorate(tuple(shown), voters)
