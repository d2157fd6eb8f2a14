"""All that a run knows of its rows, gathered for the safety stages."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.traffic import Traffic, Verdicts
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.steps import membership, texts
from anonymuse.pipeline.steps.derived import rows_of
from anonymuse.pipeline.steps.ingest import shards
from anonymuse.pipeline.steps.membership import unit_of
from anonymuse.pipeline.steps.sample import ONE_UNKNOWN
from anonymuse.stages.restrict import Dossier
from anonymuse.stats.tables.calendar import covered, windows_of
from anonymuse.stats.tables.counting import Column

VIEWS = ("user", "whole", "request")
"""by which conversations are compared with each other: the first that the run has made"""

_SAID = re.compile(r"^(User|Assistant|Tool): ", re.MULTILINE)
_REFUSED = {"no": 0, "partly": 1, "yes": 1}


@dataclass(frozen=True, slots=True, repr=False)
class Rows:
    """The conversations that take part, in the order of the sample.

    Attributes:
        ids: of each.
        times: of each, None where unknown.
        stands_for: the id of the first with the same text.
        language: of each, as its full name.
        concern: grade from 1 to 5, or None.
        refused: no, partly, yes, or None.
        flags: by column; None where a row has no verdict.
    """

    ids: list[str]
    times: list[datetime | None]
    stands_for: list[str]
    language: list[str]
    concern: list[int | None]
    refused: list[str | None]
    flags: dict[str, list[bool | None]]

    def __repr__(self) -> str:
        return f"Rows({len(self.ids)} conversations)"


def read_rows(shop: Workshop, questions: Sequence[FacetQuestion]) -> Rows:
    """Return who takes part, with what was answered of each."""
    people = membership.sampled(shop)
    table = files.read_table(shop.of("sample") / "rows.parquet", ["row", "time", "stands_for"])
    places = people.text.tolist()

    def of(name: str) -> list[Any]:
        answers = texts.facet(shop.of("extract"), name)
        return [answers[place] for place in places]

    flags: dict[str, list[Any]] = {
        question.rule: list(rows_of(shop, question, people))
        for question in questions
        if question.source == "flag"
    }
    return Rows(
        ids=table["row"].to_pylist(),
        times=table["time"].to_pylist(),
        stands_for=table["stands_for"].to_pylist(),
        language=[str(own) for own in of("language")],
        concern=of("concern"),
        refused=of("refused"),
        flags=flags,
    )


def read_dossier(shop: Workshop, rows: Rows, window: Literal["month", "week", "none"]) -> Dossier:
    """Return all that is known of some rows, as the stages read it."""
    people = membership.sampled(shop)
    organisation, organisations, metadata = _source(shop, rows.ids)
    for verdict in rows.flags:  # what a classifier says of a text tells nothing of an account
        metadata.pop(verdict, None)
    traffic = Traffic(
        leaf=membership.leaves(shop)[people.text],
        account=people.unit,
        organisation=organisation,
        time=np.array([np.nan if own is None else own.timestamp() for own in rows.times]),
        text=people.text,
        **_texts(shop, people, rows.language),
        metadata=metadata,
    )
    return Dossier(
        traffic=traffic,
        verdicts=_verdicts(traffic, rows),
        accounts=people.pseudonyms,
        organisations=organisations,
        windows=_windows(rows.times, people.unit, window),
        beyond=_beyond(shop, people),
    )


def _source(
    shop: Workshop, ids: Sequence[str]
) -> tuple[npt.NDArray[np.int64], list[str], dict[str, list[object]]]:
    """Return the code of each row's organisation, their pseudonyms, and the other columns."""
    wanted = pa.array(ids, pa.string())
    parts = []
    for path in shards(shop.of("ingest")):
        table = files.read_table(path, ["row", "organisation", "metadata"])
        parts.append(table.filter(pc.is_in(table["row"], wanted)))
    table = pa.concat_tables(parts)
    table = table.take(pc.index_in(wanted, table["row"].combine_chunks()))
    codes: dict[str, int] = {}
    organisation = [
        -1 if own is None else codes.setdefault(own, len(codes))
        for own in table["organisation"].to_pylist()
    ]
    told = [json.loads(own) for own in table["metadata"].to_pylist()]
    columns = sorted({name for own in told for name in own})
    metadata = {name: [own.get(name) for own in told] for name in columns}
    return np.array(organisation, dtype=np.int64), list(codes), metadata


def _texts(shop: Workshop, people: membership.Sampled, language: Sequence[str]) -> dict[str, Any]:
    """Return what there is of each text, by the names of the fields of `Traffic`."""
    view = next(own for own in VIEWS if any(shop.of("embed").glob(f"{own}-*.npy")))
    by_text = [""] * people.texts
    for place, own in zip(people.text.tolist(), language, strict=True):
        by_text[place] = own
    return {
        "requests": [first_said(own.tagged) for _, own in texts.transcripts(shop.of("scrub"))],
        "vectors": texts.view_vectors(shop.of("embed"), view),
        "language": by_text,
    }


def first_said(tagged: str) -> str:
    """Return what the user says first; no text can forge a tag."""
    _, *parts = _SAID.split(tagged)
    said = zip(parts[::2], parts[1::2], strict=True)
    return next((own for role, text in said if role == "User" and (own := text.strip())), "")


def _verdicts(traffic: Traffic, rows: Rows) -> Verdicts:
    def codes(values: Sequence[int | bool | None]) -> npt.NDArray[np.int64]:
        return np.array([-1 if own is None else int(own) for own in values], dtype=np.int64)

    return Verdicts(
        leaf=traffic.leaf,
        account=traffic.account,
        language=rows.language,
        concern=np.array([own or 0 for own in rows.concern], dtype=np.int64),
        refused=codes([_REFUSED.get(own or "") for own in rows.refused]),
        flags={column: codes(values) for column, values in rows.flags.items()},
    )


def _windows(
    times: Sequence[datetime | None],
    units: npt.NDArray[np.integer],
    kind: Literal["month", "week", "none"],
) -> Column | None:
    """Return the window of each row; dates of a hundredth of the accounts take no others away."""
    if kind == "none":
        return None
    span = covered(times, units, people=max(2, len(np.unique(units)) // 100))
    found = windows_of(times, kind, until=span and span[1])
    return found if found.values else None


def _beyond(shop: Workshop, people: membership.Sampled) -> npt.NDArray[np.int64]:
    """Return how many conversations of each account took no part."""
    unit = unit_of(shop)
    taken = np.bincount(people.unit, minlength=len(people.pseudonyms))
    if unit == "conversation":
        return np.zeros_like(taken)
    read: Counter[str] = Counter()
    for path in shards(shop.of("ingest")):
        for own in files.read_table(path, [unit])[unit].to_pylist():
            read[ONE_UNKNOWN if own is None else own] += 1
    found: npt.NDArray[np.int64] = np.array([read[own] for own in people.pseudonyms]) - taken
    return found
