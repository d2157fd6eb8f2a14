"""The folder of model files: where it is, what lies there, and whether the bytes are right."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from anonymuse.adapters.models.catalogue import Model
from anonymuse.errors import ModelUnavailableError

Progress = Callable[[int, int, str], None]
"""called with bytes done, bytes in all, and what is being done"""

BLOCK = 1 << 20


def no_progress(done: int, total: int, label: str) -> None:
    """Take progress and do nothing."""


def models_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder of model files; it need not exist.

    ``ANONYMUSE_MODELS``, else ``$XDG_CACHE_HOME/anonymuse/models``, else
    ``~/.cache/anonymuse/models``.
    """
    values = os.environ if environment is None else environment
    if chosen := values.get("ANONYMUSE_MODELS"):
        return Path(chosen).expanduser()
    cache = values.get("XDG_CACHE_HOME")
    base = Path(cache) if cache else Path("~/.cache").expanduser()
    return base / "anonymuse" / "models"


def evaluation_folder() -> Path:
    """Return the folder beside the models that keeps what evaluations computed."""
    return models_folder().parent / "evaluation"


def sha256_of(
    path: Path, progress: Progress = no_progress, *, done: int = 0, total: int = 0, label: str = ""
) -> str:
    """Return a file's hash, reading it once in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            done += len(block)
            progress(done, total, label)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class ModelStore:
    """Looks up and checks files below one folder, each model in a folder of its name."""

    folder: Path

    def model_folder(self, model: Model) -> Path:
        """Return the folder of one model; it need not exist."""
        return self.folder / model.name

    def has(self, model: Model) -> bool:
        """Say whether every file is there with the right size; hashes are for ``verify``."""
        folder = self.model_folder(model)
        return all(_size_of(folder / file.path) == file.size for file in model.files)

    def require(self, model: Model) -> Path:
        """Return the model's folder.

        Raises:
            ModelUnavailableError: a file is missing or has the wrong size.
        """
        if not self.has(model):
            raise ModelUnavailableError(
                f"The model {model.name} is not in {self.folder}. "
                f"Run `anonymuse models fetch {model.name}`, or choose another model."
            )
        return self.model_folder(model)

    def verify(self, model: Model, progress: Progress = no_progress) -> list[str]:
        """Hash every file of a model and return what is wrong, one sentence each."""
        problems: list[str] = []
        done = 0
        for file in model.files:
            path = self.model_folder(model) / file.path
            if not path.is_file():
                problems.append(f"{file.path} is missing.")
                continue
            digest = sha256_of(path, progress, done=done, total=model.size, label=model.name)
            done += path.stat().st_size
            if digest != file.sha256:
                problems.append(
                    f"{file.path} is not the file that was published: its sha256 is {digest}."
                )
        return problems


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1
