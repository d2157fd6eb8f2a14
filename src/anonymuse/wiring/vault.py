"""Opens the key ring of a run: for the run itself, and for what reads a finished one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anonymuse.adapters.vault.ring import RING_NAME, KeyRing, ring_held
from anonymuse.adapters.vault.siv import new_key
from anonymuse.adapters.vault.vault import RingVault, Wrapping
from anonymuse.errors import ConfigError
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.erased import NOBODY, Erased, pseudonym_keys
from anonymuse.pipeline.forgetting import forget_members
from anonymuse.pipeline.key import KEY_NAME, ProjectKey, read_key, retired_keys
from anonymuse.pipeline.run import KEY, PRIVATE, alone
from anonymuse.pipeline.sealing import sealed
from anonymuse.ports.vault import Vault
from anonymuse.wiring.forgetting import forget
from anonymuse.wiring.key import key_path

RING, ERASURES, RING_FILE, KEY_FILE = "ring", "erasures", "ring_file", "key_file"
"""names in `private/key.json`: which ring, how many erasures it had, where it and the key lay"""


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a run keeps what it keeps.

    Attributes:
        vault: None where it lies on the disk as it is.
        erased: who must not be read in again.
        said: for `private/key.json`.
    """

    vault: Vault | None = None
    erased: Erased = NOBODY
    said: Mapping[str, Any] = field(default_factory=dict)


def ring_path(config: RunConfig, key_file: Path) -> Path:
    """Return the file of the key ring: the one that is named, or that beside the key."""
    if config.zone.key_ring:
        return Path(config.zone.key_ring)
    return key_file.resolve().parent / RING_NAME


def is_sealed(config: RunConfig) -> bool:
    """Return whether a run's private folder is to be encrypted."""
    return config.zone.encrypt or config.zone.restricted


@contextmanager
def sealing_of(config: RunConfig, out: Path, key: ProjectKey) -> Iterator[Sealing]:
    """Open what a run seals with, and first take out of its folder who was erased meanwhile.

    Raises:
        ConfigError: the folder was begun otherwise, or its ring is missing or another one.
        OutputError: an erasure is at work.
    """
    path = key_path(config, out)
    ring = ring_path(config, path)
    began = said_by(out)
    _refuse_a_change(out, began, wanted=is_sealed(config))
    keys = (key, *(read_key(old) for old in retired_keys(path)))
    with ExitStack() as stack:
        if not is_sealed(config):
            erased = _erased_by(ring, keys)
            _catch_up(out, began, erased, keys)
            yield Sealing(None, erased, {ERASURES: erased.erasures} if erased.erasures else {})
            return
        stack.enter_context(ring_held(ring, alone=False))
        vault = open_vault(ring, keys, make=began is None)
        stack.callback(vault.close)
        if began is not None:
            refuse_another_ring(out, began, vault)
        erased = Erased(vault.erased(), pseudonym_keys(keys), vault.generation)
        stack.enter_context(sealed(out / PRIVATE, vault))
        _catch_up(out, began, erased, keys)
        said = {
            RING: vault.fingerprint,
            ERASURES: vault.generation,
            RING_FILE: str(ring.resolve()),
            KEY_FILE: str(path.resolve()),
        }
        yield Sealing(vault, erased, said)


@contextmanager
def opened_vault(out: Path, *, key_file: Path | None = None) -> Iterator[RingVault | None]:
    """Open the ring of a finished run, so that its files can be read within the block.

    Args:
        out: the run's folder.
        key_file: the project's key; left out, where it lay when the run was made, or beside it.

    Yields:
        The vault; None for a run that is not encrypted.

    Raises:
        ConfigError: the key or the ring is not there, or is another one.
    """
    began = said_by(out) or {}
    if RING not in began:
        yield None
        return
    path = key_of(out, began, key_file)
    vault = open_vault(found_at(began[RING_FILE], path.resolve().parent / RING_NAME), keys_of(path))
    try:
        refuse_another_ring(out, began, vault)
        with sealed(out / PRIVATE, vault):
            yield vault
    finally:
        vault.close()


@contextmanager
def throwaway(folder: Path, config: RunConfig) -> Iterator[None]:
    """Seal a folder of a prediction, where a run would be sealed, with keys that nobody keeps."""
    if not is_sealed(config):
        yield
        return
    vault = RingVault(KeyRing(folder / RING_NAME, make=True), Wrapping("throwaway", new_key()))
    try:
        with sealed(folder, vault):
            yield
    finally:
        vault.close()


