"""The key of an artefact: the hash of everything that made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from anonymuse.domain.ids import content_id

DROPPED = ".dropped.json"
"""what retention took out of a folder, by name, with digests"""


def step_key(name: str, version: int, params: Mapping[str, Any], inputs: Iterable[str]) -> str:
    """Return the key of a step's output.

    Args:
        name: the step.
        version: counted up when the step's code changes what it makes.
        params: settings, model ids and prompt digests that the step depends on.
        inputs: digests of the files it reads, in a fixed order. They are digests of *content*:
            a step that ran again and made the same bytes leaves later steps alone.
    """
    return content_id(name, version, dict(params), list(inputs))


def file_digest(path: Path) -> str:
    """Return the 128-bit BLAKE2b digest of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def folder_digest(folder: Path, pattern: str = "*") -> str:
    """Return the digest of names and bytes of the files in a folder that match ``pattern``.

    Files that retention dropped count as if they were there: what was made of them still holds.
    """
    found = {name: digest for name, digest in dropped(folder).items() if fnmatchcase(name, pattern)}
    found |= {
        path.name: file_digest(path)
        for path in folder.glob(pattern)
        if path.is_file() and not path.name.startswith(".")
    }
    return content_id([[name, found[name]] for name in sorted(found)])


def dropped(folder: Path) -> dict[str, str]:
    """Return the digests of a folder's files that retention dropped, by name."""
    path = folder / DROPPED
    return dict(json.loads(path.read_bytes())) if path.is_file() else {}
