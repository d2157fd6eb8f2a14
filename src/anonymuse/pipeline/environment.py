"""Settings from environment variables: ``ANONYMUSE_<SECTION>_<KEY>``, and the few other names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.pipeline.config import setting_fields

PREFIX = "ANONYMUSE_"
CONFIG = "ANONYMUSE_CONFIG"
OTHERS = {
    CONFIG: "a TOML file of settings, where --config names none",
    "ANONYMUSE_API_KEY": "the key of the chat model's endpoint; no setting, so that no file has it",
    "ANONYMUSE_FALLBACK_API_KEY": "the same for the fallback model's endpoint",
    "ANONYMUSE_KEY_FILE": "the project's secret key, where `privacy.key_file` names none",
    "ANONYMUSE_WEBHOOK": "where `anonymuse watch --post` posts to, over the rules' own address",
    "ANONYMUSE_WEBHOOK_SECRET": "signs what it posts; no setting, so that no file has it",
    "ANONYMUSE_MODELS": "folder of the embedded models; else the user's cache folder",
}
"""Variables of ours that are no settings, and what they are for."""


def variable(setting: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + setting.replace(".", "_").upper()


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings that the environment holds, by ``section.key``.

    An empty variable is as good as none. A list is one value, or a TOML array; a table is TOML.

    Raises:
        ConfigError: a name begins with ``ANONYMUSE_`` and is none of ours, or is no TOML.
    """
    fields = setting_fields()
    names = {variable(setting): setting for setting in fields}
    found: dict[str, Any] = {}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in OTHERS:
            continue
        if name not in names:
            raise ConfigError(
                f"The environment variable {name} is no setting. "
                f"{did_you_mean(name, [*names, *OTHERS])}"
                f"A setting is {PREFIX}<SECTION>_<KEY>, for instance {variable('privacy.policy')}."
            )
        if text := environment[name].strip():
            found[names[name]] = _value(text, name, fields[names[name]])
    return found


def _value(text: str, name: str, field: FieldInfo) -> Any:
    kinds = _kinds(field.annotation)
    table = dict in kinds or any(isinstance(k, type) and issubclass(k, BaseModel) for k in kinds)
    row = tuple in kinds or list in kinds
    if not table and not (row and text.startswith("[")):
        return [text] if row else text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        example = '["one", "two"]' if row else '{ name = { key = "value" } }'
        raise ConfigError(f"{name} is not valid TOML; write it as {example}.") from None


def _kinds(annotation: Any) -> set[Any]:
    inner = get_args(annotation)
    found = {annotation, get_origin(annotation)}
    for kind in inner:
        found |= _kinds(kind)
    return {kind for kind in found if kind is not None}
