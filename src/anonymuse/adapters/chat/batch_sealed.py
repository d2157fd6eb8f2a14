"""Request files that are sealed on the disk: opened in memory alone while they are sent."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymuse.ports.vault import Vault

_OWN_DESCRIPTORS = Path("/proc/self/fd")


@contextmanager
def plain(path: Path, vault: Vault | None) -> Iterator[Path]:
    """Lend a request file as it is to be sent.

    Where the system can, the plain bytes are never on a disk; elsewhere they are for as long as it
    takes, in its folder for temporary files.

    Args:
        path: of the file.
        vault: that sealed it; None: it lies there as it is.

    Raises:
        ErasedError: somebody was erased since it was written.
        BrokenRunError: it was changed.
    """
    if vault is None or not path.is_file():
        yield path
        return
    data = vault.open(path.read_bytes(), unit=None, about=about(path))
    if not hasattr(os, "memfd_create"):
        with tempfile.NamedTemporaryFile(suffix=path.suffix) as stream:
            stream.write(data)
            stream.flush()
            yield Path(stream.name)
        return
    with os.fdopen(os.memfd_create(path.name), "wb") as stream:
        stream.write(data)
        stream.flush()
        yield _OWN_DESCRIPTORS / str(stream.fileno())


def about(path: Path) -> str:
    """Return the name that a request file is sealed under."""
    return f"batches/{path.name}"
