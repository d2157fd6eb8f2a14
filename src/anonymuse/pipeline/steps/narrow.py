"""Fewer conversations: by time, condition, pattern (`narrow`), by a model's answer (`screen`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.domain.policy import ReleasePolicy, Unit
from anonymuse.errors import InputError
from anonymuse.pipeline import files, payload
from anonymuse.pipeline.about_units import AboutUnits, units_by_place
from anonymuse.pipeline.columns import STORED, Columns, find_columns
from anonymuse.pipeline.conditions import Expression, compile_condition, evaluate
from anonymuse.pipeline.counting import counted
from anonymuse.pipeline.engine import UNFINISHED, Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.patterns import matches
from anonymuse.pipeline.settings import NarrowConfig
from anonymuse.pipeline.steps.failed import told_of_people
from anonymuse.pipeline.steps.ingest import shards
from anonymuse.pipeline.steps.narrowed import TOLD, told
from anonymuse.pipeline.steps.sample import LEFT_OUT, left_out_by, units_in_force, write_people
from anonymuse.pipeline.steps.texts import transcripts
from anonymuse.ports.chat import ChatFailure
from anonymuse.ports.reader import UNREADABLE_TIMES
from anonymuse.stages.narrow import (
    NO_TIME,
    OUTSIDE,
    UNMATCHED,
    UNMET,
    Mask,
    Narrowed,
    Window,
    narrow,
    read_window,
)
from anonymuse.stages.screen import ANSWERED_NO, NOT_ANSWERED, screen_transcripts

_FAILURES = "failures.json"

_ROLES = {"all": ("user", "assistant"), "user": ("user",), "assistant": ("assistant",)}


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition and the columns that it is about."""

    expression: Expression
    columns: Columns

    def holds(self, rows: pa.Table) -> Mask:
        """Return for which conversations it is true; neither false nor unknown will do."""
        table = self.columns.table(rows, self.expression.resolved(self.columns.types))
        found = evaluate(self.expression, table, want="boolean")
        return _mask(pc.fill_null(found, fill_value=False))


async def narrow_down(
    shop: Workshop, *, config: NarrowConfig, parts: Parts, unit: Unit, policy: ReleasePolicy
) -> Mapping[str, int]:
    """Leave out what the window, the condition and the pattern leave out, in this order.

    Writes ``rows.parquet`` (the ids of what is left), ``left_out.json`` (exact) and ``told.json``
    (for a receipt).
    """
    places = shards(shop.of("ingest"))
    window = read_window(config.since, config.until)
    condition = _condition(config.where, places)
    people: list[pa.Table] = []
    left: list[str] = []
    left_out: Counter[str] = Counter()
    why: list[str] = []
    looked_at = 0
    for path in places:
        people.append(files.read_table(path, ["row", "user", "organisation"]))
        table = files.read_table(path, ["row", *(STORED if condition else ("time",))])
        found = _narrow_shard(path, table, window, condition, config)
        left += table["row"].filter(pa.array(found.kept)).to_pylist()
        left_out.update(found.left_out)
        why += found.why
        looked_at += len(table)
        shop.progress(looked_at, None, "conversations")
    if not left:
        unreadable = shop.finished["ingest"].counts.get(UNREADABLE_TIMES, 0)
        raise InputError(_nothing_left(looked_at, left_out, unreadable))
    files.write_table(shop.folder / "rows.parquet", pa.table({"row": pa.array(left, pa.string())}))
    files.write_json(shop.folder / LEFT_OUT, {"of": looked_at, "left out": dict(left_out)})
    table = pa.concat_tables(people)
    units, rows = units_in_force(table, unit)[0], table["row"].to_pylist()
    bands = told(why, units, rows, filters=left_out.keys(), policy=policy, key=parts.key)
    files.write_json(shop.folder / TOLD, bands)
    return {"looked at": looked_at, **left_out, "left": len(left)}


def _condition(where: str | None, places: Sequence[Path]) -> _Condition | None:
    if where is None:
        return None
    condition = _Condition(compile_condition(where, setting="--where"), find_columns(places))
    evaluate(condition.expression, condition.columns.empty(), want="boolean")
    return condition


def _narrow_shard(
    path: Path,
    table: pa.Table,
    window: Window | None,
    condition: _Condition | None,
    config: NarrowConfig,
) -> Narrowed:
    filters: list[tuple[str, Mask]] = []
    if window is not None:
        times = table["time"].to_pylist()
        filters.append((NO_TIME, np.array([t is not None for t in times])))
        filters.append((OUTSIDE, np.array([t is not None and window.holds(t) for t in times])))
    if condition is not None:
        filters.append((UNMET, condition.holds(table)))
    if config.grep is not None:
        kept = narrow(len(table), filters).kept
        filters.append((UNMATCHED, _grep(path, kept, config.grep, _ROLES[config.grep_in])))
    return narrow(len(table), filters)


