"""Passwords: which are taken, and how they are kept (argon2id). The one file that knows argon2."""

from __future__ import annotations

import secrets
import string
import threading
import unicodedata
from importlib.resources import files
from itertools import pairwise

from anonymuse.errors import ConfigError, InputError

SHORTEST = 12
LONGEST = 256
_FEWEST_DIFFERENT = 5
_AT_ONCE = 2
"""hashes at a time: each takes 64 MiB on purpose"""

_COMMON = files("anonymuse.secure").joinpath("common_passwords.txt").read_text("utf-8").split()
"""what people choose: refused as such, repeated, and with digits and signs around it"""


def check_password(password: str, name: str) -> str:
    """Return a new password in the form in which it is kept.

    Raises:
        InputError: too short, too long, one that many people have, or made from the name.
    """
    password = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(f"A password needs {SHORTEST} to {LONGEST} characters.")
    folded = password.casefold()
    if len(set(folded)) < _FEWEST_DIFFERENT or _runs_on(folded):
        raise InputError("That password repeats itself or counts up. Choose another one.")
    stem = folded.strip(string.digits + string.punctuation + " ")
    if any(_made_of(one, common) for common in _COMMON for one in (folded, stem)):
        raise InputError("That password is one of those that are tried first. Choose another one.")
    if name.casefold() in folded and len(folded) - len(name) < SHORTEST - 4:
        raise InputError("That password is made from the name. Choose another one.")
    return password


def _made_of(password: str, common: str) -> bool:
    left = password.replace(common, "")
    return left != password and not left.strip(string.digits + string.punctuation + " ")


def _runs_on(password: str) -> bool:
    """Tell 123456789012 and abcdefghijkl: nearly every character is the next of the one before."""
    steps = [ord(b) - ord(a) for a, b in pairwise(password)]
    return max(sum(step == way for step in steps) for way in (1, -1)) >= 0.7 * len(steps)


def one_time_password() -> str:
    """Return a random password that its owner has to change: 20 letters and digits in groups."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(5)) for _ in range(4))


class Passwords:
    """Hashes passwords and compares them.

    Args:
        memory: KiB that each hash takes.
        rounds: passes over it.

    Raises:
        ConfigError: argon2-cffi is not installed.
    """

    def __init__(self, *, memory: int = 65536, rounds: int = 3) -> None:
        try:
            import argon2
        except ImportError:
            raise ConfigError(
                "The secure zone needs argon2-cffi for its passwords: "
                "pip install 'anonymuse[secure]'."
            ) from None
        self._hasher = argon2.PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=1)
        self._wrong = (
            argon2.exceptions.VerificationError,
            argon2.exceptions.InvalidHashError,
        )
        self._gate = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return what is kept in place of a password."""
        with self._gate:
            return self._hasher.hash(password)

    def same(self, kept: str | None, password: str) -> bool:
        """Compare; with nothing kept the answer is no, and takes as long."""
        password = unicodedata.normalize("NFKC", password)[: LONGEST + 1]
        with self._gate:
            try:
                return self._hasher.verify(kept or self._nobody, password) and bool(kept)
            except self._wrong:
                return False
