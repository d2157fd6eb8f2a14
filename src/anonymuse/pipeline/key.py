"""The project's secret key, and the keys derived from it. They never leave the private side."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from anonymuse.errors import ConfigError, OutputError
from anonymuse.pipeline.files import writing_to

KEY_NAME = "anonymuse.key"
_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class ProjectKey:
    """Derives one key per purpose, so that no two uses of the secret can be set off."""

    secret: bytes

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key for ``pseudonym``, ``sample`` or ``noise``."""
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
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _make_key(path)
    except (OSError, UnicodeDecodeError):
        text = ""
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise ConfigError(
            f"{path} should hold the project's key (64 hexadecimal digits) and does not. Put the "
            f"key back, or name another file with --key-file; with a new key pseudonyms change."
        )
    return ProjectKey(secret)


def _make_key(path: Path) -> ProjectKey:
    secret = secrets.token_bytes(_BYTES)
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise OutputError(f"{path} appeared while it was made; run again.") from None
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secret.hex() + "\n")
    return ProjectKey(secret)
