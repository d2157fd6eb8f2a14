"""The configuration of a run: frozen data from TOML, unknown keys refused."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, Field, ValidationError
from pydantic.fields import FieldInfo

from anonymuse.domain.policy import POLICIES, RESTRICTED, ReleasePolicy
from anonymuse.errors import ConfigError, InputError, did_you_mean
from anonymuse.pipeline.settings import (
    BudgetConfig,
    ClusterConfig,
    ExtractConfig,
    FacetConfig,
    InputConfig,
    ModelsConfig,
    NamingConfig,
    NarrowConfig,
    PrivacyConfig,
    SampleConfig,
    Section,
    TablesConfig,
    TaxonomyConfig,
    ZoneConfig,
)

_SECRETS = re.compile(r"(?<=//)[^/@#]*(?=@)|(?<=\?)[^#]*")
"""user and password in an address, and what stands behind its question mark"""

_MOST = 1_000_000_000
"""of what a threshold may ask for"""


class RunConfig(Section):
    """Everything that decides what a run makes. Paths of input and output are not part of it."""

    seed: int = 0
    """starts every random choice"""
    title: str = "What people use the assistant for"
    """stands on top of the report"""
    input: InputConfig = InputConfig()
    narrow: NarrowConfig = NarrowConfig()
    sample: SampleConfig = SampleConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    zone: ZoneConfig = ZoneConfig()
    extract: ExtractConfig = ExtractConfig()
    models: ModelsConfig = ModelsConfig()
    budget: BudgetConfig = BudgetConfig()
    cluster: ClusterConfig = ClusterConfig()
    taxonomy: TaxonomyConfig = TaxonomyConfig()
    naming: NamingConfig = NamingConfig()
    tables: TablesConfig = TablesConfig()
    facets: dict[str, FacetConfig] = Field(
        default_factory=dict,
        examples=[
            {
                "tone": {
                    "type": "one_of",
                    "question": "In which tone does the user write?",
                    "values": ["friendly", "neutral", "angry"],
                }
            }
        ],
    )
    """facets of your own, by name: tables [facets.NAME], as in a file for extract.facets"""

    def policy(self) -> ReleasePolicy:
        """Return the policy in force.

        Raises:
            ConfigError: there is no such policy, or a number would weaken it.
        """
        if self.zone.restricted:
            return RESTRICTED
        wanted = self.privacy
        base = POLICIES.get(wanted.policy)
        if wanted.policy == RESTRICTED.name:
            raise ConfigError(
                "'restricted' is no policy that anything is published under. A report for safety "
                "staff, in the secure zone alone, is made with --restricted."
            )
        if base is None:
            raise ConfigError(
                f"There is no policy {wanted.policy!r}. "
                f"{did_you_mean(wanted.policy, POLICIES)}Policies: {', '.join(POLICIES)}."
            )
        numbers = {
            name: value
            for name in ("min_units", "min_conversations", "min_cell", "generalise")
            if (value := getattr(wanted, name)) is not None
        }
        policy = replace(base, **numbers)
        if weaker := policy.weaker_than(base):
            raise ConfigError(
                f"{weaker[0]} = {getattr(policy, weaker[0])} is below the {base.name!r} policy's "
                f"{getattr(base, weaker[0])}. A policy can only be raised; choose a weaker one "
                f"by name, and every screen will say so."
            )
        _refuse_what_nothing_passes(policy)
        return policy

    def shown(self) -> RunConfig:
        """Return the configuration to be looked at: addresses of models without passwords."""
        addresses = {
            name: _SECRETS.sub("***", spec)
            for name in ("chat", "fallback")
            if (spec := getattr(self.models, name)) and spec.startswith(("http://", "https://"))
        }
        return self.model_copy(update={"models": self.models.model_copy(update=addresses)})

    def slice(self, *names: str) -> dict[str, Any]:
        """Return the named sections or ``section.field`` values, for a stage's key."""
        found: dict[str, Any] = {}
        for name in names:
            value: Any = self
            for part in name.split("."):
                value = getattr(value, part)
            found[name] = value.model_dump() if isinstance(value, BaseModel) else value
        return found


def _refuse_what_nothing_passes(policy: ReleasePolicy) -> None:
    for name in ("min_units", "min_conversations", "min_cell"):
        if getattr(policy, name) > _MOST:
            raise ConfigError(
                f"{name} = {getattr(policy, name)} is more than anybody has. Name a number that "
                f"some of your conversations can reach, {_MOST:,} at most."
            )
    if policy.min_cell > policy.min_units:
        raise ConfigError(
            f"min_cell = {policy.min_cell} asks for more people behind a number inside a topic "
            f"than min_units = {policy.min_units} asks for behind the topic itself. Lower the one "
            f"or raise the other."
        )


def setting_fields() -> dict[str, FieldInfo]:
    """Return every setting by its name: ``section.key``, or the key alone at the top."""
    found: dict[str, FieldInfo] = {}
    for name, field in RunConfig.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= {f"{name}.{key}": inner for key, inner in kind.model_fields.items()}
        else:
            found[name] = field
    return found


def read_toml(path: Path, *, what: str = "configuration") -> dict[str, Any]:
    """Read a TOML file as plain values.

    Args:
        path: the file.
        what: what is in it, for sentences.

    Raises:
        InputError: the file cannot be read.
        ConfigError: it is no TOML.
    """
    with _reading(path, what):
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def read_json(path: Path, *, what: str) -> Any:
    """Read a JSON file as plain values; arguments and errors as for :func:`read_toml`."""
    with _reading(path, what):
        return json.loads(path.read_text(encoding="utf-8-sig"))


@contextmanager
def _reading(path: Path, what: str) -> Iterator[None]:
    """Turn whatever reading a file fails with into one sentence without its content."""
    try:
        yield
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path} is not valid JSON: line {error.lineno}, {error.msg}.") from None
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply.") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"Cannot read the {what} {path}: {reason}.") from None


def make_config(values: Mapping[str, Any], origins: Mapping[str, str] | None = None) -> RunConfig:
    """Validate values from TOML, flags or the environment.

    Args:
        values: sections and what is in them.
        origins: where a value came from, by ``section.key``, for the sentence of an error.

    Raises:
        ConfigError: names the first wrong setting, and the nearest right name.
    """
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_sentence(error, origins or {})) from None


def _sentence(error: ValidationError, origins: Mapping[str, str]) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    path = [str(part) for part in first["loc"]]
    name = ".".join(path)
    if first["type"] != "extra_forbidden":
        origin = origins.get(".".join(path[:2])) or origins.get(path[0] if path else "")
        told = f"Setting {name!r} ({origin})" if origin else f"Setting {name!r}"
        return f"{told}: {first['msg'][0].lower()}{first['msg'][1:]}."
    known = _known_keys(path[:-1])
    return (
        f"There is no setting {name!r}. {did_you_mean(path[-1], known)}"
        f"Settings here: {', '.join(known)}."
    )


def _known_keys(path: list[str]) -> list[str]:
    """Return the keys of the table at a path, also of one that has a name or a place of its own."""
    model: type[BaseModel] = RunConfig
    for part in path:
        if part not in model.model_fields:
            continue
        waiting: list[Any] = [model.model_fields[part].annotation]
        while waiting:
            kind = waiting.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                model = kind
                break
            waiting += get_args(kind)
    return sorted(model.model_fields)
