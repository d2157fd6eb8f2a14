"""Several releases of the same people: what the ledger keeps, compares and tells."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.adapters.store.ledger import LEDGER_NAME, FolderLedger
from anonymuse.api.exporting import export
from anonymuse.errors import BrokenRunError, ConfigError
from anonymuse.pipeline.events import Event, Note
from anonymuse.pipeline.key import rotate_key
from tests import town
from tests.flow.world import a_town, bundle, config, report


def lines(folder: Path) -> list[Any]:
    return FolderLedger(folder / LEDGER_NAME).lines()


def sizes(out: Path) -> Counter[int]:
    """How large base clusters are: grouped alike, two releases show who is missing in one."""
    return Counter(c["conversations"] for c in report(out)["clusters"] if c["level"] == 0)


def test_the_first_release_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    outcome = api.run(a_town(tmp_path), tmp_path / "a", config())
    told = outcome.report.receipt.overlap
    assert told == {"earlier releases": 0, "made with another key": 0, "shared": []}
    (line,) = lines(tmp_path)
    assert line.policy["name"] == "demo"
    assert line.run == str(tmp_path / "a")


def test_the_same_release_again_is_the_same_to_the_byte_and_adds_no_line(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    api.run(data, tmp_path / "a", config())
    api.run(data, tmp_path / "b", config(cluster__k=6))
    api.run(data, tmp_path / "c", config())
    assert bundle(tmp_path / "a") == bundle(tmp_path / "c")
    api.run(data, tmp_path / "a", config())
    assert len(lines(tmp_path)) == 2


def test_a_bundle_that_is_lost_after_its_line_is_made_again(tmp_path: Path) -> None:
    """Killed between the ledger and the bundle: the next run writes the same one."""
    data = a_town(tmp_path)
    api.run(data, tmp_path / "a", config())
    first = bundle(tmp_path / "a")
    for marker in (tmp_path / "a" / "private" / "release").glob("*/.done.json"):
        marker.unlink()
    api.run(data, tmp_path / "a", config())
    assert bundle(tmp_path / "a") == first
    assert len(lines(tmp_path)) == 1


def one_person_less(folder: Path, **more: Any) -> None:
    """Release the town in ``a`` and, without one of its people, in ``b``; grouped alike."""
    rows = town.people()
    api.run(a_town(folder), folder / "a", config(cluster__k=18))
    fewer = [row for row in rows if row["user"] != "user-9"]
    assert len(fewer) == len(rows) - 3
    less = town.write(folder / "less.jsonl", fewer)
    api.run(less, folder / "b", config(cluster__k=18, **more))


def test_one_person_less_changes_no_number(tmp_path: Path) -> None:
    """The differencing attack under a policy without noise: two releases, one user between."""
    one_person_less(tmp_path)
    assert sizes(tmp_path / "b") <= sizes(tmp_path / "a")
    (told,) = report(tmp_path / "b")["receipt"]["overlap"]["shared"]
    assert (told["in common"], told["releases"]) == ("75 % to 100 %", 1)


def test_without_the_ledger_the_same_two_releases_tell_the_person(tmp_path: Path) -> None:
    """The attack is real: with a ledger of its own each, the numbers differ by that person."""
    one_person_less(tmp_path, privacy__ledger=str(tmp_path / "other"))
    assert sizes(tmp_path / "a") == Counter({10: sizes(tmp_path / "a").total()})
    assert sizes(tmp_path / "b")[9]


def test_other_people_are_no_earlier_release(tmp_path: Path) -> None:
    api.run(a_town(tmp_path), tmp_path / "a", config())
    rows = [{**row, "id": f"x{row['id']}", "user": f"x{row['user']}"} for row in town.people()]
    others = town.write(tmp_path / "others.jsonl", rows)
    outcome = api.run(others, tmp_path / "b", config())
    assert outcome.report.receipt.overlap["earlier releases"] == 0
    assert len(lines(tmp_path)) == 2


def test_a_tree_by_another_facet_has_a_line_of_its_own(tmp_path: Path) -> None:
    outcome = api.run(a_town(tmp_path), tmp_path / "a", config(cluster__on=("task",)))
    assert [line.grouping for line in lines(tmp_path)] == ["", "task"]
    assert outcome.report.further[0].receipt.overlap["earlier releases"] == 0


def test_no_identifier_and_no_pseudonym_is_in_the_ledger(tmp_path: Path) -> None:
    api.run(a_town(tmp_path), tmp_path / "a", config())
    data = b"".join(p.read_bytes() for p in (tmp_path / LEDGER_NAME).iterdir())
    for row in town.people():
        assert row["user"].encode() not in data
    assert b"user" in data  # the unit


def test_after_a_rotation_a_run_folder_is_refused_and_old_lines_are_told(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    api.run(data, tmp_path / "a", config())
    rotate_key(tmp_path / "anonymuse.key")
    with pytest.raises(ConfigError, match=r"made with another key .* another --out"):
        api.run(data, tmp_path / "a", config())
    outcome = api.run(data, tmp_path / "b", config())
    told = outcome.report.receipt.overlap
    assert (told["earlier releases"], told["made with another key"]) == (0, 1)


def test_a_lost_key_is_said_and_no_new_one_is_made(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    api.run(data, tmp_path / "a", config())
    (tmp_path / "anonymuse.key").unlink()
    with pytest.raises(ConfigError, match=r"There is no key .* Put the key back"):
        api.run(data, tmp_path / "b", config())
    assert not (tmp_path / "anonymuse.key").exists()


def test_a_damaged_ledger_stops_the_release(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    api.run(data, tmp_path / "a", config())
    path = tmp_path / LEDGER_NAME / "ledger.jsonl"
    path.write_text("{}\n" + path.read_text())
    with pytest.raises(BrokenRunError, match="Line 1"):
        api.run(data, tmp_path / "b", config(cluster__k=6))
    assert not (tmp_path / "b" / "release").exists()


def test_the_receipt_counts_only_what_a_reader_can_count(tmp_path: Path) -> None:
    api.run(a_town(tmp_path), tmp_path / "a", config())
    values = report(tmp_path / "a")
    shown = sum(cell["units"] is not None for cell in values["cells"])
    assert values["receipt"]["cells"] == {
        "shown": shown, "withheld": len(values["cells"]) - shown,
    }  # fmt: skip
    assert "people" not in json.dumps(values["receipt"]["counts"])


def test_conversations_that_name_nobody_are_told(tmp_path: Path) -> None:
    rows = town.people()
    for row in rows[:6]:
        del row["user"]
    outcome = api.run(a_town(tmp_path, rows), tmp_path / "a", config())
    assert outcome.report.receipt.without_unit == "2 % to 5 %"


def test_an_export_of_an_earlier_release_is_not_taken_for_this_one(tmp_path: Path) -> None:
    """It may have been made under a weaker policy, and lies beside the new bundle."""
    data, out = a_town(tmp_path), tmp_path / "a"

    def notes(**changes: Any) -> list[str]:
        told: list[Event] = []
        api.run(data, out, config(**changes), emit=told.append)
        return [own.text for own in told if isinstance(own, Note) and "earlier release" in own.text]

    first = api.run(data, out, config())
    export(first.report, "markdown", out / "export")
    assert not notes()
    (stale,) = notes(cluster__k=6)
    assert "do not pass it on" in stale
