"""People's last word: edits are found again, applied, told, and never below the policy."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import anonymuse as am
from anonymuse import api
from anonymuse.domain.released.tree import problems
from anonymuse.errors import ConfigError, EditError, InputError, OutputError
from anonymuse.pipeline.events import Event, Note
from anonymuse.pipeline.run import alone
from tests import town
from tests.flow.world import a_town, bundle, config, report

PLAIN: dict[str, Any] = {"models__chat": "none", "extract__mode": "local"}
DEEP = PLAIN | {"cluster__k": 18}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    api.run(a_town(folder), folder / "out", config(**PLAIN))
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


@pytest.fixture(scope="module")
def finished_deep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deep")
    rows = town.people(each=16, users=120)
    api.run(a_town(folder, rows), folder / "out", config(**DEEP))
    return folder


@pytest.fixture
def deep(finished_deep: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished_deep, tmp_path / "deep"))


def again(folder: Path, **changes: Any) -> api.Outcome:
    return api.run(folder / "town.jsonl", folder / "out", config(**(PLAIN | changes)))


def notes(folder: Path, **changes: Any) -> list[str]:
    seen: list[Event] = []
    settings = config(**(PLAIN | changes))
    api.run(folder / "town.jsonl", folder / "out", settings, emit=seen.append)
    return [event.text for event in seen if isinstance(event, Note) and "Edit" in event.text]


def nodes(folder: Path, level: int = 0) -> list[am.Cluster]:
    found = am.open_report(folder / "out").clusters
    return [cluster for cluster in found if cluster.level == level]


def named(folder: Path) -> dict[str, str]:
    return {cluster.name: cluster.named_by for cluster in am.open_report(folder / "out").clusters}


def state(folder: Path, number: int) -> str:
    rows = am.edit(folder / "out").all()
    return str(next(row["state"] for row in rows if row["number"] == number))


def short(cluster: am.Cluster) -> str:
    """Return a name of the cluster's own words that it does not have."""
    return cluster.name.split(",")[0].split(" ")[0].rstrip(";")


def test_a_given_name_is_published_as_such_and_again_after_that(folder: Path) -> None:
    node = nodes(folder)[0]
    name = short(node)
    assert am.edit(folder / "out").rename(node, name, why="shorter") == 1
    assert state(folder, 1) == "with the next run"
    outcome = again(folder)
    assert named(folder)[name] == "given"
    assert state(folder, 1) == "applied"
    before = bundle(folder / "out")
    assert again(folder).ran == ()
    assert bundle(folder / "out") == before
    assert outcome.receipt.edits == {"renamed": 1}


def test_an_edit_lives_on_when_everything_is_made_anew(folder: Path) -> None:
    node = nodes(folder)[1]
    am.edit(folder / "out").rename(node, short(node), why="shorter")
    again(folder)
    made = bundle(folder / "out")
    for step in (folder / "out" / "private").iterdir():
        if step.is_dir():
            shutil.rmtree(step)
    again(folder)
    assert bundle(folder / "out") == made


def test_an_edit_finds_its_cluster_among_others(folder: Path) -> None:
    """Other clusters, other numbers: what was named is what its conversations say it is."""
    node = nodes(folder)[0]
    am.edit(folder / "out").rename(node, short(node), why="shorter")
    again(folder, seed=1)
    given = [c for c in nodes(folder) if c.named_by == "given"]
    assert [c.name for c in given] == [short(node)]
    assert abs(given[0].conversations - node.conversations) <= node.conversations


def test_what_is_not_there_any_more_is_told_and_not_guessed(folder: Path) -> None:
    editor = am.edit(folder / "out")
    first, second = nodes(folder)[:2]
    editor.rename(first, short(first), why="w")
    editor.merge(nodes(folder)[2:4], why="w")
    editor.hide(second, why="w")
    rows = [
        row | {"id": f"n{number}", "user": f"new-{number % 50}"}
        for number, row in enumerate(town.people())
    ]
    town.write(folder / "town.jsonl", rows)  # the same texts, said by others, as other records
    told = notes(folder)
    assert [note.split(":")[0] for note in told] == [
        f"Edit {number} does not apply any more" for number in (1, 2, 3)
    ]
    assert "Look whether the report shows" in told[2]
    assert "given" not in named(folder).values()
    assert report(folder / "out")["receipt"]["edits"] == {}
    assert state(folder, 1).startswith("does not apply any more")


