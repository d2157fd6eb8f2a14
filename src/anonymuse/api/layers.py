"""Where settings come from, one layer over the other: defaults, file, environment, what is said."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.pipeline.config import RunConfig, make_config, read_toml, setting_fields
from anonymuse.pipeline.environment import CONFIG, from_environment, variable
from anonymuse.pipeline.flags import FLAGS

Config = RunConfig | Mapping[str, Any] | str | os.PathLike[str]


def settings(
    config: Config | None = None,
    overrides: Mapping[str, Any] | None = None,
    **keywords: Any,
) -> RunConfig:
    """Return a configuration: defaults, then a file, then the environment, then what is said here.

    Args:
        config: a TOML file, the same as a dict, or a `RunConfig`, over which no environment goes;
            left out, the file that ``ANONYMUSE_CONFIG`` names, if it names one.
        overrides: values by ``section.key`` or by the name of a flag.
        keywords: values by the name of a flag: ``policy="demo"``, ``k=12``. None stands for the
            setting's default.

    Raises:
        InputError: the file cannot be read.
        ConfigError: a setting is not one of ours; names the nearest that is.
    """
    return layered(config, {**(overrides or {}), **keywords})[0]


def layered(
    config: Config | None, said: Mapping[str, Any], *, typed: bool = False
) -> tuple[RunConfig, dict[str, str]]:
    """Return the configuration, and where each value came from that is no default.

    Args:
        config: as for :func:`settings`.
        said: what lies over everything, by ``section.key`` or flag.
        typed: it was said on the command line, and an origin is named as it was typed.
    """
    values, origins, outside = _base(config)
    if outside:
        for setting, value in from_environment(os.environ).items():
            _put(values, setting, value)
            origins[setting] = variable(setting)
    flags = {flag.setting: flag for flag in FLAGS}
    for name, value in said.items():
        setting = find_setting(name)
        _put(values, setting, value)
        flag = flags.get(setting)
        origins[setting] = setting if flag is None else flag.name if typed else flag.parameter
    return make_config(values, origins), origins


def find_setting(name: str) -> str:
    """Return the ``section.key`` of a setting that is named so, or as its flag is.

    Raises:
        ConfigError: there is none; names the nearest.
    """
    keywords = {flag.parameter: flag.setting for flag in FLAGS}
    known = setting_fields()
    if name in keywords:
        return keywords[name]
    if name in known:
        return name
    raise ConfigError(
        f"There is no setting {name!r}. {did_you_mean(name, [*keywords, *known])}"
        "Settings are named as the flags of `anonymuse run` are, or as in a file: "
        "'policy' is 'privacy.policy'."
    )


def _base(config: Config | None) -> tuple[dict[str, Any], dict[str, str], bool]:
    """Return the values below, where they came from, and whether the environment goes over them."""
    if isinstance(config, RunConfig):
        return config.model_dump(), {}, False
    if config is None and not (config := os.environ.get(CONFIG)):
        return {}, {}, True
    if isinstance(config, Mapping):
        values, origin = _copied(config), "config"
    else:
        values, origin = read_toml(Path(config)), str(config)
    origins = {
        f"{section}.{key}": origin
        for section, inner in values.items()
        if isinstance(inner, Mapping)
        for key in inner
    }
    origins |= {name: origin for name, value in values.items() if not isinstance(value, Mapping)}
    make_config(values, origins)  # a mistake in the file is said before anything lies over it
    return values, origins, True


def _copied(config: Mapping[str, Any]) -> dict[str, Any]:
    return {k: dict(v) if isinstance(v, Mapping) else v for k, v in config.items()}


def _put(values: dict[str, Any], setting: str, value: Any) -> None:
    section, _, key = setting.rpartition(".")
    table = values.setdefault(section, {}) if section else values
    if value is None:
        table.pop(key, None)
    else:
        table[key] = os.fspath(value) if isinstance(value, os.PathLike) else value
