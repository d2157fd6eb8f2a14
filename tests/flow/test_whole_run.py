"""A whole run on the town with the shipped fakes."""

import asyncio
from pathlib import Path

import pytest

import anonymuse as am
from anonymuse import api
from anonymuse.domain.released.tree import problems
from anonymuse.errors import InputError, NothingReleasedError
from anonymuse.pipeline.events import Event, StageDone, StageReused
from tests import town
from tests.flow.world import a_town, bundle, config


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> api.Outcome:
    folder = tmp_path_factory.mktemp("town")
    return api.run(a_town(folder), folder / "out", config())


def test_the_report_is_a_sound_tree_of_all_conversations(run_once: api.Outcome) -> None:
    report = run_once.report
    assert problems(report.clusters) == []
    assert report.conversations == sum(c.conversations for c in report.clusters if c.level == 0)
    assert report.conversations <= 180
    policy = config().policy()
    for cluster in report.clusters:
        assert cluster.conversations >= policy.min_conversations
        assert cluster.units >= policy.min_units


def test_the_bundle_opens_again(run_once: api.Outcome) -> None:
    assert am.open_report(run_once.out).report == run_once.report
    assert run_once.report.content_hash


def test_every_cluster_lies_on_the_map_by_what_is_released(run_once: api.Outcome) -> None:
    report = run_once.report
    assert [place.cluster for place in report.places] != []
    assert {place.cluster for place in report.places} == {c.id for c in report.clusters}
    levels = {cluster.id: cluster.level for cluster in report.clusters}
    for place in report.places:
        assert abs(place.x) + place.radius <= 1.0001
        assert abs(place.y) + place.radius <= 1.0001
        assert {levels[other] for other in place.near} <= {levels[place.cluster]}
        assert place.cluster not in place.near


def test_the_receipt_says_how_it_was_made(run_once: api.Outcome) -> None:
    receipt = run_once.report.receipt
    assert receipt.policy["name"] == "demo"
    assert receipt.unit == "user"
    assert set(receipt.models) >= {"embed", "chat", "language"}
    assert set(receipt.prompts) >= {"extract", "audit"}
    assert receipt.window == ("2026-03", "2026-04")


def test_a_second_run_keeps_everything(run_once: api.Outcome) -> None:
    before = bundle(run_once.out)
    again = api.run(run_once.out.parent / "town.jsonl", run_once.out, config())
    assert again.ran == ()
    assert bundle(run_once.out) == before


def test_it_runs_inside_a_running_loop(tmp_path: Path) -> None:
    settings = config(models__chat="none", extract__mode="local")

    async def notebook() -> api.Outcome:
        return api.run(a_town(tmp_path), tmp_path / "out", settings)

    assert asyncio.run(notebook()).report.clusters


def test_without_a_model_names_are_keywords_and_the_report_says_so(tmp_path: Path) -> None:
    outcome = api.run(
        a_town(tmp_path), tmp_path / "out", config(models__chat="none", extract__mode="local")
    )
    assert {c.named_by for c in outcome.report.clusters if c.level == 0} == {"keywords"}
    assert any("No chat model" in note for note in outcome.report.receipt.notes)


def test_users_are_counted_not_conversations(tmp_path: Path) -> None:
    rows = town.people()
    for row in rows:
        if row["topic"] == "cooking":
            row["user"] = "one-and-the-same"
    outcome = api.run(a_town(tmp_path, rows), tmp_path / "out", config())
    assert sum(c.units for c in outcome.report.clusters if c.level == 0) <= 61 * 6
    assert outcome.stages["sample"]["units"] <= 61


def test_data_without_users_says_so_prominently(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "user"} for row in town.people()]
    outcome = api.run(a_town(tmp_path, rows), tmp_path / "out", config())
    assert outcome.report.receipt.unit == "conversation"
    assert "names no users" in outcome.report.receipt.unit_note


def test_one_user_only_is_refused(tmp_path: Path) -> None:
    rows = [row | {"user": "me"} for row in town.people()]
    with pytest.raises(InputError, match="All conversations come from one user"):
        api.run(a_town(tmp_path, rows), tmp_path / "out", config())


def test_three_conversations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="3 conversations of 3 users are too few"):
        api.run(a_town(tmp_path, town.people()[:3]), tmp_path / "out", config())


def test_when_all_is_withheld_nothing_is_published_and_it_says_what_would_pass(
    tmp_path: Path,
) -> None:
    with pytest.raises(NothingReleasedError, match="would pass 'demo'"):
        api.run(a_town(tmp_path), tmp_path / "out", config(privacy__policy="public", cluster__k=12))
    assert not (tmp_path / "out" / "release").exists()


def test_exact_duplicates_are_asked_about_once_and_counted_in_full(tmp_path: Path) -> None:
    rows = town.people()
    copies = [row | {"id": f"d{i}", "user": f"other-{i}"} for i, row in enumerate(rows[:40])]
    outcome = api.run(a_town(tmp_path, rows + copies), tmp_path / "out", config())
    assert outcome.stages["sample"]["conversations"] == 220
    assert outcome.stages["extract"]["conversations"] == 180


def test_events_tell_every_stage(tmp_path: Path) -> None:
    seen: list[Event] = []
    data = a_town(tmp_path)
    api.run(data, tmp_path / "out", config(), emit=seen.append)
    done = [e.stage for e in seen if isinstance(e, StageDone)]
    assert (done[0], done[-1]) == ("ingest", "project")
    seen.clear()
    api.run(data, tmp_path / "out", config(), emit=seen.append)
    assert [e.stage for e in seen if isinstance(e, StageReused)] == done
