"""What a plan is made of besides the configuration: the real objects behind the ports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from anonymuse.domain.private.conversation import Scalar
from anonymuse.domain.private.edits import Edit
from anonymuse.pipeline.base import Base
from anonymuse.pipeline.erased import NOBODY, Erased
from anonymuse.pipeline.key import ProjectKey
from anonymuse.ports.chat import Asker
from anonymuse.ports.embedder import Embedder
from anonymuse.ports.language import LanguageDetector
from anonymuse.ports.reader import NamedReader
from anonymuse.ports.release_ledger import ReleaseLedger
from anonymuse.ports.scrubber import EntityDetector
from anonymuse.ports.spending import Spending
from anonymuse.ports.tokens import TokenCounter
from anonymuse.ports.vault import Vault

Mode = Literal["local", "llm", "cascade", "recorded"]
"""where facets come from: no model, a model, a model for some and predictions for others, a file"""

BY_CHAT = "chat"
"""the value of `privacy.names` by which the run's chat model looks for names"""


@dataclass(frozen=True, slots=True)
class Source:
    """One input file: its name (ids are made from it), how to read it, its bytes' digest."""

    name: str
    reader: NamedReader
    digest: str


class RecordedFacets(Protocol):
    """Facets that somebody already has (`--facets-from`)."""

    @property
    def digest(self) -> str:
        """Digest of the file's bytes."""
        ...

    def rows(self) -> Iterator[tuple[str, Mapping[str, Scalar]]]:
        """Yield ``(conversation id, answers by facet name)``."""
        ...


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat model with what the plan must know about it.

    Attributes:
        name: what the receipt calls it: the model, not the host it runs on.
        asker: cached, bounded, retried.
        strong: False for the small embedded model, which is asked less and trusted less.
    """

    name: str
    asker: Asker
    strong: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that wiring brings to a run.

    Attributes:
        sources: the input files, in a fixed order.
        key: the project's secret key.
        detector: says in which language a text is.
        embed_conversation: embeds conversations, in any language.
        embed_facets: embeds English facets; None where there are none.
        chat: the chat model, or None: names are then keywords.
        recorded: facets that somebody already has.
        entities: finds names for the scrubber; None where patterns alone are wanted.
        notes: sentences for the receipt ("no chat model: ...").
        versions: of this software, for the receipt.
        spending: what the folder's calls have cost; None without a chat model.
        tokens: counts tokens before anything is sent; None without a chat model.
        by_batch: questions go out in batches, at the price of batches.
        edits: what people changed in this folder and have not taken back.
        ledger: of releases; None where nothing is released (predictions) or compared.
        vault: seals what the run keeps; None where it lies on the disk as it is.
        sealed_by: what the folder has to say of its key ring; empty where there is none.
        erased: people who were erased and are not read in again.
        base: the run into whose clusters conversations are put; None where they are clustered.
    """

    sources: Sequence[Source]
    key: ProjectKey
    detector: LanguageDetector
    embed_conversation: Embedder
    embed_facets: Embedder | None = None
    chat: Chat | None = None
    recorded: RecordedFacets | None = None
    entities: EntityDetector | None = None
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    spending: Spending | None = None
    tokens: TokenCounter | None = None
    by_batch: bool = False
    edits: tuple[Edit, ...] = ()
    ledger: ReleaseLedger | None = None
    vault: Vault | None = None
    sealed_by: Mapping[str, Any] = field(default_factory=dict)
    erased: Erased = NOBODY
    base: Base | None = None
