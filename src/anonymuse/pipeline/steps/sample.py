"""From shards to who takes part, up to which turn, and who stands for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.domain.policy import POLICIES, ReleasePolicy, Unit
from anonymuse.domain.private.thresholds import conversation_sigma
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline import files, payload
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.settings import SampleConfig
from anonymuse.pipeline.steps.edges import edges_of
from anonymuse.pipeline.steps.ingest import content_of, shards
from anonymuse.stages.sample import (
    Sample,
    collapse,
    sample_completions,
    sample_conversations,
    turns_up_to,
)
from anonymuse.stats.rounding import band

LEFT_OUT = "left_out.json"
"""what a step that leaves out conversations writes beside what is left"""

ONE_UNKNOWN = "unknown"
"""All conversations without a user count as one person's: the careful reading."""

NO_USERS = (
    "The data names no users: every conversation counts as its own privacy unit, so a person with "
    "many conversations is protected less than the numbers say."
)

NOT_USERS = (
    "Every conversation counts as its own privacy unit, as was asked for: people with many "
    "conversations are not protected as one person."
)

_COLUMNS = [
    "row", "conversation", "user", "organisation", "time", "content", "completions",
]  # fmt: skip


async def choose(
    shop: Workshop,
    *,
    parts: Parts,
    config: SampleConfig,
    unit: Unit,
    policy: ReleasePolicy,
    seed: int,
) -> Mapping[str, int]:
    """Draw the sample, bound contributions and collapse duplicates.

    Writes what `write_people` does, of the conversations that `narrow` left where there is such a
    step.
    """
    table = pa.concat_tables(files.read_table(path, _COLUMNS) for path in shards(shop.of("ingest")))
    # Before narrowing: a condition that leaves nobody with a name must not change the unit.
    names, unit_in_force = units_in_force(table, unit)
    table = table.append_column("unit", pa.array(names, pa.string()))
    left_out = left_out_by(shop)
    if left_out:
        left = files.read_table(shop.of("narrow") / "rows.parquet")["row"]
        table = table.filter(pc.is_in(table["row"], left))
    drawn = _draw(table, config, key=parts.key.derive("sample"), seed=seed)
    kept = table.take(pa.array(drawn.kept))
    upto = _upto(shop, kept["row"].to_pylist(), drawn)
    contents = [
        content if cut is None else cut[1]
        for content, cut in zip(kept["content"].to_pylist(), upto, strict=True)
    ]
    stands_for = collapse(contents)
    people = kept.select(["row", "conversation", "time"])
    people = people.append_column("upto", pa.array([c and c[0] for c in upto], pa.int32()))
    people = people.append_column("stands_for", kept["row"].take(pa.array(stands_for)))
    counts = write_people(shop, people, kept["unit"].to_pylist(), policy, unit_in_force, left_out)
    without = sum(name == ONE_UNKNOWN for name in names)
    files.write_json(
        shop.folder / "unit.json",
        {
            "unit": unit_in_force,
            "asked": unit,
            "without": told_without(names, unit_in_force, policy, parts.key),
        },
    )
    return {
        **counts,
        "distinct texts": len(set(stands_for.tolist())),
        "not drawn": drawn.over_size,
        "over the bound per unit": drawn.over_bound,
        "without a turn of the assistant": drawn.silent,
        "without identifier": without,
    }


def told_without(units: Sequence[str], unit: Unit, policy: ReleasePolicy, key: ProjectKey) -> str:
    """Return the band of conversations that name nobody, for a receipt.

    With noise, that nobody's does is told of no data that name users: it would be the edge at
    which one conversation shows.
    """
    without = units.count(ONE_UNKNOWN)
    if policy.noise_sigma and unit != "conversation":
        noise = edges_of(units, policy, key).draw("without unit", conversation_sigma(policy))
        without = min(max(without + noise, 1), len(units))
    return band(without, len(units))


def write_people(
    shop: Workshop,
    people: pa.Table,
    units: Sequence[str],
    policy: ReleasePolicy,
    unit: Unit,
    left_out: Mapping[str, int],
) -> dict[str, int]:
    """Write who takes part, if they are enough for the policy.

    Writes ``rows.parquet`` (row, conversation, time, upto: how many turns are used, null for all;
    stands_for: the row whose text is asked about; unit as an integer code) and ``units.parquet``
    (the pseudonym of each code).

    Args:
        shop: of the step.
        people: all columns but the unit's.
        units: pseudonym of each row's unit.
        policy: in force.
        unit: the privacy unit in force.
        left_out: what narrowing left out, by reason; for the sentence where too few are left.

    Raises:
        InputError: the policy would publish nothing of so few.
    """
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(name, len(numbers)) for name in units]
    _enough(len(people), len(numbers), policy, unit, left_out)
    people = people.append_column("unit", pa.array(codes, pa.int32()))
    files.write_table(shop.folder / "rows.parquet", people)
    files.write_table(shop.folder / "units.parquet", pa.table({"pseudonym": list(numbers)}))
    return {"conversations": len(people), "units": len(numbers)}


