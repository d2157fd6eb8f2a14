"""The real pipeline, run on a synthetic world through its own doors; nothing of it is copied.

Readers, facets and models are handed over as the ports ask for them, so that a world of thousands
of conversations needs no file. An attacker sees the report and the bundle; which base cluster a
conversation is in is told to him besides, which no outsider would know: his chances are at most
overstated.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.language.open import open_detector
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.domain.private.conversation import Conversation, Scalar
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.report import Report
from anonymuse.errors import NothingReleasedError
from anonymuse.evals.privacybench.frame import Pipeline
from anonymuse.pipeline.config import RunConfig, make_config
from anonymuse.pipeline.engine import Finished
from anonymuse.pipeline.events import Emit, ignore
from anonymuse.pipeline.files import read_array, read_table
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Chat, Parts, Source
from anonymuse.pipeline.run import run_pipeline
from anonymuse.ports.chat import ChatModel
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.ports.language import LanguageDetector
from anonymuse.ports.release_ledger import ReleaseLedger
from anonymuse.stages.threshold import leaf_id
from anonymuse.wiring.inputs import opened, source_of

Answers = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, repr=False)
class World:
    """Synthetic conversations.

    Attributes:
        conversations: with users.
        facets: what a model would answer about each, by conversation id; None: a model is asked.
        axes: words that tell subjects apart; each becomes a direction of its own when embedded, so
            that clusters are what the attack needs them to be.
        files: read by the product's readers where there are no conversations here.
    """

    conversations: tuple[Conversation, ...]
    facets: Mapping[str, Answers] | None = None
    axes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def world_of_files(files: Sequence[Path], axes: Sequence[str]) -> World:
    """Return a world that the product's own readers read."""
    return World((), None, tuple(axes), tuple(files))


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """What a run let out, and what the bench alone knows of it.

    Attributes:
        report: None where everything was withheld.
        leaf_of: base cluster of each conversation, by its id; empty where nothing was released.
    """

    report: Report | None
    leaf_of: Mapping[str, str] = field(default_factory=dict)

    def clusters(self, conversations: Sequence[str]) -> list[Cluster]:
        """Return the released nodes that hold some conversations: base clusters and all above."""
        if self.report is None:
            return []
        by_id = {cluster.id: cluster for cluster in self.report.clusters}
        wanted = {self.leaf_of[name] for name in conversations if name in self.leaf_of}
        found: dict[str, Cluster] = {}
        for leaf in sorted(wanted):
            node = by_id.get(leaf)
            while node is not None and node.id not in found:
                found[node.id] = node
                node = by_id.get(node.parent) if node.parent else None
        return list(found.values())

    def told(self, conversations: Sequence[str]) -> list[str]:
        """Return what is released about the clusters of some conversations, case-folded.

        One text for each node with its cells, base clusters first.
        """
        cells: dict[str | None, list[str]] = {}
        for cell in self.report.cells if self.report else ():
            if cell.units:
                cells.setdefault(cell.cluster, []).append(cell.value)
        nodes = sorted(self.clusters(conversations), key=lambda node: (node.level, node.id))
        return [
            "\n".join((node.name, node.description, *cells.get(node.id, ()))).casefold()
            for node in nodes
        ]

    def named_by(self) -> dict[str, int]:
        """Count base clusters by what named them."""
        clusters = self.report.clusters if self.report else ()
        return dict(Counter(own.named_by for own in clusters if own.level == 0))


class SubjectEmbedder:
    """One direction for each subject, and a little of every word: subjects come out far apart."""

    keeps_prefix = False
    knows_meaning = False

    def __init__(self, axes: Sequence[str]) -> None:
        self._axes = {word: place for place, word in enumerate(axes)}
        digest = hashlib.sha256("\n".join(axes).encode()).hexdigest()[:12]
        self.id = f"subjects/{digest}"
        self.dimensions = _WORDS + len(axes)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), dimensions)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            spoken = [word.strip(".,;:!?") for word in text.casefold().split()]
            for word in sorted(set(spoken)):
                vectors[row, :_WORDS] += _word_vector(word)
            length = np.linalg.norm(vectors[row, :_WORDS])
            vectors[row, :_WORDS] *= _WORD_SHARE / length if length else 0.0
            places = [self._axes[word] for word in set(spoken) if word in self._axes]
            vectors[row, [_WORDS + place for place in places]] = 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)


