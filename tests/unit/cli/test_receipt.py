"""`anonymuse receipt`, in process; and the lines it is made of."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from anonymuse.adapters.export.open import FORMATS, export
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.cli.receipt import receipt
from anonymuse.domain.released.receipt_lines import LINES, receipt_lines
from anonymuse.domain.released.report import MAY_LAG, Receipt, Report
from anonymuse.errors import InputError
from tests.sample_report import sample_report

app = typer.Typer()
app.command("receipt")(receipt)
ATTACK = {
    "name": "canaries", "title": "Canaries", "what": "canaries that left", "trials": 299,
    "estimate": 0.0, "low": 0.0, "high": 0.01, "limit": 0.01, "met": True,
}  # fmt: skip
TOLD = {
    "earlier releases": 2,
    "made with another key": 1,
    "shared": [
        {"releases": 2, "policy": "public", "in common": "75 % to 100 %", "months": "other months"}
    ],
}
DOCS = Path(__file__).parents[3] / "docs" / "receipt.md"


def told(**changes: object) -> str:
    report = sample_report()
    report = replace(report, receipt=replace(report.receipt, **changes))  # type: ignore[arg-type]
    return "\n".join(sentence for _, said in receipt_lines(report) for sentence in said)


def test_the_receipt_is_printed_as_sentences(tmp_path: Path) -> None:
    save_report(sample_report(), tmp_path / "run" / "release")
    result = CliRunner().invoke(app, [str(tmp_path / "run")])
    assert result.exit_code == 0
    for title in ("Privacy unit", "Policy", "Withheld", "Earlier releases", "Identity"):
        assert f"\n{title}\n" in result.output
    assert "{" not in result.output


def test_machines_get_all_fields(tmp_path: Path) -> None:
    report = save_report(sample_report(), tmp_path)
    result = json.loads(CliRunner().invoke(app, [str(tmp_path), "--json"]).output)
    assert {f.name for f in fields(Receipt)} < set(result)
    assert result["content_hash"] == report.content_hash


def test_a_folder_without_a_report_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no report"):
        CliRunner().invoke(app, [str(tmp_path)], catch_exceptions=False)


def test_every_field_has_a_line_and_stands_in_the_docs() -> None:
    names = {f.name for f in fields(Receipt)}
    said = [name for line in LINES for name in line.fields]
    assert names == {name for name in said if not name.startswith("report.")}
    assert len(said) == len(set(said))
    assert {name[7:] for name in said if name.startswith("report.")} <= {
        f.name for f in fields(Report)
    }
    page = DOCS.read_text()
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    assert {row[1].strip().strip("`") for row in rows} == names
    assert all(f"\n### {line.title}\n" in page for line in LINES)


def test_what_was_not_measured_or_compared_is_said() -> None:
    text = told()
    assert "not measured for this configuration" in text
    assert "compared with no other" in text


def test_what_was_measured_is_quoted_and_a_missed_target_is_loud() -> None:
    measured = {"date": "2026-11-01", "profile": "full", "met": True, "attacks": [ATTACK]}
    assert "every target met" in told(measured=measured)
    assert "Canaries, canaries that left: 0 (95 %: 0 to 0.01, N = 299)" in told(measured=measured)
    assert "A few trials only" not in told(measured=measured)
    assert "A few trials only" in told(measured={**measured, "profile": "fast"})
    open_one = {**ATTACK, "limit": None, "met": None, "estimate": 0.2, "low": 0.2, "high": 0.2}
    text = told(measured={**measured, "attacks": [ATTACK, open_one]})
    assert "1 of 2 numbers have no target under this policy" in text
    assert "0.2 (computed); no target under this policy." in text
    wide = {**ATTACK, "low": -0.01, "high": 0.02}
    assert "target 0.01: not shown to be missed" in told(measured={**measured, "attacks": [wide]})
    missed = {**measured, "met": False, "attacks": [{**ATTACK, "met": False}]}
    assert "NOT every target met" in told(measured=missed)
    assert "MISSED" in told(measured=missed)


def test_earlier_releases_are_told_in_bands() -> None:
    text = told(overlap=TOLD)
    assert "2 earlier releases under policy “public” (other months) count 75 % to 100 %" in text
    assert "1 more, made with another key" in text
    assert "16 people" not in text
    assert "of the people counted here" in text
    lag = {**TOLD, MAY_LAG: 16.0}
    assert "up to about 16 people in each base topic" in told(overlap=lag)
    alone = told(overlap=lag, unit="conversation")
    assert "75 % to 100 % of the conversations counted here" in alone
    assert "up to about 16 conversations in each base topic" in alone
    assert "people behind" not in alone
    none = told(overlap={"earlier releases": 0, "made with another key": 0, "shared": []})
    assert "no earlier release of the same people" in none


def test_the_baseline_says_what_it_is() -> None:
    assert "unprotected baseline" in told(naming="direct")
    assert "voted claim by claim" in told(naming="voted")
    assert "People had the last word: 2 renamed." in told(edits={"renamed": 2})


@pytest.mark.parametrize("to", FORMATS)
def test_data_without_users_says_so_in_every_export(tmp_path: Path, to: str) -> None:
    note = "The data names no users: every conversation counts as its own privacy unit."
    report = sample_report()
    report = replace(
        report, receipt=replace(report.receipt, unit="conversation", unit_note=note, overlap=TOLD)
    )
    report = save_report(report, tmp_path / "release")
    written = export(report, to, tmp_path / "out")
    data = b"".join(p.read_bytes() for p in [*written, tmp_path / "release" / "README.md"])
    assert note[:20].encode() in b"".join(p.read_bytes() for p in written)
    assert note[:20].encode() in data


def test_people_in_several_topics_are_told() -> None:
    weights = {"people": [1.0, 1.3, 1.5, 2.4], "conversations": [1.1, 1.8, 2.0, 4.3]}
    found = told(weigh_as_one=weights)
    assert "of the people counted, about 1.3 to 1.5 have the weight of one in an area" in found
    assert "about 1.1 have the weight of one in a topic, 1.8 to 2 in an area, 4.3 in" in found
    assert "the weight of one" not in told()
