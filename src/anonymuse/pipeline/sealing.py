"""Which folders are sealed, and with which keys what lies in them is.

Everything of a run that lies on disk goes through here: plain where its folder is not registered,
sealed where it is. A sealed file opens under its own place in the folder only.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymuse.errors import BrokenRunError
from anonymuse.ports.vault import MAGIC, PROJECT, Vault

INGEST = "ingest"
"""the step whose rows are sealed one by one, each with its unit's key"""

_OF_THE_PROJECT = frozenset({INGEST, "events.jsonl", "edits.jsonl"})
"""first parts of places that outlive an erasure: they hold counts, or what staff wrote"""
_PLAIN = frozenset({"key.json", ".dropped.json"})
"""which key and ring open the others; digests of sealed files that are gone"""
_SEALED = "sealed"

_FOLDERS: dict[Path, list[Vault]] = {}
_LOCK = threading.Lock()


@contextmanager
def sealed(folder: Path, vault: Vault | None) -> Iterator[None]:
    """Seal what is written below a folder, and open what is read, in every thread, for a while.

    Args:
        folder: need not be there yet.
        vault: whose keys; None: the folder stays plain.
    """
    if vault is None:
        yield
        return
    place = folder.resolve()
    with _LOCK:
        _FOLDERS.setdefault(place, []).append(vault)
    try:
        yield
    finally:
        with _LOCK:
            own = _FOLDERS[place]
            own.remove(vault)
            if not own:
                del _FOLDERS[place]


def vault_of(path: Path) -> Vault | None:
    """Return the vault of a folder or of a file below it; None where it is plain."""
    found = _find(path)
    return None if found is None else found[0]


def is_sealed(path: Path) -> bool:
    """Return whether a file that is there was sealed."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def seal(path: Path, data: bytes) -> bytes:
    """Return a file's bytes as they are to be written at its place."""
    found = _find(path)
    if found is None:
        return data
    vault, place = found
    return vault.seal(data, unit=_unit(place), about=place)


def opened(path: Path) -> bytes | None:
    """Return the bytes of a sealed file; None where the folder is plain: read the file itself.

    Raises:
        ErasedError: its key was destroyed.
        BrokenRunError: it was changed, or is not sealed.
    """
    found = _find(path)
    if found is None:
        return None
    vault, place = found
    return vault.open(path.read_bytes(), unit=_unit(place), about=place)


def seal_line(path: Path, number: int, line: bytes) -> bytes:
    """Return a line of JSON, without its end, as it is to be added to a file as its n-th."""
    found = _find(path)
    if found is None:
        return line
    vault, place = found
    data = vault.seal(line, unit=_unit(place), about=f"{place}:{number}")
    return json.dumps({_SEALED: base64.b64encode(data).decode()}).encode()


def opened_line(path: Path, number: int, line: bytes) -> bytes:
    """Return the n-th line of JSON of a file as it was before :func:`seal_line`.

    Raises:
        BrokenRunError: it was changed, or is not sealed.
    """
    found = _find(path)
    if found is None:
        return line
    vault, place = found
    try:
        data = base64.b64decode(json.loads(line)[_SEALED], validate=True)
    except (ValueError, KeyError, TypeError):
        raise BrokenRunError(
            f"Line {number} of {path} is not encrypted as it should be: it was changed."
        ) from None
    return vault.open(data, unit=_unit(place), about=f"{place}:{number}")


def _unit(place: str) -> str | None:
    return None if _OF_THE_PROJECT.isdisjoint(place.split("/")[1:2]) else PROJECT


def _find(path: Path) -> tuple[Vault, str] | None:
    """Return the vault of a path, and the path as it is called inside: the same in every copy.

    What is reached through the folder is sealed, wherever a link in it leads to.
    """
    if not _FOLDERS:
        return None
    whole = path.absolute()
    for above in (whole, *whole.parents):
        folder = above.resolve()
        if own := _FOLDERS.get(folder):
            place = (Path(folder.name) / whole.relative_to(above)).as_posix()
            return None if whole.name in _PLAIN else (own[-1], place)
    return None
