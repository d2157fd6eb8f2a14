"""Who was erased cannot be read again: not on the disk, not in backups with all that is left."""

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymuse import api
from anonymuse.adapters.store.ledger import FolderLedger
from anonymuse.adapters.vault.ring import GENERATION, KeyRing
from anonymuse.adapters.vault.siv import NotSealedSoError, Siv
from anonymuse.cli.main import run_command
from anonymuse.errors import ConfigError, InputError, OutputError
from anonymuse.pipeline import files
from anonymuse.pipeline.forgetting import drop_raw
from anonymuse.pipeline.journal import read_journal
from anonymuse.pipeline.key import read_key
from anonymuse.pipeline.steps.edited import APPLIED
from anonymuse.ports.vault import MAGIC, PROJECT
from anonymuse.secure.audit import read_keyring
from anonymuse.secure.audit_check import verify
from anonymuse.stages.edit import numbers_of
from anonymuse.stats.noise import unit_keys
from anonymuse.wiring.vault import opened_vault
from tests import town
from tests.flow.test_encrypted import readable
from tests.flow.world import a_town, bundle, config

pytestmark = pytest.mark.slow

WHO = "user-7"
CANARY = "Quokkafluff"
OTHER = "Zanzibarite"
ENCRYPTED = config(zone__encrypt=True)


def people() -> list[dict[str, Any]]:
    """Return rows in which one person says a word that nobody else says, and so does another."""
    rows = town.people(each=4, users=36)
    for row in rows:
        word = CANARY if row["user"] == WHO else OTHER if row["user"] == "user-8" else ""
        row["messages"][0]["content"] += f" {word}"
        row["note"] = word
    assert sum(row["user"] == WHO for row in rows) > 1
    return rows


def opened_with_all_keys(folder: Path, ring: Path, key: Path) -> Iterator[bytes]:
    """Yield everything in a folder that the keys which are left open, as a thief would try it.

    Every sealed piece is tried under every key of the ring and every name that it may have.
    """
    keys = dict(unwrapped(ring, key))
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        yield data
        inside = (Path(folder.name) / path.relative_to(folder)).as_posix()
        for piece, names in pieces(path, data, inside):
            for cipher in keys.values():
                for name in names:
                    try:
                        plain = cipher.open(piece[len(MAGIC) + 4 :], name)
                    except NotSealedSoError:
                        continue
                    yield plain
                    yield inflated(plain)


def unwrapped(ring: Path, key: Path) -> Iterator[tuple[str, Siv]]:
    wrap = Siv(read_key(key).derive("vault"))
    with closing(sqlite3.connect(ring)) as connection:
        rows = connection.execute("SELECT name, wrapped FROM keys WHERE wrapped IS NOT NULL")
        for name, wrapped in rows.fetchall():
            yield name, Siv(wrap.open(wrapped, name))


def pieces(path: Path, data: bytes, inside: str) -> Iterator[tuple[bytes, list[str]]]:
    if data.startswith(MAGIC):
        yield data, [inside]
    elif data.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(data))
        for row in table.to_pylist():
            yield row["small"], ["row"]
            yield row["payload"], [f"{name}/payload" for name in ALL_ROWS]
    elif path.name == "responses.sqlite":
        with closing(sqlite3.connect(path)) as connection:
            for key, body in connection.execute("SELECT key, body FROM replies"):
                yield body, [f"answer/{key}"]


ALL_ROWS: set[str] = set()
"""ids of all conversations: the thief is told even these"""


def inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def finds(word: str, folder: Path) -> bool:
    project = folder.parent
    ring, key = project / "anonymuse.keys", project / "anonymuse.key"
    form = word.encode()
    return any(form in found for found in opened_with_all_keys(folder, ring, key))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return a_town(tmp_path, people())


@pytest.fixture
def out(tmp_path: Path, data: Path) -> Path:
    """Return an encrypted run, with a backup of its folder beside it."""
    folder = tmp_path / "out"
    api.run(data, folder, ENCRYPTED)
    shutil.copytree(folder / "private", tmp_path / "backup" / "private")
    ALL_ROWS.clear()
    with opened_vault(folder):
        for path in (folder / "private" / "ingest").glob("*/part-*.parquet"):
            ALL_ROWS.update(files.read_table(path, ["row"])["row"].to_pylist())
    return folder


