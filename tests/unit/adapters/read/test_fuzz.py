"""Whatever bytes there are, nothing but our own errors comes out."""

import gzip
import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.read.facets_file import FacetsFile
from anonymuse.adapters.read.sniff import open_reader
from anonymuse.domain.ids import canonical_json
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.errors import UserError
from anonymuse.ports.reader import ColumnMapping

NAMES = ("messages", "conversations", "text", "role", "content", "from", "value", "id", "time",
         "user", "conversation_id", "request", "concern")  # fmt: skip

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["user", "human", "assistant", "2024-01-01"])
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=10,
)
json_lines = st.lists(values, max_size=5).map(
    lambda found: "\n".join(json.dumps(value) for value in found).encode("utf-8", "surrogatepass")
)
pieces = st.sampled_from(
    [b'{"messages":', b"[", b"]", b"{", b"}", b'"', b"\\", b",", b"\n", b"\r", b"\x00", b"\xff",
     b'"role":"user"', b'"content":"x"', b"text,id\n", b"PAR1", b"\x1f\x8b", b"\xef\xbb\xbf", b" ",
     b'"conversations":', b"17", b"role;text;chat_id\n", b"\xed\xa0\x80", b"\x28\xb5\x2f\xfd",
     b"BZh9"]
)  # fmt: skip
mixtures = st.lists(pieces, max_size=25).map(b"".join)
files = st.binary(max_size=200) | mixtures | json_lines | json_lines.map(gzip.compress)


def check(data: bytes, called: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data")
        path.write_bytes(data)
        try:
            reader = open_reader(path, format=called, columns=ColumnMapping())
            for item in reader.read():
                assert isinstance(item, Conversation | Dropped)
                if isinstance(item, Conversation):
                    canonical_json([item.id, item.user, dict(item.metadata)])
                    assert any(turn.role == "user" for turn in item.turns)
                    assert all(turn.text.strip() for turn in item.turns)
        except UserError:
            pass


@settings(max_examples=150, deadline=None)
@given(files)
def test_any_bytes(data: bytes) -> None:
    check(data, None)


@settings(max_examples=100, deadline=None)
@given(files, st.sampled_from(["messages", "sharegpt", "parquet", "csv", "rows"]))
def test_any_bytes_read_as_any_format(data: bytes, called: str) -> None:
    check(data, called)


@settings(max_examples=100, deadline=None)
@given(files | json_lines.map(lambda data: b'{"id":1,"concern":2}\n' + data))
def test_any_bytes_as_facets(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data")
        path.write_bytes(data)
        found = FacetsFile(path)
        rows: list[tuple[str, Any]] = []
        with suppress(UserError):
            rows = list(found.rows())
        assert found.counts["kept"] == len(rows) == len({key for key, _ in rows})
