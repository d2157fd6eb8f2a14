"""The `Vault` over a key ring: a key per unit, each wrapped by the project's key."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from anonymuse.adapters.vault.ring import GENERATION, KeyRing
from anonymuse.adapters.vault.siv import NotSealedSoError, Siv, new_key
from anonymuse.errors import BrokenRunError, ConfigError, ErasedError
from anonymuse.ports.vault import MAGIC, PROJECT

_HEAD: Final = len(MAGIC) + 4
"""bytes before what is sealed: ours, and the generation (0: a unit's key)"""


@dataclass(frozen=True, slots=True, repr=False)
class Wrapping:
    """The project's key as the vault uses it.

    Attributes:
        fingerprint: of the project's key.
        secret: 32 bytes that are derived from it for this purpose.
    """

    fingerprint: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Wrapping({self.fingerprint})"


class RingVault:
    """Seals with the keys of a ring.

    Args:
        ring: closed with the vault.
        now: the project's key; a ring that an earlier one wraps is wrapped by it.
        before: keys that were retired.

    Raises:
        ConfigError: the ring belongs to another key, or the package for encryption is missing.
        BrokenRunError: a key in the ring was changed.
    """

    def __init__(self, ring: KeyRing, now: Wrapping, before: Sequence[Wrapping] = ()) -> None:
        self._ring = ring
        self._wrap = Siv(now.secret)
        self._lock = threading.RLock()
        self._keys: dict[str, bytes] = {}
        self._changes = ring.changes
        wrapped_by = ring.wrapped_by()
        if wrapped_by != now.fingerprint:
            old = next((own for own in before if own.fingerprint == wrapped_by), None)
            if wrapped_by and old is None:
                raise ConfigError(
                    f"The key ring {ring.path} belongs to another key (fingerprint {wrapped_by}, "
                    f"now {now.fingerprint}). Put that key back or name its file with --key-file, "
                    f"or name another ring with zone.key_ring."
                )
            with self._lock:
                past = self._wrap if old is None else Siv(old.secret)
                ring.rewrap(lambda n, w: self._wrap.seal(self._bare(past, n, w), n),
                            now.fingerprint)  # fmt: skip
        self.erased_at = ring.erased()
        self._generation = ring.generation

    @property
    def fingerprint(self) -> str:
        """Identifies the ring."""
        return self._ring.fingerprint

    @property
    def generation(self) -> int:
        """How many erasures there were: files of another generation cannot be read any more."""
        self._refresh()
        return self._generation

    def seal(self, data: bytes, *, unit: str | None, about: str) -> bytes:
        """Encrypt and authenticate (see `Vault`)."""
        with self._lock:
            self._refresh()
            name = GENERATION if unit is None else unit
            key = self._key(name)
            if key is None:
                self._ring.make([name], self._new)
                key = self._key(name)
            if key is None:
                raise ErasedError("Somebody who was erased has no key, so nothing is kept of them.")
            number = self._generation + 1 if unit is None else 0
        return MAGIC + number.to_bytes(4) + Siv(key).seal(data, about)

    def open(self, sealed: bytes, *, unit: str | None, about: str) -> bytes:
        """Return the plain bytes (see `Vault`)."""
        if sealed[: len(MAGIC)] != MAGIC or len(sealed) < _HEAD:
            raise BrokenRunError(
                f"{about} is not encrypted as it should be: it was changed. Put it back from a "
                f"copy, or delete it and run again."
            )
        number = int.from_bytes(sealed[len(MAGIC) : _HEAD])
        with self._lock:
            self._refresh()
            if unit is None and 0 < number <= self._generation:
                raise ErasedError(
                    f"{about} was made before somebody was erased, and its key was destroyed with "
                    f"theirs. Run again: it is made anew without them."
                )
            key = self._key(GENERATION if unit is None else unit)
            if key is None and unit in self.erased_at:
                raise ErasedError(f"{about} belonged to somebody who was erased.")
        if key is not None:
            try:
                return Siv(key).open(sealed[_HEAD:], about)
            except NotSealedSoError:
                pass
        raise BrokenRunError(
            f"{about} was changed, is another file, or was encrypted with another key ring than "
            f"{self._ring.path}. Put the right one back, or delete it and run again."
        )

    def admit(self, units: Iterable[str]) -> None:
        """Make keys for units that have none (see `Vault`)."""
        with self._lock:
            self._refresh()
            missing = sorted(set(units) - set(self._keys))
            if missing:
                self._ring.make(missing, self._new)

    def erased(self) -> frozenset[str]:
        """Return the pseudonyms of units that were erased."""
        self._refresh()
        return frozenset(self.erased_at)

    def check(self) -> int:
        """Open every key of the ring; return how many units have one.

        Raises:
            BrokenRunError: one was changed.
        """
        with self._lock:
            names = [
                name
                for name, wrapped in self._ring.wrapped_keys()
                if self._bare(self._wrap, name, wrapped)
            ]
        return len(set(names) - {GENERATION, PROJECT})

    def close(self) -> None:
        """Close the ring and forget the keys."""
        with self._lock:
            self._keys.clear()
            self._ring.close()

    def _refresh(self) -> None:
        """Forget keys where another process has changed the ring: it may have destroyed some."""
        with self._lock:
            changes = self._ring.changes
            if changes != self._changes:
                self._changes = changes
                self._keys.clear()
                self.erased_at = self._ring.erased()
                self._generation = self._ring.generation

    def _key(self, name: str) -> bytes | None:
        key = self._keys.get(name)
        if key is None:
            found = self._ring.find(name)
            if found is None or found[0] is None:
                return None
            key = self._keys[name] = self._bare(self._wrap, name, found[0])
        return key

    def _new(self, name: str) -> bytes:
        return self._wrap.seal(new_key(), name)

    def _bare(self, by: Siv, name: str, wrapped: bytes) -> bytes:
        try:
            return by.open(wrapped, name)
        except NotSealedSoError:
            raise BrokenRunError(
                f"A key in {self._ring.path} was changed. Put a sound copy of the ring back."
            ) from None