def test_nothing_that_is_left_opens_what_was_theirs(tmp_path: Path, out: Path):
    for name in ("anonymuse.keys", "anonymuse.key"):
        shutil.copy(tmp_path / name, tmp_path / "backup")
    assert finds(CANARY, tmp_path / "backup" / "private"), "the search finds what is there"
    done = api.erase(out, WHO)
    assert done.key
    assert done.runs[str(out)].conversations == 2
    shutil.copy(tmp_path / "anonymuse.keys", tmp_path / "backup")
    assert finds(OTHER, tmp_path / "backup" / "private"), "everybody else is still there"
    assert not finds(CANARY, tmp_path / "backup" / "private")
    for name in ("anonymuse.keys", "anonymuse.key"):
        shutil.copy(tmp_path / name, out)
    (out / "private").rename(out / "backup")
    assert not finds(CANARY, out / "backup")


def test_a_copy_of_the_ring_undoes_it_as_the_docs_say(tmp_path: Path, out: Path):
    for name in ("anonymuse.keys", "anonymuse.key"):
        shutil.copy(tmp_path / name, tmp_path / "backup")
    api.erase(out, WHO)
    assert finds(CANARY, tmp_path / "backup" / "private")


def test_a_run_refuses_an_older_copy_of_the_ring(tmp_path: Path, out: Path, data: Path):
    older = shutil.copy(tmp_path / "anonymuse.keys", tmp_path / "older")
    api.erase(out, WHO)
    shutil.copy(older, tmp_path / "anonymuse.keys")
    with pytest.raises(ConfigError, match="would undo an erasure"):
        api.run(data, out, ENCRYPTED)
    with pytest.raises(ConfigError, match="would undo an erasure"):
        api.edit(out).all()


def test_the_ring_and_the_folder_keep_no_byte_of_the_key(tmp_path: Path, out: Path):
    with closing(sqlite3.connect(tmp_path / "anonymuse.keys")) as connection:
        keys = dict(connection.execute("SELECT name, wrapped FROM keys"))
    done = api.erase(out, WHO)
    left = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert keys[done.pseudonym] not in left
    assert keys[GENERATION] not in left
    assert keys[PROJECT] in left


def test_the_next_run_is_that_of_data_without_them(tmp_path: Path, out: Path, data: Path):
    api.erase(out, WHO)
    shutil.rmtree(tmp_path / "anonymuse.releases")  # no earlier release to be compared with
    api.run(data, out, ENCRYPTED)
    rows = [row for row in people() if row["user"] != WHO]
    without = a_town(tmp_path / "without", rows)
    api.run(without, tmp_path / "without" / "out", ENCRYPTED)
    mine, theirs = bundle(out), bundle(tmp_path / "without" / "out")
    assert (
        json.loads(mine["report.json"])["clusters"]
        == (json.loads(theirs["report.json"])["clusters"])
    )
    assert not finds(CANARY, moved(out, tmp_path))


def moved(out: Path, project: Path) -> Path:
    """Return the private folder as one beside the key and the ring."""
    for name in ("anonymuse.keys", "anonymuse.key"):
        shutil.copy(project / name, out)
    return out / "private"


def test_the_source_does_not_bring_them_back_nor_does_a_new_key(
    tmp_path: Path, out: Path, data: Path
):
    api.erase(out, WHO)
    fresh = api.run(data, tmp_path / "fresh", ENCRYPTED)
    assert fresh.stages["ingest"]["dropped: erased"] == 2
    plain = api.run(data, tmp_path / "plain", config())
    assert plain.stages["ingest"]["dropped: erased"] == 2
    assert readable(tmp_path / "plain" / "private", CANARY) == []
    key = tmp_path / "anonymuse.key"
    key.chmod(0o600)
    assert run_command(["key", "rotate", "--key-file", str(key), "--yes"]) == 0
    rotated = api.run(data, tmp_path / "rotated", ENCRYPTED)
    assert rotated.stages["ingest"]["dropped: erased"] == 2
    assert api.erase(out, WHO).before, "who was erased under the old key is known as erased"


def test_a_run_that_was_not_named_loses_them_too(tmp_path: Path, out: Path, data: Path):
    other, plain = tmp_path / "other", tmp_path / "plain"
    api.run(data, other, ENCRYPTED)
    api.run(data, plain, config())
    assert readable(plain / "private", CANARY)
    api.erase(out, WHO)
    for name in ("anonymuse.keys", "anonymuse.key"):
        shutil.copy(tmp_path / name, tmp_path / "backup")
    shutil.copytree(other / "private", tmp_path / "backup" / "other")
    assert not finds(CANARY, tmp_path / "backup" / "other"), "its key is destroyed already"
    assert api.run(data, other, ENCRYPTED).report.conversations > 0
    api.run(data, plain, config())
    assert readable(plain / "private", CANARY) == []
    assert bundle(plain)["report.json"] == bundle(other)["report.json"]


