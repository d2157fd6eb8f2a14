"""The configuration of a run: frozen data, TOML in and out, unknown keys refused."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.errors import ConfigError, InputError, did_you_mean
from anonymuse.pipeline.settings import (
    ClusterConfig,
    ExtractConfig,
    InputConfig,
    ModelsConfig,
    NamingConfig,
    PrivacyConfig,
    SampleConfig,
    Section,
)


class RunConfig(Section):
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
