"""What worlds are made from: a background, crowds and campaigns, every text embedded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from anonymuse.domain.private.conversation import Conversation
from anonymuse.errors import InputError
from anonymuse.evals.coordination.cases import Case, look
from anonymuse.evals.coordination.invented import (
    KINDS,
    Kind,
    Plant,
    Split,
    campaign,
    crowd,
    crowd_texts,
    intents,
    pool,
    topics,
)
from anonymuse.evals.coordination.worlds import Background, build
from anonymuse.evals.corpus.people import Draw
from anonymuse.evals.truth.known import BUDGET_TOKENS
from anonymuse.evals.truth.public import public_truth
from anonymuse.ports.embedder import Vectors
from anonymuse.ports.language import LanguageDetector
from anonymuse.stages.scrub import make_transcript

FEWEST_CONVERSATIONS = 400
"""of a background: half of it is a world"""
_HALF: Mapping[Split, int] = {"fit": 0, "test": 1}
_CROWDS = 3

EmbedAll = Callable[[str, Sequence[str]], Vectors]
"""embeds the texts of a named part, and keeps the vectors"""


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """Background and people, embedded.

    Attributes:
        background: all of it; halves go to fitting and testing.
        vectors: of every invented text.
        crowds: further honest crowds by split: what many people said about one thing.
    """

    background: Background
    vectors: Mapping[str, Any]
    crowds: Mapping[Split, tuple[Mapping[str, Any], ...]]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of invented texts."""
        return np.stack([self.vectors[text] for text in texts])

    def world(
        self, split: Split, seed: int, *, size: int | None = None, kind: Kind | None = None
    ) -> Case:
        """Return a world with the campaigns of a split and honest crowds, measured.

        Args:
            split: half of the background, campaigns and topics.
            seed: of people, times and who takes part.
            size: accounts of each campaign; None: no campaign.
            kind: of its texts.
        """
        draw = Draw(seed)
        plants = []
        if size is not None and kind is not None:
            plants = [campaign(one["name"], split, kind, size, draw) for one in intents(split)]
        plants += self._crowds(split, draw)
        background = self.background.half(_HALF[split])
        return look(build(background, plants, self.embed, seed), seed)

    def _crowds(self, split: Split, draw: Draw) -> Iterator[Plant]:
        yield from (crowd(one, draw) for one in topics(split))
        drawn = sorted(self.crowds[split], key=lambda one: draw.unit("which", one["name"]))
        for place, one in enumerate(drawn[:_CROWDS]):
            yield crowd({**one, "kind": "viral" if place == 0 else "popular"}, draw)


def cells(sizes: Sequence[int], seeds: int) -> list[tuple[int, Kind, int]]:
    """Return size, kind and seed of every world with campaigns."""
    return list(product(sizes, KINDS, range(seeds)))


def gather(
    name: str,
    conversations: Sequence[Conversation],
    detector: LanguageDetector,
    embed: EmbedAll,
    crowds: Path | None,
) -> Material:
    """Scrub and embed a background, and everything that is invented.

    Args:
        name: of the background's data.
        conversations: at least 400.
        detector: of languages.
        embed: keeps vectors.
        crowds: CLINC150: requests of many people for each of 150 things; None: our own alone.

    Raises:
        InputError: there are too few conversations.
    """
    if len(conversations) < FEWEST_CONVERSATIONS:
        raise InputError(
            f"{name} has {len(conversations)} conversations; campaigns are put into "
            f"{FEWEST_CONVERSATIONS} at least. Name a larger file."
        )
    scrubbed = (make_transcript(one, budget_tokens=BUDGET_TOKENS) for one in conversations)
    texts = tuple(one.user_text for one in scrubbed)
    languages = tuple(detector.detect(text) for text in texts)
    background = Background(name, texts, languages, embed("background", texts))
    splits: tuple[Split, ...] = ("fit", "test")
    invented = dict.fromkeys(
        text
        for split in splits
        for one in intents(split)
        for kind in KINDS
        for text, _ in pool(one["name"], split, kind)
    )
    honest = dict.fromkeys(
        text for split in splits for one in topics(split) for text in crowd_texts(one)
    )
    vectors = dict(zip(invented, embed("campaigns", list(invented)), strict=True))
    vectors |= dict(zip(honest, embed("crowds", list(honest)), strict=True))
    found: Mapping[Split, tuple[Mapping[str, Any], ...]] = {"fit": (), "test": ()}
    if crowds is not None:
        known = public_truth("clinc150", crowds)
        texts = known.texts["user"]
        vectors |= dict(zip(texts, embed("requests", texts), strict=True))
        found = _by_intent(texts, known.subcategory or ())
    return Material(background, vectors, found)


def _by_intent(
    texts: Sequence[str], intent: Sequence[str]
) -> Mapping[Split, tuple[Mapping[str, Any], ...]]:
    """Return every other intent as a crowd for fitting, the others for testing."""
    by: dict[str, dict[str, None]] = {}
    for text, name in zip(texts, intent, strict=True):
        by.setdefault(name, {})[text] = None
    found = [{"name": name, "kind": "popular", "texts": list(by[name])} for name in sorted(by)]
    return {"fit": tuple(found[0::2]), "test": tuple(found[1::2])}
