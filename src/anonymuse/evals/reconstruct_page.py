"""The page of a reconstruction: tables in Markdown, and the same as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anonymuse.errors import OutputError
from anonymuse.evals.reconstruct import Reconstruction
from anonymuse.stats.intervals import Estimate


def as_result(found: Reconstruction, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``result.json`` holds: where the numbers come from, then the numbers."""
    return {"evaluation": "reconstruct", **provenance, **found.as_dict()}


def as_markdown(found: Reconstruction, provenance: Mapping[str, Any]) -> str:
    """Return the page: the table of scores, scores per language, and where they come from."""
    lines = [
        f"# Reconstruction: {found.data}",
        "",
        f"{found.rows:,} rows; mean of {found.seeds} seeds, each with its own 90 % sample and "
        "starts; 95 % bootstrap intervals over conversations, differences in pairs.",
        "",
        f"- Ours: {found.ours}.",
        f"- Baseline: {found.baseline}.",
        "",
        "| measure | ours | baseline | difference |",
        "|---|---|---|---|",
        *(
            f"| {s.name} | {_cell(s.ours)} | {_cell(s.baseline)} | {_cell(s.gain, sign='+')} |"
            for s in found.scores
        ),
    ]
    if found.by_language:
        lines += ["", "| language | purity at the base |", "|---|---|"]
        lines += [f"| {name} | {value:.2f} |" for name, value in found.by_language.items()]
    lines += ["", "Purity counts each cluster for its most frequent category: an upper bound."]
    lines += ["", *(f"- {key}: {_plain(value)}" for key, value in provenance.items()), ""]
    return "\n".join(lines)


def write_pages(found: Reconstruction, provenance: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write ``result.json`` and ``result.md`` into a folder.

    Raises:
        OutputError: the folder cannot be written.
    """
    pages = {
        folder / "result.json": json.dumps(
            as_result(found, provenance), indent=2, sort_keys=True, ensure_ascii=False
        )
        + "\n",
        folder / "result.md": as_markdown(found, provenance),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{folder} cannot be written ({error.strerror}).") from error
    return list(pages)


def _cell(value: Estimate, sign: str = "") -> str:
    return f"{value.mean:{sign}.3f} ({value.low:{sign}.3f} to {value.high:{sign}.3f})"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    return str(value)
