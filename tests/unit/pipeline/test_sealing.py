"""A registered folder is sealed and opened by itself; everything else stays as it was."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymuse.adapters.vault.ring import KeyRing
from anonymuse.adapters.vault.vault import RingVault, Wrapping
from anonymuse.domain.private.conversation import Turn
from anonymuse.errors import BrokenRunError, ErasedError, InputError
from anonymuse.pipeline import files, payload
from anonymuse.pipeline.forgetting import drop_raw, forget_derived, forget_rows, knows
from anonymuse.pipeline.sealing import opened_line, seal_line, sealed, vault_of
from anonymuse.pipeline.steps.ingest import shards, units_of
from tests.erasing import destroy_keys

CANARY = "Tangerine Zeppelin"


@pytest.fixture
def vault(tmp_path: Path) -> RingVault:
    return RingVault(KeyRing(tmp_path / "keys", make=True), Wrapping("now", bytes(32)))


@pytest.fixture
def private(tmp_path: Path) -> Path:
    folder = tmp_path / "run" / "private"
    (folder / "ingest" / "k").mkdir(parents=True)
    return folder


def rows() -> pa.Table:
    people = [("u1", None), ("u2", "o2"), (None, "o3"), (None, None)]
    return pa.table(
        {
            "row": [f"r{n}" for n in range(4)],
            "user": pa.array([user for user, _ in people], pa.string()),
            "organisation": pa.array([own for _, own in people], pa.string()),
            "time": pa.array(
                [datetime(2026, 1, n + 1, 5, 6, 7, 891, UTC) for n in range(3)] + [None],
                pa.timestamp("us", tz="UTC"),
            ),
            "turns": pa.array([1, 2, 3, 4], pa.int32()),
            "metadata": [json.dumps({"note": f"{CANARY} {n}"}) for n in range(4)],
            "payload": pa.array(
                [payload.encode((Turn("user", f"{CANARY} é {n}"),)) for n in range(4)], pa.binary()
            ),
        }
    )


def test_a_table_of_people_opens_as_it_was(vault: RingVault, private: Path):
    path = private / "ingest" / "k" / "part-00000.parquet"
    table = rows()
    with sealed(private, vault):
        files.write_rows(path, table, units_of(table))
        assert files.read_table(path).equals(table)
        some = files.read_table(path, ["payload", "row"])
        assert some.equals(table.select(["row", "payload"]))
        first = path.read_bytes()
        files.write_rows(path, table, units_of(table))
        assert path.read_bytes() == first, "the same is sealed alike"
    assert CANARY.encode() not in first
    for hidden in (b'"organisation"', b'"metadata"', b"Tangerine"):
        assert hidden not in b"".join(
            value
            for column in ("small", "payload")
            for value in pq.read_table(path)[column].to_pylist()
        )


def test_rows_of_who_was_erased_are_left_out(vault: RingVault, private: Path, tmp_path: Path):
    path = private / "ingest" / "k" / "part-00000.parquet"
    with sealed(private, vault):
        files.write_rows(path, rows(), units_of(rows()))
        before = pq.read_table(path)
        destroy_keys(tmp_path / "keys", ["u1", "r3"])
        assert files.read_table(path, ["row"])["row"].to_pylist() == ["r1", "r2"]
        assert knows(private, ["u1"])
        read = path.stat().st_mtime
        assert forget_rows(private, vault.erased()) == 2
        assert path.stat().st_mtime == read
        assert not knows(private, ["u1"])
        assert files.read_table(path, ["row"])["row"].to_pylist() == ["r1", "r2"]
        for blob in before["payload"].to_pylist()[0], before["small"].to_pylist()[0]:
            assert blob not in path.read_bytes()
            with pytest.raises(ErasedError):
                vault.open(blob, unit="u1", about="row")


def test_payloads_of_two_rows_cannot_be_exchanged(vault: RingVault, private: Path):
    path = private / "ingest" / "k" / "part-00000.parquet"
    table = rows().set_column(1, "user", pa.array(["u1"] * 4))
    with sealed(private, vault):
        files.write_rows(path, table, units_of(table))
        stored = pq.read_table(path)
        order = stored["payload"].take(pa.array([1, 0, 2, 3]))
        files.write_stored(path, stored.set_column(2, "payload", order))
        assert len(files.read_table(path, ["row"])) == 4
        with pytest.raises(BrokenRunError, match="was changed"):
            files.read_table(path)


def test_files_of_many_people_open_in_their_own_place_only(vault: RingVault, private: Path):
    one, two = private / "sample" / "a.json", private / "sample" / "b.json"
    one.parent.mkdir()
    with sealed(private, vault):
        files.write_json(one, {"text": CANARY})
        files.write_json(two, {"text": "other"})
        files.write_table(private / "sample" / "t.parquet", pa.table({"x": [CANARY]}))
        files.write_array(private / "sample" / "v.npy", np.arange(5, dtype=np.float16))
        assert files.read_json(one) == {"text": CANARY}
        assert files.read_table(private / "sample" / "t.parquet")["x"].to_pylist() == [CANARY]
        assert files.read_array(private / "sample" / "v.npy").tolist() == [0, 1, 2, 3, 4]
        sealed_one = one.read_bytes()
        one.write_bytes(two.read_bytes())
        with pytest.raises(BrokenRunError, match="was changed"):
            files.read_json(one)
        for changed in (sealed_one[:-1], sealed_one[:-3] + b"abc", b'{"text": "forged"}', b""):
            one.write_bytes(changed)
            with pytest.raises(BrokenRunError):
                files.read_json(one)
        pq.write_table(pa.table({"x": ["forged"]}), private / "sample" / "t.parquet")
        with pytest.raises(BrokenRunError):
            files.read_table(private / "sample" / "t.parquet")
    assert not [p for p in private.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
    with pytest.raises(InputError, match="is encrypted"):
        files.read_json(two)


def test_another_ring_or_none_opens_nothing(vault: RingVault, private: Path, tmp_path: Path):
    other = RingVault(KeyRing(tmp_path / "other", make=True), Wrapping("now", bytes(32)))
    with sealed(private, vault):
        files.write_json(private / "usage.json", {"a": 1})
        files.write_rows(private / "ingest" / "k" / "part-00000.parquet", rows(), units_of(rows()))
    with sealed(private, other):
        with pytest.raises(BrokenRunError, match="another key ring"):
            files.read_json(private / "usage.json")
        with pytest.raises(BrokenRunError, match="another key ring"):
            files.read_table(private / "ingest" / "k" / "part-00000.parquet")


def test_an_erasure_ends_files_of_many_and_keeps_the_journal(
    vault: RingVault, private: Path, tmp_path: Path
):
    with sealed(private, vault):
        files.write_json(private / "usage.json", {"a": 1})
        line = seal_line(private / "edits.jsonl", 1, b'{"number": 1}')
        marker = private / "ingest" / "k" / ".done.json"
        files.write_json(marker, {"read": 4})
        destroy_keys(tmp_path / "keys", ["somebody"])
        with pytest.raises(ErasedError, match="Run again"):
            files.read_json(private / "usage.json")
        assert opened_line(private / "edits.jsonl", 1, line) == b'{"number": 1}'
        assert files.read_json(marker) == {"read": 4}
        assert forget_derived(private, ["kept.sqlite"]) == ["usage.json"]


def test_lines_cannot_be_moved_or_written_plain(vault: RingVault, private: Path):
    path = private / "edits.jsonl"
    with sealed(private, vault):
        line = seal_line(path, 2, b'{"why": "because"}')
        assert b"because" not in line
        for number, wrong in ((1, line), (2, b'{"why": "forged"}'), (2, b'{"sealed": "!"}')):
            with pytest.raises(BrokenRunError):
                opened_line(path, number, wrong)
    assert seal_line(path, 2, b"{}") == opened_line(path, 2, b"{}") == b"{}"


def test_only_the_registered_folder_and_only_meanwhile(vault: RingVault, private: Path):
    outside = private.parent / "release.json"
    with sealed(private, vault), sealed(private, vault):
        files.write_json(outside, {"a": 1})
        files.write_json(private / "key.json", {"fingerprint": "x"})
        found: list[object] = []
        thread = threading.Thread(target=lambda: found.append(vault_of(private / "any")))
        thread.start()
        thread.join()
        assert found == [vault]
    assert vault_of(private) is None
    assert json.loads(outside.read_text()) == {"a": 1}
    assert json.loads((private / "key.json").read_text()) == {"fingerprint": "x"}
    with sealed(private, None):
        files.write_json(private / "plain.json", {"a": 1})
    assert json.loads((private / "plain.json").read_text()) == {"a": 1}


def test_a_plain_table_loses_a_units_rows_too(private: Path):
    path = private / "ingest" / "k" / "part-00000.parquet"
    files.write_rows(path, rows(), units_of(rows()))
    (path.parent / ".part-00001.parquet.77.tmp").write_bytes(b"left by a kill")
    assert knows(private, ["o3"])
    assert not knows(private, ["o2"]), "an account's conversations go with the account"
    assert forget_rows(private, ["u2", "o3"]) == 2
    assert files.read_table(path)["row"].to_pylist() == ["r0", "r3"]
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_what_retention_dropped_counts_as_if_it_were_there(private: Path):
    from anonymuse.pipeline.fingerprint import folder_digest

    path = private / "ingest" / "k" / "part-00000.parquet"
    files.write_rows(path, rows(), units_of(rows()))
    before = folder_digest(path.parent), folder_digest(path.parent, "*.npy")
    assert drop_raw(private, path.stat().st_mtime - 1, dry_run=False) == 0
    assert drop_raw(private, path.stat().st_mtime + 1, dry_run=True) == 1
    assert path.exists()
    assert drop_raw(private, path.stat().st_mtime + 1, dry_run=False) == 1
    assert not path.exists()
    assert (folder_digest(path.parent), folder_digest(path.parent, "*.npy")) == before
    with pytest.raises(ErasedError, match=r"zone\.raw_days"):
        shards(path.parent)


def test_a_link_inside_a_sealed_folder_leads_to_nothing_plain(
    vault: RingVault, private: Path, tmp_path: Path
):
    """A stage that was moved to a larger disk is sealed there, too."""
    elsewhere = tmp_path / "large disk"
    elsewhere.mkdir()
    (private / "scrub").symlink_to(elsewhere)
    with sealed(private, vault):
        files.write_json(private / "scrub" / "told.json", {"said": CANARY})
        assert files.read_json(private / "scrub" / "told.json") == {"said": CANARY}
        assert CANARY.encode() not in (elsewhere / "told.json").read_bytes()
    (tmp_path / "linked").symlink_to(private)
    with sealed(tmp_path / "linked", vault):
        assert files.read_json(private / "scrub" / "told.json") == {"said": CANARY}
