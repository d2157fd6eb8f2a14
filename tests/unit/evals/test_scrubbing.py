"""The scores of scrubbing count what they say they count, on sets that hold what they should."""

import gzip
import ipaddress
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from anonymuse.cli.main import app
from anonymuse.errors import InputError
from anonymuse.evals import scrubbing_forms, scrubbing_sets
from anonymuse.evals.scrubbing import TypeScore, score_clean, score_texts, time_scrubbing
from anonymuse.evals.scrubbing_page import set_result, tables
from anonymuse.evals.scrubbing_run import CLEAN, PRESIDIO, score_all
from anonymuse.evals.scrubbing_sets import Mark, MarkedText
from anonymuse.lexicon.identifier_checks import card_network, iban_end, luhn
from anonymuse.lexicon.names import NameCues


def _row(text: str, **spans: str) -> dict[str, Any]:
    return {
        "full_text": text,
        "spans": [
            {
                "entity_type": name,
                "start_position": text.index(value),
                "end_position": text.index(value) + len(value),
            }
            for name, value in spans.items()
        ],
    }


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    with gzip.open(path, "wt") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    return path


ROWS = [
    _row("mail a@example.com to Ann, now", EMAIL_ADDRESS="a@example.com", PERSON="Ann", AGE="now"),
    _row("my number 12 34", PHONE_NUMBER="12 34"),
    _row("see https://x.example/y"),
    _row("hidden\u200b text", PERSON="text"),
    _row("at 12 Elm Court by Tom", STREET_ADDRESS="12 Elm Court by"),
]


def test_a_string_is_gone_when_nothing_of_it_is_left(tmp_path: Path) -> None:
    score = score_texts(scrubbing_sets.presidio(_write(tmp_path / "rows.jsonl.gz", ROWS)))
    assert score.texts == 4  # cleaning moves the marks of one
    assert score.counts == {
        ("EMAIL", "English"): TypeScore(1, 1, 1, 1),
        ("PERSON", "English"): TypeScore(1, 0, 0, 0),
        ("PHONE", "English"): TypeScore(1, 0, 0, 0),
        ("ADDRESS", "English"): TypeScore(1, 0, 1, 1),
    }
    assert score.beside == {"ADDRESS": 0, "EMAIL": 0, "URL": 1}
    assert score.precision == pytest.approx(2 / 3)
    recall = score.types["EMAIL"].recall
    assert (recall.mean, recall.high) == (1.0, 1.0)
    assert 0.2 < recall.low < 0.3


def test_names_count_with_a_detector_only() -> None:
    row = MarkedText("my name is Orla Finnane", "English", (Mark(11, 23, "PERSON"),))
    assert score_texts([row]).types["PERSON"].gone == 0
    assert score_texts([row], detector=NameCues()).types["PERSON"].gone == 1
    assert "Orla" not in repr(row)


def test_clean_texts_say_what_they_lose() -> None:
    score = score_clean(["a@example.com!", "fine"])
    assert (score.texts, score.changed, score.characters, score.lost) == (2, 1, 18, 13)
    assert score.replaced == {"EMAIL": 1}
    assert time_scrubbing(["fine"], rounds=1) > 0
    assert time_scrubbing([]) == 0.0


def test_every_mark_of_the_corpus_has_a_type_that_fits() -> None:
    rows = list(scrubbing_sets.corpus())
    counts = Counter(mark.type for row in rows for mark in row.marks)
    assert counts["PERSON"] > 400
    assert sum(counts.values()) > 650
    types = scrubbing_sets.pii_types()
    assert set(types) == {row.language for row in rows}
    for row in rows:
        for mark in row.marks:
            value = row.text[mark.start : mark.end]
            assert (mark.type == "EMAIL") == ("@" in value)
            if mark.type in {"PHONE", "ID", "DATE"}:
                assert any(character.isdigit() for character in value)


def test_made_values_are_valid_and_marked() -> None:
    rows = list(scrubbing_forms.forms(3))
    assert len(rows) == 3 * 6 * len({row.language for row in rows})
    for row in rows:
        (mark,) = row.marks
        value = row.text[mark.start : mark.end]
        plain = value.replace(" ", "").replace("-", "")
        if mark.type == "CARD":
            assert luhn(plain)
            assert card_network(plain)
        elif mark.type == "IBAN":
            assert iban_end(plain) == len(plain)
        elif mark.type == "IP":
            ipaddress.ip_address(value)


def test_disguises_change_every_value_they_fit() -> None:
    plain = Counter((row.marks[0].type, row.language) for row in scrubbing_forms.forms(1, seed=1))
    seen = Counter(name for name, _ in scrubbing_forms.disguised(1))
    assert set(seen) == set(scrubbing_forms.DISGUISES)
    for name, (types, _) in scrubbing_forms.DISGUISES.items():
        assert seen[name] == sum(1 for kind, _ in plain if kind in types)


def test_no_promised_type_is_missed_in_any_language_or_disguise() -> None:
    assert all(
        one.gone == one.marked for one in score_texts(scrubbing_forms.forms(4)).counts.values()
    )
    missed = Counter(
        name
        for name, row in scrubbing_forms.disguised(1)
        if any(one.gone < one.marked for one in score_texts([row]).counts.values())
    )
    assert not missed


def _public(folder: Path) -> Path:
    for name in PRESIDIO:
        _write(folder / name, ROWS)
    for file, column, *_ in CLEAN.values():
        _write(folder / file, [{column: "plan a party"}, {column: None}])
    return folder


@pytest.mark.slow
def test_the_page_holds_every_table_and_no_text(tmp_path: Path) -> None:
    result = {
        "date": "2026-01-01",
        "command": "anonymuse eval scrubbing",
        "detector": "cues",
        **score_all(_public(tmp_path), detector=NameCues(), each=1),
    }
    page = tables(json.loads(json.dumps(result)))
    assert "| **EMAIL** | 1.000 (0.342 to 1.000) of 2 | 1.000 |" in page
    assert "| Armenian | " in page
    assert "| full-width characters |" in page
    assert "| XSTest, prompts, names too | 1 | 0.00% | 0.000% |" in page
    assert "example.com" not in page
    assert "Finnane" not in page


def test_a_missing_public_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="presidio_generated"):
        score_all(tmp_path, detector=None)


def test_a_set_without_marks_has_no_types() -> None:
    result = set_result("x", "x", score_texts([MarkedText("a", "English", ())]))
    assert (result["types"], result["precision"]) == ({}, 1.0)


@pytest.mark.slow
def test_the_command_writes_its_result_and_fails_below_the_promise(tmp_path: Path) -> None:
    out = tmp_path / "scrubbing.json"
    command = ["eval", "scrubbing", "--each", "1", "--out", str(out), "--entities", "none"]
    done = CliRunner().invoke(app, [*command, "--date", "2026-01-01"])
    assert done.exit_code == 0, done.output
    stored = json.loads(out.read_text(encoding="utf-8"))
    assert stored["command"] == "anonymuse eval scrubbing --entities none --each 1"
    assert [one["name"] for one in stored["sets"]] == ["corpus", "forms"]
    failed = CliRunner().invoke(app, [*command, "--public", str(_public(tmp_path))])
    assert failed.exit_code == 3
    assert "PHONE on presidio (0 of 2)" in failed.output
