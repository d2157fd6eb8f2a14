"""Prompts are files beside this one; this module loads, renders and identifies them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SLOT = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in two parts: static instructions (system), and what changes per call (user).

    The file holds both, separated by a line of three or more dashes; slots are ``{{name}}``.
    """

    name: str
    system: str
    user: str

    @property
    def digest(self) -> str:
        """Hash of the file's text: part of the key of everything that was made with it."""
        return hashlib.blake2b(f"{self.system}\x00{self.user}".encode(), digest_size=8).hexdigest()

    def render(self, **values: str) -> tuple[str, str]:
        """Return ``(system, user)`` with all slots filled.

        Slots are filled in one pass, so a value that looks like a slot stays as it is.

        Raises:
            ValueError: a slot has no value, or a value has no slot.
        """
        slots = set(_SLOT.findall(self.system + self.user))
        if slots != set(values):
            raise ValueError(
                f"prompt {self.name!r}: slots without value {sorted(slots - set(values))}, "
                f"values without slot {sorted(set(values) - slots)}"
            )

        def fill(text: str) -> str:
            return _SLOT.sub(lambda match: values[match[1]], text)

        return fill(self.system), fill(self.user)


@cache
def load(name: str) -> Prompt:
    """Load ``prompts/<name>.md``.

    Raises:
        FileNotFoundError: there is no such prompt.
    """
    text = (files("anonymuse.prompts") / f"{name}.md").read_text(encoding="utf-8")
    system, separator, user = re.split(r"^(-{3,})$", text, maxsplit=1, flags=re.MULTILINE)
    if not separator:
        raise ValueError(f"prompt {name!r} has no line of dashes between its two parts")
    return Prompt(name, system.strip(), user.strip())
