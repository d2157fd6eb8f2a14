"""An encrypted run: the same release, nothing readable on the disk, nothing asked for twice."""

import json
import os
import shutil
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from anonymuse import api
from anonymuse.adapters.read.places import Spool
from anonymuse.errors import ConfigError, ErasedError, OutputError
from anonymuse.pipeline.editing import PENDING
from anonymuse.pipeline.events import Event, Note
from anonymuse.pipeline.steps.edited import APPLIED
from tests import town
from tests.fake_server import FakeServer
from tests.flow.world import a_town, bundle, config

CANARIES = ("Quokkafluff", "Zanzibarite", "Plumbonkers")
"""in a question, in an answer and in the metadata"""


def canaried() -> list[dict[str, Any]]:
    rows = town.people(each=4, users=36)
    for number, row in enumerate(rows):
        said, answer = row["messages"][0], row["messages"][1]
        said["content"] += f" {CANARIES[0]}{number}"
        answer["content"] += f" {CANARIES[1]}{number}"
        row["note"] = f"{CANARIES[2]}{number}"
        row["id"] = f"conversation-{CANARIES[2]}-{number}"
    return rows


def readable(folder: Path, *needles: str) -> list[str]:
    """Return the files below a folder that hold one of some words, in any of three encodings."""
    wanted = [
        form for word in needles for form in (word.encode(), word.encode("utf-16-le"),
                                              word.lower().encode())
    ]  # fmt: skip
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(form in path.read_bytes() for form in wanted)
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folder of a plain and of an encrypted run over the same data."""
    folder = tmp_path_factory.mktemp("vault")
    data = a_town(folder, canaried())
    for name, encrypt in (("plain", False), ("sealed", True)):
        api.run(data, folder / name, config(zone__encrypt=encrypt))
    return folder, data


@pytest.mark.slow
def test_the_release_is_the_same_byte_for_byte(made: tuple[Path, Path]):
    folder, _ = made
    assert bundle(folder / "sealed") == bundle(folder / "plain")


@pytest.mark.slow
def test_nothing_of_anybody_can_be_read_on_the_disk(made: tuple[Path, Path]):
    folder, _ = made
    people = ("conversation-", "user-1", "org-1", "tomato", "manager")
    assert readable(folder / "plain" / "private", *CANARIES), "the plain run holds them"
    assert readable(folder / "sealed" / "private", *CANARIES, *people) == []
    stages = {p.parent.parent.name for p in (folder / "plain" / "private").glob("*/*/*")}
    assert stages <= {p.name for p in (folder / "sealed" / "private").iterdir()}


@pytest.mark.slow
def test_the_same_command_asks_nothing_again(made: tuple[Path, Path]):
    folder, data = made
    again = api.run(data, folder / "sealed", config(zone__encrypt=True))
    assert again.ran == ()
    assert again.usage["calls"] == 0
    shutil.rmtree(folder / "sealed" / "private" / "extract")
    later = api.run(data, folder / "sealed", config(zone__encrypt=True))
    assert later.ran == ("extract",), "the answers are there, and made the same bytes"
    assert later.usage["calls"] == 0


@pytest.mark.slow
def test_the_key_and_the_ring_are_needed(made: tuple[Path, Path], tmp_path: Path):
    folder, data = made
    ring = folder / "anonymuse.keys"
    aside = ring.rename(tmp_path / "ring")
    with pytest.raises(ConfigError, match="There is no key ring"):
        api.run(data, folder / "sealed", config(zone__encrypt=True))
    assert not ring.exists(), "a new ring would open nothing"
    api.run(data, folder / "fresh", config(zone__encrypt=True))
    with pytest.raises(ConfigError, match="another key ring"):
        api.run(data, folder / "sealed", config(zone__encrypt=True))
    aside.replace(ring)
    assert api.run(data, folder / "sealed", config(zone__encrypt=True)).ran == ()
    assert api.edit(folder / "sealed").all() == []


@pytest.mark.slow
def test_a_folder_stays_as_it_was_begun(made: tuple[Path, Path]):
    folder, data = made
    with pytest.raises(ConfigError, match="is encrypted"):
        api.run(data, folder / "sealed", config())
    with pytest.raises(ConfigError, match="is not encrypted"):
        api.run(data, folder / "plain", config(zone__encrypt=True))


@pytest.mark.slow
def test_edits_and_key_rotation_go_with_encryption(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from anonymuse.cli.main import run_command
    from anonymuse.wiring.vault import opened_vault

    data = a_town(tmp_path, canaried())
    out = tmp_path / "out"
    made = api.run(data, out, config(zone__encrypt=True, privacy__generalise=True))
    node = made.report.clusters[0].id
    api.edit(out).lock(node, why=f"quoted by {CANARIES[0]}")
    assert [edit["state"] for edit in api.edit(out).all()] == [PENDING]
    assert readable(out / "private", CANARIES[0]) == []
    api.run(data, out, config(zone__encrypt=True, privacy__generalise=True))
    assert [edit["state"] for edit in api.edit(out).all()] == [APPLIED]
    key = tmp_path / "anonymuse.key"
    key.chmod(0o600)
    assert run_command(["key", "rotate", "--key-file", str(key), "--yes"]) == 0
    assert run_command(["key", "check", "--key-file", str(key)]) == 0
    assert "is sound: 36 keys, 0 erased" in capsys.readouterr().out
    with opened_vault(out):
        assert api.edit(out).all()[0]["why"] == f"quoted by {CANARIES[0]}"


@pytest.mark.slow
def test_request_files_are_sealed_until_they_are_sent(tmp_path: Path):
    data = a_town(tmp_path, canaried())
    out, exchange = tmp_path / "out", tmp_path / "exchange"
    sealed = config(models__chat=f"folder:{exchange}#fake", zone__encrypt=True)
    with pytest.raises(Exception, match="Waiting for"):
        api.run(data, out, sealed)
    assert list((out / "private" / "batches").glob("*.jsonl"))
    assert readable(out / "private", *CANARIES) == []
    assert readable(exchange, CANARIES[0]), "the user's own folder is what the model reads"


def test_says_where_text_goes_and_refuses_before_anything_is_sent(tmp_path: Path):
    data = a_town(tmp_path, canaried())
    told: list[Event] = []
    with FakeServer() as server:
        chat = f"{server.base_url}#fake"
        with pytest.raises(ConfigError, match=r"not on the list of zone\.endpoints"):
            api.run(
                data, tmp_path / "out",
                config(models__chat=chat, zone__endpoints=["https://models.example.org/v1"]),
                emit=told.append,
            )  # fmt: skip
        assert server.counts.answered == 0
    assert told == []
    assert not (tmp_path / "out" / "private" / "ingest").exists()


@pytest.mark.slow
def test_says_at_the_start_that_text_stays(tmp_path: Path):
    told: list[Event] = []
    api.run(a_town(tmp_path, canaried()), tmp_path / "out", config(), emit=told.append)
    assert told[0] == Note("Text of conversations stays on this machine.")


def test_conversations_may_be_kept_for_longer_than_what_was_made_of_them(tmp_path: Path):
    out = tmp_path / "out"
    api.run(a_town(tmp_path, canaried()), out, config())
    assert api.retention(out, raw_days=1, derived_days=0)[str(out)].stages > 10
    assert readable(out / "private", CANARIES[1])


def test_retention_takes_the_folder_of_a_report_that_was_never_written(tmp_path: Path):
    out = tmp_path / "out"
    api.run(a_town(tmp_path, canaried()), out, config())
    (out / "restricted").mkdir()
    assert api.retention(out)[str(out)].restricted


@pytest.mark.slow
def test_retention_drops_conversations_and_then_the_rest(tmp_path: Path):
    data = a_town(tmp_path, canaried())
    out = tmp_path / "out"
    kept = config(zone__raw_days=0)
    api.run(data, out, kept)
    assert not api.retention(out, raw_days=1)[str(out)].anything
    foreseen = api.retention(out, dry_run=True)[str(out)]
    assert (foreseen.raw, foreseen.stages, foreseen.raw_days) == (2, 0, 0)
    assert readable(out / "private", CANARIES[1])
    assert api.retention(out)[str(out)] == foreseen
    left = readable(out / "private", CANARIES[1])
    assert left == []
    assert api.run(data, out, kept).ran == (), "what was made of them still holds"
    with pytest.raises(ErasedError, match=r"zone\.raw_days"):
        api.run(data, out, config(sample__per_unit=3))
    whole = api.retention(out, derived_days=0)[str(out)]
    assert whole.stages > 10
    assert whole.answers > 0
    assert not api.retention(out, derived_days=0)[str(out)].anything
    rows = [
        json.loads(line)
        for line in (tmp_path / "anonymuse.zone" / "audit.jsonl").read_text().splitlines()
    ]
    assert [row["action"] for row in rows] == ["retention", "retention"]


def test_a_run_waits_for_an_erasure_to_end(tmp_path: Path):
    from anonymuse.adapters.vault.ring import ring_held

    data = a_town(tmp_path, canaried())
    with (
        ring_held(tmp_path / "anonymuse.keys", alone=True),
        pytest.raises(OutputError, match="An erasure is at work"),
    ):
        api.run(data, tmp_path / "out", config(zone__encrypt=True))


def test_a_prediction_of_an_encrypted_run_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Killed half way, what it wrote cannot be read: no key of it is on any disk."""
    from anonymuse.pipeline import files

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    kept: list[bytes] = []
    write = files._write_atomically

    def keep(path: Path, how: Any) -> None:
        write(path, how)
        kept.append(path.read_bytes())

    monkeypatch.setattr(files, "_write_atomically", keep)
    data = a_town(tmp_path, canaried())
    api.plan(data, config(zone__encrypt=True, privacy__key_file=str(tmp_path / "anonymuse.key")))
    assert kept
    assert not any(word.encode() in data for data in kept for word in CANARIES)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_prediction_copies_to_where_the_next_run_clears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Copies of input are plain: killed half way, they must not stay in a folder nobody knows."""
    seen: list[Path] = []
    copy = Spool.copy

    def remembered(self: Spool, stream: BinaryIO) -> Path:
        seen.append(copy(self, stream))
        return seen[-1]

    monkeypatch.setattr(Spool, "copy", remembered)
    data = a_town(tmp_path, canaried())
    with data.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        settings = config(zone__encrypt=True, privacy__key_file=str(tmp_path / "anonymuse.key"))
        api.plan("-", settings)
    (place,) = seen
    assert place.parent.name.startswith(f"anonymuse-input-{os.getpid()}-")


@pytest.mark.slow
def test_the_command_retention_says_what_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from anonymuse.cli.main import run_command

    out = tmp_path / "out"
    api.run(a_town(tmp_path, canaried()), out, config())
    for arguments, said in (
        ((), "nothing is too old (30 days for conversations, 90 for the rest)"),
        (("--raw-days", "0", "--dry-run"), "2 files of conversations"),
        (("--raw-days", "0"), "are gone (0 days for conversations, 90 for the rest)"),
        (("--raw-days", "0"), "nothing is too old"),
    ):
        assert run_command(["retention", str(out), *arguments]) == 0
        assert said in capsys.readouterr().out
    assert run_command(["retention", str(out), "--derived-days", "0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"][str(out.resolve())]["stages"] > 10
    assert run_command(["retention", str(tmp_path / "none")]) == 2
