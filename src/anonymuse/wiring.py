"""The composition root: from names in a configuration to real objects behind the ports."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from anonymuse._version import __version__
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.open import open_chat
from anonymuse.adapters.embed.open import open_embedder
from anonymuse.adapters.language.open import open_detector
from anonymuse.adapters.models.catalogue import MODELS, find_model
from anonymuse.adapters.models.fetch import Fetcher
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.adapters.read.facets_file import FacetsFile
from anonymuse.adapters.read.sniff import find_files, open_readers
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.domain.facets import CORE
from anonymuse.errors import ModelUnavailableError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, StageDone, StageProgress, StageStarted, ignore
from anonymuse.pipeline.files import make_folder
from anonymuse.pipeline.fingerprint import file_digest
from anonymuse.pipeline.key import KEY_NAME, load_key
from anonymuse.pipeline.parts import Chat, Parts, Source
from anonymuse.pipeline.run import PRIVATE, FinishedRun, run_pipeline
from anonymuse.pipeline.settings import InputConfig, ModelsConfig
from anonymuse.ports.chat import ChatModel
from anonymuse.ports.embedder import Embedder
from anonymuse.ports.language import LanguageDetector
from anonymuse.ports.reader import ColumnMapping

EMBEDDED = "embedded"
EMBEDDED_CHAT = "qwen2.5-coder-1.5b"
NO_MODEL = (
    "No chat model: {why} Names are topics of our own list, shared phrases or keywords; a model "
    "would write them better (`anonymuse models fetch`, or --chat URL#MODEL)."
)


def detector() -> LanguageDetector:
    """Return the language detector."""
    return open_detector()


def columns(config: InputConfig) -> ColumnMapping:
    """Return the column mapping of a configuration."""
    return ColumnMapping(
        id=config.id_column,
        messages=config.messages_column,
        text=config.text_column,
        role=config.role_column,
        user=config.user_column,
        organisation=config.org_column,
        time=config.time_column,
    )


def embedder(name: str, emit: Emit | None = None) -> Embedder:
    """Return an embedder, fetching its files at the first use.

    Raises:
        ConfigError: there is no such embedder.
        ModelUnavailableError: its files are not here and cannot be fetched.
    """
    if name in {model.name for model in MODELS}:
        fetch(name, emit)
    return open_embedder(name, models=models_folder())


def fetch(name: str, emit: Emit | None = None) -> Path:
    """Return the folder of a model of the catalogue, fetching it where it is missing."""
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


@dataclass(frozen=True, slots=True)
class Job:
    """A run ready to start."""

    config: RunConfig
    parts: Parts
    out: Path
    emit: Emit

    async def execute(self) -> FinishedRun:
        """Run it."""
        return await run_pipeline(self.config, self.parts, self.out, save_report, self.emit)


@asynccontextmanager
async def assemble(
    paths: list[Path], out: Path, config: RunConfig, emit: Emit
) -> AsyncIterator[Job]:
    """Open everything a run needs, and close it afterwards."""
    config.policy()  # a wrong policy is said before anything is opened
    mapping = columns(config.input)
    sources = [
        Source(reader.name, reader, file_digest(file))
        for path in paths
        for file, reader in zip(
            find_files(path),
            open_readers(path, format=config.input.format, columns=mapping),
            strict=True,
        )
    ]
    make_folder(out / PRIVATE, private=True)
    recorded = None
    if config.extract.facets_file is not None:
        recorded = FacetsFile(Path(config.extract.facets_file), CORE)
    english = recorded is not None or config.extract.mode == "llm"
    conversation = embedder(config.models.embed, emit)
    facets = embedder(config.models.embed_facets, emit) if english else None
    model, why = _chat_model(config, emit)
    cache = ResponseCache(out / PRIVATE / "responses.sqlite")
    try:
        chat = None
        if model is not None:
            chat = Chat(_chat_name(config), ModelAsker(model, cache), strong=_strong(config))
        elif config.extract.mode == "llm" and recorded is None:
            raise ModelUnavailableError(
                f"--extract llm needs a chat model. {why} Name one with --chat, or use "
                f"--extract local."
            )
        parts = Parts(
            sources=sources,
            key=load_key(_key_path(config, out)),
            detector=detector(),
            embed_conversation=conversation,
            embed_facets=facets,
            chat=chat,
            recorded=recorded,
            notes=() if model is not None else (NO_MODEL.format(why=why),),
            versions={"anonymuse": __version__},
        )
        yield Job(config, parts, out, emit)
    finally:
        if model is not None:
            await model.close()
        cache.close()


@asynccontextmanager
async def open_asker(
    spec: str, cache: Path | None, concurrency: int | None = None
) -> AsyncIterator[ModelAsker]:
    """Open a chat model by its name, with a response cache where a file is named for it.

    Raises:
        ConfigError: the name means nothing.
        ModelUnavailableError: the model is not here, or no chat model was named.
    """
    config = RunConfig(models=ModelsConfig(chat=spec, chat_concurrency=concurrency))
    model, why = _chat_model(config, ignore)
    if model is None:
        raise ModelUnavailableError(f"This needs a chat model: {why} Name one with --chat.")
    kept = None if cache is None else ResponseCache(cache)
    try:
        yield ModelAsker(model, kept)
    finally:
        await model.close()
        if kept is not None:
            kept.close()


def _chat_model(config: RunConfig, emit: Emit) -> tuple[ChatModel | None, str]:
    """Return the chat model, or None and why there is none."""
    spec = config.models.chat
    if spec == "none":
        return None, "none was wanted."
    folder = digest = None
    if spec == EMBEDDED and find_spec("xllamacpp") is None:
        return None, "its engine is not installed (pip install 'anonymuse[local]')."
    if spec == EMBEDDED:
        try:
            folder = fetch(EMBEDDED_CHAT, emit)
        except ModelUnavailableError as error:
            return None, error.message
        digest = find_model(EMBEDDED_CHAT).files[0].sha256
    model = open_chat(
        spec,
        api_key=os.environ.get("ANONYMUSE_API_KEY"),
        models=folder,
        concurrency=config.models.chat_concurrency,
        model_digest=digest,
    )
    return model, ""


def _chat_name(config: RunConfig) -> str:
    spec = config.models.chat
    if spec == EMBEDDED:
        return EMBEDDED_CHAT
    if spec.startswith("file:"):
        return Path(spec.removeprefix("file:")).name
    return spec.rpartition("#")[2]


def _strong(config: RunConfig) -> bool:
    return config.models.chat != EMBEDDED


def _key_path(config: RunConfig, out: Path) -> Path:
    named = config.privacy.key_file or os.environ.get("ANONYMUSE_KEY_FILE")
    return Path(named) if named else out.resolve().parent / KEY_NAME
