"""AES-256-SIV, by the package `cryptography`: the one file that knows it.

SIV needs no random number: the same bytes under the same key and name are sealed alike, so that a
run that is made again writes the same files and reuses what it has. What an onlooker learns is
that two files of one name are equal, which they see from the names of folders anyway.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from anonymuse.errors import ConfigError

KEY_BYTES: Final = 32
_PIECE: Final = 2**28
"""bytes that are sealed in one go: the package takes at most 2 GiB"""
_TAG: Final = 16


class NotSealedSoError(Exception):
    """It was not sealed with this key under this name, or was changed since."""


def new_key() -> bytes:
    """Return 32 random bytes from the system."""
    return secrets.token_bytes(KEY_BYTES)


class Siv:
    """Seals and opens with one key.

    Args:
        key: 32 secret bytes.

    Raises:
        ConfigError: the package is not installed.
    """

    def __init__(self, key: bytes) -> None:
        try:
            from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
            from cryptography.hazmat.primitives.ciphers.aead import AESSIV
        except ImportError:
            raise ConfigError(
                "Encryption needs the package cryptography, which is not installed "
                "(pip install 'anonymuse[secure]')."
            ) from None
        self._invalid = InvalidTag
        try:
            self._cipher = AESSIV(hmac.digest(key, b"anonymuse/siv", "sha512"))
        except UnsupportedAlgorithm:
            raise ConfigError(
                "Encryption needs AES-SIV, which this machine's OpenSSL lacks: install the package "
                "cryptography from its wheel (pip install 'anonymuse[secure]')."
            ) from None

    def seal(self, data: bytes, about: str) -> bytes:
        """Return the bytes sealed under a name, 16 bytes longer for each 256 MiB begun."""
        pieces = range(0, max(len(data), 1), _PIECE)
        return b"".join(
            self._cipher.encrypt(data[at : at + _PIECE], _name(about, at, at == pieces[-1]))
            for at in pieces
        )

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return the plain bytes.

        Raises:
            NotSealedSoError: they were sealed otherwise, or changed.
        """
        step = _PIECE + _TAG
        pieces = range(0, max(len(sealed), 1), step)
        try:
            return b"".join(
                self._cipher.decrypt(
                    sealed[at : at + step],
                    _name(about, at // step * _PIECE, at == pieces[-1]),
                )
                for at in pieces
            )
        except (self._invalid, ValueError):
            raise NotSealedSoError from None


def _name(about: str, at: int, last: bool) -> list[bytes]:
    """Return what is authenticated with a piece: whose, which, and whether another follows."""
    return [about.encode(), f"{at}{'.' if last else '+'}".encode()]
