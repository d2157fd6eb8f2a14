"""Whatever stands in a log, reading it gives conversations, drops, or our own errors."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.read.sniff import open_reader
from anonymuse.domain.ids import canonical_json
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.errors import UserError
from anonymuse.ports.reader import ColumnMapping

NAMES = (
    "resourceSpans", "scopeSpans", "spans", "attributes", "resource", "key", "value",
    "stringValue", "intValue", "arrayValue", "kvlistValue", "values", "events", "name",
    "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.prompt.0.content",
    "gen_ai.prompt.0.role", "gen_ai.conversation.id", "traceId", "startTimeUnixNano",
    "llm.input_messages", "llm.input_messages.0.message.content", "message.role", "input.value",
    "input", "output", "sessionId", "userId", "observations", "type", "args", "kwargs",
    "request", "response", "body", "messages", "choices", "message", "role", "content", "parts",
    "previous_response_id", "id", "candidates", "contents", "metadata", "user", "timestamp", "url",
)  # fmt: skip
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["user", "assistant", "gen_ai.user.message", "[1]", '{"role": "user"}',
                       '[{"role": "user", "content": "x"}]', "<|im_start|>user\nx", "GENERATION",
                       "1760000000000000000", "2026-03-29T02:30:00", "resp_1", "a"])
)  # fmt: skip
message = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "x"]), "content": scalars}
)
values = st.recursive(
    scalars | message | st.lists(message, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=15,
)
LOGS = ("otel", "openinference", "langfuse", "request-log")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(NAMES), values, max_size=6), max_size=6),
    st.sampled_from([None, *LOGS]),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]),
)
def test_any_log(records: list[Any], called: str | None, zone: str) -> None:
    data = "\n".join(json.dumps(one) for one in records).encode("utf-8", "surrogatepass")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "data.jsonl")
        path.write_bytes(data)
        try:
            reader = open_reader(path, format=called, columns=ColumnMapping(timezone=zone))
            items = list(reader.read())
        except UserError:
            return
        assert all(isinstance(item, Conversation | Dropped) for item in items)
        for item in items:
            if isinstance(item, Conversation):
                canonical_json([item.id, item.user, item.organisation, dict(item.metadata)])
                assert any(turn.role == "user" for turn in item.turns)
                for turn in item.turns:
                    assert turn.text.strip()
                    turn.text.encode()
        assert list(reader.read()) == items
