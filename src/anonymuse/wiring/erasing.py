"""Erases a person: their key, what of them lies in runs, and what many people's data went into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anonymuse.adapters.store.ledger import LEDGER_NAME, FolderLedger
from anonymuse.adapters.vault.ring import RING_NAME, KeyRing, ring_held
from anonymuse.errors import AnonymuseError, ConfigError, InputError
from anonymuse.pipeline.erased import pseudonym_keys, pseudonyms
from anonymuse.pipeline.forgetting import forget_members, knows, refuse_links
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.last_run import config_of
from anonymuse.pipeline.run import PRIVATE, alone
from anonymuse.pipeline.sealing import sealed
from anonymuse.stats.noise import unit_keys
from anonymuse.wiring.forgetting import Forgotten, forget
from anonymuse.wiring.key import ledger_folder
from anonymuse.wiring.vault import (
    ERASURES,
    RING,
    RING_FILE,
    found_at,
    key_of,
    keys_of,
    open_vault,
    opened_vault,
    said_by,
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure destroyed; there is no name in it.

    Attributes:
        time: when, in UTC.
        pseudonym: of whom.
        key: whether a key of theirs was destroyed now.
        before: when they were erased before; empty for never.
        runs: what was taken out of each run's folder, by its name.
        encrypted: which of the runs were encrypted.
        ring: the key ring's file.
        digest: SHA-256 of the key ring after it.
    """

    time: str
    pseudonym: str
    key: bool
    before: str
    runs: Mapping[str, Forgotten]
    encrypted: frozenset[str]
    ring: str
    digest: str


@dataclass(frozen=True, slots=True, repr=False)
class Project:
    """The runs of a command, with the one key and the one ring that they share.

    Attributes:
        runs: what `private/key.json` of each folder says.
        key_file: of the project.
        keys: the project's key, and retired ones.
        ring: file of the key ring; it need not be there.
    """

    runs: Mapping[Path, Mapping[str, Any]]
    key_file: Path
    keys: Sequence[ProjectKey]
    ring: Path

    @property
    def is_encrypted(self) -> bool:
        """Whether one of the runs is."""
        return any(RING in began for began in self.runs.values())


def project_of(
    outs: Sequence[Path], *, key_file: Path | None = None, ring: Path | None = None
) -> Project:
    """Look up the key and the ring of some runs.

    Args:
        outs: folders of runs.
        key_file: the project's key; left out, the one that the first run was made with.
        ring: the key ring; left out, the one that it was made with, or that beside the key.

    Raises:
        InputError: a folder holds no run.
        ConfigError: the key is not there, or the runs have several keys.
    """
    runs: dict[Path, Mapping[str, Any]] = {}
    for out in outs:
        began = said_by(out)
        if began is None:
            raise InputError(f"There is no run in {out}: name the folder of `run --out`.")
        runs[out.resolve()] = began
    first, began = next(iter(runs.items()))
    path = key_of(first, began, key_file)
    keys = keys_of(path)
    for out, own in runs.items():
        if own["fingerprint"] not in {key.fingerprint for key in keys}:
            raise ConfigError(
                f"{out} was made with another key than {path} (fingerprint {own['fingerprint']}). "
                f"Name that key's file with --key-file, or treat this run apart."
            )
    beside = path.resolve().parent / RING_NAME
    recorded = next((own[RING_FILE] for own in runs.values() if RING in own), str(beside))
    return Project(runs, path, keys, ring or found_at(recorded, beside))


