"""Stage: count which topics of our own list each conversation is nearest to in meaning.

The words of our topics need people, too (``docs/privacy.md``): a conversation in any language
supports the words of its nearest topics, and a topic is published only where ``cell`` people's
conversations do. The words are ours, so that none of theirs can get out this way. No chat model
takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.topics import as_request, topics, words_of
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.vectors.nearest_topics import nearest_topics
from anonymuse.vectors.rows import AnyRows, unit_rows


@dataclass(frozen=True, slots=True, repr=False)
class Topics:
    """What conversations are about.

    Attributes:
        texts: for each conversation the words of its topics; joined to its own words they count
            for support.
        leaves: the topics of each base cluster, best first; every one has ``cell`` units behind it.
        middles: what each base cluster's people said on the whole, without what all say in their
            languages: shape (clusters, d), every unit counts alike.
    """

    texts: tuple[str, ...]
    leaves: dict[int, tuple[str, ...]]
    middles: Vectors

    def __repr__(self) -> str:
        return f"Topics({len(self.texts)} conversations, {len(self.leaves)} clusters)"


def find_topics(
    views: Sequence[AnyRows],
    embedder: Embedder,
    *,
    labels: npt.NDArray[np.int32],
    units: Sequence[int],
    cell: int,
    languages: Sequence[str] | None,
    generalise: bool = False,
) -> Topics:
    """Find the topics of conversations and of base clusters.

    Args:
        views: the embedded request and task, which count alike, or whole conversations where there
            are no facets: they tell more than the user's turns alone (measured); each of shape
            (n, d).
        embedder: the model that made them.
        labels: base cluster per conversation, negative for none; shape (n,).
        units: privacy unit per conversation.
        cell: distinct units that must count for a topic, at least.
        languages: of each conversation, where ``views`` are of texts in many languages; None
            for English facets.
        generalise: leave out topics that are specifics of a special category.
    """
    names = topics(generalise=generalise)
    # Conversations sound like requests; so do topics, where both are compared as they stand.
    points = embedder.embed(names if languages is None else [as_request(n) for n in names])
    vectors = views[0] if len(views) == 1 else unit_rows(reduce(np.add, views))
    found = nearest_topics(vectors, points, labels=labels, units=units, cell=cell, groups=languages)
    return Topics(
        texts=tuple(words_of([names[t] for t in row]) for row in found.rows.tolist()),
        leaves={leaf: tuple(names[t] for t in own) for leaf, own in found.leaves.items()},
        middles=found.middles,
    )
