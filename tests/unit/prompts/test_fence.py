from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.prompts.fence import fenced

KEY = b"k" * 32


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_can_close_its_mark(text: str) -> None:
    first, _, rest = fenced(text, KEY).partition("\n")
    inside, _, last = rest.rpartition("\n")
    assert last == f"</{first[1:]}"
    assert "<" not in inside
    assert ">" not in inside


def test_a_mark_is_the_same_again_and_hangs_on_text_and_key() -> None:
    assert fenced("a", KEY) == fenced("a", KEY)
    assert fenced("a", KEY) != fenced("a", b"other")
    assert fenced("a", KEY).splitlines()[0] != fenced("b", KEY).splitlines()[0]
