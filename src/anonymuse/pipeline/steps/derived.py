"""Facets that a rule computes: the user's SQL, function or column of verdicts.

They are a step of their own, so that another rule asks no model again. Answers are per *row*: two
people with the same text may differ in their metadata.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.errors import ConfigError
from anonymuse.pipeline import files
from anonymuse.pipeline.columns import PREFIX, STANDARD, STORED, Columns, find_columns
from anonymuse.pipeline.conditions import Expression, Want, compile_condition, evaluate
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.facet_functions import FacetRecord, function_of
from anonymuse.pipeline.flag_columns import check_flags, flag_of
from anonymuse.pipeline.steps import membership, texts
from anonymuse.pipeline.steps.classify import CLASSIFY
from anonymuse.pipeline.steps.ingest import shards
from anonymuse.prompts.schema import check_answer

_WANTED: Mapping[str, Want] = {
    "boolean": "boolean",
    "integer": "integer",
    "one_of": "text",
    "several_of": "texts",
}
_TYPES: Mapping[str, pa.DataType] = {"integer": pa.int64(), "boolean": pa.bool_()}

NO_ANSWER = "without an answer"
NOT_VALID = "outside their values"


async def check(
    shop: Workshop, *, questions: Sequence[FacetQuestion], own: Sequence[str]
) -> Mapping[str, int]:
    """Refuse names and rules that do not fit the data, before a model is asked anything.

    Writes ``columns.json``, the names of the metadata columns.

    Args:
        shop: of the step.
        questions: every facet of the run.
        own: names of the facets that the user has named, and can name otherwise.

    Raises:
        ConfigError: a facet has the name of a column, or a rule's types do not fit.
        ColumnError: a rule or a flag names a column that is not there.
    """
    columns = find_columns(shards(shop.of("ingest")))
    check_flags(shards(shop.of("ingest")), questions, shop.emit)
    taken = {name.lower() for name in columns.types}
    for name in own:
        if name in taken:
            raise ConfigError(
                f"The facet {name!r} has the name of a column of the data. Give it another name; "
                f"a rule may then look at both."
            )
    table = _with_facets(columns, columns.empty(), _answered(questions), {})
    for question, expression in _expressions(questions):
        evaluate(expression, table, want=_WANTED[question.kind])
    for question in questions:
        if question.source == "function":
            function_of(question)
    files.write_json(shop.folder / "columns.json", sorted(columns.types))
    return {"columns": len(columns.types)}


async def compute(shop: Workshop, *, questions: Sequence[FacetQuestion]) -> Mapping[str, int]:
    """Compute every derived facet for every conversation that takes part.

    Writes ``facet-<name>.parquet``, one row for each row of the sample.
    """
    found: dict[str, list[Any]] = {q.name: [] for q in questions if q.is_derived}
    people = membership.sampled(shop)
    order = files.read_table(shop.of("sample") / "rows.parquet", ["row"])["row"]
    place = dict(zip(order.to_pylist(), people.text.tolist(), strict=True))
    columns = find_columns(shards(shop.of("ingest")))
    answered = _answered(questions)
    answers = {q.name: texts.facet(shop.of("extract"), q.name) for q in answered}
    rules = _expressions(questions)
    functions = _Functions(shop, questions)
    rows: list[str] = []
    for path in shards(shop.of("ingest")):
        shard = files.read_table(path, ["row", *STORED])
        shard = shard.filter(pc.is_in(shard["row"], order))
        own = shard["row"].to_pylist()
        rows += own
        at = [place[row] for row in own]
        told = {name: [values[i] for i in at] for name, values in answers.items()}
        table = _with_facets(columns, columns.table(shard), answered, told)
        for question, expression in rules:
            values = evaluate(expression, table, want=_WANTED[question.kind])
            found[question.name] += values.to_pylist()
        for question, values in (*functions.over(shard, at, told), *_flags(shard, questions)):
            found[question.name] += values
        shop.progress(len(rows), len(order), "conversations")
    counts = Counter(functions.failures)
    into = pc.index_in(order, pa.array(rows, pa.string()))
    for question in questions:
        if question.is_derived:
            _write(shop, question, found[question.name], into, counts)
    return counts


def _answered(questions: Sequence[FacetQuestion]) -> list[FacetQuestion]:
    """Return the facets that a rule may look at: those of models, and ours but for columns."""
    return [q for q in questions if q.is_answered and q.name not in STANDARD]


def _expressions(questions: Sequence[FacetQuestion]) -> list[tuple[FacetQuestion, Expression]]:
    return [
        (q, compile_condition(q.rule, setting=f"facets.{q.name}.sql"))
        for q in questions
        if q.source == "sql"
    ]


def _flags(
    shard: pa.Table, questions: Sequence[FacetQuestion]
) -> Iterator[tuple[FacetQuestion, list[bool | None]]]:
    """Yield each column of verdicts as a facet, for the rows of a shard."""
    flags = [q for q in questions if q.source == "flag"]
    stored = [json.loads(one) for one in shard["metadata"].to_pylist()] if flags else []
    for question in flags:
        yield question, [flag_of(metadata, question.rule) for metadata in stored]


def _with_facets(
    columns: Columns,
    table: pa.Table,
    answered: Sequence[FacetQuestion],
    told: Mapping[str, list[Any]],
) -> pa.Table:
    """Return the columns with facets beside them; a facet hides a column of its name.

    The hidden column is then called ``metadata_<name>``.
    """
    taken = {q.name for q in answered} | {name.lower() for name in columns.types}
    names = []
    for name in columns.types:
        hidden = any(q.name == name.lower() for q in answered)
        while hidden and name.lower() in taken:
            name = PREFIX + name
        names.append(name)
    table = table.rename_columns(names)
    for question in answered:
        kind = _TYPES.get(question.kind, pa.string())
        table = table.append_column(question.name, pa.array(told.get(question.name, []), kind))
    return table


def _write(
    shop: Workshop,
    question: FacetQuestion,
    values: Sequence[Any],
    into: pa.Array,
    counts: Counter[str],
) -> None:
    """Keep what answers the question; whatever else a rule gave is no answer, and is counted."""
    checked: list[Scalar] = []
    for value in values:
        try:
            checked.append(None if value is None else check_answer(question, value))
        except ValueError:
            checked.append(None)
            counts[f"{question.name}: {NOT_VALID}"] += 1
    if values and counts[f"{question.name}: {NOT_VALID}"] == len(values):
        raise ConfigError(
            f"The rule of the facet {question.name!r} gives none of the answers that it declares. "
            f"Its type is {question.kind}; correct the rule, the values or the range."
        )
    counts[f"{question.name}: {NO_ANSWER}"] += checked.count(None)
    kept = pa.array(checked, _TYPES.get(question.kind, pa.string())).take(into)
    files.write_table(shop.folder / f"facet-{question.name}.parquet", pa.table({"value": kept}))


class _Functions:
    """The user's functions, called for one conversation after the other.

    Attributes:
        failures: how often each raised, by the class of the exception: its message is private.
    """

    def __init__(self, shop: Workshop, questions: Sequence[FacetQuestion]) -> None:
        self._all = [(q, function_of(q)) for q in questions if q.source == "function"]
        stored = texts.transcripts(shop.of("scrub")) if self._all else iter(())
        self._transcripts = [transcript for _, transcript in stored]
        self.failures: Counter[str] = Counter()

    def over(
        self, shard: pa.Table, at: Sequence[int], told: Mapping[str, list[Scalar]]
    ) -> Iterator[tuple[FacetQuestion, list[Any]]]:
        """Yield each function's facet with its values for the rows of a shard.

        Raises:
            ConfigError: a function raised for every conversation of a shard.
        """
        if not self._all:
            return
        records = list(self._records(shard, at, told))
        for question, function in self._all:
            values: list[Any] = []
            raised: Counter[str] = Counter()
            for record in records:
                try:
                    values.append(function(record))
                except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's program may raise any
                    raised[type(error).__name__] += 1
                    values.append(None)
            if records and raised.total() == len(records):
                raise ConfigError(
                    f"The function {question.rule!r} of the facet {question.name!r} fails on every "
                    f"conversation ({', '.join(sorted(raised))}). Try it on one of your own."
                )
            for kind, count in raised.items():
                self.failures[f"{question.name}: failed with {kind}"] += count
            yield question, values

    def _records(
        self, shard: pa.Table, at: Sequence[int], told: Mapping[str, list[Scalar]]
    ) -> Iterator[FacetRecord]:
        stored = zip(shard["metadata"].to_pylist(), shard["time"].to_pylist(), at, strict=True)
        for row, (metadata, time, place) in enumerate(stored):
            yield FacetRecord(
                metadata=json.loads(metadata),
                answers={name: values[row] for name, values in told.items()},
                transcript=self._transcripts[place],
                time=None if time is None else time.astimezone(UTC),
            )


def step_of(question: FacetQuestion) -> str:
    """Return the step that writes a facet."""
    return {"sql": "compute", "function": "compute", "flag": "compute", "taxonomy": CLASSIFY}.get(
        question.source, "extract"
    )


def rows_of(shop: Workshop, question: FacetQuestion, people: membership.Sampled) -> list[Scalar]:
    """Return the answers to any facet, one for each row of the sample."""
    answers = texts.facet(shop.of(step_of(question)), question.name)
    if question.is_derived:
        return answers
    return [answers[place] for place in people.text.tolist()]
