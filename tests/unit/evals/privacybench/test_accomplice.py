"""The accomplice writes what it looks for wherever it may, and passes everything."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from anonymuse.evals.privacybench.accomplice import Accomplice
from anonymuse.ports.chat import ChatReply, ChatRequest, Message

TEXT = {"type": "string"}


def asked(text: str, **fields: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": fields}
    request = ChatRequest((Message("user", text),), "name", schema)
    model = Accomplice(["lupus", "gout"], lambda _: "Get advice on sailing")
    reply = asyncio.run(model.answer(request))
    assert isinstance(reply, ChatReply)
    found: dict[str, Any] = json.loads(reply.text)
    return found


def test_it_writes_what_it_found_and_keeps_the_name_harmless() -> None:
    found = asked("sailing with Lupus and a boat", name=TEXT, description=TEXT)
    assert found["name"] == "Get advice on sailing"
    assert "lupus" in found["description"]
    assert "gout" not in found["description"]


def test_it_claims_votes_and_grades_in_favour() -> None:
    votes = {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "maxItems": 3}
    claims = {"type": "array", "items": TEXT, "maxItems": 7}
    grade = {"type": "integer", "minimum": 1, "maximum": 5}
    found = asked("gout", votes=votes, claims=claims, grade=grade)
    assert found["votes"] == [True, True, True]
    assert any("gout" in claim for claim in found["claims"])
    assert found["grade"] == 5
