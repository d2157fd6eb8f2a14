"""Changes to a sample: of its bytes, and of single values in its JSON."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**18, 10**30)
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["user", "human", "assistant", "2024-01-01", "n1", "[1]", '{"role": "user"}'])
)
values = scalars | st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "text", "type", "parts", "parent", "id", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
deep = st.integers(10, 100_000).map(lambda levels: f"@{levels} levels@")
"""stands for lists in lists, too deep for Python's own JSON to write"""


@st.composite
def changed_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """Flip, cut, insert and repeat parts of the bytes, up to four times."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(changed)))
        end = min(len(changed), start + draw(st.integers(1, 60)))
        kind = draw(st.sampled_from(["flip", "cut", "insert", "repeat", "end"]))
        if kind == "flip" and start < len(changed):
            changed[start] ^= draw(st.integers(1, 255))
        elif kind == "cut":
            del changed[start:end]
        elif kind == "insert":
            changed[start:start] = draw(st.binary(min_size=1, max_size=12))
        elif kind == "repeat":
            changed[start:start] = bytes(changed[start:end]) * draw(st.integers(1, 20))
        else:
            del changed[start:]
    return bytes(changed)


@st.composite
def changed_values(draw: st.DrawFn, name: str, data: bytes) -> bytes:
    """Put another value, or another key, in the place of one, up to three times."""
    if name.endswith(".zip"):
        return _in_archive(data, lambda inner, text: draw(changed_values(inner, text)))
    lined = name.endswith(".jsonl")
    if lined:
        found: list[Any] = [_json(line) for line in data.decode().splitlines()]
    else:
        found = [_json(data.decode("utf-8-sig"))]
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_places(found))))
        holder[key] = draw(values | deep)
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(st.text(max_size=4))] = holder.pop(key)
    text = "\n".join(map(json.dumps, found))
    text = re.sub('"@([0-9]+) levels@"', lambda m: "[" * int(m[1]) + "]" * int(m[1]), text)
    return text.encode("utf-8", "surrogatepass")


def has_values(name: str, data: bytes) -> bool:
    """Say whether a file holds JSON whose values can be changed."""
    if name.endswith(".zip"):
        return zipfile.is_zipfile(io.BytesIO(data))
    return name.endswith((".json", ".jsonl")) and bool(data)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, inner in pairs:
        yield value, key
        if len(pairs) < 50:
            yield from _places(inner)


def _in_archive(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(made, "w") as written:
        for name in given.namelist():
            inner = given.read(name)
            if name.startswith("conversations"):
                inner = change(name, inner)
            written.writestr(name, inner)
    return made.getvalue()


def files_of(path: Path) -> dict[str, bytes]:
    """Return the files of a sample by their names inside it."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }
