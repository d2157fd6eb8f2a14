"""Takes people out of a run's folder: what was read, what was made of it, stored answers."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from anonymuse.adapters.chat.batch_open import STATE
from anonymuse.adapters.chat.batch_store import BatchStore
from anonymuse.adapters.chat.books import LEDGER
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.pipeline import files
from anonymuse.pipeline.forgetting import forget_derived, forget_rows
from anonymuse.pipeline.run import KEY, PRIVATE, RESTRICTED
from anonymuse.wiring.asking import CACHE

_OF_SQLITE = ("", "-wal", "-shm", "-journal")
DATABASES = frozenset(name + end for name in (CACHE, STATE, LEDGER) for end in _OF_SQLITE)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was taken out of a run's folder.

    Attributes:
        conversations: that were read.
        stages: names of what was made of conversations and is made anew by the next run.
        answers: of models, that were stored.
        out: questions that are at a provider, in batches.
        restricted: whether there was a restricted report.
    """

    conversations: int = 0
    stages: tuple[str, ...] = ()
    answers: int = 0
    out: int = 0
    restricted: bool = False


def forget(out: Path, units: Collection[str], erasures: int) -> Forgotten:
    """Take some units out of a run's folder, which is held, and all that many units went into.

    It can be cut off at any moment and done again: that it is done is written last.

    Args:
        out: the run's folder.
        units: pseudonyms of who goes.
        erasures: how many there were until now, for `private/key.json`.
    """
    private = out / PRIVATE
    answers, waiting = _forget_answers(private, units)
    restricted = (out / RESTRICTED).is_dir()
    if restricted:
        with files.writing_to(out):
            shutil.rmtree(out / RESTRICTED)
    stages = forget_derived(private, DATABASES)
    rows = forget_rows(private, units)
    began = files.read_json(private / KEY)
    files.write_json(private / KEY, {**began, "erasures": erasures})
    return Forgotten(rows, tuple(stages), answers, waiting, restricted)


def _forget_answers(private: Path, units: Collection[str]) -> tuple[int, int]:
    """Delete stored answers, and what is known of questions that are out."""
    answers = waiting = 0
    if (private / CACHE).is_file():
        with ResponseCache(private / CACHE) as cache:
            answers = cache.erase(units)
    if (private / STATE).is_file():
        store = BatchStore(private / STATE)
        try:
            waiting = store.erase(units)
        finally:
            store.close()
    return answers, waiting
