from __future__ import annotations

import pytest

from anonymuse.prompts import turns as module
from anonymuse.prompts.library import Prompt
from anonymuse.prompts.turns import turns


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("label_message", {"message": "M"}),
        ("name_group", {"phrases": "- M", "words": "W"}),
        ("name_parent", {"groups": "- M"}),
    ],
)
def test_examples_become_turns(name: str, values: dict[str, str]) -> None:
    found = turns(name, **values)
    roles = [role for role, _ in found]
    assert roles[0] == "system"
    assert roles[1:] == ["user", "assistant"] * ((len(roles) - 2) // 2) + ["user"]
    assert len(roles) >= 8
    assert "M" in found[-1][1]
    assert all("=>" not in text and text for _, text in found)


def test_what_changes_comes_last_so_that_the_rest_stays_cached() -> None:
    assert turns("label_message", message="a")[:-1] == turns("label_message", message="b")[:-1]


def test_an_example_without_an_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Prompt("broken", "Do.\n### Example\nquestion", "ask")
    monkeypatch.setattr(module, "load", lambda name: broken)
    with pytest.raises(ValueError, match="example 1"):
        turns("broken")
