"""The shape of a text: sentences, lines and marks in their order, without a word of it.

Prompts that one hand wrote keep their shape when they are reworded or translated: a claim, two
demands, a question, a list. A shape is a row of symbols, one for each sentence: what the line
starts with (bullet, number, quote, nothing), how the sentence ends, and whether a line ends there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

MOST_SENTENCES = 40
"""of a text that are looked at"""
_RUN = 3
_MARKS = ".!?:;…。！？：；؟।"
_SENTENCE = re.compile(rf"[^{_MARKS}]*\w[^{_MARKS}]*([{_MARKS}]*)")
_ENDS = str.maketrans("…。！？：；؟।", "..!?:;?.")
_STARTS = (
    ("*", re.compile(r"\s*[-*•–—]\s")),
    ("1", re.compile(r"\s*\(?\w{1,2}[.)]\s")),
    ("#", re.compile(r"\s*#")),
    ('"', re.compile(r"\s*[\"'«“„「]")),
)


def shape_marks(text: str) -> frozenset[str]:
    """Return what two texts of one shape share: the whole shape, it with its length, and its runs.

    The whole is ``"=>."`` for one sentence, ``"=>:/*_/*_"`` for two list items under a colon.
    A text of one sentence has the commonest shape there is: whoever counts has to weigh a mark by
    how rare it is.
    """
    symbols = list(islice(_symbols(text), MOST_SENTENCES))
    whole = "".join(symbols)
    ended = ["^", *symbols, "$"]
    runs = {"".join(ended[i : i + _RUN]) for i in range(len(ended) - _RUN + 1)}
    return frozenset({f"={whole}", f"={whole}{len(text).bit_length()}", *runs})


def _symbols(text: str) -> Iterator[str]:
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines):
        start = next((mark for mark, found in _STARTS if found.match(line)), ">")
        ends = [match.group(1) for match in _SENTENCE.finditer(line)] or [""]
        for place, end in enumerate(ends):
            kind = end.translate(_ENDS)[-1:] or "_"
            last = place == len(ends) - 1 and number < len(lines) - 1
            yield f"{start if place == 0 else ''}{kind}{'/' if last else ''}"
