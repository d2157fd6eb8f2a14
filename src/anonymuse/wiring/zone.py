"""Opens a restricted run in the secure zone beside its key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymuse.errors import ConfigError
from anonymuse.pipeline.last_run import last_restricted_run
from anonymuse.secure.rules import zone_folder
from anonymuse.secure.zone import Zone, run_name
from anonymuse.wiring.entities import entities_in_name
from anonymuse.wiring.restricted import open_restricted
from anonymuse.wiring.vault import key_of, keys_of, said_by


@contextmanager
def open_zone(out: Path) -> Iterator[Zone]:
    """Open the zone over a run; that it opened is the first row that it writes.

    Raises:
        InputError: no restricted run has ended there.
        ConfigError: the key is not there, or nobody is on the staff.
        OutputError: the zone's folder cannot be written.
        BrokenRunError: the run, or the zone, is damaged.
    """
    with open_restricted(out) as store:
        store.report()  # what is wrong with it is said before somebody signs in
        path = key_of(out, said_by(out) or {}, None)
        key, *retired = keys_of(path)
        zone = Zone(
            store,
            run=run_name(out),
            folder=zone_folder(path),
            key=key,
            retired=retired,
            detector=entities_in_name(last_restricted_run(out).config),
        )
        try:
            if not zone.has_staff():
                raise ConfigError(
                    f"Nobody is on the staff of {zone_folder(path)}. Begin with `anonymuse staff "
                    f"add NAME --role operator --key-file {path}`."
                )
            zone.open()
            yield zone
        finally:
            zone.close()
