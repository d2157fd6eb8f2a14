"""Single conversations of a finished run, fetched again for the secure zone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from anonymuse.domain.private.conversation import Conversation
from anonymuse.errors import ErasedError
from anonymuse.pipeline import files, payload
from anonymuse.pipeline.steps.ingest import shards


class Conversations:
    """Fetches what was read.

    Args:
        ingest: folder of the step `ingest`.
    """

    def __init__(self, ingest: Path) -> None:
        self._ingest = ingest

    def fetch(self, row: str) -> Conversation | None:
        """Return a conversation; None where it was erased, its text dropped, or is unknown.

        ``user`` and ``organisation`` are pseudonyms.
        """
        place = self._places.get(row)
        if place is None or not place.exists():
            return None
        table = files.read_table(place)
        rows = table.filter(pc.equal(table["row"], row)).to_pylist()
        if not rows:
            return None
        found: Mapping[str, Any] = rows[0]
        return Conversation(
            id=found["conversation"],
            turns=payload.decode(found["payload"]),
            user=found["user"],
            organisation=found["organisation"],
            time=found["time"],
            metadata=json.loads(found["metadata"]),
        )

    @cached_property
    def _places(self) -> dict[str, Path]:
        """Return the shard of each row."""
        try:
            places = shards(self._ingest)
        except ErasedError:  # retention has dropped them
            return {}
        return {
            row: path
            for path in places
            for row in files.read_table(path, ["row"])["row"].to_pylist()
        }
