"""Files of other machines, by any address that fsspec knows; fetched once, into a private copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anonymuse.adapters.read.places import Spool, is_data
from anonymuse.errors import AnonymuseError, InputError

_PACKAGES = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "http": "aiohttp",
    "https": "aiohttp",
    "hf": "huggingface_hub",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "gdrive": "gdrivefs",
}
"""scheme of an address: the package that fsspec needs for it"""
_MAGIC = re.compile(r"[*?\[]")
_SECRETS = re.compile(r"//[^/@]*@|[?#].*", re.DOTALL)


def fetch(address: str, spool: Spool) -> Iterator[tuple[Path, str]]:
    """Copy what lies at an address; yield each copy with its name.

    Credentials are the store's own business (its environment variables and files). Those that
    stand in the address (``user:password@``, a signature behind ``?``) are in no name and no error.

    Raises:
        InputError: nothing is there, or it cannot be fetched; names the store's package where it
            is missing.
    """
    shown = redacted(address)
    system, path = _open(address, shown)
    try:
        yield from _copies(system, path, shown, spool)
    except AnonymuseError:
        raise
    except Exception as error:  # noqa: BLE001 - every store has its own; their texts show addresses
        raise InputError(f"{shown} cannot be fetched: {_why(error)}.") from None


def redacted(address: str) -> str:
    """Return an address without what may be a secret: user, password, query."""
    parts = (_SECRETS.sub(lambda m: "//" if m[0][0] == "/" else "", p) for p in address.split("::"))
    return "".join(mark if mark.isprintable() else "?" for mark in "::".join(parts))


def _open(address: str, shown: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError(
            f"{shown} needs the package fsspec: pip install 'anonymuse[files]'."
        ) from None
    scheme = address.split("::")[-1].split("://")[0].lower()
    try:
        system, path = url_to_fs(address)
    except ImportError:
        package = _PACKAGES.get(scheme, f"for {scheme}:// addresses")
        raise InputError(f"{shown} needs another package: pip install {package}.") from None
    except Exception as error:  # noqa: BLE001 - as above
        raise InputError(f"{shown} is no address that can be read: {_why(error)}.") from None
    return system, path


def _copies(system: Any, path: str, shown: str, spool: Spool) -> Iterator[tuple[Path, str]]:
    files, root = _files(system, path)
    if not files:
        raise InputError(f"There is no data at {shown}.")
    for file in files:
        with system.open(file, "rb") as stream:
            copy = spool.copy(stream)
        plain = redacted(file)
        inside = plain.removeprefix(redacted(root)).strip("/") or plain.rpartition("/")[2]
        yield copy, inside or "data"


def _files(system: Any, path: str) -> tuple[list[str], str]:
    """Return the files at a path, sorted, and the part of their names that they share."""
    if _MAGIC.search(redacted(path)) and not system.exists(path):
        found = sorted(file for file in system.glob(path) if not system.isdir(file))
        chosen = [file for file in found if is_data(redacted(file))] or found
        before = path[: _first_magic(path)]
        return chosen, before.rpartition("/")[0]
    if system.isdir(path):
        return sorted(file for file in system.find(path) if is_data(file)), path
    return [path], path.rpartition("/")[0]


def _first_magic(path: str) -> int:
    found = _MAGIC.search(path)
    return found.start() if found else len(path)


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "the store refused access (are its credentials set?)"
    return f"{type(error).__name__} from the store"
