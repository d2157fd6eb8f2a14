"""Clusters of labelled conversations with some people held out: what is named, and who is asked."""

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
from anonymuse.evals.clusterings import embed_views, views_of
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.evals.truth.shipped import corpus_truth
from anonymuse.evals.vector_cache import Remembering, embed_cached
from anonymuse.lexicon.set_noise import SetNoise
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps.evidence import SAID_IN
from anonymuse.pipeline.steps.voted import Electorate
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.stages.cluster import choose_k, cluster
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
    """Labelled conversations, embedded for naming and by a judge.

    Attributes:
        known: their texts; the view ``task`` names clusters, and where there is none topics of our
            list and people's own words do, as in a run without facets.
        units: privacy unit per conversation.
        vectors: by view, as for clustering.
        judged: what the judge hears of each conversation, embedded by it.
        namer: the embedder that takes part in naming.
        judge: another one.
        others: further judges, each with what it hears.
    """

    known: KnownTruth
    units: tuple[str, ...]
    vectors: Mapping[str, Vectors]
    judged: Vectors
    namer: Embedder
    judge: Embedder
    others: tuple[tuple[Embedder, Vectors], ...] = ()

    def __repr__(self) -> str:
        return f"Material({len(self.units)} conversations)"

    def take(self, rows: npt.NDArray[np.int64]) -> Material:
        """Return some of the conversations, without further judges."""
        return replace(
            self,
            known=self.known.take(rows.tolist()),
            units=tuple(self.units[row] for row in rows.tolist()),
            vectors={view: own[rows] for view, own in self.vectors.items()},
            judged=self.judged[rows],
            others=(),
        )

    @property
    def about(self) -> tuple[Vectors, ...]:
        """Views of the namer that tell what a conversation is about, each of shape (n, d)."""
        facets = tuple(self.vectors[view] for view in ("request", "task") if view in self.vectors)
        texts = (self.vectors[view] for view in ("whole", "user") if view in self.vectors)
        return facets or (next(texts),)


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
        tasks: what names are made from; empty where nothing said it in a phrase.
        table: support over the words of ``shown``, with noise.
        topics: of every cluster.
        middles: what every cluster is about, shape (clusters, d).
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
    middles: Vectors

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
    known = corpus_truth(open_detector(), recorded=True)
    vectors = embed_views(
        known,
        conversation=judge,
        facets=namer,
        embed=lambda _, model, texts: embed_cached(model, texts, folder=cache),
    )
    return Material(
        known=known,
        units=known.units or (),
        vectors=vectors,
        judged=embed_cached(judge, known.texts["task"], folder=cache),
        namer=Remembering(namer, tasks_of(known), vectors["task"]),
        judge=judge,
    )


def tasks_of(known: KnownTruth) -> list[str]:
    """Return what each conversation was about in a phrase; nothing where nobody said it."""
    return [task.removeprefix(REQUEST_PREFIX) for task in known.texts.get("task", ())]


def said_in(known: KnownTruth) -> list[str]:
    """Return each conversation's words that may support a name: its facets', else the user's."""
    facets = [known.texts[name] for name in SAID_IN if name in known.texts] or [known.texts["user"]]
    return [
        ". ".join(text.removeprefix(REQUEST_PREFIX) for text in own)
        for own in zip(*facets, strict=True)
    ]


def make_scene(
    material: Material,
    policy: ReleasePolicy,
    seed: int,
    *,
    k: int | None = None,
    labels: Labels | None = None,
    held_out: float = HELD_OUT,
) -> Scene:
    """Cluster the conversations, hold some of the people out, and count the others' words.

    Args:
        material: conversations.
        policy: thresholds and noise.
        seed: of clusters and of who is held out.
        k: base clusters; None: as many as a run would make.
        labels: clusters that are there already, shape (n,); None makes them.
        held_out: share of the people.
    """
    known, units = material.known, material.units
    if labels is None:
        views = views_of(known, material.vectors, np.arange(len(units)))
        k = k or choose_k(len(units), policy.min_conversations)
        labels = cluster(views, k=k, seed=seed).labels
    key = ProjectKey(hashlib.sha256(f"naming {seed}".encode()).digest())
    held = {unit for unit in set(units) if _lot(key, unit) < held_out}
    names = sorted(set(units))
    place = {unit: code for code, unit in enumerate(names)}
    codes = [place[unit] for unit in units]
    shown = np.where([unit in held for unit in units], -1, labels).astype(np.int32)
    for leaf in set(shown[shown >= 0].tolist()):
        if len({codes[i] for i in np.flatnonzero(shown == leaf)}) < policy.min_units:
            shown[shown == leaf] = -1
    languages = list(known.languages) if known.languages else [""] * len(units)
    groups = find_duplicates(
        known.texts["user"],
        np.ones(len(units)),
        vectors=material.vectors.get("whole") if material.namer.knows_meaning else None,
        languages=languages,
        labels=labels.astype(np.int32),
    )
    tasks = tasks_of(known)
    topics = find_topics(
        material.about, material.namer, labels=shown, units=codes, cell=policy.min_cell,
        languages=None if tasks else languages,
    )  # fmt: skip
    if not material.namer.knows_meaning:  # as in a run: our list needs an embedder that does
        topics = replace(topics, texts=("",) * len(units), leaves={})
    said = [f"{own}. {w}" for own, w in zip(said_in(known), topics.texts, strict=True)]
    leaves = [leaf_id(i) for i in range(int(labels.max()) + 1)]
    table = build_support(said, shown.tolist(), codes, leaves=leaves, groups=groups.tolist())
    scene = Scene(material, policy, key, labels, shown, codes, groups.tolist(), tasks, table,
                  topics.leaves, topics.middles)  # fmt: skip
    return replace(scene, table=table.with_noise(scene.noise(policy.noise_sigma, "word")))


def _lot(key: ProjectKey, unit: str) -> float:
    digest = hashlib.sha256(key.derive("sample") + unit.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def phrases_of(scene: Scene, leaf: int) -> tuple[str, ...]:
    """Return one task of each person, nearest the middle of the cluster first."""
    if not scene.tasks:
        return ()
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
