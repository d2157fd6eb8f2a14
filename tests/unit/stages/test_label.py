from __future__ import annotations

import numpy as np

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.ports.chat import ChatFailure, ChatRequest
from anonymuse.stages.label import choose_representatives, label_representatives

LABELS = np.array([0, 0, 0, 0, 1, 1, -1], dtype=np.int32)
UNITS = [1, 1, 2, 3, 1, 4, 5]
FIT = np.array([0.9, 0.8, 0.7, 0.95, 0.5, 0.6, 1.0], dtype=np.float32)
LANGUAGES = ["English", "English", "French", "Armenian", "English", "English", "English"]


def test_each_unit_once_readable_languages_first() -> None:
    assert choose_representatives(LABELS, UNITS, FIT, LANGUAGES, per_leaf=2) == [0, 2, 4, 5]


def test_a_model_that_reads_all_gets_the_nearest() -> None:
    chosen = choose_representatives(LABELS, UNITS, FIT, LANGUAGES, per_leaf=2, readable=None)
    assert chosen == [0, 3, 4, 5]


def test_each_call_sees_one_conversation(run_async) -> None:
    model = ScriptedChat(lambda request: "write a letter")
    texts = {3: "first secret", 5: "second hidden", 9: "   "}
    phrases, failures = run_async(label_representatives(texts, ModelAsker(model)))
    assert phrases == {3: "write a letter", 5: "write a letter"}
    assert failures == {}
    seen = [" ".join(m.content for m in request.messages) for request in model.requests]
    assert len(seen) == 2
    assert all(("secret" in text) != ("hidden" in text) for text in seen)


def test_one_persons_text_changes_nobody_elses_prompt(run_async) -> None:
    def prompts(mine: str) -> list[ChatRequest]:
        model = ScriptedChat(lambda request: "write a letter")
        run_async(label_representatives({0: mine, 1: "theirs"}, ModelAsker(model)))
        return model.requests

    assert prompts("one thing")[1] == prompts("another thing")[1]


def test_useless_answers_and_failures(run_async) -> None:
    def answer(request: ChatRequest) -> str | ChatFailure:
        if "bad" in request.messages[-1].content:
            return ChatFailure("filter", "refused")
        return "call 555-1234" if "digits" in request.messages[-1].content else "fix " * 30

    phrases, failures = run_async(
        label_representatives({0: "bad", 1: "digits", 2: "long"}, ModelAsker(ScriptedChat(answer)))
    )
    assert phrases == {}
    assert failures == {"filter": 1}


def test_long_messages_are_cut(run_async) -> None:
    model = ScriptedChat(lambda request: "write a letter")
    run_async(label_representatives({0: "x" * 5000}, ModelAsker(model)))
    assert len(model.requests[0].messages[-1].content) < 400