_WORDS, _WORD_SHARE = 64, 0.6
"""dimensions for words, and their length beside a subject's 1"""


@cache
def _word_vector(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(_WORDS).astype(np.float32)


class English:
    """Says that everything is English: worlds with facets are, and nothing is learnt by asking."""

    id = "english"

    def detect(self, _text: str) -> str:
        """Return ``English``."""
        return "English"


class _Reader:
    """Yields a world's conversations."""

    name = "world"
    format = "privacybench"
    why = "made by privacybench"

    def __init__(self, world: World) -> None:
        self._world = world
        self.notes: Mapping[str, int] = {}

    def read(self) -> Iterator[Conversation]:
        """Yield them in their order."""
        yield from self._world.conversations


class _Recorded:
    """A world's facets."""

    digest = "privacybench"

    def __init__(self, facets: Mapping[str, Answers]) -> None:
        self._facets = facets

    def rows(self) -> Iterator[tuple[str, Answers]]:
        """Yield them by conversation."""
        yield from self._facets.items()


@cache
def detector() -> LanguageDetector:
    """Return the product's language detector, loaded once."""
    return open_detector()


def configured(pipeline: Pipeline, world: World, **changes: Any) -> RunConfig:
    """Return the configuration of a pipeline under test; ``section__key=value`` changes it."""
    values: dict[str, Any] = {
        "privacy.policy": pipeline.policy,
        "naming.mode": pipeline.naming,
        "models.chat": "gullible",  # a name for the receipt: the model itself comes in `Parts`
        "models.embed": "hashing",
        "models.embed_facets": "hashing",
        "extract.mode": "local" if world.facets is not None else "llm",
        **pipeline.settings,
        **{name.replace("__", "."): value for name, value in changes.items()},
    }
    nested: dict[str, Any] = {}
    for name, value in values.items():
        section, _, key = name.partition(".")
        if key:
            nested.setdefault(section, {})[key] = value
        else:
            nested[section] = value
    return make_config(nested)


def key_of(seed: int) -> ProjectKey:
    """Return a project key made from a seed: the same noise for two worlds that are compared."""
    return ProjectKey(hashlib.sha256(f"privacybench key {seed}".encode()).digest())


async def release(
    pipeline: Pipeline,
    world: World,
    out: Path,
    *,
    model: ChatModel | None,
    key: ProjectKey,
    emit: Emit = ignore,
    embedder: Embedder | None = None,
    ledger: ReleaseLedger | None = None,
    **changes: Any,
) -> Seen:
    """Run a pipeline on a world.

    Args:
        pipeline: under test.
        world: the conversations.
        out: the run's folder.
        model: the chat model, taken for a strong one; None: none.
        key: the project's key.
        emit: takes the run's events.
        embedder: for conversations and facets; by default one that tells the subjects apart.
        ledger: of earlier releases; None: they are not compared.
        changes: settings, as for :func:`configured`.
    """
    config = configured(pipeline, world, **changes)
    space = embedder or SubjectEmbedder(world.axes)
    parts = Parts(
        sources=_sources(world, config),
        key=key,
        detector=detector() if world.facets is None else English(),
        embed_conversation=space,
        embed_facets=space,
        chat=None if model is None else Chat(model.id, ModelAsker(model), strong=True),
        recorded=None if world.facets is None else _Recorded(world.facets),
        ledger=ledger,
    )
    try:
        done = await run_pipeline(config, parts, out, save_report, emit)
    except NothingReleasedError:
        return Seen(None)
    return Seen(done.report, _leaf_of(done.steps))


def _sources(world: World, config: RunConfig) -> list[Source]:
    if not world.files:
        return [Source("world", _Reader(world), "privacybench")]
    with opened([str(path) for path in world.files], config.input) as inputs:
        return [source_of(one) for one in inputs]


def _leaf_of(steps: Mapping[str, Finished]) -> dict[str, str]:
    rows = read_table(steps["sample"].folder / "rows.parquet", ["conversation", "stands_for"])
    order = read_table(steps["extract"].folder / "rows.parquet", ["row"])["row"].to_pylist()
    place = {row: number for number, row in enumerate(order)}
    labels = read_array(steps["cluster"].folder / "labels.npy")
    return {
        conversation: leaf_id(int(labels[place[row]]))
        for conversation, row in zip(
            rows["conversation"].to_pylist(), rows["stands_for"].to_pylist(), strict=True
        )
    }
