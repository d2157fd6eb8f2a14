"""`assign`: new conversations into the clusters of an earlier report, from Python."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anonymuse.api.aside import complete
from anonymuse.api.layers import find_setting, layered
from anonymuse.api.restricted import refuse_restricted
from anonymuse.api.running import Outcome, Paths, outcome_of, places
from anonymuse.errors import ConfigError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, ignore

_OF_ITS_DATA = "extract.facets_file"


def assign(
    data: Paths | None,
    to: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    emit: Emit = ignore,
    **keywords: Any,
) -> Outcome:
    """Put new conversations into the clusters of an earlier report, without clustering them anew.

    Clusters keep their ids, names and places in the tree. What fits into none of them is drift: it
    is clustered by itself, and the receipt tells its share. The new report passes the gate as any.

    Args:
        data: as for `anonymuse.run`.
        to: the folder of the earlier run.
        out: folder of the new one; the same one resumes.
        emit: called with every event.
        keywords: settings by the names of the flags; all others are those of the earlier run.

    Raises:
        InputError: no run has ended in ``to``, or the data cannot be read.
        ConfigError: the new conversations would be looked at in another way; says which.
        NothingReleasedError: the policy withheld every cluster.
    """
    config = like_before(Path(to), keywords)
    refuse_restricted(config)
    refuse_same_folder(Path(to), Path(out))
    return complete(lambda told: _carry_out(data, Path(to), Path(out), config, told), emit)


def like_before(to: Path, said: Mapping[str, Any]) -> RunConfig:
    """Return the settings of the earlier run with what is said over them.

    Raises:
        ConfigError: the earlier run took facets from a file, and none is named for the new data.
    """
    from anonymuse.wiring.assigning import as_before

    before = as_before(to)
    settings = {find_setting(name) for name in said}
    if before.extract.facets_file is not None and _OF_ITS_DATA not in settings:
        raise ConfigError(
            f"{to} was made from recorded facets. Name the file with those of the new "
            f"conversations: --facets-from FILE."
        )
    return layered(before, said)[0]


def refuse_same_folder(to: Path, out: Path) -> None:
    """Refuse to write into the folder of the earlier run.

    Raises:
        ConfigError: says so.
    """
    if to.resolve() == out.resolve():
        raise ConfigError(f"{out} is the earlier report itself. Name another folder with --out.")


async def _carry_out(
    data: Paths | None, to: Path, out: Path, config: RunConfig, emit: Emit
) -> Outcome:
    from anonymuse.wiring.assigning import opened_base
    from anonymuse.wiring.job import assemble

    with opened_base(to) as base:
        async with assemble(places(data), out, config, emit, base=base) as job:
            return outcome_of(await job.execute(), out)
