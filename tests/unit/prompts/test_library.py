import pytest

from anonymuse.prompts.library import Prompt


def test_a_value_that_looks_like_a_slot_stays_as_it_is() -> None:
    prompt = Prompt("p", "Do {{what}}.", "{{text}}")
    assert prompt.render(what="{{text}}", text="x") == ("Do {{text}}.", "x")


@pytest.mark.parametrize("values", [{}, {"text": "x", "more": "y"}])
def test_missing_and_unused_values_are_errors(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="slots without value"):
        Prompt("p", "s", "{{text}}").render(**values)


def test_one_changed_word_changes_the_digest() -> None:
    assert Prompt("p", "Say it.", "{{t}}").digest != Prompt("p", "Tell it.", "{{t}}").digest
