"""What `anonymuse eval` hands out: where its numbers come from, a page, a result as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from anonymuse.evals.suite.compare import Change
    from anonymuse.evals.suite.section import Section
    from anonymuse.pipeline.estimate import Estimate

Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="Folder for the page and the result.")
]
JsonTo = Annotated[
    Path | None, typer.Option("--json", help="Write the result as JSON here; - prints it.")
]
PRINTED = Path("-")


def refuse_unwritable_places(out: Path | None, *files: Path | None) -> None:
    """Try to write where results will go, before long work is done for them.

    Raises:
        OutputError: a folder cannot be written.
    """
    from anonymuse.evals.suite.run import refuse_unwritable

    for folder in (out, *(None if file is None else file.parent for file in files)):
        if folder is not None:
            refuse_unwritable(folder)


def provenance(
    command: str,
    date: str | None,
    *,
    data: str,
    rows: int,
    models: Mapping[str, str],
    **more: str,
) -> dict[str, Any]:
    """Return where the numbers come from: no path and no name of this machine."""
    import numpy as np

    from anonymuse._version import __version__

    return {
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": command,
        "data": data,
        "rows": rows,
        "models": dict(models),
        **more,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "versions": {
            "anonymuse": __version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }


def show_plan(plan: Estimate, *, as_json: bool) -> None:
    """Print what would be asked of a chat model, and its cost."""
    from anonymuse.api.plan_page import plain

    typer.echo(json.dumps(plan.as_dict()) if as_json else plain(plan))


def hand_out(
    title: str,
    sections: Sequence[Section],
    told: Mapping[str, Any],
    *,
    out: Path | None,
    json_to: Path | None,
    changes: Sequence[Change] = (),
) -> None:
    """Print the page or the result, and write what was asked for.

    Args:
        title: of the page.
        sections: what was measured.
        told: where the numbers come from.
        out: folder for the page and the result.
        json_to: file for the result; `PRINTED` for standard output.
        changes: since an earlier result.
    """
    from anonymuse.evals.suite.page import as_markdown
    from anonymuse.evals.suite.run import as_json, as_result, write_pages, write_text

    text = as_json(as_result(sections, told, changes))
    if json_to == PRINTED:
        typer.echo(text, nl=False)
    else:
        typer.echo(as_markdown(title, sections, told, changes))
    if json_to is not None and json_to != PRINTED:
        write_text(json_to, text)
        typer.echo(f"Wrote {json_to}")
    for page in () if out is None else write_pages(out, title, sections, told, changes):
        typer.echo(f"Wrote {page}", err=json_to == PRINTED)
