"""Scores the scrubber on every set there is, and returns plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from anonymuse.errors import InputError
from anonymuse.evals import scrubbing_forms, scrubbing_sets
from anonymuse.evals.corpus.population import load
from anonymuse.evals.scrubbing import score_clean, score_texts, time_scrubbing
from anonymuse.evals.scrubbing_page import clean_result, set_result
from anonymuse.evals.scrubbing_sets import rows_of
from anonymuse.ports.scrubber import EntityDetector

PRESIDIO = ("presidio_generated_large_2109.jsonl.gz", "presidio_synth_v2_1500.jsonl.gz")
CLEAN: dict[str, tuple[str, str, int, str]] = {
    "xstest": ("xstest.jsonl.gz", "prompt", 1, "XSTest, prompts"),
    "clinc150": ("clinc150.jsonl.gz", "text", 5, "CLINC150, every fifth"),
    "xsid": ("xsid06_valid.jsonl.gz", "text", 1, "xSID, 16 languages"),
}
"""Public texts without personal details: file, column, every how many, title."""
_TIMED = 200


def score_all(
    public: Path | None, *, detector: EntityDetector | None, each: int = 20
) -> dict[str, Any]:
    """Score the corpus, made sentences, and the public sets of a folder.

    Args:
        public: folder with the public sets; None scores what is shipped.
        detector: finds names as well.
        each: made sentences of every type and language.

    Raises:
        InputError: a public set is not in the folder.
    """
    if public is not None:
        _require(public)
    sets = [
        set_result("corpus", "our corpus", score_texts(scrubbing_sets.corpus(), detector=detector)),
        set_result("forms", "made sentences", score_texts(scrubbing_forms.forms(each))),
    ]
    clean = []
    if public is not None:
        files = [public / name for name in PRESIDIO]
        score = score_texts(scrubbing_sets.presidio(*files), detector=detector)
        sets.insert(0, set_result("presidio", "Presidio's two sets", score))
        clean = [
            clean_result(name, f"{title}{told}", score_clean(texts(), detector=used))
            for name, title, texts in _clean_texts(public)
            for told, used in ((", patterns alone", None), (", names too", detector))
            if used is not None or told == ", patterns alone"
        ]
    return {
        "sets": sets,
        "disguises": _disguises(max(1, each // 10)),
        "clean": clean,
        "milliseconds": _speed(detector),
    }


def _require(public: Path) -> None:
    for name in (*PRESIDIO, *(file for file, *_ in CLEAN.values())):
        if not (public / name).is_file():
            raise InputError(f"There is no file {name} in the folder of public sets.")


def _clean_texts(public: Path) -> Iterator[tuple[str, str, Callable[[], Iterator[str]]]]:
    for name, (file, column, step, title) in CLEAN.items():

        def texts(file: str = file, column: str = column, step: int = step) -> Iterator[str]:
            for number, row in enumerate(rows_of(public / file)):
                if number % step == 0 and row[column]:
                    yield row[column]

        yield name, title, texts


def _disguises(each: int) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    groups = defaultdict(list)
    for name, row in scrubbing_forms.disguised(each):
        groups[name].append(row)
    for name, rows in groups.items():
        types = score_texts(rows).types
        found[name] = {kind: [one.gone, one.marked] for kind, one in types.items()}
    return found


def _speed(detector: EntityDetector | None) -> dict[str, float]:
    rows = [row.conversation for row in load() if row.truth.planted is None][:_TIMED]
    texts = [turn.text for talk in rows for turn in talk.turns]
    found = {"patterns": time_scrubbing(texts)}
    if detector is not None:
        found["patterns and names"] = time_scrubbing(texts, detector=detector)
    return found
