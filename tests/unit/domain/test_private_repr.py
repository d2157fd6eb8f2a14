"""The repr of a private value never shows text."""

import pytest

from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.domain.private.drafts import DraftName, DraftNode
from anonymuse.domain.private.transcript import Transcript
from anonymuse.ports.chat import ChatReply, ChatRequest, Message

CANARY = "zebra-quartz"


@pytest.mark.parametrize(
    "value",
    [
        Turn("user", CANARY),
        Conversation(CANARY, (Turn("user", CANARY),), CANARY, CANARY, metadata={"a": CANARY}),
        Transcript(CANARY, CANARY, CANARY, CANARY, 1, 1),
        DraftName("L0-0000", CANARY, CANARY, "model"),
        DraftNode("L0-0000", None, (), 0),
        Message("user", CANARY),
        ChatRequest((Message("user", CANARY),), "extract"),
        ChatReply(CANARY, 1, 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_repr_has_sizes_and_no_text(value: object) -> None:
    assert CANARY not in repr(value)
    assert type(value).__name__ in repr(value)
