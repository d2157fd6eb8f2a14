"""A configuration written as TOML: with a comment for every setting, or bare."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

WIDTH = 88
HEAD = """\
# Settings of an anonymuse run: `anonymuse run DATA --out DIR --config THIS-FILE`.
# A line that starts with # and no space is a setting that is not set; its value is an example.
"""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(config: BaseModel) -> str:
    """Write every setting with its meaning above it; what is not set is commented out."""
    return "\n".join([HEAD, *_commented(config)]).rstrip() + "\n"


def to_bare_toml(config: BaseModel, origins: Mapping[str, str] | None = None) -> str:
    """Write the settings that have a value, without their meanings.

    Args:
        config: what to write.
        origins: where a value came from, by ``section.key``; said in a comment behind it.
    """
    return "\n".join(_plain(config, (), origins or {})).strip() + "\n"


def literal(value: object) -> str:
    """Spell one value in TOML; absent members of tables are left out.

    Raises:
        TypeError: TOML has no such value.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_defaults=True)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        members = [f"{_key(k)} = {literal(v)}" for k, v in value.items() if v is not None]
        return f"{{ {', '.join(members)} }}" if members else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(member) for member in value)}]"
    raise TypeError(f"TOML has no value for {type(value).__name__}")


def _commented(config: BaseModel) -> Iterator[str]:
    fields = type(config).model_fields
    for name, field in fields.items():
        if not _is_table(field):
            yield from _setting(name, getattr(config, name), field)
    for name, field in fields.items():
        value = getattr(config, name)
        if isinstance(value, BaseModel):
            yield from ("", *_comment((type(value).__doc__ or "").strip()), f"[{name}]", "")
            for key, inner in type(value).model_fields.items():
                yield from _setting(key, getattr(value, key), inner)
        elif _is_table(field):
            yield from ("", *_comment(field.description or ""))
            yield from _members(name, value, field)


def _setting(name: str, value: object, field: FieldInfo) -> Iterator[str]:
    yield from _comment(field.description or "")
    yield f"{name} = {literal(value)}" if value is not None else f"#{name} = {_example(field)}"
    yield ""


def _members(name: str, value: Any, field: FieldInfo) -> Iterator[str]:
    """Write tables by name, or in a row; of none, the field's example as a comment."""
    if value:
        yield from _tables((name,), value)
        return
    for example in (field.examples or [])[:1]:
        for key, members in example.items():
            yield f"#[{name}.{_key(key)}]"
            yield from (f"#{_key(k)} = {literal(member)}" for k, member in members.items())
            yield ""


def _plain(value: Any, path: tuple[str, ...], origins: Mapping[str, str]) -> Iterator[str]:
    """Write a table: first its values, then the tables in it."""
    members = _of(value)
    inner = {k: v for k, v in members.items() if _holds_tables(v)}
    rest = {k: v for k, v in members.items() if k not in inner and v is not None and v != {}}
    if rest or (len(path) > 1 and not inner):
        yield from ("", f"[{'.'.join(map(_key, path))}]") if path else ()
    for name, member in rest.items():
        origin = origins.get(".".join((*path, name)))
        yield f"{_key(name)} = {literal(member)}" + (f"  # {origin}" if origin else "")
    for name, member in inner.items():
        yield from _tables((*path, name), member, origins)


def _tables(
    path: tuple[str, ...], value: Any, origins: Mapping[str, str] | None = None
) -> Iterator[str]:
    if isinstance(value, BaseModel | Mapping):
        yield from _plain(value, path, origins or {})
        return
    for member in value:
        yield from ("", f"[[{'.'.join(map(_key, path))}]]")
        for name, part in _of(member).items():
            if part is not None:
                yield f"{_key(name)} = {literal(part)}"


def _of(value: Any) -> dict[str, Any]:
    """Return the members of a table; of a model with a required one, what is no default."""
    if not isinstance(value, BaseModel):
        return dict(value)
    fields = type(value).model_fields
    every = {name: getattr(value, name) for name in fields}
    if not any(field.is_required() for field in fields.values()):
        return every
    return {
        name: member
        for name, member in every.items()
        if fields[name].is_required()
        or member != fields[name].get_default(call_default_factory=True)
    }


def _holds_tables(value: Any) -> bool:
    if isinstance(value, BaseModel):
        return True
    if not isinstance(value, Mapping | list | tuple) or not value:
        return False
    members = value.values() if isinstance(value, Mapping) else value
    return all(isinstance(member, BaseModel | Mapping) for member in members)


def _is_table(field: FieldInfo) -> bool:
    """Whether a field is written as tables, also where it is empty."""
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in _types(field))


def _types(field: FieldInfo) -> list[Any]:
    """Return the types that a field's annotation is made of."""
    found, waiting = [], [field.annotation]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += get_args(kind)
    return found


def _example(field: FieldInfo) -> str:
    if field.examples:
        return literal(field.examples[0])
    examples = {bool: "true", int: "1", float: "1.0"}
    return next((examples[kind] for kind in _types(field) if kind in examples), '""')


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else literal(name)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), WIDTH - 2)]
