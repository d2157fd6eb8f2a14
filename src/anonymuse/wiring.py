"""The composition root: from names in a configuration to real objects behind the ports."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from anonymuse._version import __version__
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.batch_asker import BatchAsker
from anonymuse.adapters.chat.batch_open import BatchTerms, is_folder, open_batches, open_folder
from anonymuse.adapters.chat.books import Books, NothingSpent, Terms, agree
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.limiter import limiter_of
from anonymuse.adapters.chat.open import ChatLimits, model_name, open_chat
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.adapters.chat.token_counters import FileCounter, TableCounter
from anonymuse.adapters.embed.open import open_embedder
from anonymuse.adapters.language.open import open_detector
from anonymuse.adapters.models.catalogue import MODELS, find_model
from anonymuse.adapters.models.fetch import Fetcher
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.adapters.read.facets_file import FacetsFile
from anonymuse.adapters.read.places import DataFile, Spool, find_places
from anonymuse.adapters.read.sniff import Input, open_inputs
from anonymuse.adapters.sql.query import write_query
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.errors import ConfigError, InputError, ModelUnavailableError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, StageDone, StageProgress, StageStarted, ignore
from anonymuse.pipeline.facet_sets import facets_of
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
from anonymuse.ports.tokens import TokenCounter

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
        timezone=config.timezone,
    )


@contextmanager
def opened(
    data: Sequence[str], config: InputConfig, *, copies: Path | None = None
) -> Iterator[list[Input]]:
    """Open everything that a command is given as data; copies of it are removed afterwards.

    Args:
        data: files, folders, patterns, ``-``, addresses.
        config: the format, the columns, a query.
        copies: folder for copies of what is no file here; the system's when None.

    Raises:
        InputError: there is nothing, or it cannot be read as asked.
    """
    with Spool(copies) as spool:
        files = find_places(data, spool)
        if config.sql is not None:
            rows = spool.new()
            write_query(config.sql, rows)
            files.append(DataFile(rows, "sql"))
        if not files:
            raise InputError("Name the data: files, folders, addresses, - or a query with --sql.")
        yield open_inputs(files, format=config.format, columns=columns(config))


def _source(one: Input) -> Source:
    digests = [file_digest(file) for file in one.files]
    return Source(one.reader.name, one.reader, "+".join(digests))


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
    data: Sequence[str], out: Path, config: RunConfig, emit: Emit
) -> AsyncIterator[Job]:
    """Open everything a run needs, and close it afterwards."""
    config.policy()  # a wrong policy is said before anything is opened
    with opened(data, config.input, copies=out / PRIVATE) as inputs:
        async with _equipped([_source(one) for one in inputs], out, config, emit) as job:
            yield job


@asynccontextmanager
async def _equipped(
    sources: Sequence[Source], out: Path, config: RunConfig, emit: Emit
) -> AsyncIterator[Job]:
    terms_of(config)  # a wrong price is said before anything is opened
    make_folder(out / PRIVATE, private=True)
    recorded = None
    if config.extract.facets_file is not None:
        recorded = FacetsFile(Path(config.extract.facets_file), facets_of(config))
    english = recorded is not None or config.extract.mode == "llm"
    conversation = embedder(config.models.embed, emit)
    facets = embedder(config.models.embed_facets, emit) if english else None
    model, why = _chat_model(config, emit)
    by_hand = is_folder(config.models.chat)
    second = _fallback_model(config, emit) if model is not None or by_hand else None
    cache = ResponseCache(out / PRIVATE / "responses.sqlite")
    books = Books(out / PRIVATE, cache, terms_of(config))
    batches: BatchAsker | None = None
    try:
        chat = None
        if is_folder(config.models.chat):
            batches = open_folder(
                config.models.chat, cache, out / PRIVATE, _batch_terms(config, books, emit)
            )
            chat = Chat(_chat_name(config), batches, strong=True)
        elif model is not None:
            asker = ModelAsker(
                books.meter(model),
                cache,
                on_hit=books.found,
                limiter=limiter_of(model),
                fallback=None
                if second is None
                else ModelAsker(
                    books.meter(second, fallback=True),
                    cache,
                    on_hit=books.found,
                    limiter=limiter_of(second),
                ),
            )
            if config.models.batch:
                terms = _batch_terms(config, books, emit)
                batches = open_batches(model, asker, cache, out / PRIVATE, terms)
            chat = Chat(_chat_name(config), batches or asker, strong=_strong(config))
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
            notes=() if chat is not None else (NO_MODEL.format(why=why),),
            versions={"anonymuse": __version__},
            spending=None if chat is None else books.ledger,
            tokens=None if chat is None else TableCounter(config.models.chat),
            by_batch=config.models.batch,
        )
        yield Job(config, parts, out, emit)
    finally:
        if batches is not None:
            await batches.close()
        for opened_model in (model, second):
            if opened_model is not None:
                await opened_model.close()
        books.close()
        cache.close()


@contextmanager
def assemble_plan(data: Sequence[str], folder: Path, config: RunConfig) -> Iterator[Parts]:
    """Open what a prediction needs: the data and the prices. No model is fetched, loaded or asked.

    Args:
        data: as for a run.
        folder: private, and thrown away by the caller.
        config: of the run.
    """
    config.policy()
    terms = terms_of(config)
    mine = config.privacy.key_file or os.environ.get("ANONYMUSE_KEY_FILE")
    recorded = None
    if config.extract.facets_file is not None:
        recorded = FacetsFile(Path(config.extract.facets_file), facets_of(config))
    with (
        opened(data, config.input, copies=folder) as inputs,
        _counter(config) as counter,
    ):
        chat = _named_only(config)
        yield Parts(
            sources=[_source(one) for one in inputs],
            key=load_key(Path(mine) if mine else folder / KEY_NAME),
            detector=detector(),
            embed_conversation=_embedder_named(config.models.embed),
            embed_facets=_embedder_named(config.models.embed_facets),
            chat=chat,
            recorded=recorded,
            spending=None if chat is None else NothingSpent(terms.price),
            tokens=None if chat is None else counter,
            by_batch=config.models.batch,
        )


def _embedder_named(name: str) -> Embedder:
    """Return a stand-in for an embedder that would have to be fetched: nothing is embedded."""
    known = {model.name for model in MODELS}
    return open_embedder("hashing" if name in known else name, models=models_folder())


def _named_only(config: RunConfig) -> Chat | None:
    """Return a chat model that is not there to be asked; None where a run would have none."""
    spec = config.models.chat
    if spec == "none" or (spec == EMBEDDED and find_spec("xllamacpp") is None):
        return None
    if spec != EMBEDDED:
        try:
            _chat_model(config, ignore)  # opened lazily: a wrong name is said, nothing is called
        except ModelUnavailableError:
            if spec.startswith("file:"):
                raise
    asker = ModelAsker(ScriptedChat(id=spec))
    return Chat(_chat_name(config), asker, strong=_strong(config))


@contextmanager
def _counter(config: RunConfig) -> Iterator[TokenCounter]:
    """Lend the tokeniser of a model file that is here, or the table for all others."""
    spec, path = config.models.chat, None
    if spec == EMBEDDED and find_spec("xllamacpp") is not None:
        store, model = ModelStore(models_folder()), find_model(EMBEDDED_CHAT)
        path = store.model_folder(model) / model.files[0].path if store.has(model) else None
    elif spec.startswith("file:"):
        path = Path(spec.removeprefix("file:").removeprefix("//")).expanduser()
    if path is None:
        yield TableCounter(EMBEDDED_CHAT if spec == EMBEDDED else spec)
        return
    counter = FileCounter(path)
    try:
        yield counter
    finally:
        counter.close()


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


def _fallback_model(config: RunConfig, emit: Emit) -> ChatModel | None:
    """Return the second chat model, if one is named.

    Raises:
        ConfigError: it is the first one again, or none.
        ModelUnavailableError: it is not here.
    """
    spec = config.models.fallback
    if spec is None:
        return None
    if is_folder(config.models.chat) or is_folder(spec):
        raise ConfigError("A folder of requests and a fallback model do not go together.")
    if spec in ("none", config.models.chat):
        raise ConfigError(
            f"models.fallback (--fallback) is {spec!r}: name a model other than the first one, "
            "or leave it out."
        )
    model, why = _chat_model(config, emit, spec, beside=config.models.chat)
    if model is None:
        raise ModelUnavailableError(f"The fallback model {spec!r} cannot be used: {why}")
    return model


def _chat_model(
    config: RunConfig, emit: Emit, spec: str | None = None, *, beside: str | None = None
) -> tuple[ChatModel | None, str]:
    """Return a chat model, by default the run's, or None and why there is none."""
    models = config.models
    spec = models.chat if spec is None else spec
    if spec == "none" or is_folder(spec):
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
        environment=os.environ,
        beside=beside,
        models=folder,
        limits=ChatLimits(
            models.chat_concurrency,
            models.timeout,
            models.requests_per_minute,
            models.tokens_per_minute,
        ),
        model_digest=digest,
    )
    return model, ""


