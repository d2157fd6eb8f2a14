"""What the parts of an evaluation work on: labelled conversations as a run would see them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonymuse.evals.clusterings import Embed, embed_view
from anonymuse.evals.truth.known import Answers, KnownTruth
from anonymuse.evals.vector_cache import embed_cached
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, StageDone, StageProgress, StageStarted, ignore
from anonymuse.pipeline.steps.groups import views_needed
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.ports.language import LanguageDetector
from anonymuse.stages.extract import local_answers
from anonymuse.stages.refuse import meant_refusals, opening, with_meant


@dataclass(frozen=True, slots=True)
class Spent:
    """What it took to prepare the conversations.

    Attributes:
        seconds: by step.
        chat: name of the chat model that was asked, and of its fallback; empty: none was.
        calls: to it; answers that were kept from before are not among them.
        tokens_in: of the prompts.
        tokens_out: of the answers.
        usd: what the calls cost; None where a price is not known.
        price: in words; empty where it is not known.
        unanswered: conversations that the chat model gave no usable answer for, by kind.
    """

    seconds: Mapping[str, float]
    chat: str = ""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = None
    price: str = ""
    unanswered: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """Labelled conversations, embedded.

    Attributes:
        known: what is clustered, with its truth.
        everything: the same and rows that are not clustered, for answers.
        vectors: by view, as for clustering; embedded when they are first looked at.
        config: the configuration that is measured.
        conversation: embeds conversations.
        facets: embeds English facets; None where there are none.
        embed: embeds texts of a name, cached.
        detector: tells languages.
        spent: what it took.
        emit: takes what is told meanwhile.
        part: what is measured now, as events call it.
    """

    known: KnownTruth
    everything: KnownTruth
    vectors: Mapping[str, Vectors]
    config: RunConfig
    conversation: Embedder
    facets: Embedder | None
    embed: Embed
    detector: LanguageDetector
    spent: Spent
    emit: Emit = ignore
    part: str = ""

    def __repr__(self) -> str:
        return f"Material({self.known!r})"

    def counted(
        self, seeds: Sequence[int], *, done: int = 0, total: int | None = None
    ) -> Iterator[int]:
        """Yield seeds, and tell which share of the part's samples is done.

        Args:
            seeds: of samples.
            done: samples before these.
            total: of the part; None: these.
        """
        for at, seed in enumerate(seeds, start=done + 1):
            yield seed
            self.emit(StageProgress(self.part, at, total or len(seeds), "samples"))


def without_model(
    known: KnownTruth, detector: LanguageDetector, embedder: Embedder, embed: Embed
) -> tuple[Answers, ...] | None:
    """Return what a run answers without a chat model; None where there are bare texts."""
    if known.transcripts is None:
        return None
    answers = [local_answers(one, detector=detector) for one in known.transcripts]
    openings = [opening(one) for one in known.transcripts]
    if embedder.knows_meaning and any(openings):
        meant = meant_refusals(embed("openings", embedder, openings), embedder)
        refused = with_meant([one["refused"] for one in answers], meant)
        answers = [{**a, "refused": said} for a, said in zip(answers, refused, strict=True)]
    return tuple(answers)


class Views(Mapping[str, Vectors]):
    """The vectors of every view, embedded when they are first looked at.

    Args:
        known: the data.
        conversation: embeds texts.
        facets: embeds English facets.
        embed: does it, cached.
    """

    def __init__(
        self, known: KnownTruth, conversation: Embedder, facets: Embedder | None, embed: Embed
    ) -> None:
        self._known, self._embed = known, embed
        self._names = views_needed("facets" if "request" in known.texts else "text")
        self._embedders = (conversation, facets or conversation)
        self._found: dict[str, Vectors] = {}
        self.seconds = 0.0
        """what embedding has taken so far"""

    def __getitem__(self, view: str) -> Vectors:
        if view not in self._found:
            started = time.monotonic()
            conversation, facets = self._embedders
            self._found[view] = embed_view(
                self._known, view, conversation=conversation, facets=facets, embed=self._embed
            )
            self.seconds += time.monotonic() - started
        return self._found[view]

    def __iter__(self) -> Iterator[str]:
        return (view for view in self._names if view in self._known.texts)

    def __len__(self) -> int:
        return len(list(iter(self)))


def embedding(folder: Path | None, emit: Emit) -> Embed:
    """Return what embeds texts: told as events, and kept in a folder where one is named."""

    def embed(view: str, model: Embedder, texts: Sequence[str]) -> Vectors:
        stage = f"Embedding {view}"
        emit(StageStarted(stage))
        started = time.monotonic()

        def progress(done: int, total: int) -> None:
            emit(StageProgress(stage, done, total, "texts"))

        vectors = embed_cached(model, texts, folder=folder, progress=progress)
        emit(StageDone(stage, time.monotonic() - started, {"texts": len(texts)}))
        return vectors

    return embed
