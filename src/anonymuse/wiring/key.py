"""Where the project's key and the ledger of its releases lie."""

from __future__ import annotations

import os
from pathlib import Path

from anonymuse.adapters.store.ledger import LEDGER_NAME
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.key import KEY_NAME


def key_file(config: RunConfig) -> Path | None:
    """Return the file of the project's key, where one is named."""
    named = config.privacy.key_file or os.environ.get("ANONYMUSE_KEY_FILE")
    return Path(named) if named else None


def key_path(config: RunConfig, out: Path) -> Path:
    """Return the file of the project's key: the one that is named, or that beside the run."""
    return key_file(config) or out.resolve().parent / KEY_NAME


def ledger_folder(config: RunConfig, out: Path) -> Path:
    """Return the folder of the ledger: the one that is named, or that beside the key."""
    if config.privacy.ledger:
        return Path(config.privacy.ledger)
    return key_path(config, out).resolve().parent / LEDGER_NAME
