"""Opens two runs to see which clusters continue each other; none where only reports are there."""

from __future__ import annotations

from pathlib import Path

from anonymuse.domain.released.links import Links
from anonymuse.errors import UserError
from anonymuse.pipeline.base import Base
from anonymuse.pipeline.following import follow
from anonymuse.pipeline.key import read_key
from anonymuse.pipeline.run import PRIVATE
from anonymuse.wiring.assigning import opened_base
from anonymuse.wiring.key import key_path


def links_of(before: Path, after: Path, tree: str) -> tuple[Links | None, str]:
    """Return how clusters of two runs continue each other; None and why where nobody can tell."""
    gone = [folder for folder in (before, after) if not (folder / PRIVATE).is_dir()]
    if gone:
        return None, f"{gone[0]} is a report without the run that made it"
    try:
        with opened_base(before) as a, opened_base(after) as b:
            if why := _apart(a, b):
                return None, why
            key = read_key(key_path(a.config, before))
            if key.fingerprint != a.key:
                return None, f"the key of {before} is not at hand"
            return follow(a, b, key, tree), ""
    except UserError as error:
        return None, error.message.rstrip(".")


def _apart(a: Base, b: Base) -> str:
    """Return why the vectors of two runs mean nothing to each other; empty where they do."""
    if a.key != b.key:
        return "the runs were made with different keys"
    models = [run.report().receipt.models for run in (a, b)]
    for what in ("embed", "embed facets"):
        if models[0].get(what) != models[1].get(what):
            return "the runs were embedded by different models"
    if a.config.cluster.method != b.config.cluster.method:
        return "the runs were grouped in different ways"
    settings = [run.report().receipt.settings["extraction"] for run in (a, b)]
    if settings[0] != settings[1]:
        return "one run was grouped by facets and the other by text"
    return ""
