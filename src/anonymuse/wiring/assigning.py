"""Opens a finished run, so that new conversations can be put into its clusters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymuse.adapters.store.report_folder import find_bundle, load_report
from anonymuse.errors import ConfigError, InputError
from anonymuse.pipeline.base import Base
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.key import read_key
from anonymuse.pipeline.last_run import LastRun, last_run
from anonymuse.wiring.key import key_path, ledger_folder
from anonymuse.wiring.vault import opened_vault

_NEEDED = ("sample", "extract", "embed", "cluster")


@contextmanager
def opened_base(out: Path) -> Iterator[Base]:
    """Open a finished run with its vectors; what it holds can be read within the block.

    Raises:
        InputError: no run has ended there, it is a restricted one, or its vectors are gone.
    """
    with opened_vault(out):
        run = last_run(out)
        gone = [name for name in _NEEDED if not run.steps[name].folder.is_dir()]
        if gone:
            raise InputError(
                f"{out} has a report, and what it was made from is gone ({', '.join(gone)}): "
                f"nothing can be put into its clusters. Repeat its run, or make a report of its "
                f"own."
            )
        report = load_report(find_bundle(out))
        yield Base(run.out, run.private, run.config, run.steps, report.content_hash, run.key)


def as_before(out: Path) -> RunConfig:
    """Return the settings of a finished run, with the key and the ledger that it used, by name.

    Raises:
        InputError: no run has ended there, or it is a restricted one.
        ConfigError: its key is not there.
    """
    with opened_vault(out):
        run = last_run(out)
    path = key_path(run.config, run.out)
    refuse_another_key(run, path)
    named = {"key_file": str(path), "ledger": str(ledger_folder(run.config, run.out))}
    privacy = run.config.privacy.model_copy(update=named)
    return run.config.model_copy(update={"privacy": privacy})


def refuse_another_key(run: LastRun, path: Path) -> None:
    """Refuse a key that the run was not made with: pseudonyms and noise would be others.

    Raises:
        ConfigError: says so.
    """
    found = read_key(path).fingerprint
    if found != run.key:
        raise ConfigError(
            f"{run.out} was made with another key (fingerprint {run.key}, {path} has {found}). Put "
            f"that key back: with another one people have other pseudonyms, and nobody could tell "
            f"what is new."
        )
