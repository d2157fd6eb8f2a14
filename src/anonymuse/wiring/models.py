"""Opens embedders and the models of our catalogue, fetching their files at the first use."""

from __future__ import annotations

from pathlib import Path

from anonymuse.adapters.embed.open import open_embedder
from anonymuse.adapters.models.catalogue import MODELS, find_model
from anonymuse.adapters.models.fetch import Fetcher
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.pipeline.events import Emit, StageDone, StageProgress, StageStarted
from anonymuse.ports.embedder import Embedder


def embedder(name: str, emit: Emit | None = None) -> Embedder:
    """Return an embedder, fetching its files at the first use.

    Raises:
        ConfigError: there is no such embedder.
        ModelUnavailableError: its files are not here and cannot be fetched.
    """
    if _in_catalogue(name):
        fetch(name, emit)
    return open_embedder(name, models=models_folder())


def embedder_in_name(name: str) -> Embedder:
    """Return a stand-in for an embedder that would have to be fetched: nothing is embedded.

    Raises:
        ConfigError: there is no such embedder.
    """
    return open_embedder("hashing" if _in_catalogue(name) else name, models=models_folder())


def fetch(name: str, emit: Emit | None = None) -> Path:
    """Return the folder of a model of the catalogue, fetching it where it is missing.

    Raises:
        ModelUnavailableError: it is not here and cannot be fetched.
    """
    store = ModelStore(models_folder())
    model = find_model(name)
    if store.has(model):
        return store.model_folder(model)
    if emit is None:
        return Fetcher(store).fetch(model)
    stage = f"Fetching {name}"
    emit(StageStarted(stage))

    def progress(done: int, total: int, _label: str) -> None:
        emit(StageProgress(stage, done // 2**20, total // 2**20, "MiB"))

    folder = Fetcher(store).fetch(model, progress=progress)
    emit(StageDone(stage, 0.0, {}))
    return folder


def _in_catalogue(name: str) -> bool:
    return name in {model.name for model in MODELS}
