"""Somebody's key is destroyed as the product does it: on the ring, beside whoever has it open."""

from collections.abc import Collection
from pathlib import Path

from anonymuse.adapters.vault.ring import KeyRing


def destroy_keys(path: Path, names: Collection[str]) -> None:
    """Destroy the keys of some units in a ring, and the generation's."""
    ring = KeyRing(path)
    ring.erase(names, "2026-11-22T00:00:00+00:00")
    ring.close()
