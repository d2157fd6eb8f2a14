"""The one place where a conversation's turns become bytes of a table, and are read back.

Plain bytes: in an encrypted run ``sealed_rows.py`` seals them, each with the key of its unit.
"""

from __future__ import annotations

import json
from typing import cast

from anonymuse.domain.private.conversation import Role, Turn


def encode(turns: tuple[Turn, ...]) -> bytes:
    """Return the bytes of a conversation's turns."""
    return json.dumps([[t.role, t.text] for t in turns], ensure_ascii=False).encode()


def decode(payload: bytes) -> tuple[Turn, ...]:
    """Return the turns of :func:`encode`."""
    return tuple(Turn(cast("Role", role), text) for role, text in json.loads(payload))
