"""`anonymuse init`: a commented configuration to start from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.flags import AsJson, ConfigFile, Flags, takes_settings
from anonymuse.errors import ConfigError, OutputError, did_you_mean

PRESETS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "local": ("the embedded models: nothing leaves this machine", {}),
    "trial": (
        "seconds instead of minutes: no models, for a first look at public or invented data",
        {"privacy.policy": "demo", "models.chat": "none", "models.embed": "hashing"},
    ),
    **{
        name: (
            f"asks a chat model the {name} facets about every conversation",
            {"extract.mode": "llm", "extract.facets": ["core", name]},
        )
        for name in ("safety", "work", "values", "wellbeing")
    },
    "paper": (
        "the published method: facets by a model, k-means on the request, a model's tree",
        {"extract.mode": "llm", "cluster.method": "paper", "cluster.hierarchy": "model"},
    ),
}
"""settings to start from, and what they are for"""


@takes_settings()
def init(
    flags: Flags,
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="Where to write; - prints it.")
    ] = "anonymuse.toml",
    preset: Annotated[
        str, typer.Option("--preset", metavar="NAME", help=f"{', '.join(PRESETS)}.")
    ] = "local",
    config: ConfigFile = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a configuration with every setting and what it means.

    Flags, environment variables and --config are written into it, so that the settings of a
    command can be kept: put `init FILE` where `run` was.
    """
    from anonymuse import api
    from anonymuse.pipeline.files import writing_to
    from anonymuse.pipeline.toml import to_toml

    if preset not in PRESETS:
        raise ConfigError(
            f"There is no preset {preset!r}. {did_you_mean(preset, PRESETS)}"
            f"Presets: {', '.join(PRESETS)}."
        )
    text = to_toml(api.settings(config, {**PRESETS[preset][1], **flags}))
    if file == "-":
        typer.echo(json.dumps({"preset": preset, "toml": text}) if as_json else text, nl=as_json)
        return
    path = Path(file)
    if path.exists() and not force:
        raise OutputError(f"{path} is there already. Choose another name, or add --force.")
    with writing_to(path.parent):
        path.write_text(text, encoding="utf-8")
    if as_json:
        typer.echo(json.dumps({"preset": preset, "file": str(path)}))
        return
    typer.echo(f"Wrote {path} ({PRESETS[preset][0]}).")
    typer.echo(f"Use it: anonymuse run DATA --out DIR --config {path}")
