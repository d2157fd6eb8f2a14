"""Drops what has reached the age that `zone.raw_days` and `zone.derived_days` set."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.errors import AnonymuseError
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.forgetting import drop_derived, drop_raw, newest, refuse_links
from anonymuse.pipeline.last_run import config_of
from anonymuse.pipeline.run import PRIVATE, RESTRICTED, alone
from anonymuse.pipeline.settings import ZoneConfig
from anonymuse.wiring.asking import CACHE
from anonymuse.wiring.vault import opened_vault

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What retention took out of a run's folder.

    Attributes:
        raw_days: the age at which conversations go.
        derived_days: the age at which what was made of them goes.
        raw: files of conversations and scrubbed texts.
        stages: results of stages.
        answers: stored answers of models.
        restricted: whether a restricted report went.
    """

    raw_days: int
    derived_days: int
    raw: int = 0
    stages: int = 0
    answers: int = 0
    restricted: bool = False

    @property
    def anything(self) -> bool:
        """Whether there was something to drop."""
        return bool(self.raw or self.stages or self.answers or self.restricted)


def keep_to(
    out: Path,
    raw_days: int | None,
    derived_days: int | None,
    *,
    dry_run: bool,
    told: Callable[[str, Mapping[str, Any]], None],
    key_file: Path,
    now: float | None = None,
) -> Kept:
    """Drop what is too old from a run's folder.

    Args:
        out: the folder.
        raw_days: in place of the run's own setting.
        derived_days: in place of the run's own setting.
        dry_run: only say what would go.
        told: takes a row for the log, before anything goes.
        key_file: the project's key.
        now: seconds since 1970; the clock's when None.
    """
    own = _zone_of(out, key_file)
    raw = own.raw_days if raw_days is None else raw_days
    derived = own.derived_days if derived_days is None else derived_days
    today = time.time() if now is None else now
    with alone(out / PRIVATE):
        refuse_links(out)
        found = _drop(out, raw, derived, today, dry_run=True)
        if not dry_run and found.anything:
            told("retention", {"object": out.name, **asdict(found)})
            _drop(out, raw, derived, today, dry_run=False)
    return found


def _drop(out: Path, raw: int, derived: int, now: float, *, dry_run: bool) -> Kept:
    private = out / PRIVATE
    old, older = now - raw * _DAY, now - derived * _DAY
    report = out / RESTRICTED
    restricted = report.is_dir() and newest(report) < older
    if restricted and not dry_run:
        with files.writing_to(out):
            shutil.rmtree(report)
    answers = 0
    if (private / CACHE).is_file():
        with ResponseCache(private / CACHE) as cache:
            answers = cache.count_before(older) if dry_run else cache.forget_before(older)
    return Kept(
        raw,
        derived,
        raw=drop_raw(private, old, dry_run=dry_run),
        stages=drop_derived(private, older, old, dry_run=dry_run),
        answers=answers,
        restricted=restricted,
    )


def _zone_of(out: Path, key_file: Path) -> ZoneConfig:
    """Return the run's own settings; the defaults where no run has ended, or they are unreadable.

    Dropping needs no key, so a run whose ring is lost keeps to the defaults.
    """
    try:
        with opened_vault(out, key_file=key_file):
            config: RunConfig | None = config_of(out)
    except AnonymuseError:
        config = None
    return ZoneConfig() if config is None else config.zone
