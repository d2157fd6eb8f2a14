"""Whole restricted runs: what they make, what they refuse, and that nothing mixes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import anonymuse as am
from anonymuse import api
from anonymuse.api.restricted import RestrictedOutcome, run_restricted
from anonymuse.domain.restricted.evidence import Member
from anonymuse.domain.restricted.report import RestrictedReport
from anonymuse.errors import ConfigError, InputError, UserError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.plan_restricted import NOT_IN_FORCE
from anonymuse.pipeline.steps.restricted import (
    NO_ACCOUNTS,
    NO_ORGANISATIONS,
    NO_TIMES,
    NOT_ACCOUNTS,
)
from anonymuse.wiring.restricted import open_restricted
from tests import harbour
from tests.flow.world import a_town, config


def settings(facets: Path | None = None, **changes: Any) -> RunConfig:
    told = {name.replace("__", "."): value for name, value in changes.items()}
    known = {} if facets is None else {"extract.facets_file": str(facets)}
    return api.settings(None, harbour.SETTINGS | known | {"zone.restricted": True} | told)


def made(folder: Path, chosen: list[dict[str, Any]] | None = None, **changes: Any) -> Path:
    """Run on the harbour, or on some of its rows; return the run's folder."""
    data, facets = harbour.write(folder, chosen)
    run_restricted(data, folder / "run", settings(facets, **{"cluster__k": 10} | changes))
    return folder / "run"


def looked_at(out: Path) -> tuple[RestrictedReport, list[Member]]:
    with open_restricted(out) as store:
        return store.report(), list(store.members())


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="module")
def report(once: Path) -> RestrictedReport:
    return looked_at(once)[0]


@pytest.fixture(scope="module")
def places(once: Path) -> dict[str, set[str]]:
    """Return in which base clusters the planted users are, by what their conversations say."""
    who = {row["messages"][0]["content"]: row["user_id"] for row in harbour.rows()}
    found: dict[str, set[str]] = {}
    with open_restricted(once) as store:
        for own in store.members():
            said = store.conversation(own.row)
            assert said is not None
            found.setdefault(who[said.turns[0].text], set()).add(own.cluster)
    return found


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> RestrictedOutcome:
    folder = tmp_path_factory.mktemp("told")
    data, facets = harbour.write(folder)
    return run_restricted(data, folder / "run", settings(facets, cluster__k=10))


class TestMade:
    def test_there_is_a_restricted_report_and_no_release(self, once: Path) -> None:
        assert sorted(p.name for p in once.iterdir()) == ["private", "restricted"]
        assert not list(once.rglob("release*"))

    def test_there_is_no_line_in_the_ledger_of_releases(self, once: Path) -> None:
        assert not (once.parent / "anonymuse.releases").exists()

    def test_everybody_is_in_it(self, once: Path, report: RestrictedReport) -> None:
        members = looked_at(once)[1]
        assert report.conversations == len(members) == len(harbour.rows())
        base = [own for own in report.clusters if own.level == 0]
        assert sum(own.conversations for own in base) == len(members)
        assert report.accounts == len({own.account for own in members})
        assert {own.cluster for own in members} == {own.id for own in base}

    def test_a_campaign_of_five_accounts_stays_a_cluster_with_a_score(
        self, places: dict[str, set[str]], report: RestrictedReport
    ) -> None:
        (place,) = set.union(*(places[user] for user in harbour.CAMPAIGN))
        (cluster,) = (own for own in report.clusters if own.id == place)
        assert cluster.accounts == len(harbour.CAMPAIGN)
        assert {own.conversations for own in cluster.top_accounts} == {2}
        assert cluster.coordination is not None
        templates = {own.name: own.points for own in cluster.coordination.signals}["templates"]
        assert templates > 0

    def test_a_heavy_user_is_one_account_that_nothing_is_said_of(
        self, places: dict[str, set[str]], report: RestrictedReport
    ) -> None:
        (place,) = places[harbour.HEAVY]
        (cluster,) = (own for own in report.clusters if own.id == place)
        assert (cluster.accounts, cluster.conversations) == (1, 12)
        assert cluster.coordination is None

    def test_the_gaps_of_the_classifier_and_of_refusals_are_in_it(
        self, places: dict[str, set[str]], report: RestrictedReport
    ) -> None:
        gaps = {gap.verdict: gap for gap in report.gaps}
        assert set(gaps) == {"flagged", "refused"}
        missed = {row.cluster for row in gaps["flagged"].missed if row.notable}
        assert places["spanish-3"] <= missed
        overdone = {row.cluster for row in gaps["flagged"].overdone if row.notable}
        assert places["poison-1"] & overdone

    def test_flags_are_told_of_every_conversation(self, once: Path) -> None:
        members = looked_at(once)[1]
        flagged = sum(bool(row["flagged"]) for row in harbour.rows())
        assert sum(bool(own.flags["flagged"]) for own in members) == flagged

    def test_a_verdict_is_no_sign_of_accounts_that_act_together(
        self, report: RestrictedReport
    ) -> None:
        scored = [own.coordination for own in report.clusters if own.coordination is not None]
        told = [sign.told for own in scored for sign in own.signals if sign.name == "metadata"]
        assert told
        assert not [own for own in told if "flagged" in own]

    def test_what_made_it_is_in_it(self, report: RestrictedReport) -> None:
        assert report.settings["extraction"] == "recorded"
        assert report.settings["cluster"]["k"] == 10
        assert report.models["facets"] == "recorded, from a file"
        assert report.unit == "user"
        assert report.window == ("2026-03-02T08:00:00+00:00", "2026-03-25T11:00:00+00:00")

    def test_nobody_is_named_as_in_the_data(self, once: Path, report: RestrictedReport) -> None:
        told = json.dumps(report.as_dict()) + repr(looked_at(once)[1])
        for row in harbour.rows():
            assert row["user_id"] not in told

    def test_a_conversation_comes_back_whole_under_a_pseudonym(self, once: Path) -> None:
        with open_restricted(once) as store:
            own = store.members()[0]
            found = store.conversation(own.row)
        assert found is not None
        assert [turn.text for turn in found.turns] == [
            turn["content"] for turn in harbour.rows()[0]["messages"]
        ]
        assert found.user == own.account

    def test_a_second_run_keeps_everything(self, tmp_path: Path) -> None:
        out = made(tmp_path)
        before = {p.name: p.read_bytes() for p in (out / "restricted").iterdir()}
        data, facets = tmp_path / "harbour.jsonl", tmp_path / "facets.jsonl"
        again = run_restricted(data, out, settings(facets, cluster__k=10))
        assert again.ran == ()
        assert {p.name: p.read_bytes() for p in (out / "restricted").iterdir()} == before


