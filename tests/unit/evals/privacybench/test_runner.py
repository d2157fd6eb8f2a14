"""What is finished is kept, what is missed is said; a baseline that does not leak is an alarm."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anonymuse.errors import ConfigError
from anonymuse.evals.privacybench import page, runner
from anonymuse.evals.privacybench.chances import bounded_rate
from anonymuse.evals.privacybench.frame import Attack, Bench, Measure, Pipeline, finding_from_dict
from anonymuse.pipeline.events import ignore


class Leaks:
    """An attack that leaks so many times in 100, by pipeline; counts how often it ran."""

    def __init__(self, hardened: int, baseline: int) -> None:
        self.hits = {True: baseline, False: hardened}
        self.ran: list[str] = []

    async def __call__(self, bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
        self.ran.append(pipeline.name)
        bench.tell(trials, trials)
        return [bounded_rate("leaks", pipeline, self.hits[pipeline.baseline], trials, limit=0.05)]

    def attack(self, name: str = "leak") -> Attack:
        return Attack(name, "A leak", "at most 5 %", {"fast": 10, "full": 100}, self)


def result_of(own: Leaks, kept: Path | None = None) -> dict[str, object]:
    found = asyncio.run(
        runner.run_all([own.attack()], profile="full", seed=0, emit=ignore, kept=kept)
    )
    return {**found, "command": "anonymuse privacybench", "date": "2026-11-22"}


def test_a_hardened_pipeline_that_holds_beside_a_baseline_that_leaks() -> None:
    findings = runner.findings_of(result_of(Leaks(0, 60)))
    assert runner.complaints(findings) == []


def test_a_missed_target_is_said_for_each_pipeline() -> None:
    (public, internal) = runner.complaints(runner.findings_of(result_of(Leaks(20, 60))))
    assert "hardened, public" in public
    assert "hardened, internal" in internal


def test_a_baseline_that_does_not_leak_is_an_alarm() -> None:
    (told,) = runner.complaints(runner.findings_of(result_of(Leaks(0, 2))))
    assert "BROKEN" in told


def test_finished_attacks_are_not_run_again(tmp_path: Path) -> None:
    own, kept = Leaks(0, 60), tmp_path / "deep" / "result.json"
    first = result_of(own, kept)
    assert len(own.ran) == 3
    assert runner.findings_of(result_of(own, kept)) == runner.findings_of(first)
    assert len(own.ran) == 3


def test_a_pipeline_that_was_finished_before_a_stop_is_not_run_again(tmp_path: Path) -> None:
    own, kept = Leaks(0, 60), tmp_path / "result.json"
    result_of(own, kept)
    values = json.loads(kept.read_text())
    done = values["findings"].pop("leak")["measures"][:2]
    kept.write_text(json.dumps({**values, "unfinished": {"leak": done}}))
    result_of(own, kept)
    assert own.ran[3:] == ["unhardened"]


def test_a_result_of_other_software_is_not_used(tmp_path: Path) -> None:
    own, kept = Leaks(0, 60), tmp_path / "result.json"
    result_of(own, kept)
    values = json.loads(kept.read_text())
    kept.write_text(json.dumps({**values, "source": "other"}))
    result_of(own, kept)
    assert len(own.ran) == 6
    kept.write_text("no JSON")
    result_of(own, kept)
    assert len(own.ran) == 9


def test_a_wrong_name_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'leak'"):
        runner.chosen([Leaks(0, 0).attack()], ["leek"])


def test_findings_survive_json() -> None:
    result = result_of(Leaks(0, 60))
    (finding,) = runner.findings_of(json.loads(json.dumps(result)))
    assert finding == runner.findings_of(result)[0]
    assert finding_from_dict(json.loads(json.dumps(result["findings"]))["leak"]) == finding


def test_receipts_find_their_configuration() -> None:
    found = runner.measured(result_of(Leaks(0, 60)))
    assert set(found["configurations"]) == {"voted/public", "voted/internal", "direct/internal"}
    assert found["configurations"]["voted/public"]["met"]
    assert not found["configurations"]["direct/internal"]["met"]
    (own,) = found["configurations"]["voted/public"]["attacks"]
    assert own["trials"] == 100
    assert own["limit"] == 0.05


def test_a_control_is_no_attack_and_stands_in_no_receipt() -> None:
    result: Any = result_of(Leaks(0, 60))
    first, *others = result["findings"]["leak"]["measures"]
    control = {**first, "what": "control: it is awake"}
    result["findings"]["leak"]["measures"] = (first, *others, control)
    found = runner.measured(result)["configurations"]
    assert all("control" not in own["what"] for one in found.values() for own in one["attacks"])
    assert "control: it is awake" in page.tables(result)


def test_a_wide_interval_is_not_called_met() -> None:
    result: Any = result_of(Leaks(0, 60))
    for own in result["findings"]["leak"]["measures"]:
        own.update(judge="low", low=-0.1, high=0.2)
    told = page.tables(result)
    assert "not shown to be missed" in told
    assert " met |" not in told


def test_a_number_without_a_target_is_quoted_too() -> None:
    result: Any = result_of(Leaks(0, 60))
    for own in result["findings"]["leak"]["measures"]:
        if own["pipeline"] == "hardened, internal":
            own["limit"] = None
    found = runner.measured(result)["configurations"]["voted/internal"]
    assert found["met"]
    assert [own["met"] for own in found["attacks"]] == [None]


def test_the_page_says_both_pipelines_side_by_side() -> None:
    told = page.tables(result_of(Leaks(0, 60)))
    assert "Every target is met" in told
    assert "| hardened, public | hardened, internal | unhardened |" in told
    assert "(leaks)" in told
    assert "**missed**" in page.tables(result_of(Leaks(20, 60)))
    assert "BROKEN" in page.tables(result_of(Leaks(0, 0)))


def test_a_few_trials_are_judged_by_their_estimate() -> None:
    own = Leaks(0, 9)
    found = asyncio.run(runner.run_all([own.attack()], profile="fast", seed=0, emit=ignore))
    (finding,) = runner.findings_of(found)
    assert {m.judge for m in finding.measures} == {"estimate"}
    assert runner.complaints([finding]) == []
    assert replace(finding.measures[0], judge="high").met is False


def test_the_digest_is_of_what_decides_and_of_no_place(tmp_path: Path) -> None:
    def tree(name: str) -> Path:
        root = tmp_path / name
        for path in ("stages/scrub.py", "cli/main.py", "web/static/licenses.md"):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("one", encoding="utf-8")
        return root

    one, other = tree("cli"), tree("static")
    (other / "cli/main.py").write_text("two", encoding="utf-8")
    (other / "web/static/licenses.md").unlink()
    assert runner.source_digest(one) == runner.source_digest(other)
    (other / "stages/scrub.py").write_text("two", encoding="utf-8")
    runner.source_digest.cache_clear()
    assert runner.source_digest(one) != runner.source_digest(other)
