"""Opens the restricted report of a run, for the secure zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymuse.adapters.restricted.folder import FolderRestrictedStore
from anonymuse.errors import BrokenRunError
from anonymuse.pipeline.conversations import Conversations
from anonymuse.pipeline.last_run import last_restricted_run
from anonymuse.pipeline.run import RESTRICTED
from anonymuse.ports.restricted_store import RestrictedStore
from anonymuse.wiring.vault import opened_vault


@contextmanager
def open_restricted(out: Path) -> Iterator[RestrictedStore]:
    """Open a restricted run with its key ring; what it holds can be read within the block.

    Raises:
        InputError: no restricted run has ended there.
        ConfigError: the key or the key ring that the run was made with is not there.
        BrokenRunError: the run is not encrypted.
    """
    with opened_vault(out) as vault:
        run = last_restricted_run(out)
        if vault is None:
            raise BrokenRunError(f"{out / RESTRICTED} is not encrypted: anonymuse did not make it.")
        conversations = Conversations(run.steps["ingest"].folder)
        yield FolderRestrictedStore(out / RESTRICTED, vault, conversations.fetch)
