"""Where sentences end."""

from __future__ import annotations

import pytest

from anonymuse.lexicon.sentences import sentences


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How are you today? I am fine, thanks.", ("How are you today?", "I am fine, thanks.")),
        ("What is the price at 3.50 a kilo? Thanks!", ("What is the price at 3.50 a kilo?",)),
        ("one line of text\nanother line of it", ("one line of text", "another line of it")),
        (
            "水道の水漏れを直したいです。どうすればいいですか？",
            ("水道の水漏れを直したいです。", "どうすればいいですか？"),
        ),
        ("मुझे रोटी बनानी है। कैसे बनाते हैं?", ("मुझे रोटी बनानी है।", "कैसे बनाते हैं?")),
        ("كيف أصلح الحنفية؟ إنها تسرب الماء.", ("كيف أصلح الحنفية؟", "إنها تسرب الماء.")),
        ("ሰላም እንዴት ነህ ዛሬ። ደህና ነኝ አመሰግናለሁ።", ("ሰላም እንዴት ነህ ዛሬ።", "ደህና ነኝ አመሰግናለሁ።")),
    ],
    ids=["english", "number", "lines", "japanese", "hindi", "arabic", "amharic"],
)
def test_sentences_are_told_apart(text: str, wanted: tuple[str, ...]) -> None:
    assert sentences(text) == wanted


@pytest.mark.parametrize("text", ["", "Hi!", "Hi! Go on.", "no mark at all in this one"])
def test_a_text_that_cannot_be_cut_is_one_sentence(text: str) -> None:
    assert sentences(text) == (text,)
