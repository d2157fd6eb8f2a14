"""Runs the parts of an evaluation, and writes what they found."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Protocol

from anonymuse.errors import ConfigError, OutputError, did_you_mean
from anonymuse.evals.suite.answers import measure_answers
from anonymuse.evals.suite.compare import Change
from anonymuse.evals.suite.guard import measure_guard
from anonymuse.evals.suite.languages import measure_languages
from anonymuse.evals.suite.material import Material, Views
from anonymuse.evals.suite.names import measure_names
from anonymuse.evals.suite.page import as_html, as_markdown
from anonymuse.evals.suite.reconstruction import measure_reconstruction
from anonymuse.evals.suite.section import Section, Table
from anonymuse.evals.suite.spill import measure_spill
from anonymuse.evals.suite.stability import measure_stability
from anonymuse.evals.suite.taxonomy import measure_taxonomy
from anonymuse.evals.suite.tree import measure_tree
from anonymuse.pipeline.events import Emit, StageDone, StageStarted

SCHEMA = 1


class Measuring(Protocol):
    """Measures one part; None where its truth is not there."""

    def __call__(self, material: Material, *, seeds: int) -> Section | None:
        """Return the part's section."""


PARTS: Mapping[str, Measuring] = {
    "reconstruction": measure_reconstruction,
    "languages": measure_languages,
    "hierarchy": measure_tree,
    "stability": measure_stability,
    "names": measure_names,
    "answers": measure_answers,
    "spill": measure_spill,
    "taxonomy": measure_taxonomy,
    "guard": measure_guard,
}
"""in the order of the page"""


def refuse_unknown(parts: Sequence[str]) -> None:
    """Refuse what is no part of an evaluation.

    Raises:
        ConfigError: names the nearest.
    """
    for name in parts:
        if name not in PARTS:
            raise ConfigError(
                f"There is no part {name!r}. {did_you_mean(name, PARTS)}Parts: {', '.join(PARTS)}."
            )


def evaluate(
    material: Material, *, seeds: int, only: Sequence[str] = (), emit: Emit
) -> tuple[Section, ...]:
    """Measure every part, or those that are named."""
    found: list[Section] = []
    left_out: list[str] = []
    seconds: dict[str, float] = dict(material.spent.seconds)
    for name, measure in PARTS.items():
        if only and name not in only:
            continue
        stage = f"Measuring {name}"
        emit(StageStarted(stage))
        started = time.monotonic()
        section = measure(replace(material, part=stage, emit=emit), seeds=seeds)
        took = time.monotonic() - started
        emit(StageDone(stage, took, {}))
        if section is None:
            left_out.append(name)
            continue
        seconds[name] = took
        found.append(section)
    if isinstance(material.vectors, Views):
        seconds["embedding, part of the above"] = material.vectors.seconds
    return (*found, _cost(material, seconds, left_out))


def _cost(material: Material, seconds: Mapping[str, float], left_out: Sequence[str]) -> Section:
    spent, n = material.spent, max(len(material.known), 1) / 1_000
    rows: list[tuple[str | float | int | None, ...]] = [
        ("calls to a chat model", spent.calls, spent.calls / n),
        ("tokens in", spent.tokens_in, spent.tokens_in / n),
        ("tokens out", spent.tokens_out, spent.tokens_out / n),
    ]
    if spent.usd is not None:
        rows.append(("US dollars", spent.usd, spent.usd / n))
    rows += [(f"seconds, {name}", took, took / n) for name, took in seconds.items()]
    unanswered = spent.unanswered or {}
    notes = [f"Price of {spent.chat}: {spent.price or 'unknown'}."] if spent.chat else []
    notes += [f"Left out, no usable answer: {kind} {count}." for kind, count in unanswered.items()]
    if left_out:
        notes.append(
            f"Parts that were not measured, as their truth is not there, nobody answered (facets "
            f"that no rule finds need a chat model), or the data are too few: "
            f"{', '.join(left_out)}."
        )
    return Section(
        key="cost",
        title="Cost",
        lead=(
            "What this evaluation took. What was kept from an earlier one (vectors, answers) was "
            "not done again and is not counted."
        ),
        tables=(
            Table(
                "In all, and for 1,000 conversations.", ("what", "all", "per 1,000"), tuple(rows)
            ),
        ),
        notes=tuple(notes),
    )


def as_result(
    sections: Sequence[Section],
    provenance: Mapping[str, Any],
    changes: Sequence[Change] = (),
) -> dict[str, Any]:
    """Return what ``result.json`` holds: where the numbers come from, then the numbers."""
    since = {"changes": [asdict(change) for change in changes]} if changes else {}
    return {
        "evaluation": "eval",
        "schema": SCHEMA,
        **provenance,
        "sections": [_plain(section) for section in sections],
        **since,
    }


def write_pages(
    folder: Path,
    title: str,
    sections: Sequence[Section],
    provenance: Mapping[str, Any],
    changes: Sequence[Change],
) -> list[Path]:
    """Write ``result.json``, ``page.html`` and ``page.md`` into a folder.

    Raises:
        OutputError: the folder cannot be written.
    """
    pages = {
        folder / "result.json": as_json(as_result(sections, provenance, changes)),
        folder / "page.html": as_html(title, sections, provenance, changes),
        folder / "page.md": as_markdown(title, sections, provenance, changes),
    }
    for path, text in pages.items():
        write_text(path, text)
    return list(pages)


def refuse_unwritable(folder: Path) -> None:
    """Make a folder and try to write into it, before long work is done for it.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}).") from None


def write_text(path: Path, text: str) -> None:
    """Write one file, its folder too.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}).") from None


def as_json(result: Mapping[str, Any]) -> str:
    """Return a result as text, the same for the same numbers."""
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"


def _plain(section: Section) -> dict[str, Any]:
    """Return a section for JSON, every picture with its kind."""
    found = asdict(section)
    pictures = zip(section.pictures, found["pictures"], strict=True)
    found["pictures"] = [{"kind": type(own).__name__.lower(), **plain} for own, plain in pictures]
    return found
