"""What is known of the named vendors' models before they are asked: a table with a date."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from anonymuse.adapters.chat.dialect import THINKING_ROOM, Dialect, SchemaMode, Thinking

Vendor = Literal["anthropic", "openai"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What some models accept; the fields are explained in ``capabilities.toml``."""

    models: tuple[str, ...]
    sampling: bool
    thinking: Thinking
    schema: SchemaMode
    context: int
    refuses: bool
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"

    @property
    def dialect(self) -> Dialect:
        """What to send at first."""
        return Dialect(
            mode=self.schema,
            temperature=self.sampling,
            limit=self.limit,
            thinking=self.thinking,
            room=THINKING_ROOM if self.thinking in ("low", "minimal") else 0,
        )


@dataclass(frozen=True, slots=True)
class CapabilityTable:
    """All that is known, when it was read, and where."""

    date: str
    sources: tuple[str, ...]
    vendors: Mapping[Vendor, tuple[Capabilities, ...]]


@cache
def capability_table() -> CapabilityTable:
    """Return the shipped table."""
    text = files(__package__).joinpath("capabilities.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    vendors = {
        vendor: tuple(_row(row) for row in values[vendor]) for vendor in ("anthropic", "openai")
    }
    return CapabilityTable(
        values["date"],
        tuple(values["sources"]),
        cast("Mapping[Vendor, tuple[Capabilities, ...]]", vendors),
    )


def capabilities_of(vendor: Vendor, model: str) -> Capabilities | None:
    """Return what is known of a model, or None."""
    name = model.lower()
    rows = capability_table().vendors[vendor]
    return next((r for r in rows if any(fnmatchcase(name, p) for p in r.models)), None)


def _row(values: Mapping[str, Any]) -> Capabilities:
    return Capabilities(**{**values, "models": tuple(values["models"])})
