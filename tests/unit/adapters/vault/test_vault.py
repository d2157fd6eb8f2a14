"""Keys per unit, their destruction, and what becomes of a ring in wrong hands."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from anonymuse.adapters.vault.ring import GENERATION, KeyRing, ring_held
from anonymuse.adapters.vault.vault import RingVault, Wrapping
from anonymuse.errors import BrokenRunError, ConfigError, ErasedError, OutputError
from anonymuse.ports.vault import MAGIC, PROJECT
from tests.erasing import destroy_keys

NOW = Wrapping("now", b"n" * 32)
OLD = Wrapping("old", b"o" * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anonymuse.keys"


@pytest.fixture
def vault(path: Path) -> Iterator[RingVault]:
    opened = RingVault(KeyRing(path, make=True), NOW)
    yield opened
    opened.close()


def again(path: Path, now: Wrapping = NOW, *before: Wrapping) -> RingVault:
    return RingVault(KeyRing(path), now, before)


def wrapped(path: Path) -> dict[str, bytes]:
    connection = sqlite3.connect(path)
    found = dict(connection.execute("SELECT name, wrapped FROM keys WHERE wrapped IS NOT NULL"))
    connection.close()
    return found


def test_every_unit_has_a_key_of_its_own(vault: RingVault, path: Path):
    sealed = {unit: vault.seal(b"text", unit=unit, about="x") for unit in ("a", "b", None)}
    assert len(set(sealed.values())) == 3
    for unit, data in sealed.items():
        assert data.startswith(MAGIC)
        assert vault.open(data, unit=unit, about="x") == b"text"
    with pytest.raises(BrokenRunError):
        vault.open(sealed["a"], unit="b", about="x")
    with pytest.raises(BrokenRunError):
        vault.open(sealed["a"], unit="a", about="y")
    assert set(wrapped(path)) == {"a", "b", GENERATION}
    other = again(path)
    assert other.open(sealed["a"], unit="a", about="x") == b"text"
    assert other.fingerprint == vault.fingerprint
    other.close()


def test_erasing_destroys_the_units_key_and_the_generations(vault: RingVault, path: Path):
    vault.admit(["a", "b"])
    mine, ours, theirs, staff = (
        vault.seal(b"text", unit=unit, about="x") for unit in ("a", None, "b", PROJECT)
    )
    keys = wrapped(path)
    destroy_keys(path, ["a", "never seen"])
    for data, unit in ((mine, "a"), (ours, None)):
        with pytest.raises(ErasedError):
            vault.open(data, unit=unit, about="x")
    assert vault.open(theirs, unit="b", about="x") == b"text"
    assert vault.open(staff, unit=PROJECT, about="x") == b"text"
    with pytest.raises(ErasedError):
        vault.seal(b"more", unit="a", about="x")
    assert vault.erased() == {"a", "never seen"}
    assert vault.generation == 1
    assert vault.open(vault.seal(b"new", unit=None, about="x"), unit=None, about="x") == b"new"
    ring = path.read_bytes()
    assert keys["a"] not in ring
    assert keys[GENERATION] not in ring
    assert keys["b"] in ring
    assert not list(path.parent.glob(f"{path.name}-*"))


def test_another_process_that_erased_is_noticed_at_once(vault: RingVault, path: Path):
    mine = vault.seal(b"text", unit="a", about="x")
    assert vault.open(mine, unit="a", about="x") == b"text"
    destroy_keys(path, ["a"])
    with pytest.raises(ErasedError):
        vault.open(mine, unit="a", about="x")
    assert vault.generation == 1


def test_a_ring_is_worth_nothing_without_the_projects_key(vault: RingVault, path: Path):
    vault.admit(["a"])
    with pytest.raises(ConfigError, match="belongs to another key"):
        again(path, Wrapping("thief", b"t" * 32))
    with pytest.raises(BrokenRunError, match="A key in"):
        again(path, Wrapping("now", b"t" * 32)).seal(b"", unit="a", about="x")


def test_wrapped_keys_cannot_be_exchanged(vault: RingVault, path: Path):
    vault.admit(["a", "b"])
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE name = 'b') WHERE name = 'a'"
        )
    connection.close()
    with pytest.raises(BrokenRunError, match="was changed"):
        again(path).seal(b"", unit="a", about="x")


def test_a_rotated_key_wraps_the_ring_anew(path: Path):
    first = RingVault(KeyRing(path, make=True), OLD)
    sealed = first.seal(b"text", unit="a", about="x")
    destroy_keys(path, ["b"])
    first.close()
    second = again(path, NOW, OLD)
    assert second.open(sealed, unit="a", about="x") == b"text"
    assert second.erased() == {"b"}
    second.close()
    with pytest.raises(ConfigError):
        again(path, OLD)
    again(path).close()


def test_what_is_not_sealed_is_refused(vault: RingVault):
    for data in (b"", b"plain", MAGIC, MAGIC + bytes(10)):
        with pytest.raises(BrokenRunError):
            vault.open(data, unit="a", about="x")
        with pytest.raises(BrokenRunError):
            vault.open(data, unit=None, about="x")


def test_a_ring_that_is_missing_damaged_or_anothers_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match="There is no key ring"):
        KeyRing(tmp_path / "none")
    (tmp_path / "text").write_text("no database, and long enough to be taken for one" * 20)
    with pytest.raises(BrokenRunError, match="is damaged"):
        KeyRing(tmp_path / "text")
    connection = sqlite3.connect(tmp_path / "other")
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    with pytest.raises(BrokenRunError, match="no key ring of ours"):
        KeyRing(tmp_path / "other")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError):
        KeyRing(tmp_path / "folder", make=True)


def test_a_full_disk_is_told_and_destroys_nothing(vault: RingVault, path: Path):
    vault.admit(["a"])
    ring = KeyRing(path)
    ring._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(OutputError, match="Free some disk space"):
        ring.make([f"{n:032}" for n in range(1000)], lambda _: bytes(60))
    ring.close()
    assert set(wrapped(path)) == {"a"}


def test_a_kill_in_the_middle_of_an_erasure_leaves_it_undone_and_it_can_be_done_again(
    vault: RingVault, path: Path
):
    vault.admit(["a"])
    ring = KeyRing(path)
    ring._connection.execute("BEGIN IMMEDIATE")
    ring._connection.execute("UPDATE keys SET wrapped = NULL, erased = 'now' WHERE name = 'a'")
    ring._connection.close()  # what a kill does: nothing was committed
    assert vault.erased() == frozenset()
    destroy_keys(path, ["a"])
    assert vault.erased() == {"a"}


def test_only_its_owner_may_read_a_ring(vault: RingVault, path: Path):
    assert path.stat().st_mode & 0o077 == 0


def test_runs_hold_a_ring_together_and_an_erasure_alone(path: Path):
    with (
        ring_held(path, alone=False),
        ring_held(path, alone=False),
        pytest.raises(OutputError, match="A run is at work"),
        ring_held(path, alone=True),
    ):
        pass
    with (
        ring_held(path, alone=True),
        pytest.raises(OutputError, match="An erasure is at work"),
        ring_held(path, alone=False),
    ):
        pass


def test_no_secret_shows(vault: RingVault):
    assert "nnnn" not in repr(NOW) + repr(vault)