def left_out_by(shop: Workshop) -> dict[str, int]:
    """Return how many conversations each filter of `narrow` left out; empty without the step."""
    if "narrow" not in shop.finished:
        return {}
    found: dict[str, int] = files.read_json(shop.of("narrow") / LEFT_OUT)["left out"]
    return found


def _draw(table: pa.Table, config: SampleConfig, *, key: bytes, seed: int) -> Sample:
    rows, units = table["row"].to_pylist(), table["unit"].to_pylist()
    how: dict[str, Any] = {
        "key": key,
        "seed": seed,
        "size": config.size,
        "per_unit": config.per_unit,
    }
    if config.strategy == "conversations":
        return sample_conversations(rows, units, **how)
    drawn = sample_completions(rows, units, table["completions"].to_pylist(), **how)
    if not len(drawn.kept):
        raise InputError(
            "In no conversation does the assistant say anything, so that --strategy completions "
            "has nothing to draw. Leave it out to draw conversations."
        )
    return drawn


def _upto(shop: Workshop, rows: Sequence[str], drawn: Sample) -> list[tuple[int, str] | None]:
    """Return for each kept row how many turns are used and the id of what is said in them.

    None where a row is used whole.
    """
    if drawn.completion is None:
        return [None] * len(rows)
    wanted = dict(zip(rows, drawn.completion.tolist(), strict=True))
    cuts: dict[str, tuple[int, str]] = {}
    ids = pa.array(rows, pa.string())
    for path in shards(shop.of("ingest")):
        table = files.read_table(path, ["row", "payload"])
        table = table.filter(pc.is_in(table["row"], ids))
        for row, stored in zip(table["row"].to_pylist(), table["payload"].to_pylist(), strict=True):
            turns = payload.decode(stored)
            upto = turns_up_to(turns, wanted[row])
            if upto < len(turns):
                cuts[row] = (upto, content_of(turns[:upto]))
    return [cuts.get(row) for row in rows]


def units_in_force(table: pa.Table, unit: Unit) -> tuple[list[str], Unit]:
    """Return the pseudonym of each row's unit, and which unit it is: data may name no users."""
    if unit == "conversation":
        return table["row"].to_pylist(), unit
    column = table[unit]
    if column.null_count == len(column):
        if unit == "organisation":
            raise ConfigError(
                "The privacy unit is the organisation, and no conversation names one. Name the "
                "column with --org-column, or choose --unit user."
            )
        return table["row"].to_pylist(), "conversation"
    return [ONE_UNKNOWN if value is None else value for value in column.to_pylist()], unit


def _enough(
    conversations: int,
    units: int,
    policy: ReleasePolicy,
    unit: Unit,
    left_out: Mapping[str, int],
) -> None:
    need = (
        f"the policy {policy.name!r} publishes nothing that rests on fewer than "
        f"{policy.min_units} {unit}s and {policy.min_conversations} conversations"
    )
    why = ", ".join(f"{count:,} {name}" for name, count in left_out.items() if count)
    narrowed = f" Narrowing left out {why}." if why else ""
    if policy.min_units > 1 and units == 1 and conversations > 1:
        way = f"If another column names the {unit}s, give it with --user-column or --org-column."
        if unit == "user":
            way += " For your own conversations, --unit conversation counts each by itself."
        raise InputError(
            f"All conversations{' that are left' if narrowed else ''} come from one {unit}; {need}."
            f"{f'{narrowed} Narrow less.' if narrowed else f' {way}'}"
        )
    if conversations < policy.min_conversations or units < policy.min_units:
        weaker = [
            f"--policy {p.name}"
            for p in POLICIES.values()
            if conversations >= p.min_conversations and units >= p.min_units
        ]
        choice = f", or choose a weaker policy by name ({' or '.join(weaker)})" if weaker else ""
        more = "Narrow less, add data" if narrowed else "Add data"
        so_many = f"{_number(conversations, 'conversation')} of {_number(units, unit)}"
        raise InputError(f"{so_many} are too few: {need}.{narrowed} {more}{choice}.")


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + "s" * (count != 1)