def said_by(out: Path) -> Mapping[str, Any] | None:
    """Return what `private/key.json` of a run says; None where there is none."""
    path = out / PRIVATE / KEY
    if not path.is_file():
        return None
    found: Mapping[str, Any] = files.read_json(path)
    return found


def key_of(out: Path, began: Mapping[str, Any], named: Path | None) -> Path:
    """Return the file of the key of a run's folder.

    Args:
        out: the folder.
        began: what its `key.json` says.
        named: the file that the user names, if any.
    """
    beside = out.resolve().parent / KEY_NAME
    told = os.environ.get("ANONYMUSE_KEY_FILE")
    if named is not None or told:
        return named or Path(told or "")
    return found_at(began.get(KEY_FILE, str(beside)), beside)


def keys_of(path: Path) -> tuple[ProjectKey, ...]:
    """Return the project's key and those that were retired beside it.

    Raises:
        ConfigError: there is none.
    """
    return read_key(path), *(read_key(old) for old in retired_keys(path))


def open_vault(ring: Path, keys: Sequence[ProjectKey], *, make: bool = False) -> RingVault:
    """Open a ring with the project's key, the first; a ring of a retired key is wrapped anew.

    Raises:
        ConfigError: it is not there, or belongs to another key.
    """
    now, *before = (Wrapping(key.fingerprint, key.derive("vault")) for key in keys)
    opened = KeyRing(ring, make=make)
    try:
        return RingVault(opened, now, before)
    except BaseException:
        opened.close()
        raise


def wrap_anew(path: Path) -> None:
    """Wrap the ring beside a key by it, after it took a retired one's place.

    Cut off before, the next run that opens the ring does it.
    """
    ring = path.resolve().parent / RING_NAME
    if not ring.is_file():
        return
    opened = KeyRing(ring)
    try:
        wrapped = bool(opened.wrapped_by())
    finally:
        opened.close()
    if wrapped:
        open_vault(ring, keys_of(path)).close()


def check_ring(path: Path) -> tuple[Path, int, int] | None:
    """Return the ring beside a key, how many keys it holds and how many people were erased.

    Returns:
        None where there is no ring.

    Raises:
        ConfigError: it belongs to another key.
        BrokenRunError: it, or a key in it, was changed.
    """
    ring = path.resolve().parent / RING_NAME
    if not ring.is_file():
        return None
    vault = open_vault(ring, keys_of(path))
    try:
        return ring, vault.check(), len(vault.erased())
    finally:
        vault.close()


def refuse_another_ring(out: Path, began: Mapping[str, Any], vault: Vault) -> None:
    """Refuse a ring that is not the one, or a copy from before an erasure.

    Raises:
        ConfigError: says which it is.
    """
    if began[RING] != vault.fingerprint:
        raise ConfigError(
            f"{out} was encrypted with another key ring (its mark is {began[RING]}, that of this "
            f"one {vault.fingerprint}). Put the right one back, or name its file with "
            f"zone.key_ring."
        )
    if began[ERASURES] > vault.generation:
        raise ConfigError(
            f"The key ring of {out} is an older copy: somebody was erased since. Put the newest "
            f"one back; an older copy would undo an erasure."
        )


def _refuse_a_change(out: Path, began: Mapping[str, Any] | None, *, wanted: bool) -> None:
    if began is None or (RING in began) == wanted:
        return
    now = "is not encrypted" if wanted else "is encrypted"
    way = "without --encrypt" if wanted else "with --encrypt"
    raise ConfigError(
        f"What lies in {out / PRIVATE} {now}, and a folder stays as it was begun. Choose another "
        f"--out, or run {way}."
    )


def _erased_by(ring: Path, keys: Sequence[ProjectKey]) -> Erased:
    """Return who was erased by what the ring says without any key."""
    if not ring.is_file():
        return NOBODY
    opened = KeyRing(ring)
    try:
        return Erased(frozenset(opened.erased()), pseudonym_keys(keys), opened.generation)
    finally:
        opened.close()


def _catch_up(
    out: Path, began: Mapping[str, Any] | None, erased: Erased, keys: Sequence[ProjectKey]
) -> None:
    """Take out of a folder who was erased since it was last used, or half erased by a kill."""
    if began is not None and began.get(ERASURES, 0) != erased.erasures:
        with alone(out / PRIVATE):
            forget_members(out / PRIVATE, erased.units, keys)
            forget(out, erased.units, erased.erasures)


def found_at(recorded: str, beside: Path) -> Path:
    """Return where a file lay, or, where the project was moved as a whole, where it lies now."""
    return beside if not Path(recorded).exists() and beside.exists() else Path(recorded)