def test_a_merger_is_counted_anew(folder: Path) -> None:
    one, other = nodes(folder)[:2]
    am.edit(folder / "out").merge([one, other.name], why="the same thing")
    outcome = again(folder)
    sizes = [c.conversations for c in nodes(folder)]
    assert one.conversations + other.conversations in sizes
    assert len(sizes) == len(set(c.id for c in nodes(folder)))
    assert problems(outcome.clusters) == []
    assert (
        outcome.stages["merge"]["base clusters"] == outcome.stages["cluster"]["k after merging"] - 1
    )
    assert (
        outcome.receipt.counts["k after people merged"] == outcome.stages["merge"]["base clusters"]
    )
    united = max(
        nodes(folder), key=lambda c: c.conversations == one.conversations + other.conversations
    )
    assert united.units <= one.units + other.units


def test_mergers_add_up_before_and_after_a_run(folder: Path) -> None:
    one, two, three = nodes(folder)[:3]
    editor = am.edit(folder / "out")
    editor.merge([one, two], why="w")
    editor.merge([two, three], why="w")
    with pytest.raises(EditError, match="one already"):
        editor.merge([one, three], why="w")
    together = one.conversations + two.conversations + three.conversations
    again(folder)
    assert together in [c.conversations for c in nodes(folder)]
    united = next(c for c in nodes(folder) if c.conversations == together)
    other = next(c for c in nodes(folder) if c.id != united.id)
    editor.merge([united, other], why="w")
    again(folder)
    assert together + other.conversations in [c.conversations for c in nodes(folder)]
    editor.undo(1)
    assert notes(folder) == []  # two of the three are still most of what was merged last
    # the second was of what the first had made: it goes on with the larger part of that
    left = together - min(one.conversations, two.conversations) + other.conversations
    assert left in [c.conversations for c in nodes(folder)]


def test_a_name_may_be_given_to_what_the_next_run_merges(folder: Path) -> None:
    one, two = nodes(folder)[:2]
    editor = am.edit(folder / "out")
    editor.merge([one, two], why="w")
    editor.rename(two, f"{short(one)} and {short(two).lower()}", why="both")
    again(folder)
    united = next(c for c in nodes(folder) if c.named_by == "given")
    assert united.conversations == one.conversations + two.conversations


def test_what_is_hidden_is_withheld_with_its_reason_and_in_no_number(folder: Path) -> None:
    before = am.open_report(folder / "out")
    node = nodes(folder)[0]
    am.edit(folder / "out", role="privacy officer").hide(node, why="too telling")
    outcome = again(folder)
    withheld = {w.reason: w.clusters for w in outcome.report.withheld}
    assert withheld["hidden by a person"] == 1
    assert outcome.conversations == before.conversations - node.conversations
    assert outcome.receipt.edits == {"hidden": 1}
    (note,) = [n for n in outcome.receipt.notes if "last word" in n]
    assert "(privacy officer)" in note
    assert "hidden (1)" in note
    whole = [c for c in outcome.report.cells if c.cluster is None and c.facet == "language"]
    assert sum(c.units or 0 for c in whole) <= sum(c.units for c in nodes(folder))
    with pytest.raises(EditError, match="withheld \\(hidden by a person\\)"):
        am.edit(folder / "out").rename(node.id, "Letters", why="w")
    am.edit(folder / "out").undo(1)
    assert again(folder).conversations == before.conversations


def test_what_fell_apart_stays_hidden(folder: Path) -> None:
    one, two = nodes(folder)[:2]
    editor = am.edit(folder / "out")
    first = editor.merge([one, two], why="w")
    again(folder)
    both = one.conversations + two.conversations
    united = next(c for c in nodes(folder) if c.conversations == both)
    editor.hide(united, why="w")
    editor.undo(first)
    outcome = again(folder)
    assert {w.reason: w.clusters for w in outcome.report.withheld}["hidden by a person"] == 2


def test_a_lock_keeps_a_name_that_the_run_would_change(folder: Path) -> None:
    node = nodes(folder)[0]
    am.edit(folder / "out").lock(node, why="quoted")
    again(folder, models__chat="scripted")
    assert named(folder)[node.name] == "given"
    assert state(folder, 1) == "applied"


def test_a_name_that_passes_no_longer_gives_way_and_the_run_says_so(folder: Path) -> None:
    """Facets are in English: the Spanish words that people used support nothing any more."""
    node = next(c for c in nodes(folder) if c.name.startswith("Amable"))
    am.edit(folder / "out").lock(node, why="w")
    told = notes(folder, models__chat="scripted", extract__mode="llm")
    assert told == ["Edit 1 does not apply now: the name does not pass here."]
    assert "given" not in named(folder).values()
    assert am.open_report(folder / "out").receipt.edits == {}


