"""Opens what a command is given as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from anonymuse.adapters.read.facets_file import FacetsFile
from anonymuse.adapters.read.places import DataFile, Spool, find_places
from anonymuse.adapters.read.sniff import Input, open_inputs
from anonymuse.adapters.sql.query import write_query
from anonymuse.errors import InputError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.facet_sets import facets_of
from anonymuse.pipeline.fingerprint import file_digest
from anonymuse.pipeline.parts import Source
from anonymuse.pipeline.settings import InputConfig
from anonymuse.ports.reader import ColumnMapping


@contextmanager
def opened(
    data: Sequence[str], config: InputConfig, *, copies: Path | None = None
) -> Iterator[list[Input]]:
    """Open everything that a command is given as data; copies of it are removed afterwards.

    Args:
        data: files, folders, patterns, ``-``, addresses.
        config: the format, the columns, a query.
        copies: folder for copies of what is no file here; the system's when None.

    Raises:
        InputError: there is nothing, or it cannot be read as asked.
    """
    with Spool(copies) as spool:
        files = find_places(data, spool)
        if config.sql is not None:
            rows = spool.new()
            write_query(config.sql, rows)
            files.append(DataFile(rows, "sql"))
        if not files:
            raise InputError("Name the data: files, folders, addresses, - or a query with --sql.")
        yield open_inputs(files, format=config.format, columns=_columns(config))


def source_of(one: Input) -> Source:
    """Return an input with the digest of its bytes."""
    digests = [file_digest(file) for file in one.files]
    return Source(one.reader.name, one.reader, "+".join(digests))


def recorded_facets(config: RunConfig) -> FacetsFile | None:
    """Return the facets that somebody already has, if a file of them is named."""
    if config.extract.facets_file is None:
        return None
    return FacetsFile(Path(config.extract.facets_file), facets_of(config))


def _columns(config: InputConfig) -> ColumnMapping:
    return ColumnMapping(
        id=config.id_column,
        messages=config.messages_column,
        text=config.text_column,
        role=config.role_column,
        user=config.user_column,
        organisation=config.org_column,
        time=config.time_column,
        extra={column: column for column in config.flag_columns if "." in column},
        timezone=config.timezone,
    )
