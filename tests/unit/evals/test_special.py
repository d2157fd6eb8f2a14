"""Scores of the generaliser: counts add up, the page says them, nothing of the corpus is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from anonymuse.cli.main import run_command
from anonymuse.evals import special
from anonymuse.evals.special import MarkScore, rows, score_corpus, score_texts
from anonymuse.evals.special_page import corpus_result, tables, texts_result
from anonymuse.lexicon.special import find_special


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return {
        "corpus": corpus_result(score_corpus()),
        "texts": [texts_result("one", "One set", score_texts(["my diabetes", "the weather"]))],
        "cost": {},
        "milliseconds": 1.0,
        "terms": "0" * 32,
        "command": "anonymuse eval special",
        "date": "2026-01-01",
    }


def test_every_mark_is_counted_once(result: dict[str, Any]) -> None:
    marked = sum(len(row.truth.sensitive) for row in rows())
    for view in ("all", "categories", "languages"):
        halves = [half for group in result["corpus"][view].values() for half in group.values()]
        assert sum(half["marked"] for half in halves) == marked
        assert all(0 <= h["right"] <= h["found"] <= h["marked"] for h in halves)
        assert all(h["gone"] <= h["found"] for h in halves)


def test_recall_is_what_the_docs_say(result: dict[str, Any]) -> None:
    unread = result["corpus"]["all"]["all"]["unread"]
    assert unread["found"] / unread["marked"] > 0.45


def test_the_worst_place_of_a_string_counts() -> None:
    turns = ["my church", "the church"]
    spans = [find_special(turn) for turn in turns]
    score = special._scored(turns, spans, "church", "religion")
    assert score == MarkScore(marked=1)


def test_texts_are_counted_by_characters() -> None:
    score = score_texts(["my diabetes", "the weather"])
    assert (score.texts, score.changed, score.lost) == (2, 1, len("diabetes"))


def test_the_page_shows_counts_and_no_text(result: dict[str, Any]) -> None:
    page = tables(result)
    assert "| health |" in page
    assert "| One set | 2 | 50.0% |" in page
    assert not any(value in page for row in rows() for value in row.truth.sensitive)


def test_the_command_writes_what_it_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "special.json"
    assert run_command(["eval", "special", "--out", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(out.read_text())
    assert printed["command"] == "anonymuse eval special"
    assert printed["cost"] == {}


@pytest.mark.slow
def test_the_generalised_corpus_has_the_same_rows() -> None:
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.evals.truth.shipped import corpus_truth

    known = corpus_truth(open_detector(), recorded=True)
    changed = special.generalised_truth(known)
    assert changed.category == known.category
    assert changed.texts.keys() == known.texts.keys()
    same = sum(a == b for a, b in zip(known.texts["task"], changed.texts["task"], strict=True))
    assert 0.9 * len(known) < same < len(known)
    unchanged = [
        i
        for i, (a, b) in enumerate(zip(known.texts["user"], changed.texts["user"], strict=True))
        if a == b
    ]
    assert len(unchanged) > 0.7 * len(known)
