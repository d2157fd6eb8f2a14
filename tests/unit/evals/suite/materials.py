"""What tests of an evaluation measure: rows that are embedded by their words."""

from collections.abc import Mapping

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.evals.suite.material import Material, Spent
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.pipeline.config import RunConfig
from anonymuse.ports.embedder import Embedder, Vectors


class English:
    """A detector for tests whose texts are all in one language."""

    id = "english"

    def detect(self, text: str) -> str:
        return "English"


def material_of(
    known: KnownTruth,
    vectors: Mapping[str, Vectors],
    *,
    config: RunConfig | None = None,
    facets: Embedder | None = None,
) -> Material:
    """Return known rows with their vectors, without a chat model."""
    return Material(
        known=known,
        everything=known,
        vectors=vectors,
        config=config or RunConfig(),
        conversation=HashingEmbedder(),
        facets=facets,
        embed=lambda _view, model, own: model.embed(own),
        detector=English(),
        spent=Spent({}),
    )
