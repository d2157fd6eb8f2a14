"""Attributes of spans, however they are written, to one flat mapping of dotted names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_VALUES = ("stringValue", "intValue", "doubleValue", "boolValue", "string_value", "int_value",
           "double_value", "bool_value")  # fmt: skip
_LISTS = ("arrayValue", "array_value")
_MAPPINGS = ("kvlistValue", "kvlist_value")
_DEEPEST = 12
_SECRETS = re.compile(
    r"header|authorization|cookie|api_?key|secret|passw|credential", re.IGNORECASE
)
MOST = 5_000
"""attributes of one span, at most"""


def plain_value(value: Any, depth: int = 0) -> Any:
    """Return an OTLP value (``{"stringValue": ...}``) as a plain one; other values as they are."""
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return value
    for key in _VALUES:
        if key in value:
            found = value[key]
            return int(found) if key[:3] == "int" and _is_integer(found) else found
    for key in _LISTS:
        if isinstance(inner := value.get(key), Mapping):
            listed = inner.get("values")
            items = listed if isinstance(listed, list) else []
            return [plain_value(one, depth + 1) for one in items]
    for key in _MAPPINGS:
        if isinstance(inner := value.get(key), Mapping):
            return plain_attributes(inner.get("values"), depth + 1)
    return value


def _is_integer(value: Any) -> bool:
    return isinstance(value, int | str) and re.fullmatch(r"-?\d{1,20}", str(value)) is not None


def plain_attributes(value: Any, depth: int = 0) -> dict[str, Any]:
    """Return attributes by name: of a mapping, or of a list of ``{"key": ..., "value": ...}``."""
    if isinstance(value, Mapping):
        return {str(key): one for key, one in value.items()}
    if not isinstance(value, list):
        return {}
    return {
        str(one["key"]): plain_value(one.get("value"), depth)
        for one in value[:MOST]
        if isinstance(one, Mapping) and "key" in one
    }


def is_secret(name: str) -> bool:
    """Say whether an attribute may hold a key or a password: none of them becomes metadata."""
    return _SECRETS.search(name) is not None


def flat(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested mappings as one with dotted names; lists stay as they are."""
    found: dict[str, Any] = {}
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting and len(found) < MOST:
        name, one, depth = waiting.pop()
        if isinstance(one, Mapping) and one and depth < _DEEPEST:
            start = f"{name}." if name else ""
            inner = [(f"{start}{key}", part, depth + 1) for key, part in one.items()]
            waiting += reversed(inner)
        elif name:
            found.setdefault(name, one)
    return found


def numbered(attributes: Mapping[str, Any], start: str) -> list[dict[str, Any]]:
    """Return what names like ``start.0.role`` or the list named ``start`` hold, in order.

    Each item's own names are flat: ``message.content``, ``message.contents.0.text``.
    """
    listed = attributes.get(start)
    if isinstance(listed, list):
        return [flat(one) for one in listed if isinstance(one, Mapping)]
    items: dict[int, dict[str, Any]] = {}
    for number, rest, value in _under(attributes, start):
        items.setdefault(number, {})[rest] = value
    return [items[number] for number in sorted(items)]


def _under(attributes: Mapping[str, Any], start: str) -> Iterator[tuple[int, str, Any]]:
    for name, value in attributes.items():
        if not name.startswith(start + "."):
            continue
        number, _, rest = name[len(start) + 1 :].partition(".")
        if rest and number.isascii() and number.isdigit() and len(number) < 6:
            yield int(number), rest, value
