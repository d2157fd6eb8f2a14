"""The last finished run of a folder, to be read again: its settings, its steps, its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from anonymuse.domain.released.report import Report, report_from_dict
from anonymuse.errors import BrokenRunError, EditError, InputError
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import SCOPE, Finished, Workshop
from anonymuse.pipeline.events import ignore
from anonymuse.pipeline.run import PRIVATE, RELEASE, RESTRICTED

_MANIFEST = "manifest.json"
_REPORT = "report.json"


@dataclass(frozen=True, slots=True, repr=False)
class LastRun:
    """What a folder's manifest says.

    Attributes:
        out: the run's folder.
        config: its settings, without what is secret in them.
        key: fingerprint of the project's key.
        edits: numbers of the edits that it knew.
        steps: its finished steps, under every name that their files are read by.
    """

    out: Path
    config: RunConfig
    key: str
    edits: frozenset[int]
    steps: Mapping[str, Finished]

    @property
    def private(self) -> Path:
        """The folder of what must not leave."""
        return self.out / PRIVATE

    def shop(self, tree: str = "") -> Workshop:
        """Return what a step of this run would see, in the main tree or in one more."""
        name = f"edit{SCOPE}{tree}" if tree else "edit"
        return Workshop(self.private, self.steps, ignore, name)

    def report(self, tree: str = "") -> Report:
        """Return the released tree, the main one or the one by a facet.

        Raises:
            EditError: there is no such tree, or all of it was withheld.
        """
        step = self.steps.get(f"release{SCOPE}{tree}" if tree else "release")
        if step is None or not (step.folder / _REPORT).exists():
            trees = [
                name.partition(SCOPE)[2]
                for name in self.steps
                if name.startswith(f"release{SCOPE}")
            ]
            raise EditError(
                f"There is no tree by the facet {tree!r} in {self.out}. "
                f"Trees beside the main one: {', '.join(trees) or 'none'}."
            )
        return report_from_dict(files.read_json(step.folder / _REPORT))


def last_run(out: Path) -> LastRun:
    """Read the manifest of a run's folder.

    Raises:
        InputError: no run has ended in this folder.
        BrokenRunError: the manifest is damaged, or an older version wrote it.
    """
    private = out / PRIVATE
    if (out / RESTRICTED).is_dir():
        raise InputError(
            f"{out} holds a restricted report, of which nothing is published, edited or taken "
            f"over: it is looked at with `anonymuse investigate {out}`."
        )
    if not (private / _MANIFEST).is_file() or not (out / RELEASE).is_dir():
        raise InputError(
            f"No run has ended in {out}. Name the folder that `anonymuse run --out` has filled: "
            f"it holds {PRIVATE} and {RELEASE}."
        )
    return _read(out)


def last_restricted_run(out: Path) -> LastRun:
    """Read the manifest of a restricted run's folder.

    Raises:
        InputError: no restricted run has ended in this folder.
        BrokenRunError: as for :func:`last_run`.
    """
    if not (out / PRIVATE / _MANIFEST).is_file() or not (out / RESTRICTED).is_dir():
        raise InputError(
            f"There is no restricted report in {out}. Make one with `anonymuse run --restricted`; "
            f"if the run stopped early, or somebody was erased since, repeat its command."
        )
    return _read(out)


def config_of(out: Path) -> RunConfig | None:
    """Return the settings of the run that ended last in a folder, of either kind; None for none.

    Raises:
        BrokenRunError: as for :func:`last_run`.
    """
    return _read(out).config if (out / PRIVATE / _MANIFEST).is_file() else None


def _read(out: Path) -> LastRun:
    manifest = out / PRIVATE / _MANIFEST
    said = files.read_json(manifest)
    try:
        config = RunConfig.model_validate(said["config"])
        steps = _steps(out / PRIVATE, said["stages"])
        return LastRun(out, config, said["key"], frozenset(said["edits"]), steps)
    except (KeyError, TypeError, AttributeError, ValidationError):
        raise BrokenRunError(
            f"{manifest} was written by another version of anonymuse. "
            f"Run again: what is finished is kept."
        ) from None


def _steps(private: Path, stages: Mapping[str, Any]) -> dict[str, Finished]:
    steps = {
        name: Finished(name, own["key"], private / name / own["key"], own["counts"], reused=True)
        for name, own in stages.items()
    }
    instead = {old: steps[name] for name, own in stages.items() for old in own["replaces"]}
    return steps | instead
