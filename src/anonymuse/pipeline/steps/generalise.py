"""Transcripts and written facets once more, without specifics of special categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.transcript import Transcript
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import DONE, Workshop
from anonymuse.pipeline.steps.ingest import shards
from anonymuse.stages.generalise import generalise_answer, generalise_transcript, is_written

TEXTS = ("tagged", "user_text", "whole_text", "assistant_text")
"""columns of a transcript that hold text"""


async def generalise(shop: Workshop, *, questions: Sequence[FacetQuestion]) -> Mapping[str, int]:
    """Write the files of `scrub` and `extract` anew; what is no free text is copied.

    Later steps read them under the old names, so that nothing is embedded, grouped or named by a
    specific. ``questions``: the facets that are answered.
    """
    personal: list[frozenset[str]] = []
    replaced: Counter[str] = Counter()
    for path in shards(shop.of("scrub")):
        table = files.read_table(path)
        rows = []
        for row in table.to_pylist():
            found = generalise_transcript(Transcript(**{k: row[k] for k in row if k != "row"}))
            personal.append(found.personal)
            replaced.update(found.counts)
            rows.append(row | {name: getattr(found.transcript, name) for name in TEXTS})
        files.write_table(shop.folder / path.name, pa.Table.from_pylist(rows, table.schema))
        shop.progress(len(personal), None, "conversations")
    _write_facets(shop, questions, personal)
    return {
        "conversations": len(personal),
        "with something of a special category": sum(map(bool, personal)),
        **{f"replaced: {category}": n for category, n in sorted(replaced.items())},
    }


def _write_facets(
    shop: Workshop, questions: Sequence[FacetQuestion], personal: Sequence[frozenset[str]]
) -> None:
    written = {f"facet-{question.name}.parquet" for question in questions if is_written(question)}
    for path in sorted(shop.of("extract").iterdir()):
        if path.name == DONE:
            continue
        if path.name not in written:
            with files.writing_to(shop.folder):
                files.copy(path, shop.folder / path.name)
            continue
        table = files.read_table(path)
        values = zip(table["value"].to_pylist(), personal, strict=True)
        answers = [generalise_answer(value, personal=own) for value, own in values]
        files.write_table(
            shop.folder / path.name, pa.table({"value": pa.array(answers, pa.string())})
        )
