"""New conversations into an earlier report's clusters: identity, drift, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.cli.main import run_command
from anonymuse.errors import ConfigError, InputError
from tests import town
from tests.flow.world import KEY, config

LOCAL: dict[str, Any] = {"models__chat": "none", "extract__mode": "local"}
ROWS = town.people(each=20, users=120)
GARDEN = [row for row in ROWS if row["topic"] == "garden"]
REST = [row for row in ROWS if row["topic"] != "garden"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a first run, `june`, and `july`: all its topics and gardens."""
    folder = tmp_path_factory.mktemp("months")
    (folder / "anonymuse.key").write_text(KEY)
    town.write(folder / "june.jsonl", REST[1::2])
    town.write(folder / "july.jsonl", [*REST[0::2], *GARDEN])
    api.run(folder / "june.jsonl", folder / "june", config(**LOCAL))
    api.assign(folder / "july.jsonl", folder / "june", folder / "july")
    return folder


def test_clusters_keep_their_ids_and_names_and_gardens_are_drift(world: Path) -> None:
    june, july = (api.open_report(world / name) for name in ("june", "july"))
    names = {own.id: own.name for own in june.clusters}
    kept = {own.id: own.name for own in july.clusters if own.id in names}
    assert kept
    assert kept.items() <= names.items()
    drift = july.receipt.quality["drift"]
    assert drift["people"] == len({row["user"] for row in GARDEN})
    assert drift["low"] < drift["share"] < drift["high"]
    assert any("plant" in own.name.lower() for own in july.clusters if own.id not in names)
    assert july.receipt.settings["assigned to"] == june.content_hash
    assert "drift" not in june.receipt.quality


def test_the_same_command_resumes_and_says_the_same(world: Path) -> None:
    again = api.assign(world / "july.jsonl", world / "june", world / "july")
    assert again.ran == ()
    assert again.content_hash == api.open_report(world / "july").content_hash


@pytest.mark.slow
@pytest.mark.parametrize("topic", ["cooking", "maths"])
def test_nobody_and_one_person_in_an_earlier_topic_look_alike(world: Path, topic: str) -> None:
    others = [row for row in REST[0::2] if row["topic"] != topic]
    before = next(row for row in REST[1::2] if row["topic"] == topic)
    alone = before | {"id": "late", "user": "late"}
    told = []
    for name, rows in (("nobody", others), ("somebody", [*others, alone])):
        data = town.write(world / f"{name}.jsonl", rows)
        told.append(api.assign(data, world / "june", world / f"{name}-{topic}").report)
    nobody, somebody = told
    assert nobody.withheld
    assert somebody.withheld == nobody.withheld
    assert somebody.receipt.withheld_share == nobody.receipt.withheld_share
    assert somebody.receipt.counts == nobody.receipt.counts
    assert somebody.receipt.counts["k found"] == somebody.receipt.counts["k asked"]
    assert somebody.receipt.quality["attempts"] == nobody.receipt.quality["attempts"]
    assert [c.id for c in somebody.clusters] == [c.id for c in nobody.clusters]


def test_compare_knows_them_by_their_ids_and_from_bundles_too(world: Path) -> None:
    found = api.compare(world / "june", world / "july")
    assert {own.by for own in found.changes} <= {"same cluster", ""}
    assert found.of("new")
    bundles = api.compare(world / "june" / "release", world / "july" / "release")
    assert bundles.summary()["changes"] == found.summary()["changes"]
    assert "changes" in json.dumps(found.summary())


def test_compare_of_two_runs_follows_conversations(world: Path) -> None:
    every = {**LOCAL, "cluster__k": 15}  # each topic in each language: no seed finds others
    for name, seed in (("once", 0), ("again", 7)):
        api.run(world / "june.jsonl", world / name, config(**every, seed=seed))
    found = api.compare(world / "once", world / "again")
    assert {own.by for own in found.changes if own.before and own.after} == {"same conversations"}
    assert not found.of("grown")
    assert not any("names alone" in note for note in found.notes)
    same = api.compare(world / "june", world / "june")
    assert set(own.kind for own in same.changes) == {"steady"}
    assert any("same report" in note for note in same.notes)


def test_compare_on_the_command_line(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["compare", str(world / "june"), str(world / "july")]) == 0
    assert "New: not published before" in capsys.readouterr().out
    assert run_command(["compare", str(world / "june"), str(world / "july"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"]
    assert run_command(["compare", str(world / "june")]) == 0
    assert "2026-04 against 2026-03" in capsys.readouterr().out
    assert run_command(["compare", str(world / "june"), "--by", "tone"]) == 2
    assert "no tree by the facet 'tone'" in capsys.readouterr().err


def test_a_run_that_was_embedded_otherwise_is_refused(world: Path) -> None:
    with pytest.raises(ConfigError, match="--method"):
        api.assign(world / "july.jsonl", world / "june", world / "x1", k=5)
    with pytest.raises(ConfigError, match="took facets from"):
        api.assign(
            world / "july.jsonl", world / "june", world / "x2", extract="llm", chat="scripted"
        )


def test_what_is_no_run_or_the_same_folder_is_refused(world: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No run has ended"):
        api.assign(world / "july.jsonl", tmp_path, tmp_path / "x")
    with pytest.raises(InputError, match="No run has ended"):
        api.assign(world / "july.jsonl", world / "june" / "release", tmp_path / "x")
    with pytest.raises(ConfigError, match="the earlier report itself"):
        api.assign(world / "july.jsonl", world / "june", world / "june")


def test_another_key_is_refused(world: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text("6b" * 32)
    with pytest.raises(ConfigError, match="another key"):
        api.assign(world / "july.jsonl", world / "june", tmp_path / "x", key_file=str(other))


def test_assign_writes_nothing_into_the_earlier_run(world: Path, tmp_path: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (world / "june" / "release").rglob("*")}
    api.assign(world / "july.jsonl", world / "june", tmp_path / "late")
    assert {p: p.stat().st_mtime_ns for p in (world / "june" / "release").rglob("*")} == before


def test_sealed_runs_are_opened_for_it_and_closed_again(world: Path) -> None:
    api.run(world / "june.jsonl", world / "sealed", config(**LOCAL, zone__encrypt=True))
    api.assign(world / "july.jsonl", world / "sealed", world / "later")
    found = api.compare(world / "sealed", world / "later")
    assert {own.by for own in found.changes} == {"same cluster", ""}
    plain = api.open_report(world / "july").receipt.quality["drift"]
    assert api.open_report(world / "later").receipt.quality["drift"] == plain


def test_a_restricted_run_is_made_by_run_alone(world: Path) -> None:
    with pytest.raises(ConfigError, match="restricted"):
        api.assign(world / "july.jsonl", world / "june", world / "x3", restricted=True)


def test_names_of_a_weaker_policy_are_not_taken_over(world: Path, tmp_path: Path) -> None:
    """A name that three people carried must not come out as one that ten did."""
    for stricter in ({"policy": "internal"}, {"policy": "public"}, {"privacy.min_cell": 5}):
        with pytest.raises(ConfigError, match="released by weaker rules"):
            api.assign(world / "july.jsonl", world / "june", tmp_path / "x", **stricter)


@pytest.mark.slow
def test_names_that_nobody_voted_on_are_not_taken_over(world: Path, tmp_path: Path) -> None:
    direct = config(models__chat="scripted", extract__mode="llm", naming__mode="direct")
    api.run(world / "june.jsonl", world / "direct", direct)
    with pytest.raises(ConfigError, match=r"weaker rules \(naming\)"):
        api.assign(world / "july.jsonl", world / "direct", tmp_path / "x", naming="voted")