def _batch_terms(config: RunConfig, books: Books, emit: Emit) -> BatchTerms:
    """Return how batches are used, with the books told of what they bring."""
    models = config.models
    return BatchTerms(
        fewest=models.batch_min,
        tokens=models.batch_tokens,
        stay=models.wait,
        tell=lambda done, total: emit(StageProgress("batches", done, total, "answers")),
        on_answer=books.came_by_batch,
        on_hit=books.found,
        allow=books.allow_batches,
    )


def terms_of(config: RunConfig) -> Terms:
    """Return what the models of a run cost, and the limit.

    Raises:
        InputError: the file of prices cannot be read.
        ConfigError: a price is wrong, or a limit is set without one.
    """
    models, budget = config.models, config.budget
    return agree(
        [] if models.chat == "none" else [models.chat, *_named(models.fallback)],
        prices=None if budget.prices is None else Path(budget.prices),
        price_in=models.price_in,
        price_out=models.price_out,
        max_cost=budget.max_cost,
    )


def _chat_name(config: RunConfig) -> str:
    specs = [config.models.chat, *_named(config.models.fallback)]
    return ", else ".join(EMBEDDED_CHAT if s == EMBEDDED else model_name(s) for s in specs)


def _named(spec: str | None) -> list[str]:
    return [] if spec is None else [spec]


def _strong(config: RunConfig) -> bool:
    return config.models.chat != EMBEDDED


def _key_path(config: RunConfig, out: Path) -> Path:
    named = config.privacy.key_file or os.environ.get("ANONYMUSE_KEY_FILE")
    return Path(named) if named else out.resolve().parent / KEY_NAME