class TestTold:
    def test_numbers_and_ids_are(self, outcome: RestrictedOutcome) -> None:
        said = outcome.summary()
        assert said["conversations"] == len(harbour.rows())
        assert said["clusters"] == 10
        assert said["gaps"] == ["flagged", "refused"]
        scores = [own["score"] for own in said["coordination"]]
        assert scores == sorted(scores, reverse=True)
        assert json.loads(json.dumps(said)) == said

    def test_names_are_not(self, outcome: RestrictedOutcome) -> None:
        report = looked_at(outcome.out)[0]
        told = json.dumps(outcome.summary()) + repr(outcome)
        assert [own.name for own in report.clusters if own.name in told] == []


class TestBadInput:
    def test_without_users_no_account_can_be_traced(self, tmp_path: Path) -> None:
        rows = [{k: v for k, v in row.items() if k != "user_id"} for row in harbour.rows()]
        report = looked_at(made(tmp_path, rows))[0]
        assert report.unit == "conversation"
        assert NO_ACCOUNTS in report.notes

    def test_nor_where_it_was_asked_for(self, tmp_path: Path) -> None:
        report = looked_at(made(tmp_path, privacy__unit="conversation"))[0]
        assert NOT_ACCOUNTS in report.notes
        assert report.accounts == report.conversations

    def test_without_times_and_organisations(self, tmp_path: Path) -> None:
        gone = {"timestamp", "organisation"}
        rows = [{k: v for k, v in row.items() if k not in gone} for row in harbour.rows()]
        report, members = looked_at(made(tmp_path, rows))
        assert {NO_TIMES, NO_ORGANISATIONS} <= set(report.notes)
        assert report.window is None
        assert {own.windows for own in report.clusters} == {()}
        assert {(own.time, own.organisation) for own in members} == {(None, None)}

    def test_some_without_a_user_are_one_account(self, tmp_path: Path) -> None:
        rows = harbour.rows()
        for row in rows[:6]:
            del row["user_id"]
        report, members = looked_at(made(tmp_path, rows))
        assert sum(own.account == "unknown" for own in members) == 6
        assert any(note.startswith("6 conversations name no user") for note in report.notes)

    def test_an_account_may_be_an_organisation(self, tmp_path: Path) -> None:
        out = made(tmp_path, harbour.rows()[::3], privacy__unit="organisation", cluster__k=None)
        report, members = looked_at(out)
        assert (report.unit, report.accounts) == ("organisation", 4)
        assert all(own.account == own.organisation for own in members)

    def test_of_a_part_the_report_says_so(self, tmp_path: Path) -> None:
        part = made(tmp_path, sample__size=30, narrow__since="2026-03-03", cluster__k=None)
        report = looked_at(part)[0]
        assert report.conversations == 30
        assert any(note.startswith("Chosen by: ") for note in report.notes)
        assert not any(note.startswith("Accounts with more") for note in report.notes)

    @pytest.mark.parametrize("count", [1, 2, 10])
    def test_a_handful_is_enough(self, tmp_path: Path, count: int) -> None:
        report = looked_at(made(tmp_path, harbour.rows()[:count], cluster__k=None))[0]
        assert report.conversations == count

    def test_one_account_alone_is_enough(self, tmp_path: Path) -> None:
        rows = [row for row in harbour.rows() if row["user_id"] == harbour.HEAVY]
        report = looked_at(made(tmp_path, rows, cluster__k=None))[0]
        assert report.accounts == 1

    def test_of_a_very_heavy_user_the_report_says_how_much_is_not_in_it(
        self, tmp_path: Path
    ) -> None:
        rows = harbour.rows()
        for i in range(60):
            more = rows[-1] | {"id": f"more-{i}"}
            more["messages"] = [{"role": "user", "content": f"Which hook is right for carp {i}"}]
            rows.append(more)
        report = looked_at(made(tmp_path, rows, extract__facets_file=None))[0]
        beyond = {own.beyond for cluster in report.clusters for own in cluster.top_accounts}
        assert beyond == {0, 22}
        assert any(
            note.startswith("Accounts with more conversations than may take part: 1, of whose 22")
            for note in report.notes
        )

    def test_no_conversation_at_all(self, tmp_path: Path) -> None:
        (tmp_path / "empty.jsonl").write_text("")
        with pytest.raises(InputError):
            run_restricted(tmp_path / "empty.jsonl", tmp_path / "run", settings())


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"cluster__on": ("task",)}, "cluster.on"),
            ({"naming__audit": "on"}, "naming.audit"),
            ({"sample__per_unit": 51}, "per_unit"),
            ({"input__flag_columns": ("refused",)}, "own refusals 'refused'"),
        ],
    )
    def test_what_decides_of_a_release(
        self, tmp_path: Path, changes: dict[str, Any], told: str
    ) -> None:
        with pytest.raises(ConfigError, match=told):
            made(tmp_path, **changes)

    @pytest.mark.parametrize(
        "said",
        [
            {"policy": "public"},
            {"privacy.min_units": 60},
            {"generalise": True},
            {"privacy.min_cell": 20},
        ],
        ids=str,
    )
    def test_thresholds_in_the_same_breath(self, tmp_path: Path, said: dict[str, Any]) -> None:
        data, facets = harbour.write(tmp_path)
        with pytest.raises(ConfigError, match="drop --restricted"):
            run_restricted(data, tmp_path / "run", settings(facets), **said)

    def test_those_of_a_file_are_not_in_force_and_the_report_says_so(self, tmp_path: Path) -> None:
        out = made(tmp_path, harbour.rows()[:10], privacy__policy="internal", cluster__k=None)
        report = looked_at(out)[0]
        assert report.conversations == 10
        assert NOT_IN_FORCE.format("privacy.policy") in report.notes

    def test_no_policy_is_called_restricted(self, tmp_path: Path) -> None:
        data, _ = harbour.write(tmp_path)
        with pytest.raises(ConfigError, match="--restricted"):
            am.run(data, tmp_path / "run", policy="restricted")

    def test_python_is_not_shown_one(self, tmp_path: Path, once: Path) -> None:
        data, facets = harbour.write(tmp_path)
        with pytest.raises(ConfigError, match="anonymuse investigate"):
            am.run(data, tmp_path / "run", settings(facets))
        with pytest.raises(InputError, match="anonymuse investigate"):
            am.open_report(once)

    def test_a_public_run_in_the_same_folder(self, tmp_path: Path) -> None:
        out = made(tmp_path)
        public = settings(tmp_path / "facets.jsonl", zone__restricted=False, privacy__policy="demo")
        before = sorted(out.rglob("*"))
        with pytest.raises(ConfigError, match="choose another --out"):
            am.run(tmp_path / "harbour.jsonl", out, public)
        assert sorted(out.rglob("*")) == before

    def test_a_restricted_run_in_the_folder_of_a_public_one(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        am.run(a_town(tmp_path), out, config(models__chat="none", extract__mode="local"))
        before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
        with pytest.raises(ConfigError, match="choose another --out"):
            run_restricted(tmp_path / "town.jsonl", out, settings())
        assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before

    def test_edits(self, once: Path) -> None:
        with pytest.raises(InputError, match="anonymuse investigate"):
            am.edit(once).hide("L0-0000", why="no")

    def test_a_folder_of_no_restricted_run(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="--restricted"), open_restricted(tmp_path / "nowhere"):
            pass


def test_a_prediction_knows_it(tmp_path: Path) -> None:
    data, facets = harbour.write(tmp_path)
    assert am.plan(data, settings(facets)).estimate.stages == ()


def test_another_window_makes_the_evidence_alone_anew(tmp_path: Path) -> None:
    out = made(tmp_path)
    weekly = settings(tmp_path / "facets.jsonl", cluster__k=10, tables__window="week")
    again = run_restricted(tmp_path / "harbour.jsonl", out, weekly)
    assert again.ran == ("restrict",)
    assert looked_at(out)[0].clusters[0].windows[0][0] == "2026-W10"


def test_the_grain_is_that_of_demo_and_small_clusters_stay() -> None:
    policy = settings().policy()
    assert policy.grain == api.settings(None, {"policy": "demo"}).policy().grain == 8
    assert replace(policy, min_conversations=200).grain == 200
