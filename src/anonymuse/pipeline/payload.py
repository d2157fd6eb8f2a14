"""The one place where conversation text is turned into bytes on disk, and back.

Plain for now. Because nothing else writes text, a codec that encrypts per unit can take its place,
and erasing a person is then destroying a key.
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
