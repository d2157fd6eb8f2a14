import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from anonymuse.cli.main import app
from anonymuse.domain.policy import INTERNAL
from anonymuse.domain.private.counts import WeighAsOne
from anonymuse.evals.coverage import compared, released, run, scored, several
from anonymuse.evals.coverage.populations import People, counts, loyal, rows, sizes
from anonymuse.evals.coverage.released import Case, shares_of_people
from anonymuse.evals.coverage.tree import LEAVES


def pooled(cases: list[Case]) -> float:
    return sum(own.covered for own in cases) / sum(own.told for own in cases)


def test_people_have_the_shares_of_the_population_and_are_alike() -> None:
    rng, shares = np.random.default_rng(1), np.array([0.2, 0.5, 0.3])
    table = counts(People("some have several", 0.5), 20_000, shares, rng)
    assert table.sum(axis=0) / table.sum() == pytest.approx(shares, abs=0.01)
    two = table[table.sum(axis=1) == 2]
    same = (two == 2).any(axis=1).mean()
    assert same == pytest.approx(0.5 + 0.5 * (shares**2).sum(), abs=0.03)


def test_loyal_people_keep_to_the_group_not_to_the_kind() -> None:
    rng, shares = np.random.default_rng(1), np.array([0.25, 0.25, 0.25, 0.25])
    table = loyal(People("some have several", 0.8), 20_000, shares, np.array([0, 0, 1, 1]), rng)
    two = table[table.sum(axis=1) == 2]
    assert ((two[:, :2].sum(axis=1) == 2) | (two[:, 2:].sum(axis=1) == 2)).mean() > 0.85
    assert (two == 2).any(axis=1).mean() == pytest.approx(0.45, abs=0.03)


def test_every_row_belongs_to_somebody() -> None:
    people = People("few have very many", 0.3)
    kind, unit = rows(people, 50, np.array([0.5, 0.5]), np.random.default_rng(2))
    assert len(kind) == len(unit) == sizes(people, 50, np.random.default_rng(2)).sum()
    assert set(unit.tolist()) == set(range(50))


def test_of_two_kinds_of_people_one_in_twenty_has_fifty() -> None:
    held = sizes(People("one in twenty has 50", 0.6), 20_000, np.random.default_rng(2))
    assert set(held.tolist()) == {1, 50}
    assert (held == 50).mean() == pytest.approx(0.05, abs=0.01)


def test_shares_of_conversations_hold_where_one_in_twenty_has_nearly_all() -> None:
    cases = list(released.two_kinds_of_people(10, 1))
    assert 0.93 <= pooled([own for own in cases if own.what.startswith("base")]) <= 0.975
    assert 0.93 <= pooled([own for own in cases if own.setting.startswith("demo")]) <= 0.985


def test_shares_of_people_hold() -> None:
    cases = [own for own in shares_of_people(150, 1) if own.n >= 50]
    assert 0.93 <= pooled(cases) <= 0.975
    assert {own.setting.split(",")[0] for own in cases} == {"demo", "internal", "public"}


def test_all_cells_that_a_report_shows_hold() -> None:
    assert 0.93 <= pooled(list(released.whole_reports(15, 1))) <= 0.97


@pytest.mark.parametrize("alike", [0.1, 0.6])
def test_shares_of_conversations_hold_where_people_are_alike(alike: float) -> None:
    base = np.random.default_rng(3).dirichlet(np.full(LEAVES, 4.0))
    rng = np.random.default_rng(4)
    found = list(released._topics(INTERNAL, People("some have several", alike), base, 25, rng))
    assert all(0.91 <= own.share <= 0.985 for own in found)


def test_without_the_design_effect_they_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released, "weights", lambda *_: WeighAsOne())
    base = np.random.default_rng(3).dirichlet(np.full(LEAVES, 4.0))
    rng = np.random.default_rng(4)
    found = list(released._topics(INTERNAL, People("some have several", 0.6), base, 25, rng))
    assert pooled(found) < 0.92


def test_shares_of_conversations_hold_where_people_keep_to_topics() -> None:
    cases = list(released.loyal_people(6, 1))
    for what in {own.what for own in cases}:
        assert 0.93 <= pooled([own for own in cases if own.what == what]) <= 0.975


LOYAL = (People("some have several", 0.7),)


def test_sums_over_topics_hold_where_people_are_in_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(several, "WHO", LOYAL)
    cases = list(several.people_in_several(8, 1))
    assert len({own.what for own in cases}) == 4
    assert all(own.share >= 0.93 for own in cases if own.told > 50)
    assert pooled(cases) <= 0.985, "no wider than need be"
    assert all(own.any_false <= 0.1 for own in several.chance_topics(10, 1))


def test_taken_for_independent_they_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "WHO", LOYAL)
    monkeypatch.setattr(several, "weights", lambda *_: WeighAsOne())
    cases = list(several.people_in_several(8, 1))
    for what in {own.what for own in cases}:
        assert pooled([own for own in cases if own.what == what]) < 0.91


def test_scores_hold_where_people_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scored, "SETTINGS", ((People("some have several", 0.5), 60),))
    cases = list(scored.answers(40, 2))
    assert len(cases) == 8
    assert 0.92 <= pooled(cases) <= 0.99


def test_runs_and_correlations_hold() -> None:
    assert 0.92 <= pooled(list(scored.runs(300, 1))) <= 0.98
    assert 0.93 <= pooled(list(scored.correlations(150, 1))) <= 0.985


def test_of_what_is_called_notable_one_in_twenty_at_most_is_chance() -> None:
    found = list(compared.discoveries(40, 3))
    assert all(own.false <= 0.08 for own in found)
    assert max(own.found or 0.0 for own in found) > 0.8


def test_off_is_what_the_number_of_draws_does_not_explain() -> None:
    assert run.off({"covered": 90, "told": 100}) == 0
    assert run.off({"covered": 900, "told": 1000}) == -1
    assert run.off({"covered": 950, "told": 1000}) == 0
    assert run.off({"covered": 995, "told": 1000}) == 1


def test_the_command_writes_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_FAMILIES", ((scored.runs, 1.0), (scored.correlations, 1.0)))
    file = tmp_path / "coverage.json"
    told = CliRunner().invoke(app, ["eval", "coverage", "--draws", "20", "--out", str(file)])
    assert told.exit_code == 0, told.output
    result = json.loads(file.read_text(encoding="utf-8"))
    assert result["command"] == "anonymuse eval coverage --draws 20 --seed 0"
    assert told.output.strip() == run.tables(result).strip()
    assert "mean over pairs of runs | 3 |" in told.output
