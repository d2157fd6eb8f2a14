"""A released bundle as a folder: ``report.json`` and a ``README.md``, readable without us.

The same report gives the same bytes. ``report.json`` is written last and renamed into place, so a
folder that has one is complete; its content hash covers everything in it. What the model calls
cost lies beside it in ``cost.json``: made in one go or in several, a report is the same report.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from anonymuse.domain.ids import canonical_json
from anonymuse.domain.released import sentences
from anonymuse.domain.released.report import SCHEMA_VERSION, Report, report_from_dict
from anonymuse.domain.released.tree import problems
from anonymuse.errors import BrokenRunError, InputError, OutputError

REPORT = "report.json"
README = "README.md"
COST = "cost.json"
RELEASE = "release"
RESTRICTED = "restricted"
"""where a restricted run keeps its report: nothing here opens it"""
SEALED = "report.sealed"
_FACET = re.compile(r"[a-z][a-z0-9_]*")


def content_hash(report: Report) -> str:
    """Return the digest (BLAKE2b, 128 bits) of everything in the report but the digest itself."""
    # Through JSON and back first: what is hashed is what a reader will find in the file.
    return _digest(json.loads(json.dumps(report.as_dict(), allow_nan=False)))


def save_report(report: Report, folder: Path) -> Report:
    """Write a bundle, and return the report with its content hash filled in.

    Raises:
        BrokenRunError: the tree is not sound, or a value has no JSON spelling.
        OutputError: the folder cannot be written.
    """
    _check_tree(report, where=folder)
    try:
        further = (replace(own, content_hash=content_hash(own)) for own in report.further)
        report = replace(report, further=tuple(further))
        report = replace(report, content_hash=content_hash(report))
        text = json.dumps(
            report.as_dict(), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False
        )
        files = {README: readme(report).encode(), REPORT: (text + "\n").encode()}
        if report.receipt.cost:
            cost = json.dumps(dict(report.receipt.cost), indent=1, allow_nan=False)
            files = {COST: (cost + "\n").encode(), **files}
    except (TypeError, ValueError) as error:  # a lone surrogate is a ValueError too
        raise BrokenRunError(
            f"The report for {folder} holds a value that JSON cannot carry. "
            "This is a bug in anonymuse: please report it."
        ) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if COST not in files:
            (folder / COST).unlink(missing_ok=True)
        for name, data in files.items():
            _write(folder / name, data)
    except OSError as error:
        raise OutputError(
            f"The report cannot be written to {folder}: {error.strerror or 'unknown reason'}. "
            "Free some space or choose another folder."
        ) from error
    return report


def find_bundle(folder: Path) -> Path:
    """Return the bundle in a run folder, or the folder itself where it is a bundle.

    Raises:
        InputError: there is no report in either place, or it is a restricted one.
    """
    if any((place / SEALED).exists() for place in (folder / RESTRICTED, folder)):
        raise InputError(_restricted(folder))
    for place in (folder / RELEASE, folder):
        if (place / REPORT).is_file():
            return place
    if not folder.exists():
        raise InputError(
            f"There is no folder {folder}. Name the folder that `anonymuse run --out` wrote."
        )
    raise InputError(
        f"There is no report in {folder}: neither {RELEASE}/{REPORT} nor {REPORT}. "
        "Name the folder that `anonymuse run --out` wrote; if the run stopped early, "
        "repeat its command to finish it."
    )


def load_report(folder: Path) -> Report:
    """Read a bundle back and check it: schema version, content hash, tree.

    Raises:
        InputError: there is no bundle, it may not be read, is of another schema version, or is not
            what we wrote.
    """
    path = find_bundle(folder) / REPORT
    data = _read(path)
    if "kind" in data:  # a released report has no such field
        raise InputError(_restricted(path.parent))
    version = data.get("schema_version")
    if version != SCHEMA_VERSION:
        raise InputError(_other_version(path, version, data))
    try:
        report = report_from_dict(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(_changed(path)) from error
    if _digest(data) != report.content_hash or not _names_are_ours(report):
        raise InputError(_changed(path))
    _check_tree(report, where=path)
    return replace(report, receipt=replace(report.receipt, cost=_read_cost(path.with_name(COST))))


def _read_cost(path: Path) -> dict[str, Any]:
    """Read what the calls cost; nothing where it was not passed on with the report.

    Raises:
        InputError: it is not what we wrote.
    """
    if not path.is_file():
        return {}
    cost = _read(path)
    if not all(value is None or isinstance(value, str | int | float) for value in cost.values()):
        raise InputError(_changed(path))
    return cost


def readme(report: Report) -> str:
    """Return the bundle's README: what it is, which policy, how to read it."""
    receipt = report.receipt
    made_by = receipt.versions.get("anonymuse", "")
    parts = [
        f"# {_plain(report.title)}",
        " ".join(
            part
            for part in (
                sentences.what_this_is(report),
                f"Time covered: {sentences.window_line(receipt)}." if receipt.window else "",
                sentences.policy_line(receipt),
                _plain(receipt.unit_note),
                *sentences.policy_sentences(receipt),
                sentences.withheld_line(report),
                sentences.mode_line(receipt),
            )
            if part
        ),
        "How to read it: " + " ".join(sentences.how_to_read(report)),
        *(f"Note: {_plain(note)}" for note in receipt.notes),
        f"`{REPORT}` holds all of it. `anonymuse export` turns this folder into a web page, "
        "Markdown, CSV or Parquet.",
        f"Made by anonymuse {made_by}".rstrip() + f". Content hash: {report.content_hash}.",
    ]
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Return text on one line, with nothing that Markdown or HTML would act on."""
    flat = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>&#|!~" else c for c in flat)


def _digest(data: Mapping[str, Any]) -> str:
    body = {name: value for name, value in data.items() if name != "content_hash"}
    return hashlib.blake2b(canonical_json(body), digest_size=16).hexdigest()


def _write(path: Path, data: bytes) -> None:
    """Write under a temporary name, then rename; leave nothing behind on failure."""
    temporary = path.with_name(f".{path.name}.writing")
    try:
        temporary.unlink(missing_ok=True)  # a folder from elsewhere may hold a link of that name
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or 'unknown reason'}.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(_changed(path)) from error
    if not isinstance(data, dict):
        raise InputError(_changed(path))
    return data


def _names_are_ours(report: Report) -> bool:
    """Whether the names of further trees are names: exports make files and folders of them."""
    names = [own.facet for own in report.further]
    good = all(isinstance(name, str) and _FACET.fullmatch(name) for name in names)
    return good and len(set(names)) == len(names)


def _check_tree(report: Report, where: Path) -> None:
    trees = (report, *report.further)
    if found := [problem for tree in trees for problem in problems(tree.clusters)]:
        raise BrokenRunError(
            f"The tree of the report {where} is not sound: {len(found)} problems, "
            f"the first: {found[0]}. This is a bug in anonymuse: please report it."
        )


def _restricted(folder: Path) -> str:
    return (
        f"{folder} holds a restricted report, which is for authorised staff in the secure zone "
        f"only. Open it with `anonymuse investigate`; for a report that may be passed on, run "
        f"without --restricted into another folder."
    )


def _changed(path: Path) -> str:
    return (
        f"{path} is not what anonymuse wrote: it was changed or damaged. "
        "Repeat the run's command to write it again, or fetch the bundle again."
    )


def _other_version(path: Path, version: object, data: Mapping[str, Any]) -> str:
    receipt = data.get("receipt")
    versions = receipt.get("versions") if isinstance(receipt, dict) else None
    writer = versions.get("anonymuse") if isinstance(versions, dict) else None
    by = f" by anonymuse {writer}" if isinstance(writer, str) else ""
    if isinstance(version, int) and version > SCHEMA_VERSION:
        todo = "Update anonymuse to read it."
    else:
        todo = "Read it with the version that wrote it, or repeat the run."
    return (
        f"{path} was written{by} with bundle schema {version!r}; "
        f"this anonymuse reads schema {SCHEMA_VERSION}. {todo}"
    )
