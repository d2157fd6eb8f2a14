from hypothesis import given
from hypothesis import strategies as st

from anonymuse.lexicon.tokens import characters_within, estimate_tokens, shared


def test_scripts_cost_what_was_measured() -> None:
    assert estimate_tokens("") == 0
    assert 20 <= estimate_tokens("the quick brown fox jumps over the lazy dog " * 2) <= 30
    assert estimate_tokens("გამარჯობა") == 9
    assert estimate_tokens("1234") == 4
    assert estimate_tokens("привет как дела") < estimate_tokens("नमस्ते कैसे हैं")


@given(st.text(max_size=80), st.integers(0, 50))
def test_the_characters_within_a_budget_cost_no_more(text: str, tokens: int) -> None:
    place = characters_within(text, tokens)
    assert estimate_tokens(text[:place]) <= tokens
    assert place == len(text) or estimate_tokens(text[: place + 1]) > tokens


@given(st.lists(st.integers(0, 500), max_size=12), st.integers(-5, 2000))
def test_a_budget_is_shared_up_to_one_level(sizes: list[int], budget: int) -> None:
    grants = shared(sizes, budget)
    assert sum(grants) <= max(0, budget)
    assert all(grant <= size for grant, size in zip(grants, sizes, strict=True))
    short = [grant for grant, size in zip(grants, sizes, strict=True) if grant < size]
    if short:
        assert max(short) - min(short) <= 1
        assert sum(grants) == max(0, budget)