def erase(project: Project, user: str, told: Callable[[str, Mapping[str, Any]], None]) -> Erasure:
    """Erase a user from a key ring and from runs. Done again, it completes what was cut off.

    Args:
        project: the runs, their key and their ring.
        user: identifier as the source has it.
        told: called with an action and numbers for a log: before anything is destroyed, and after.

    Raises:
        InputError: none of the runs, nor the ring, knows the user.
        OutputError: a run is at work, or something cannot be written.
    """
    names = pseudonyms(pseudonym_keys(project.keys), "user", user)
    ledgers = _ledgers(project)
    with ExitStack() as stack:
        stack.enter_context(ring_held(project.ring, alone=True))
        for out in project.runs:
            stack.enter_context(alone(out / PRIVATE))
            refuse_links(out)
        in_runs = any(knows(out / PRIVATE, names) for out in project.runs)
        ring = stack.enter_context(_opened(project, make=in_runs))
        had = ring.known(names)
        gone = ring.erased()
        known = [name for name in names if name in had or name in gone]
        if not (in_runs or known):
            raise _unknown()
        pseudonym = next(iter(known), names[0])
        before = next((gone[name] for name in names if name in gone), "")
        told("erase", {"object": pseudonym, "runs": len(project.runs)})
        _forget_in_edits(project, names, ring)
        if had or not before:  # else their key is gone, and others' stages need not go again
            ring.erase(names, datetime.now(UTC).isoformat(timespec="seconds"))
        erased, number = frozenset(ring.erased()), ring.generation
        runs = {
            str(out): forget(out, erased, number)
            if own.get(ERASURES, 0) != number or knows(out / PRIVATE, names)
            else Forgotten()
            for out, own in project.runs.items()
        }
        for ledger in sorted(ledgers):
            FolderLedger(ledger).forget(_numbers(project.keys, names))
        done = Erasure(
            time=ring.erased()[pseudonym],
            pseudonym=pseudonym,
            key=bool(had),
            before=before,
            runs=runs,
            encrypted=frozenset(str(out) for out, own in project.runs.items() if RING in own),
            ring=str(project.ring),
            digest=ring.digest(),
        )
        told("erased", _for_the_log(done, number))
    return done


def _forget_in_edits(project: Project, names: Sequence[str], ring: KeyRing) -> None:
    """Take somebody out of journals of edits, while their key is there to read their rows with.

    And who was erased since a run was last used: the run will count as having caught up.
    """
    for out, own in project.runs.items():
        missed = () if own.get(ERASURES, 0) == ring.generation else ring.erased()
        vault = open_vault(project.ring, project.keys) if RING in own else None
        try:
            with sealed(out / PRIVATE, vault):
                forget_members(out / PRIVATE, {*names, *missed}, project.keys)
        finally:
            if vault is not None:
                vault.close()


def _numbers(keys: Sequence[ProjectKey], names: Sequence[str]) -> set[int]:
    """Return what stands for somebody in a ledger, under every key."""
    return {own for key in keys for own in unit_keys(key.derive("ledger"), names).tolist()}


def _ledgers(project: Project) -> set[Path]:
    """Return the ledgers of releases that the runs may have written to."""
    found = {project.key_file.resolve().parent / LEDGER_NAME}
    for out in project.runs:
        try:
            with opened_vault(out, key_file=project.key_file):
                config = config_of(out)
        except AnonymuseError:  # it was erased from before, or cut off: its own stands above
            continue
        if config is not None:
            found.add(ledger_folder(config, out).resolve())
    return found


def _for_the_log(done: Erasure, number: int) -> dict[str, Any]:
    return {
        "object": done.pseudonym,
        "runs": len(done.runs),
        "key": done.key,
        "erasures": number,
        "conversations": sum(own.conversations for own in done.runs.values()),
        "answers": sum(own.answers for own in done.runs.values()),
        "ring": done.digest,
    }


@contextmanager
def _opened(project: Project, *, make: bool) -> Iterator[KeyRing]:
    if not project.ring.exists() and not make and not project.is_encrypted:
        raise _unknown()
    ring = KeyRing(project.ring, make=make and not project.is_encrypted)
    try:
        for out, own in project.runs.items():
            if RING in own and own[RING] != ring.fingerprint:
                raise ConfigError(
                    f"{out} was encrypted with another key ring than {project.ring}. Name its "
                    f"file with --key-ring, or treat this run apart."
                )
        yield ring
    finally:
        ring.close()


def _unknown() -> InputError:
    return InputError(
        "Nobody of that identifier is known: neither in these runs nor in the key ring. Write it "
        "as the source of the data has it, letter by letter."
    )
