"""One suite for every store of a restricted report."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anonymuse.adapters.restricted.folder import FolderRestrictedStore, save_restricted
from anonymuse.adapters.restricted.memory import MemoryRestrictedStore
from anonymuse.adapters.vault.ring import KeyRing
from anonymuse.adapters.vault.vault import RingVault, Wrapping
from anonymuse.domain.restricted.evidence import Member
from anonymuse.errors import BrokenRunError, ErasedError, InputError, OutputError
from anonymuse.ports.restricted_store import RestrictedStore
from anonymuse.ports.vault import Vault
from tests import restricted_sample
from tests.erasing import destroy_keys


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    found = RingVault(KeyRing(tmp_path / "keys", make=True), Wrapping("a key", bytes(32)))
    yield found
    found.close()


def nothing(row: str) -> None:
    """Fetch no conversation."""


def in_memory(folder: Path, vault: Vault) -> RestrictedStore:
    return MemoryRestrictedStore(
        restricted_sample.report(),
        restricted_sample.members(),
        restricted_sample.conversations(),
    )


def in_a_folder(folder: Path, vault: Vault) -> RestrictedStore:
    save_restricted(
        restricted_sample.report(),
        iter(restricted_sample.members()),
        folder / "restricted",
        vault=vault,
    )
    return FolderRestrictedStore(
        folder / "restricted", vault, restricted_sample.conversations().get
    )


@pytest.fixture(params=[in_memory, in_a_folder])
def store(request: pytest.FixtureRequest, tmp_path: Path, vault: Vault) -> RestrictedStore:
    make: Callable[[Path, Vault], RestrictedStore] = request.param
    return make(tmp_path, vault)


def rows(members: object) -> list[str]:
    assert isinstance(members, list)
    return [own.row for own in members]


def test_the_report_comes_back(store: RestrictedStore) -> None:
    assert store.report() == restricted_sample.report()


def test_members_come_back_as_they_were(store: RestrictedStore) -> None:
    assert list(store.members()) == restricted_sample.members()
    assert isinstance(store.members()[0], Member)


def test_members_of_a_cluster_of_any_level(store: RestrictedStore) -> None:
    assert rows(store.members(cluster="L0-0001")) == ["row-2", "row-3"]
    assert rows(store.members(cluster="L1-0000")) == ["row-0", "row-1", "row-2", "row-3"]


def test_members_of_an_account_and_of_both(store: RestrictedStore) -> None:
    assert rows(store.members(account="anna")) == ["row-0", "row-2"]
    assert rows(store.members(cluster="L0-0001", account="anna")) == ["row-2"]


@pytest.mark.parametrize("nobody", ["", "L0-9999", "../L0-0000", "L0-0000' or '1'='1"])
def test_nobody_is_in_what_is_not_there(store: RestrictedStore, nobody: str) -> None:
    assert rows(store.members(cluster=nobody)) == []
    assert rows(store.members(account=nobody)) == []


def test_a_conversation_is_fetched_under_its_pseudonym(store: RestrictedStore) -> None:
    found = store.conversation("row-0")
    assert found is not None
    assert found.user == "anna"
    assert found.turns[0].text == "Words of row-0"


@pytest.mark.parametrize("row", ["row-5", "row-77", "", "../row-0"])
def test_one_that_was_erased_or_never_was_is_none(store: RestrictedStore, row: str) -> None:
    assert store.conversation(row) is None


def test_no_text_stands_in_a_repr(store: RestrictedStore) -> None:
    assert "Words" not in repr(store)
    assert "Name of" not in repr(store)


class TestFolder:
    def test_nothing_can_be_read_on_the_disk(self, tmp_path: Path, vault: Vault) -> None:
        in_a_folder(tmp_path, vault)
        written = b"".join(p.read_bytes() for p in (tmp_path / "restricted").iterdir())
        for word in (b"Name of", b"anna", b"acme", b"row-0", b"Spanish", b"PAR1"):
            assert word not in written

    def test_it_is_for_its_owner_alone(self, tmp_path: Path, vault: Vault) -> None:
        in_a_folder(tmp_path, vault)
        assert (tmp_path / "restricted").stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("name", ["report.sealed", "members.sealed"])
    def test_what_was_changed_is_refused(self, tmp_path: Path, vault: Vault, name: str) -> None:
        store = in_a_folder(tmp_path, vault)
        path = tmp_path / "restricted" / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
        with pytest.raises(BrokenRunError):
            (store.members(), store.report())

    def test_two_files_cannot_be_exchanged(self, tmp_path: Path, vault: Vault) -> None:
        store = in_a_folder(tmp_path, vault)
        folder = tmp_path / "restricted"
        (folder / "report.sealed").write_bytes((folder / "members.sealed").read_bytes())
        with pytest.raises(BrokenRunError):
            store.report()

    def test_after_an_erasure_it_cannot_be_opened(self, tmp_path: Path, vault: Vault) -> None:
        in_a_folder(tmp_path, vault)
        vault.admit(["anna"])
        destroy_keys(tmp_path / "keys", ["anna"])
        store = FolderRestrictedStore(tmp_path / "restricted", vault, nothing)
        with pytest.raises(ErasedError):
            store.report()

    def test_a_report_that_another_version_wrote_is_refused(
        self, tmp_path: Path, vault: Vault
    ) -> None:
        folder = tmp_path / "restricted"
        in_a_folder(tmp_path, vault)
        for text in (b"[]", b"{}", b'{"kind": "a released report", "schema_version": 1}'):
            sealed = vault.seal(text, unit=None, about="restricted/report.sealed")
            (folder / "report.sealed").write_bytes(sealed)
            store = FolderRestrictedStore(folder, vault, nothing)
            with pytest.raises(BrokenRunError, match="another version"):
                store.report()

    def test_a_folder_without_one_says_how_to_make_one(self, tmp_path: Path, vault: Vault) -> None:
        with pytest.raises(InputError, match="--restricted"):
            FolderRestrictedStore(tmp_path, vault, nothing)

    def test_a_half_written_one_is_none(self, tmp_path: Path, vault: Vault) -> None:
        in_a_folder(tmp_path, vault)
        (tmp_path / "restricted" / "report.sealed").unlink()
        with pytest.raises(InputError, match="stopped early"):
            FolderRestrictedStore(tmp_path / "restricted", vault, nothing)

    def test_a_place_that_cannot_be_written_is_said(self, tmp_path: Path, vault: Vault) -> None:
        (tmp_path / "restricted").write_text("a file in the way")
        with pytest.raises(OutputError, match="restricted"):
            in_a_folder(tmp_path, vault)

    def test_an_open_report_is_gone_with_an_erasure(self, tmp_path: Path, vault: Vault) -> None:
        """A server that has it in memory must not go on telling of who was erased."""
        store = in_a_folder(tmp_path, vault)
        assert store.members(account="anna")
        destroy_keys(tmp_path / "keys", ["anna"])
        for look in (store.report, store.members, lambda: store.members(account="anna")):
            with pytest.raises(ErasedError):
                look()
