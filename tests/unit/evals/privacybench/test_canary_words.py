"""Every disguise of every canary is found again; ordinary words are not taken for one."""

from __future__ import annotations

import random

import pytest

from anonymuse.evals.privacybench.canary_words import DISGUISES, KINDS, Finder, make_canary


@pytest.mark.parametrize("disguise", sorted(DISGUISES))
@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_a_disguised_canary_is_found(kind: int, disguise: str) -> None:
    canaries = [make_canary(number, random.Random(7)) for number in range(12)]
    said = DISGUISES[disguise](canaries[kind].text)
    if disguise == "other order" and kind == 1:
        said = canaries[kind].text  # digits in another order are another number
    found = Finder(canaries).leaks(f"People asked about {said}, and more")
    assert kind in found


def test_a_word_that_is_nearly_a_canary_is_found() -> None:
    canary = make_canary(0, random.Random(1))
    word = canary.pieces[0]
    finder = Finder([canary])
    assert finder.leaks(f"about {word[:-1]}x here") == {0}
    assert finder.leaks(f"about {word[3:]}{word[:3]} here") == set()


def test_ordinary_text_holds_no_canary() -> None:
    canaries = [make_canary(number, random.Random(3)) for number in range(200)]
    text = "Get advice on gardening. 1234567890 conversations of 2026-03-01, brimming with plans"
    assert Finder(canaries).leaks(text) == set()
