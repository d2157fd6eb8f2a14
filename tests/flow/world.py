"""Small whole runs for the flow tests: the town, fakes in place of models, one project key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from anonymuse import api
from anonymuse.pipeline.config import RunConfig
from tests import town

KEY = "5a" * 32
BASE: dict[str, Any] = {
    "privacy.policy": "demo",
    "models.chat": "scripted",
    "models.embed": "hashing",
    "models.embed_facets": "hashing",
    "extract.mode": "llm",
}


def a_town(folder: Path, rows: list[dict[str, Any]] | None = None) -> Path:
    """Write the town and the project's key; return the conversations' file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "anonymuse.key").write_text(KEY)
    return town.write(folder / "town.jsonl", town.people() if rows is None else rows)


def config(**changes: Any) -> RunConfig:
    """Return the tests' configuration; ``section__key=value`` changes it."""
    values = {name.replace("__", "."): value for name, value in changes.items()}
    return api.settings(None, BASE | values)


def bundle(out: Path) -> dict[str, bytes]:
    """Return every byte that may leave and that the content hash covers.

    What the calls cost lies beside them: a run that was stopped in between may have paid more.
    """
    files = sorted(p for p in (out / "release").rglob("*") if p.is_file())
    return {p.name: p.read_bytes() for p in files if p.name != "cost.json"}


def report(out: Path) -> dict[str, Any]:
    """Return the released report as plain values."""
    found: dict[str, Any] = json.loads((out / "release" / "report.json").read_text())
    return found
