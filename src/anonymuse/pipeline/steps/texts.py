"""From conversations to scrubbed transcripts, to facets, to vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.private.conversation import Conversation, Scalar
from anonymuse.domain.private.transcript import Transcript
from anonymuse.errors import InputError
from anonymuse.pipeline import files, payload
from anonymuse.pipeline.about_units import AboutUnits, units_by_place
from anonymuse.pipeline.engine import UNFINISHED, Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps.ingest import shards
from anonymuse.ports.chat import ChatFailure
from anonymuse.ports.embedder import Embedder
from anonymuse.ports.scrubber import CountsFailures
from anonymuse.stages.extract import local_answers, model_answers, recorded_answers
from anonymuse.stages.predict import can_be_predicted
from anonymuse.stages.refuse import meant_refusals, with_meant
from anonymuse.stages.scrub import make_transcript

_ARROW = {"integer": pa.int32(), "boolean": pa.bool_()}
"""how answers are stored; every other kind is text"""

CUE = "refused-by-phrase"
"""what stands beside facets where only some are asked: whether the assistant refused, by rules"""

_TRANSCRIPT = pa.schema(
    [
        ("row", pa.string()),
        ("tagged", pa.string()),
        ("user_text", pa.string()),
        ("whole_text", pa.string()),
        ("assistant_text", pa.string()),
        ("turns", pa.int32()),
        ("characters", pa.int64()),
    ]
)


async def scrub(shop: Workshop, *, parts: Parts, budget_tokens: int) -> Mapping[str, int]:
    """Scrub every conversation that is asked about; one shard in, one shard out."""
    people = files.read_table(shop.of("sample") / "rows.parquet", ["row", "upto", "stands_for"])
    wanted = pc.unique(people["stands_for"])
    upto = dict(zip(people["row"].to_pylist(), people["upto"].to_pylist(), strict=True))
    replaced: Counter[str] = Counter()
    done = 0
    for path in shards(shop.of("ingest")):
        table = files.read_table(path, ["row", "payload"])
        table = table.filter(pc.is_in(table["row"], wanted))
        rows = []
        for row, stored in zip(table["row"].to_pylist(), table["payload"].to_pylist(), strict=True):
            transcript = make_transcript(
                Conversation(row, payload.decode(stored)[: upto[row]]),
                budget_tokens=budget_tokens,
                detector=parts.entities,
            )
            replaced.update(transcript.scrubbed)
            rows.append({"row": row, **{name: getattr(transcript, name) for name in _FIELDS}})
            done += 1
            if done % 200 == 0:
                shop.progress(done, len(wanted), "conversations")
        files.write_table(shop.folder / path.name, pa.Table.from_pylist(rows, schema=_TRANSCRIPT))
    failures: Mapping[str, int] = {}
    if isinstance(parts.entities, CountsFailures):
        failures = parts.entities.failures
    return {
        "conversations": done,
        **{f"replaced: {k}": n for k, n in sorted(replaced.items())},
        **{f"failed: {kind}": n for kind, n in sorted(failures.items())},
        **({UNFINISHED: again} if (again := failures.get("retryable", 0)) else {}),
    }


_FIELDS = [name for name in _TRANSCRIPT.names if name != "row"]


def transcripts(folder: Path) -> Iterator[tuple[str, Transcript]]:
    """Yield ``(row, transcript)`` in the order of all later arrays."""
    for path in shards(folder):
        for row in files.read_table(path).to_pylist():
            yield row.pop("row"), Transcript(**row)


async def extract(
    shop: Workshop,
    *,
    parts: Parts,
    mode: str,
    questions: Sequence[FacetQuestion],
    generalise: bool = False,
    meaning: Embedder | None = None,
    only: Callable[[Path], Sequence[str]] | None = None,
) -> Mapping[str, int]:
    """Answer every facet for every conversation that is asked about.

    Writes ``rows.parquet`` and, so that a later step can depend on one facet alone, a file
    ``facet-<name>.parquet`` for each; rows whose model call failed are in ``failures.parquet``.
    ``generalise``: a model is told to write special categories by their general word only.
    ``meaning``: embedded how answers begin; finds refusals that phrases do not.
    ``only``: given the sample's folder, the rows that a model is asked about; None: all.
    """
    texts = list(transcripts(shop.of("scrub")))
    answers: list[dict[str, Scalar]] = []
    for number, (_, transcript) in enumerate(texts):
        answers.append(local_answers(transcript, detector=parts.detector))
        if number % 200 == 199:
            shop.progress(number + 1, len(texts), "conversations")
    counts: Counter[str] = Counter(conversations=len(texts))
    failures: dict[int, str] = {}
    if meaning is not None and texts:
        meant = meant_refusals(view_vectors(shop.of("openings"), "reply"), meaning)
        refused = with_meant([answer["refused"] for answer in answers], meant)
        answers = [{**a, "refused": said} for a, said in zip(answers, refused, strict=True)]
    if mode == "recorded":
        _join_recorded(shop, parts, questions, [row for row, _ in texts], answers, counts)
        _require_recorded(questions, answers)
    elif mode != "local":
        before = _by_fallback(parts)
        if only is not None:
            _keep_cue(shop, answers)
        failures = await _ask(
            shop, parts, questions, texts, answers, generalise=generalise, only=only
        )
        if second := _by_fallback(parts) - before:
            counts["answered by the fallback model"] = second
        counts.update(f"failed: {kind}" for kind in failures.values())
        counts[UNFINISHED] = sum(kind == "retryable" for kind in failures.values())
    rows = [row for row, _ in texts]
    if only is not None:
        questions = [q for q in questions if q.source == "computed" or can_be_predicted(q)]
    files.write_table(shop.folder / "rows.parquet", pa.table({"row": pa.array(rows, pa.string())}))
    for question in questions:
        kind = _ARROW.get(question.kind, pa.string())
        values = pa.array([answer.get(question.name) for answer in answers], kind)
        files.write_table(
            shop.folder / f"facet-{question.name}.parquet", pa.table({"value": values})
        )
    files.write_table(
        shop.folder / "failures.parquet",
        pa.table(
            {
                "place": pa.array(list(failures), pa.int64()),
                "kind": pa.array(list(failures.values()), pa.string()),
            }
        ),
    )
    return counts


def _by_fallback(parts: Parts) -> int:
    return 0 if parts.chat is None else parts.chat.asker.usage.by_fallback


async def _ask(
    shop: Workshop,
    parts: Parts,
    questions: Sequence[FacetQuestion],
    texts: Sequence[tuple[str, Transcript]],
    answers: list[dict[str, Scalar]],
    *,
    generalise: bool,
    only: Callable[[Path], Sequence[str]] | None,
) -> dict[int, str]:
    if parts.chat is None:  # the plan refuses this combination
        raise AssertionError("extraction by model without a model")
    wanted = None if only is None else set(only(shop.of("sample")))
    places = [n for n, (row, _) in enumerate(texts) if wanted is None or row in wanted]
    units = units_by_place(shop.of("ingest"), [texts[place][0] for place in places])
    asker = AboutUnits(parts.chat.asker, units)
    asked = [texts[place][1] for place in places]
    failures: dict[int, str] = {}
    done = 0
    async for number, answer in model_answers(
        asked, questions, asker, detector=parts.detector, generalise=generalise
    ):
        place = places[number]
        if isinstance(answer, ChatFailure):
            failures[place] = answer.kind
        else:
            answers[place].update(answer)
        done += 1
        shop.progress(done, len(asked), "conversations")
    return dict(sorted(failures.items()))


def _keep_cue(shop: Workshop, answers: list[dict[str, Scalar]]) -> None:
    """Put aside who refused by rules: where a model is asked, only the model answers."""
    said = pa.array([answer.pop("refused") for answer in answers], pa.string())
    files.write_table(shop.folder / f"facet-{CUE}.parquet", pa.table({"value": said}))


def _join_recorded(
    shop: Workshop,
    parts: Parts,
    questions: Sequence[FacetQuestion],
    rows: Sequence[str],
    answers: list[dict[str, Scalar]],
    counts: Counter[str],
) -> None:
    if parts.recorded is None:  # the plan refuses this combination
        raise AssertionError("recorded facets without a file")
    sampled = files.read_table(shop.of("sample") / "rows.parquet", ["row", "conversation"])
    place = {row: number for number, row in enumerate(rows)}
    ids = dict(zip(sampled["conversation"].to_pylist(), sampled["row"].to_pylist(), strict=True))
    for conversation, found in parts.recorded.rows():
        row = ids.get(conversation)
        if row is None or row not in place:
            counts["recorded rows without a conversation here"] += 1
            continue
        valid, wrong = recorded_answers(found, questions)
        answers[place[row]].update(valid)
        counts["recorded answers outside their vocabulary"] += wrong
        counts["recorded"] += 1
    counts["without recorded facets"] = len(rows) - counts["recorded"]


def _require_recorded(
    questions: Sequence[FacetQuestion], answers: Sequence[Mapping[str, Scalar]]
) -> None:
    """Refuse facets of the user's that no row of the file answers; the core's may be missing.

    Raises:
        InputError: names them.
    """
    core = {q.name for q in CORE}
    asked = [q.name for q in questions if q.source == "model" and q.name not in core]
    missing = [name for name in asked if all(a.get(name) is None for a in answers)]
    if missing:
        raise InputError(
            f"The file of recorded facets answers nothing for {', '.join(missing)}. Add a column "
            f"of that name with answers of its type, or drop the facet."
        )


def facet(folder: Path, name: str) -> list[Any]:
    """Return one facet's answers (None where there is none), in the order of ``rows.parquet``."""
    path = folder / f"facet-{name}.parquet"
    if not path.exists():
        return [None] * files.read_table(folder / "rows.parquet").num_rows
    answers: list[Any] = files.read_table(path)["value"].to_pylist()
    return answers


def view_vectors(folder: Path, view: str) -> npt.NDArray[np.float32]:
    """Return a view's vectors, shape (n, dimensions)."""
    parts = [files.read_array(path) for path in sorted(folder.glob(f"{view}-*.npy"))]
    return np.concatenate(parts).astype(np.float32)
