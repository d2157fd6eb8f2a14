"""Ids: the same content has the same id, on every machine; a base cluster has its number."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """Return the one JSON spelling of a value (sorted keys, no spaces, UTF-8)."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def content_id(*parts: Any) -> str:
    """Return a 32-digit hexadecimal id (BLAKE2b, 128 bits) of JSON-like parts."""
    return hashlib.blake2b(canonical_json(list(parts)), digest_size=16).hexdigest()


def keyed_id(key: bytes, *parts: Any) -> str:
    """Return a 32-digit keyed id (HMAC-SHA-256, cut): without the key it cannot be guessed."""
    return hmac.new(key, canonical_json(list(parts)), hashlib.sha256).hexdigest()[:32]


def keyed_unit_interval(key: bytes, *parts: Any) -> float:
    """Return a keyed pseudo-random number in [0, 1), the same for the same parts and key."""
    return int(keyed_id(key, *parts)[:13], 16) / 16**13


def leaf_id(leaf: int) -> str:
    """Return the node id of a base cluster's number."""
    return f"L0-{leaf:04d}"


def leaf_number(node: str) -> int:
    """Return the number of a base cluster, given its node id."""
    return int(node.removeprefix("L0-"))