def _grep(path: Path, wanted: Mask, pattern: str, roles: Sequence[str]) -> Mask:
    """Look only at conversations that are still wanted; the mask is false for the others."""
    stored = files.read_table(path, ["payload"])["payload"].filter(pa.array(wanted))
    texts = [
        [turn.text for turn in payload.decode(one) if turn.role in roles]
        for one in stored.to_pylist()
    ]
    found = wanted.copy()
    found[wanted] = matches(pattern, texts)
    return found


def _mask(values: pa.ChunkedArray) -> Mask:
    return np.asarray(values.to_numpy(), dtype=np.bool_)


def _nothing_left(looked_at: int, left_out: Mapping[str, int], unreadable: int = 0) -> str:
    if unreadable and left_out.get(NO_TIME) == looked_at:
        return (
            f"No conversation has a time that can be read ({unreadable:,} {UNREADABLE_TIMES}), so "
            "that --since and --until have nothing to go by. `anonymuse doctor` shows a query that "
            "turns such times; or drop --since and --until."
        )
    if left_out.get(NO_TIME) == looked_at:
        return (
            "No conversation has a time, so that --since and --until have nothing to go by. Name "
            "the column with --time-column, or drop them."
        )
    why = ", ".join(f"{count:,} {name}" for name, count in left_out.items() if count)
    return f"None of {looked_at:,} conversations is left after narrowing: {why}. Narrow less."


async def screen(
    shop: Workshop, *, parts: Parts, question: str, policy: ReleasePolicy
) -> Mapping[str, int]:
    """Ask the model about every conversation of the sample; those it says yes to stay.

    A conversation that the model fails on is left out, and counted. Writes the files of `sample`
    and `scrub` anew, of what is left, and ``left_out.json``.
    """
    place = shop.of("sample")
    people = files.read_table(place / "rows.parquet")
    texts = list(transcripts(shop.of("scrub")))
    asker = counted(parts, shop, len(texts), "conversations")
    yes: set[str] = set()
    no: set[str] = set()
    failed: list[tuple[str, str]] = []
    units = units_by_place(shop.of("ingest"), [row for row, _ in texts])
    about = AboutUnits(asker, units)
    async for index, answer in screen_transcripts([t for _, t in texts], question, about):
        if isinstance(answer, ChatFailure):
            failed.append((answer.kind, texts[index][0]))
        else:
            (yes if answer else no).add(texts[index][0])
    why = [
        "" if row in yes else ANSWERED_NO if row in no else NOT_ANSWERED
        for row in people["stands_for"].to_pylist()
    ]
    left = people.filter(pa.array([not reason for reason in why]))
    left_out = {name: why.count(name) for name in (ANSWERED_NO, NOT_ANSWERED)}
    if not len(left):
        raise InputError(_nothing_left(len(people), left_out))
    names = files.read_table(place / "units.parquet")["pseudonym"].to_pylist()
    unit = files.read_json(place / "unit.json")
    counts = write_people(
        shop,
        left.drop_columns(["unit"]),
        [names[code] for code in left["unit"].to_pylist()],
        policy,
        unit["unit"],
        {**left_out_by(shop), **left_out},
    )
    _write_transcripts(shop, yes)
    files.write_json(shop.folder / "unit.json", unit)
    files.write_json(shop.folder / LEFT_OUT, {"of": len(people), "left out": left_out})
    whose = [names[code] for code in people["unit"].to_pylist()]
    bands = told(
        why, whose, people["row"].to_pylist(),
        filters=left_out.keys(), policy=policy, key=parts.key,
    )  # fmt: skip
    files.write_json(shop.folder / TOLD, bands)
    of_row = dict(zip(people["row"].to_pylist(), whose, strict=True))
    calls = [(kind, of_row[row]) for kind, row in failed]
    files.write_json(shop.folder / _FAILURES, told_of_people(calls, "screen", policy, parts.key))
    return {
        "asked about": len(texts),
        **counts,
        **left_out,
        **{f"failed: {kind}": n for kind, n in sorted(asker.failures.items())},
        UNFINISHED: asker.failures["retryable"],
    }


def _write_transcripts(shop: Workshop, wanted: set[str]) -> None:
    ids = pa.array(sorted(wanted), pa.string())
    for path in shards(shop.of("scrub")):
        table = files.read_table(path)
        files.write_table(shop.folder / path.name, table.filter(pc.is_in(table["row"], ids)))


def screening_failures(shop: Workshop) -> dict[str, int]:
    """Return what may be told of failed calls; empty where nothing was screened."""
    if "screen" not in shop.finished:
        return {}
    found: dict[str, int] = files.read_json(shop.of("screen") / _FAILURES)
    return found
