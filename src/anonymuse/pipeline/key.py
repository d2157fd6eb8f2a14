"""The project's secret key, and the keys derived from it. They never leave the private side."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from anonymuse.errors import ConfigError, OutputError
from anonymuse.pipeline.files import writing_to

KEY_NAME = "anonymuse.key"
RETIRED = "retired"
_BYTES = 32
_OWNER_ONLY = 0o600
_OTHERS = 0o077
"""rights of anybody but the owner"""

PURPOSES = ("pseudonym", "sample", "noise", "numbers", "ledger", "edits", "vault", "audit")
"""what keys are derived for"""


@dataclass(frozen=True, slots=True, repr=False)
class ProjectKey:
    """Derives one key per purpose, so that no two uses of the secret can be set off."""

    secret: bytes

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key for one of :data:`PURPOSES`."""
        return hmac.new(self.secret, f"anonymuse/{purpose}".encode(), hashlib.sha256).digest()

    @property
    def fingerprint(self) -> str:
        """Identifies the key without giving it away: another key makes other stages."""
        return self.derive("fingerprint").hex()[:16]

    def __repr__(self) -> str:
        return "ProjectKey(...)"


def load_key(path: Path) -> ProjectKey:
    """Read the project's key, making one at first use (readable by its owner only).

    Raises:
        ConfigError: the file is there and holds no key of ours.
        OutputError: a new one cannot be written.
    """
    return read_key(path) if path.exists() or path.is_symlink() else _make_key(path)


def read_key(path: Path) -> ProjectKey:
    """Read a key that must be there.

    Raises:
        ConfigError: it is not there, cannot be read, or is no key of ours.
    """
    try:
        with path.open("rb") as stream:
            text = stream.read(10 * _BYTES)
    except FileNotFoundError:
        raise ConfigError(
            f"There is no key {path}. The first run makes one; name another file with --key-file."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"The project's key {path} cannot be read: {(error.strerror or 'no reason').lower()}. "
            f"Give yourself the right to, or name another file with --key-file."
        ) from None
    try:
        secret = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise ConfigError(
            f"{path} should hold the project's key (64 hexadecimal digits) and does not. Put the "
            f"key back, or name another file with --key-file; with a new key pseudonyms change."
        )
    return ProjectKey(secret)


def too_open(path: Path) -> str:
    """Return a sentence where others than the owner may use a key; empty where nobody may."""
    if not path.stat().st_mode & _OTHERS:
        return ""
    return (
        f"Others than you may read the project's key {path}: who has it can undo pseudonyms and "
        f"noise. Take their rights (chmod 600); if somebody may have read it, make a new one "
        f"(`anonymuse key rotate`)."
    )


def made_at(path: Path) -> datetime:
    """Return when a key's file was written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def rotate_key(path: Path) -> tuple[ProjectKey, Path]:
    """Put a new key in the place of the old one, and keep the old one beside it as retired.

    At every moment there is a whole key at ``path``.

    Returns:
        The new key, and where the old one is now.

    Raises:
        ConfigError: there is no key to replace.
        OutputError: the folder cannot be written, or holds this retired key already.
    """
    old = read_key(path)
    aside = path.with_name(f"{path.name}.{RETIRED}-{old.fingerprint}")
    fresh = path.with_name(f".{path.name}.new")
    with writing_to(path.parent):
        fresh.unlink(missing_ok=True)  # of a rotation that was cut short
        new = _make_key(fresh)
        try:
            os.link(path, aside)
        except FileExistsError:
            fresh.unlink()
            raise OutputError(
                f"{aside} is there already: this key was retired before and put back since. Move "
                f"one of the two away."
            ) from None
        fresh.replace(path)
    return new, aside


def retired_keys(path: Path) -> list[Path]:
    """Return the files of retired keys beside a key, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.{RETIRED}-*"), key=made_at)


def _make_key(path: Path) -> ProjectKey:
    secret = secrets.token_bytes(_BYTES)
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        except FileExistsError:
            raise OutputError(f"{path} appeared while it was made; run again.") from None
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secret.hex() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    return ProjectKey(secret)