def test_without_encryption_it_is_rewritten_and_backups_are_told(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "out"
    before = api.run(data, out, config())
    assert readable(out / "private", CANARY)
    assert run_command(["erase", str(out), "--user", WHO, "--yes"]) == 0
    said = capsys.readouterr().out
    assert "is not encrypted: copies of it, as in backups, hold them still" in said
    assert WHO not in said
    assert readable(out / "private", CANARY, WHO) == []
    after = api.run(data, out, config())
    assert after.usage["calls"] < before.usage["calls"] / 2, "others' answers are kept"
    assert readable(out / "private", CANARY) == []


def test_the_ledger_of_releases_does_not_know_them_any_more(tmp_path: Path, out: Path, data: Path):
    """With the project's key their number could be made again, and their topics looked up."""
    key = read_key(tmp_path / "anonymuse.key")
    (number,) = unit_keys(key.derive("ledger"), names(tmp_path)).tolist()
    ledger = FolderLedger(tmp_path / "anonymuse.releases")

    def people() -> list[list[int]]:
        with ledger.opened() as held:
            return [own.people.tolist() for line in held.lines for own in held.numbers(line)]

    before = people()
    assert any(number in own for own in before)
    api.erase(out, WHO)
    after = people()
    assert not any(number in own for own in after)
    assert [len(own) for own in after] == [len(own) for own in before]
    assert all(own == sorted(own) for own in after)
    others = [set(own) - {number} for own in before]
    assert all(old <= set(new) for old, new in zip(others, after, strict=True))
    assert api.run(data, out, ENCRYPTED).report.conversations > 0


def anchored(out: Path) -> set[int]:
    """Return every number that stands for a conversation in the journal of edits."""
    with opened_vault(out):
        edits = read_journal(out / "private")
    return {number for edit in edits for anchor in edit.anchors for number in anchor.members}


def locked_everywhere(out: Path) -> set[int]:
    """Lock every topic of a run, and return the numbers of the conversations of one person."""
    for own in api.open_report(out).clusters:
        if own.level == 0:
            api.edit(out).lock(own.id, why="quoted")
    rows: set[str] = set()
    with opened_vault(out):
        for path in (out / "private" / "ingest").glob("*/part-*.parquet"):
            table = files.read_table(path, ["row", "user"]).to_pylist()
            rows |= {row["row"] for row in table if row["user"] in names(out.parent)}
    key = read_key(out.parent / "anonymuse.key").derive("edits")
    theirs = set(numbers_of(sorted(rows), key).tolist())
    assert theirs & anchored(out), "else it is not their number that is looked for"
    return theirs


@pytest.mark.parametrize("encrypt", [False, True])
def test_the_journal_of_edits_does_not_know_them_any_more(
    tmp_path: Path, data: Path, encrypt: bool
):
    """Named or not: the other run does it when it is next started."""
    settings = config(zone__encrypt=encrypt)
    named, other = tmp_path / "named", tmp_path / "other"
    theirs: set[int] = set()
    for out in (named, other):
        api.run(data, out, settings)
        theirs |= locked_everywhere(out)
    before = anchored(named)
    api.erase(named, WHO)
    assert anchored(named) & before == before - theirs
    assert len(anchored(named)) == len(before)
    api.run(data, other, settings)
    assert anchored(other) & before == before - theirs
    assert APPLIED in {edit["state"] for edit in api.edit(other).all()}, "others are there still"


def test_the_journal_knows_them_not_after_retention_either(tmp_path: Path, out: Path):
    theirs = locked_everywhere(out)
    before = anchored(out)
    with opened_vault(out):
        drop_raw(out / "private", time.time() + 1, dry_run=False)
    api.erase(out, WHO)
    assert anchored(out) & before == before - theirs


@pytest.mark.parametrize("place", ["private/scrub", "restricted"])
def test_what_lies_behind_a_link_is_not_taken_for_deleted(tmp_path: Path, data: Path, place: str):
    out, disk = tmp_path / "out", tmp_path / "large disk"
    api.run(data, out, config())
    (out / "restricted").mkdir()
    (out / place).rename(disk)
    (out / place).symlink_to(disk)
    with pytest.raises(OutputError, match=f"{Path(place).name} is a link"):
        api.erase(out, WHO)
    assert not (tmp_path / "anonymuse.keys").exists(), "nothing was destroyed, or called erased"
    (out / place).unlink()
    disk.rename(out / place)
    api.erase(out, WHO)
    assert readable(out / "private", CANARY) == []


def test_killed_in_the_middle_a_second_erasure_completes_it(tmp_path: Path, out: Path):
    code = (
        "import os, signal, sys\n"
        "from anonymuse import api\n"
        "from anonymuse.wiring import forgetting\n"
        "def kill(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "forgetting.forget_derived = kill\n"
        "api.erase(sys.argv[1], sys.argv[2])\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(out), WHO], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (out / "private" / "scrub").exists()
    done = api.erase(out, WHO)
    assert done.before
    assert not done.key
    assert not (out / "private" / "scrub").exists()
    assert done.runs[str(out)].conversations == 2
    assert not finds(CANARY, moved(out, tmp_path))
    third = api.erase(out, WHO).runs[str(out)]
    assert third.conversations == 0
    assert third.stages == ()


def test_a_kill_before_the_files_is_healed_by_the_next_run(tmp_path: Path, out: Path, data: Path):
    ring = KeyRing(tmp_path / "anonymuse.keys")
    pseudonym = next(iter(ring.known(names(tmp_path))))
    ring.erase([pseudonym], "2026-11-22T00:00:00+00:00")
    ring.close()
    again = api.run(data, out, ENCRYPTED)
    assert again.stages["sample"]["conversations"] == 70
    assert not finds(CANARY, moved(out, tmp_path))


def names(project: Path) -> list[str]:
    from anonymuse.pipeline.erased import pseudonym_keys, pseudonyms

    return pseudonyms(pseudonym_keys([read_key(project / "anonymuse.key")]), "user", WHO)


def test_it_is_in_the_log_before_anything_is_destroyed_and_names_nobody(
    tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
):
    assert run_command(["erase", str(out), "--user", WHO, "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    log = (tmp_path / "anonymuse.zone" / "audit.jsonl").read_text()
    rows = [json.loads(line) for line in log.splitlines()]
    assert [row["action"] for row in rows] == ["erase", "erased"]
    assert {row["object"] for row in rows} == {told["pseudonym"]}
    assert rows[1]["details"]["ring"] == told["digest"]
    assert WHO not in log
    keyring = read_keyring(tmp_path / "anonymuse.key")
    assert verify(tmp_path / "anonymuse.zone", keyring).sound


def test_where_the_log_cannot_be_written_nothing_is_destroyed(tmp_path: Path, out: Path):
    shutil.rmtree(tmp_path / "anonymuse.zone", ignore_errors=True)
    (tmp_path / "anonymuse.zone").write_text("a file in the way")
    with pytest.raises(Exception, match=r"anonymuse\.zone"):
        api.erase(out, WHO)
    ring = KeyRing(tmp_path / "anonymuse.keys")
    assert ring.known(names(tmp_path))
    ring.close()


def test_wrong_uses_are_told(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(InputError, match="Nobody of that identifier"):
        api.erase(out, "nobody-at-all")
    with pytest.raises(InputError, match="There is no run"):
        api.erase(tmp_path / "none", WHO)
    assert run_command(["erase", str(out), "--user", "nobody-at-all", "--yes"]) == 2
    assert run_command(["erase", str(out), "--user", WHO, "--json"]) == 2
    assert "nobody-at-all" not in capsys.readouterr().err


def test_a_batch_that_is_out_is_told_and_its_answers_are_not_kept(tmp_path: Path, data: Path):
    out, exchange = tmp_path / "out", tmp_path / "exchange"
    by_hand = config(models__chat=f"folder:{exchange}#fake", zone__encrypt=True)
    with pytest.raises(Exception, match="Waiting for"):
        api.run(data, out, by_hand)
    done = api.erase(out, WHO).runs[str(out)]
    assert done.out >= 1
    with pytest.raises(Exception, match="Waiting for"):
        api.run(data, out, by_hand)
    assert not finds(CANARY, moved(out, tmp_path))


def test_a_full_disk_while_files_are_rewritten_can_be_gone_on_from(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(pq, "write_table", full)
        with pytest.raises(Exception, match="disk is full"):
            api.erase(out, WHO)
    assert isinstance(pq.read_table(next((out / "private").rglob("part-*.parquet"))), pa.Table)
    assert api.erase(out, WHO).runs[str(out)].conversations == 2
