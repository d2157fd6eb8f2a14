"""A line of the audit log and an anchor of it: how they are written, signed and read back."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from anonymuse.pipeline.key import ProjectKey

ANCHOR = "anonymuse audit anchor"
_PLAIN = re.compile(r"[A-Za-z0-9._:@/#+ -]{0,120}")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit log.

    Attributes:
        seq: 1, 2, 3 ...
        time: ISO 8601 in UTC, by the machine's clock.
        actor: name of staff, or the machine's account.
        role: of the actor.
        action: what was done, or refused.
        object: what to: ids and pseudonyms, never text.
        purpose: code of a purpose, or empty.
        details: numbers, codes and digests.
        key: fingerprint of the key that signed it.
        prev: SHA-256 of the line before.
        mac: HMAC-SHA256 over all of the above.
    """

    seq: int
    time: str
    actor: str
    role: str
    action: str
    object: str = ""
    purpose: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    prev: str = ""
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of a log at some time: kept elsewhere, it tells whether rows were taken away since.

    Attributes:
        seq: of the last row.
        hash: SHA-256 of its line.
        time: when this was written, ISO 8601.
        key: fingerprint of the key that signed it.
        mac: HMAC-SHA256 over the above.
        kind: :data:`ANCHOR`.
    """

    seq: int
    hash: str
    time: str
    key: str = ""
    mac: str = ""
    kind: str = ANCHOR


class Keyring:
    """The key that signs, and every key that may have signed: by fingerprint.

    Args:
        key: the project's key.
        retired: keys that were in its place before.
    """

    def __init__(self, key: ProjectKey, retired: Sequence[ProjectKey] = ()) -> None:
        self.current = key.fingerprint
        self._keys = {one.fingerprint: one.derive("audit") for one in (*retired, key)}

    def mac(self, told: str, values: Mapping[str, Any], fingerprint: str) -> str:
        """Return the HMAC of values; ``told`` keeps rows, anchors and decisions apart."""
        message = told.encode() + b"\0" + _packed(values)
        return hmac.digest(self._keys[fingerprint], message, "sha256").hex()

    def knows(self, fingerprint: str) -> bool:
        """Return whether a key is one of ours."""
        return fingerprint in self._keys

    def holds(self, told: str, values: Mapping[str, Any]) -> bool:
        """Return whether values are signed by a key that we know."""
        fingerprint = values.get("key")
        if not isinstance(fingerprint, str) or not self.knows(fingerprint):
            return False
        wanted = self.mac(told, _unsigned(values), fingerprint)
        return hmac.compare_digest(wanted, str(values.get("mac")))

    def signed(self, told: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values with ``key`` and ``mac``."""
        keyed = _unsigned(values) | {"key": self.current}
        return keyed | {"mac": self.mac(told, keyed, self.current)}


def row_line(row: AuditRow, keys: Keyring) -> tuple[AuditRow, bytes]:
    """Sign a row; return it with its line, without the line's end."""
    signed = AuditRow(**keys.signed("row", _row(row)))
    return signed, _packed(_row(signed))


def read_row(line: bytes) -> AuditRow | None:
    """Read a line; None where it is none of ours."""
    values = _values(line)
    try:
        row = AuditRow(**values)
        ours = _packed(values) == line
    except (TypeError, ValueError, RecursionError):  # what we would not write: no number, too deep
        return None
    whole = type(row.seq) is int and isinstance(row.time, str) and isinstance(row.details, dict)
    return row if whole and ours else None


def row_holds(row: AuditRow, keys: Keyring) -> bool:
    """Return whether a row is signed by a key that we know."""
    return keys.holds("row", _row(row))


def line_hash(line: bytes) -> str:
    """Return the SHA-256 of a line; of nothing, where a log begins."""
    return hashlib.sha256(line).hexdigest()


def row_hash(row: AuditRow) -> str:
    """Return the SHA-256 of a row's line, as the next row holds it."""
    return line_hash(_packed(_row(row)))


def anchor_bytes(anchor: Anchor, keys: Keyring) -> bytes:
    """Sign an anchor and write it as JSON."""
    return _packed(keys.signed("anchor", asdict(anchor))) + b"\n"


def read_anchor(data: bytes) -> Anchor | None:
    """Read an anchor; None where it is none."""
    values = _values(data.strip())
    try:
        anchor = Anchor(**values)
        _packed(values)
    except (TypeError, ValueError, RecursionError):
        return None
    return anchor if anchor.kind == ANCHOR and type(anchor.seq) is int else None


def anchor_holds(anchor: Anchor, keys: Keyring) -> bool:
    """Return whether an anchor is signed by a key that we know."""
    return keys.holds("anchor", asdict(anchor))


def safe_id(text: str) -> str:
    """Return an id as it may stand in the log; what holds a space is none and becomes a digest.

    Whatever somebody typed where an id belongs could be anything, a user's words too.
    """
    return _digest(text) if " " in text else str(safe(text))


def safe(value: Any) -> Any:
    """Return a value as it may stand in the log: ids, codes and numbers; text becomes a digest."""
    if isinstance(value, Mapping):
        return {str(safe(str(name))): safe(one) for name, one in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [safe(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    if _PLAIN.fullmatch(text) and text.count(" ") < 4:
        return text
    return _digest(text)


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_FIELDS = tuple(one.name for one in fields(AuditRow))


def _row(row: AuditRow) -> dict[str, Any]:
    """Return a row's values; `asdict` copies them, which takes longer than all the rest."""
    return {name: getattr(row, name) for name in _FIELDS}


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def _packed(values: Mapping[str, Any]) -> bytes:
    return _ENCODER.encode(values).encode()


def _values(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _unsigned(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "mac"}
