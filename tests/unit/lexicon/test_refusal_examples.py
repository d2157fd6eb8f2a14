"""The examples of refusals say the same things in every language."""

from collections import Counter

from anonymuse.lexicon.refusal_examples import digest, refusal_examples


def test_every_language_has_as_many_of_each_kind() -> None:
    found = refusal_examples()
    refusing = Counter(lan for lan, no in zip(found.languages, found.refuses, strict=True) if no)
    every = Counter(found.languages)
    assert len(every) >= 16
    assert set(refusing.values()) == {7}
    assert set(every.values()) == {23}
    assert len(set(found.texts)) == len(found.texts)


def test_the_digest_is_short_and_stays() -> None:
    assert digest() == digest()
    assert len(digest()) == 16