def test_the_later_of_two_names_wins(folder: Path) -> None:
    node = nodes(folder)[0]
    editor = am.edit(folder / "out")
    editor.rename(node, short(node), why="w")
    editor.lock(node, why="w")
    again(folder)
    assert named(folder)[node.name] == "given"
    assert state(folder, 1) == "does not apply: a later edit names the same cluster"
    assert state(folder, 2) == "applied"
    assert am.open_report(folder / "out").receipt.edits == {"locked": 1}


def test_hiding_wins_over_a_name_and_is_not_undone_by_one(folder: Path) -> None:
    node = nodes(folder)[0]
    editor = am.edit(folder / "out")
    editor.rename(node, short(node), why="w")
    editor.hide(node, why="w")
    with pytest.raises(EditError, match="hidden by edit 2"):
        editor.rename(node, node.name, why="w")
    assert notes(folder) == ["Edit 1 does not apply now: its cluster is withheld."]
    assert "given" not in named(folder).values()


class TestAboveTheBase:
    def test_parents_are_renamed_merged_and_hidden(self, deep: Path) -> None:
        one, two = nodes(deep, 1)[:2]
        below = {c.id for c in nodes(deep) if c.parent in (one.id, two.id)}
        am.edit(deep / "out").rename(one, short(one), why="w")
        outcome = again(deep, **DEEP)
        assert named(deep)[short(one)] == "given"
        am.edit(deep / "out").merge([one.id, two.id], why="w")
        outcome = again(deep, **DEEP)
        assert problems(outcome.clusters) == []
        united = next(c for c in nodes(deep, 1) if c.id == one.id)
        assert united.conversations == one.conversations + two.conversations
        assert {c.id for c in nodes(deep) if c.parent == one.id} == below
        assert two.id not in {c.id for c in nodes(deep, 1)}

    def test_all_below_a_hidden_parent_is_hidden(self, deep: Path) -> None:
        one = nodes(deep, 1)[0]
        below = {c.id for c in nodes(deep) if c.parent == one.id}
        am.edit(deep / "out").hide(one, why="w")
        child = sorted(below)[0]
        with pytest.raises(EditError, match="hidden by edit 1"):
            am.edit(deep / "out").lock(child, why="w")
        outcome = again(deep, **DEEP)
        assert not below & {c.id for c in nodes(deep)}
        hidden = {w.reason: w.clusters for w in outcome.report.withheld}
        assert hidden["hidden by a person"] == len(below)

    def test_levels_do_not_mix(self, deep: Path) -> None:
        with pytest.raises(EditError, match="same level"):
            am.edit(deep / "out").merge([nodes(deep)[0], nodes(deep, 1)[0]], why="w")

    def test_a_parent_keeps_its_name_in_a_model_made_tree(self, deep: Path) -> None:
        one = nodes(deep, 1)[0]
        am.edit(deep / "out").rename(one, short(one), why="w")
        told = notes(
            deep, **(DEEP | {"models__chat": "scripted", "cluster__hierarchy": "model",
                             "naming__mode": "labels"})
        )  # fmt: skip
        assert short(one) in named(deep) or told


@pytest.mark.slow
def test_a_tree_by_a_facet_has_edits_of_its_own(tmp_path: Path) -> None:
    settings = {"cluster__on": ["request"]}
    out = tmp_path / "out"
    first = api.run(a_town(tmp_path, town.people(each=6, users=40)), out, config(**settings))
    tree = first.further["request"]
    node = next(c for c in tree.clusters if c.level == 0)
    am.edit(out, tree="request").hide(node.id, why="w")
    api.run(tmp_path / "town.jsonl", out, config(**settings))
    after = am.open_report(out)
    assert after.conversations == first.conversations
    assert after.receipt.edits == {}
    assert after.further["request"].receipt.edits == {"hidden": 1}
    one, two = [c for c in after.further["request"].clusters if c.level == 0][:2]
    am.edit(out, tree="request").merge([one, two], why="w")
    api.run(tmp_path / "town.jsonl", out, config(**settings))
    last = am.open_report(out)
    assert {c.id: c for c in last.clusters} == {c.id: c for c in after.clusters}
    sizes = [c.conversations for c in last.further["request"].clusters]
    assert one.conversations + two.conversations in sizes
    with pytest.raises(EditError, match="no tree by the facet 'task'"):
        am.edit(out, tree="task").hide(node.id, why="w")
    seen: list[Event] = []
    api.run(tmp_path / "town.jsonl", out, config(), emit=seen.append)
    said = [event.text for event in seen if isinstance(event, Note) and "Edit" in event.text]
    assert said == [f"Edit {n} does not apply: this run makes no such tree." for n in (1, 2)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "it is empty"),
        ("<b>Bread</b>", "markup"),
        ("Bread \u202edaerb", "do not show"),
        ("Bre\u200bad", "do not show"),
        ("Bread in 3 steps", "digits"),
        ("Bread for anna@example.org", "identifier"),
        ("bread " * 50, "too long"),
        ("Zebras and quagga", "“Zebras”, “quagga”"),
        ("Letters of Ottokar", "Ottokar"),
    ],
)
def test_a_name_that_would_not_pass_is_refused_at_once(folder: Path, name: str, why: str) -> None:
    node = nodes(folder)[0]
    with pytest.raises(EditError, match=why):
        am.edit(folder / "out").rename(node, name, why="w")
    with pytest.raises(EditError):
        am.edit(folder / "out").rename(node, short(node), description=f"{name}.1", why="w")
    assert am.edit(folder / "out").all() == []


