"""Opens a finished run for a person's edits: its folder held, its key at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymuse.pipeline.editing import Desk
from anonymuse.pipeline.key import ProjectKey, read_key
from anonymuse.pipeline.last_run import LastRun, last_run
from anonymuse.pipeline.run import alone, refuse_another_key
from anonymuse.wiring.key import key_path
from anonymuse.wiring.vault import opened_vault


@contextmanager
def held(out: Path) -> Iterator[LastRun]:
    """Hold a run's folder, so that no run and no other edit changes it meanwhile.

    Raises:
        InputError: no run has ended there.
        OutputError: a run is at work there, or the folder cannot be written.
    """
    with opened_vault(out), alone(last_run(out).private):
        yield last_run(out)


@contextmanager
def desk(out: Path, tree: str) -> Iterator[Desk]:
    """Hold a run's folder and open one of its trees.

    Raises:
        ConfigError: the key that the run was made with is not there.
        EditError: there is no such tree.
    """
    with held(out) as run:
        yield Desk(run, _key_of(run), tree)


def _key_of(run: LastRun) -> ProjectKey:
    """Return the key of the run. A new one is never made here: it would find nothing again."""
    key = read_key(key_path(run.config, run.out))
    refuse_another_key(run.private, key)
    return key
