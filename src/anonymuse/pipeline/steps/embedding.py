"""Step: turn the views of every conversation into vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.private.transcript import VIEWS
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.steps.texts import facet, transcripts
from anonymuse.ports.embedder import Embedder
from anonymuse.stages.refuse import opening

ROWS = 256
"""conversations in a part: what a kill loses at most"""
TEXTS = (*VIEWS, "reply")
"""views that are scrubbed text; the others are the facets of their names"""


async def embed(shop: Workshop, *, views: Mapping[str, Embedder]) -> Mapping[str, int]:
    """Embed every view, in parts that survive a kill.

    Writes ``<view>-<part>.npy`` (fp16). ``VIEWS`` and ``reply`` (how the first answer begins) are
    scrubbed text, all others are text facets. What an earlier view says in the same words is
    taken from there: of bare prompts all of ``VIEWS`` are one text.
    """
    total = embedded = 0
    for number, (view, embedder) in enumerate(views.items()):
        texts = _texts(shop, view, strip=not embedder.keeps_prefix)
        alike = [v for v in list(views)[:number] if v in VIEWS and views[v].id == embedder.id]
        twins = _twins(shop, view, alike) if view in VIEWS and alike else [None] * len(texts)
        for start in range(0, len(texts), ROWS):
            path = _part(shop.folder, view, start)
            if not path.exists():
                end = start + ROWS
                vectors = _vectors(shop, embedder, texts[start:end], twins[start:end], start)
                files.write_array(path, vectors)
            shop.progress(
                number * len(texts) + min(start + ROWS, len(texts)),
                len(texts) * len(views),
                "texts",
            )
        total += len(texts)
        embedded += twins.count(None)
    return {"texts": total} if embedded == total else {"texts": total, "embedded": embedded}


def _part(folder: Path, view: str, start: int) -> Path:
    return folder / f"{view}-{start // ROWS:05d}.npy"


def _texts(shop: Workshop, view: str, *, strip: bool) -> list[str]:
    """Return what is embedded for a view, one text a conversation."""
    if view not in TEXTS:
        answers = [answer or "" for answer in facet(shop.of("extract"), view)]
        shown = strip and view == "request"
        return [one.removeprefix(REQUEST_PREFIX) for one in answers] if shown else answers
    said = (one for _, one in transcripts(shop.of("scrub")))
    return [opening(one) if view == "reply" else one.view(view) for one in said]


def _twins(shop: Workshop, view: str, earlier: Sequence[str]) -> list[str | None]:
    """Return for each conversation which of the earlier views is the same text, if one is."""
    return [
        next((other for other in earlier if one.view(other) == one.view(view)), None)
        for _, one in transcripts(shop.of("scrub"))
    ]


def _vectors(
    shop: Workshop,
    embedder: Embedder,
    texts: Sequence[str],
    twins: Sequence[str | None],
    start: int,
) -> npt.NDArray[np.float16]:
    """Return the vectors of a part, shape (len(texts), dimensions)."""
    vectors = np.zeros((len(texts), embedder.dimensions), dtype=np.float16)
    for view in dict.fromkeys(twins):
        rows = [row for row, twin in enumerate(twins) if twin == view]
        if view is None:
            vectors[rows] = embedder.embed([texts[row] for row in rows])
        else:
            vectors[rows] = files.read_array(_part(shop.folder, view, start))[rows]
    return vectors
