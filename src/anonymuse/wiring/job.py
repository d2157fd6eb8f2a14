"""A run ready to start, and the parts of a prediction: everything opened, and closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from anonymuse._version import __version__
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.books import NothingSpent
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.adapters.chat.token_counters import FileCounter, TableCounter
from anonymuse.adapters.language.open import open_detector
from anonymuse.adapters.models.catalogue import find_model
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.adapters.restricted.folder import save_restricted
from anonymuse.adapters.store.ledger import FolderLedger
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.domain.private.edits import in_force
from anonymuse.errors import BrokenRunError, ConfigError, ModelUnavailableError
from anonymuse.pipeline.base import Base
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, Note, ignore
from anonymuse.pipeline.files import make_folder
from anonymuse.pipeline.journal import read_journal
from anonymuse.pipeline.key import KEY_NAME, ProjectKey, load_key, too_open
from anonymuse.pipeline.parts import Chat, Parts, Source
from anonymuse.pipeline.run import PRIVATE, FinishedRun, refuse_another_kind, run_pipeline
from anonymuse.pipeline.run_restricted import FinishedRestricted, run_restricted
from anonymuse.pipeline.settings import ASKING
from anonymuse.ports.tokens import TokenCounter
from anonymuse.wiring.asking import opened_chat
from anonymuse.wiring.chat import (
    EMBEDDED,
    EMBEDDED_CHAT,
    chat_model,
    chat_name,
    engine_is_here,
    is_strong,
    terms_of,
)
from anonymuse.wiring.endpoints import refuse_endpoints
from anonymuse.wiring.entities import entities_in_name, opened_entities, refuse_what_cannot_ask
from anonymuse.wiring.inputs import opened, recorded_facets, source_of
from anonymuse.wiring.key import key_file, key_path, ledger_folder
from anonymuse.wiring.models import embedder, embedder_in_name
from anonymuse.wiring.vault import is_sealed, sealing_of, throwaway

NO_MODEL = (
    "No chat model: {why} Names are topics of our own list, shared phrases or keywords; a model "
    "would write them better (`anonymuse models fetch`, or --chat URL#MODEL)."
)

WEAK_MODEL = (
    "Facets beyond `core` were answered by the small embedded model. It is too weak for most of "
    "them: do not rely on these answers. Name a stronger model with --chat."
)


NO_CONCERN = (
    "Nobody graded concern, so flags are counted and compared with nothing. Have a strong model "
    "answer facets (--extract llm --chat MODEL), or give its answers with --facets-from."
)


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

    async def execute_restricted(self) -> FinishedRestricted:
        """Run it, for the secure zone."""
        vault = self.parts.vault
        if vault is None:
            raise BrokenRunError("A restricted run needs a vault.")
        save = partial(save_restricted, vault=vault)
        return await run_restricted(self.config, self.parts, self.out, save, self.emit)


@asynccontextmanager
async def assemble(
    data: Sequence[str],
    out: Path,
    config: RunConfig,
    emit: Emit,
    *,
    base: Base | None = None,
) -> AsyncIterator[Job]:
    """Open everything a run needs, and close it afterwards.

    Args:
        data: files, folders, patterns, ``-``, addresses.
        out: the run's folder.
        config: of the run.
        emit: called with every event.
        base: the run into whose clusters conversations are put; None: they are clustered.

    Raises:
        UserError: the data, a setting or a model stands in the way.
    """
    config.policy()  # a wrong policy is said before anything is opened
    refuse_another_kind(out, restricted=config.zone.restricted)
    copies = None if is_sealed(config) else out / PRIVATE  # no copy is encrypted
    with opened(data, config.input, copies=copies) as inputs:
        async with _equipped([source_of(one) for one in inputs], out, config, emit) as job:
            yield job if base is None else replace(job, parts=replace(job.parts, base=base))


@asynccontextmanager
async def _equipped(
    sources: Sequence[Source], out: Path, config: RunConfig, emit: Emit
) -> AsyncIterator[Job]:
    terms_of(config)  # a wrong price is said before anything is fetched
    make_folder(out / PRIVATE, private=True)
    recorded = recorded_facets(config)
    by_model = config.extract.mode in ASKING
    conversation = embedder(config.models.embed, emit)
    english = recorded is not None or config.extract.mode == "llm"
    facets = embedder(config.models.embed_facets, emit) if english else None
    refuse_what_cannot_ask(config)
    emit(Note(refuse_endpoints(config)))
    key = _key(config, out, emit)
    async with AsyncExitStack() as stack:
        sealing = stack.enter_context(sealing_of(config, out, key))
        asking = await stack.enter_async_context(opened_chat(config, out / PRIVATE, emit))
        chat = asking.chat
        if chat is None and by_model and recorded is None:
            raise ModelUnavailableError(
                f"--extract {config.extract.mode} needs a chat model. {asking.why} Name one "
                f"with --chat, or use --extract local."
            )
        parts = Parts(
            sources=sources,
            key=key,
            detector=open_detector(),
            embed_conversation=conversation,
            embed_facets=facets,
            chat=chat,
            recorded=recorded,
            entities=stack.enter_context(opened_entities(config, asking)),
            notes=_notes(config, chat, asking.why),
            versions={"anonymuse": __version__},
            spending=None if chat is None else asking.spending,
            tokens=None if chat is None else TableCounter(config.models.chat),
            by_batch=config.models.batch,
            edits=in_force(read_journal(out / PRIVATE)),
            ledger=FolderLedger(ledger_folder(config, out), str(out.resolve())),
            vault=sealing.vault,
            sealed_by=sealing.said,
            erased=sealing.erased,
        )
        yield Job(config, parts, out, emit)


def _key(config: RunConfig, out: Path, emit: Emit) -> ProjectKey:
    """Return the project's key, telling where it lies open to others."""
    path, ledger = key_path(config, out), ledger_folder(config, out)
    if not path.exists() and FolderLedger(ledger).lines():
        raise ConfigError(
            f"There is no key {path}, and the releases in {ledger} were made with one. Put the key "
            f"back or name its file with --key-file. If it is lost, begin a new ledger (--ledger): "
            f"what is released then is compared with nothing from before."
        )
    key = load_key(path)
    if told := too_open(path):
        emit(Note(told))
    return key


