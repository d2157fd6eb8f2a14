"""What `anonymuse privacybench` found for a configuration; a data file that is shipped with us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from anonymuse.domain.policy import POLICIES, ReleasePolicy

MEASURED = "measured.json"
"""beside this file; written by the benchmark"""


@cache
def _all() -> Mapping[str, Any]:
    path = files("anonymuse.pipeline") / MEASURED
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def measured(naming: str, policy: ReleasePolicy, version: str) -> dict[str, Any]:
    """Return what was measured for a way of naming under a policy; empty where nothing was.

    A policy with other numbers than the shipped ones is another configuration, and so is another
    version of this software.
    """
    found = _all()
    own = found.get("configurations", {}).get(f"{naming}/{policy.name}")
    same = found.get("versions", {}).get("anonymuse") == version
    if own is None or not same or POLICIES.get(policy.name) != policy:
        return {}
    return {"date": found["date"], "profile": found["profile"], **own}
