"""Who was erased: their conversations are not read in again, though the source may still hold them.

Names are kept as pseudonyms, which depend on the project's key. So a name is looked up under the
key of today and under those that were retired: a new key brings nobody back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anonymuse.domain.ids import keyed_id
from anonymuse.domain.private.conversation import Conversation
from anonymuse.pipeline.key import ProjectKey


@dataclass(frozen=True, slots=True, repr=False)
class Erased:
    """The units that were erased.

    Attributes:
        units: their pseudonyms; of conversations without a user or an organisation, the row's id.
        keys: that pseudonyms were made with: today's, then retired ones.
        erasures: how many times somebody was erased.
    """

    units: frozenset[str] = frozenset()
    keys: tuple[bytes, ...] = ()
    erasures: int = 0

    def holds(self, row: Mapping[str, Any], item: Conversation) -> bool:
        """Say whether a conversation that is read belongs to somebody who was erased.

        Args:
            row: as it would be kept.
            item: as it was read.
        """
        if not self.units:
            return False
        if item.user is not None:
            return not self.units.isdisjoint(pseudonyms(self.keys, "user", item.user))
        if item.organisation is not None:
            own = pseudonyms(self.keys, "organisation", item.organisation)
            return not self.units.isdisjoint(own)
        return row["row"] in self.units

    def __repr__(self) -> str:
        return f"Erased({len(self.units)} units)"


NOBODY = Erased()


def pseudonyms(keys: Iterable[bytes], kind: str, name: str) -> list[str]:
    """Return what somebody is called under each of some keys.

    Args:
        keys: derived for pseudonyms.
        kind: "user" or "organisation".
        name: as the source has it.
    """
    return [keyed_id(key, kind, name) for key in keys]


def pseudonym_keys(keys: Iterable[ProjectKey]) -> tuple[bytes, ...]:
    """Return the keys that pseudonyms are made with."""
    return tuple(key.derive("pseudonym") for key in keys)
