"""A run that went wrong says so: in the report, in what it prints, and by its exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from anonymuse import api
from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.adapters.export.html import render
from anonymuse.api.running import IN_DOUBT
from anonymuse.cli.main import run_command
from anonymuse.domain.released.quality import DOUBTS
from anonymuse.domain.released.receipt_lines import receipt_lines
from anonymuse.ports.embedder import Vectors
from anonymuse.web.report_doc import report_doc
from tests import town
from tests.flow.world import a_town, bundle, config


def _two_places(self: HashingEmbedder, texts: Sequence[str]) -> Vectors:
    """Embed as a broken model does: all that is not about bread lands in one place."""
    vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
    vectors[np.arange(len(texts)), [int("bread" in text) for text in texts]] = 1.0
    return vectors


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HashingEmbedder, "embed", _two_places)


def test_a_sound_run_is_in_no_doubt(tmp_path: Path) -> None:
    outcome = api.run(a_town(tmp_path), tmp_path / "out", config())
    assert (outcome.doubts, outcome.exit_code) == ((), 0)
    quality = outcome.receipt.quality
    assert len(quality["attempts"]) == 1
    assert "Quality" in dict(receipt_lines(outcome.report))


@pytest.mark.usefixtures("broken")
def test_a_collapsed_run_says_so_everywhere_and_keeps_its_report(tmp_path: Path) -> None:
    outcome = api.run(a_town(tmp_path), tmp_path / "out", config())
    sentence = DOUBTS["collapsed"]
    assert sentence in outcome.doubts
    assert outcome.exit_code == IN_DOUBT
    report = outcome.report
    assert report.clusters
    assert sentence in report.receipt.notes
    assert sentence in report_doc(report, (), ()).warnings
    assert sentence in b"".join(render(report).values()).decode()
    assert sentence in (outcome.bundle / "README.md").read_text(encoding="utf-8")
    assert sentence in dict(receipt_lines(report))["Quality"]


@pytest.mark.usefixtures("broken")
def test_it_was_tried_again_and_that_is_on_record(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    outcome = api.run(data, tmp_path / "out", config(seed=4))
    tries = outcome.receipt.quality["attempts"]
    assert [own["seed"] for own in tries] == [4, 4, 5]
    assert tries[0]["k"] > tries[1]["k"] == tries[2]["k"]
    assert all("collapsed" in own["doubts"] for own in tries)
    before = bundle(outcome.out)
    again = api.run(data, tmp_path / "out", config(seed=4))
    assert again.ran == ()
    assert bundle(outcome.out) == before
    elsewhere = api.run(data, tmp_path / "other", config(seed=4))
    assert elsewhere.report.clusters == outcome.report.clusters


@pytest.mark.usefixtures("broken")
def test_the_command_ends_with_a_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = a_town(tmp_path)
    line = ["run", str(data), "--out", str(tmp_path / "out"), "--policy", "demo", "--quiet"]
    line += ["--chat", "scripted", "--extract", "llm", "--embed", "hashing"]
    line += ["--embed-facets", "hashing"]
    assert run_command([*line, "--json"]) == IN_DOUBT
    said = json.loads(capsys.readouterr().out)
    assert said["exit_code"] == IN_DOUBT
    assert DOUBTS["collapsed"] in said["doubts"]
    assert run_command(line) == IN_DOUBT
    assert f"Note: {DOUBTS['collapsed']}" in capsys.readouterr().out


def test_a_handful_of_conversations_is_no_failure(tmp_path: Path) -> None:
    rows = town.people()[:30]
    outcome = api.run(a_town(tmp_path, rows), tmp_path / "out", config(cluster__k=3))
    assert outcome.exit_code == 0
    assert outcome.receipt.quality["judged"] is False
