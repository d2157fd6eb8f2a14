from __future__ import annotations

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.lexicon.plain_text import form_problem
from anonymuse.ports.chat import ChatFailure
from anonymuse.stages.direct import as_written, name_parents_directly

CHILDREN = {"L1-0000": ["Bake bread for 12 guests", "Grow tomatoes"], "L1-0001": ["Explain tax"]}


def test_what_the_model_wrote_is_published_whatever_it_says() -> None:
    draft = as_written("n", "Help Ada Quill of 12 Elm Row", "Mail ada@example.org.")
    assert draft is not None
    assert (draft.name, draft.description) == (
        "Help Ada Quill of 12 Elm Row",
        "Mail ada@example.org.",
    )


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("word " * 40, "word " * 400),
        ("x" * 400, "y" * 4_000),
        ("a\u202eb\x00c\nd", "\u200b one\ttwo\u2028three"),
        ("<b>bold</b>", "=cmd()"),
    ],
)
def test_it_is_cut_to_form_and_no_more(name: str, description: str) -> None:
    draft = as_written("n", name, description)
    assert draft is not None
    assert form_problem(draft.name, draft.description) is None
    assert draft.name


@pytest.mark.parametrize("name", ["", " \n", "\u200b\u202e"])
def test_nothing_is_no_name(name: str) -> None:
    assert as_written("n", name, "told") is None


def test_parents_are_named_from_their_children_alone(run_async) -> None:
    model = ScriptedChat({"Bake": "Food for 12 guests", "tax": ChatFailure("refusal", "no")})
    found = run_async(name_parents_directly(CHILDREN, asker=ModelAsker(model)))
    assert found["L1-0000"].name == "Food for 12 guests"
    assert found["L1-0000"].description == (
        "Brings together: bake bread for 12 guests; grow tomatoes."
    )
    assert (found["L1-0001"].name, found["L1-0001"].kind) == ("Explain tax", "phrase")
    assert len(model.requests) == 2