def test_a_specific_of_a_special_category_is_refused_where_the_policy_says_so(
    tmp_path: Path,
) -> None:
    rows = town.people()
    for row in rows[:60]:
        row["messages"][0]["content"] += " diabetes"
    settings = config(**(PLAIN | {"privacy__generalise": True}))
    api.run(a_town(tmp_path, rows), tmp_path / "out", settings)
    node = am.open_report(tmp_path / "out").clusters[0]
    with pytest.raises(EditError, match=r"by category only\. Write “Diabetes” as “health"):
        am.edit(tmp_path / "out").rename(node, "Diabetes", why="w")


def test_an_editor_is_told_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    editor = am.edit(folder / "out")
    one, two = nodes(folder)[:2]
    with pytest.raises(EditError, match="Did you mean"):
        editor.hide(one.name[:-1] + "x", why="w")
    with pytest.raises(EditError, match="two different"):
        editor.merge([one, one.id], why="w")
    with pytest.raises(EditError, match="two different"):
        editor.merge([one], why="w")
    with pytest.raises(EditError, match="beside it, has that name"):
        editor.rename(one, two.name.upper(), why="w")
    with pytest.raises(EditError, match="Say why"):
        editor.hide(one, why=" ")
    with pytest.raises(EditError, match="role"):
        am.edit(folder / "out", role="officer <1>").hide(one, why="w")
    with pytest.raises(EditError, match="There is no edit 4; there are 0"):
        editor.undo(4)
    with pytest.raises(InputError, match="No run has ended"):
        am.edit(tmp_path / "nowhere").hide(one, why="w")
    assert not (tmp_path / "nowhere").exists()
    editor.hide(one, why="w")
    editor.undo(1)
    with pytest.raises(EditError, match="taken back already"):
        editor.undo(1)
    with pytest.raises(EditError, match="Make that edit once more"):
        editor.undo(2)
    assert [row["state"] for row in editor.all()] == ["taken back"]


def test_edits_need_the_key_that_the_run_was_made_with(folder: Path) -> None:
    key = folder / "anonymuse.key"
    key.write_text("77" * 32)
    with pytest.raises(ConfigError, match="another key"):
        am.edit(folder / "out").hide(nodes(folder)[0], why="w")
    key.unlink()
    with pytest.raises(ConfigError, match="There is no key"):
        am.edit(folder / "out").hide(nodes(folder)[0], why="w")
    assert not key.exists()


def test_a_folder_at_work_or_read_only_is_not_edited(folder: Path) -> None:
    private = folder / "out" / "private"
    with alone(private), pytest.raises(OutputError, match="at work"):
        am.edit(folder / "out").hide(nodes(folder)[0], why="w")
    (private / "edits.jsonl").mkdir()
    with pytest.raises(am.AnonymuseError, match=r"edits\.jsonl"):
        am.edit(folder / "out").hide(nodes(folder)[0], why="w")


def test_a_journal_that_a_crash_cut_short_loses_nothing_that_was_confirmed(folder: Path) -> None:
    editor = am.edit(folder / "out")
    editor.hide(nodes(folder)[0], why="w")
    journal = folder / "out" / "private" / "edits.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole[:50])
    assert len(editor.all()) == 1
    assert editor.lock(nodes(folder)[1], why="w") == 2
    lines = journal.read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2]
