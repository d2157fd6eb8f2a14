"""What a report says about the models that it was made with."""

from typing import Any, cast

import pytest

from anonymuse.api.layers import settings
from anonymuse.pipeline.parts import Chat
from anonymuse.wiring.job import WEAK_MODEL, _notes


@pytest.mark.parametrize(
    ("strong", "given", "warned"),
    [
        (False, {"extract.mode": "llm", "extract.facets": ["work"]}, True),
        (False, {"extract.mode": "llm"}, False),
        (False, {"extract.facets": ["work"]}, False),
        (True, {"extract.mode": "llm", "extract.facets": ["work"]}, False),
    ],
)
def test_a_weak_model_with_many_questions_is_said(
    strong: bool, given: dict[str, Any], warned: bool
) -> None:
    chat = Chat("small", cast("Any", None), strong)
    assert _notes(settings(None, given), chat, "") == ((WEAK_MODEL,) if warned else ())


def test_no_model_is_said_with_its_reason() -> None:
    (note,) = _notes(settings(None, {}), None, "none was wanted.")
    assert "none was wanted." in note
