from __future__ import annotations

import pytest

from anonymuse.domain.restricted.sentences import sentence


def test_a_sentence_has_its_numbers() -> None:
    facts = {"shape": "6"}
    told = sentence("structure", 2.345, accounts=8, around=30, facts=facts)
    assert told.startswith("6 of 8 texts have one shape")
    assert "2.3 bits" in told


def test_what_cannot_be_told_says_so() -> None:
    told = sentence("one_organisation", None, accounts=8, around=30, facts={})
    assert told == "The data name no organisations."


def test_what_is_no_signal_is_refused() -> None:
    with pytest.raises(KeyError):
        sentence("mood", 1.0, accounts=8, around=30, facts={})
