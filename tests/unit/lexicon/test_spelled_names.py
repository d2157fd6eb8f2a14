"""A name cannot get out by being spelled another way, or by sounding like a general word."""

import pytest

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.plain_text import text_problem
from anonymuse.lexicon.support_table import unsupported

TEXTS = ["write letters to friends"] * 15
TABLE = build_table(TEXTS, [0] * 15, list(range(15)), leaves=["L0-0000"])


@pytest.mark.parametrize(
    "name",
    [
        "Write letters to \u3055\u304f\u3089",
        "Letters \u308f\u305f\u3057\u306e\u306a\u307e\u3048\u306f\u3055\u304f\u3089\u3067\u3059",
        "Write letters \u24d9\u24de\u24d7\u24dd",
        "Write letters \U0001f1ef\U0001f1f4\U0001f1ed\U0001f1f3",
        "Write letters \U0001f139\U0001f13e",
        "Write letters \u281a\u2815\u2813",
        "Write letters .--- --- .... -.",
        "Write letters to Tim",
        "Letters to Chang about Price",
        "Letters to Cook",
        "Write letters to Will",
        "Write letters to Said",
        "Write letters to said",
    ],
)
def test_neither_the_rules_nor_support_let_it_pass(name: str) -> None:
    assert text_problem(name, "") or unsupported(name, "L0-0000", TABLE, cell=10)


@pytest.mark.parametrize(
    "name",
    ["Write letters to friends", "Writing letters, planning texts", "Will I write to friends"],
)
def test_shared_and_general_words_pass(name: str) -> None:
    assert text_problem(name, "") is None
    assert unsupported(name, "L0-0000", TABLE, cell=10) == []