def _notes(config: RunConfig, chat: Chat | None, why: str) -> tuple[str, ...]:
    """Return what a reader of the report must know of the models."""
    if chat is None:
        return (NO_MODEL.format(why=why), *_no_concern(config, chat))
    more = any(name != "core" for name in config.extract.facets) or bool(config.facets)
    weak = config.extract.mode != "local" and more and not chat.strong
    return (*((WEAK_MODEL,) if weak else ()), *_no_concern(config, chat))


def _no_concern(config: RunConfig, chat: Chat | None) -> tuple[str, ...]:
    """Return that flags stand alone, where nobody grades concern."""
    ask = config.extract.ask_concern
    asked = chat is not None and (chat.strong if ask is None else ask)
    graded = config.extract.facets_file is not None or (config.extract.mode != "local" and asked)
    return () if graded or not config.input.flag_columns else (NO_CONCERN,)


@contextmanager
def assemble_plan(data: Sequence[str], folder: Path, config: RunConfig) -> Iterator[Parts]:
    """Open what a prediction needs: the data and the prices. No model is fetched, loaded or asked.

    Args:
        data: as for a run.
        folder: private, and thrown away by the caller.
        config: of the run.

    Raises:
        UserError: what a run would stop at, too.
    """
    config.policy()
    terms = terms_of(config)
    recorded = recorded_facets(config)
    copies = None if is_sealed(config) else folder  # where the next run finds what a kill left
    with (
        opened(data, config.input, copies=copies) as inputs,
        token_counter(config) as counter,
        throwaway(folder, config),
    ):
        chat = chat_in_name(config)
        yield Parts(
            sources=[source_of(one) for one in inputs],
            key=load_key(key_file(config) or folder / KEY_NAME),
            detector=open_detector(),
            embed_conversation=embedder_in_name(config.models.embed),
            embed_facets=embedder_in_name(config.models.embed_facets),
            chat=chat,
            recorded=recorded,
            entities=entities_in_name(config),
            spending=None if chat is None else NothingSpent(terms.price),
            tokens=None if chat is None else counter,
            by_batch=config.models.batch,
        )


def chat_in_name(config: RunConfig) -> Chat | None:
    """Return a chat model that is not there to be asked; None where a run would have none.

    Raises:
        ConfigError: the name means nothing.
        ModelUnavailableError: it is a file that is not there.
    """
    spec = config.models.chat
    if spec == "none" or (spec == EMBEDDED and not engine_is_here()):
        return None
    if spec != EMBEDDED:
        try:
            chat_model(config, ignore)  # opened lazily: a wrong name is said, nothing is called
        except ModelUnavailableError:
            if spec.startswith("file:"):
                raise
    asker = ModelAsker(ScriptedChat(id=spec))
    return Chat(chat_name(config), asker, strong=is_strong(config))


@contextmanager
def token_counter(config: RunConfig) -> Iterator[TokenCounter]:
    """Lend the tokeniser of a model file that is here, or the table for all others."""
    spec, path = config.models.chat, None
    if spec == EMBEDDED and engine_is_here():
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
