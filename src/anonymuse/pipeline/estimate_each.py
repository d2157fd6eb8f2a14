"""How many calls, and tokens, a question takes that is asked about every single text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from anonymuse.pipeline.estimate import Range, StageEstimate
from anonymuse.ports.chat import ChatRequest
from anonymuse.ports.tokens import TokenCounter

RETRIES: Final = {True: Range(1.0, 1.02, 1.06), False: Range(1.0, 1.02, 1.10)}
"""calls for one question; by whether the model is strong. The embedded model repeated 1 of 73."""

ANSWERS: Final = 0.15
"""relative error of the length of answers, over many"""


def asked_of_each(
    purpose: str,
    requests: Sequence[ChatRequest],
    answer: str,
    texts: Range,
    counter: TokenCounter,
    *,
    of: int,
    strong: bool,
) -> StageEstimate:
    """Return a line of the ledger from what the prompts of a sample of the texts have.

    Args:
        purpose: the line.
        requests: about the sample, as they would be sent.
        answer: one of the usual length.
        texts: how many are asked about.
        counter: counts tokens as the model will.
        of: how many texts the sample was drawn from.
        strong: whether the chat model is.
    """
    each = [counter.prompt(one.messages, one.schema) for one in requests]
    calls = RETRIES[strong] * texts
    told = mean_of(each, of).wider(counter.error)
    said = Range.exactly(counter.text(answer) + 1).wider(ANSWERS)  # and the end of the answer
    return StageEstimate(purpose, calls, calls * told, calls * said)


def mean_of(values: Sequence[float], of: int) -> Range:
    """Return the mean of a sample with what the draw may be off (1.96 standard errors)."""
    n = len(values)
    if not n:
        return Range.exactly(0)
    mean = sum(values) / n
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / max(1, n - 1))
    left_out = math.sqrt(max(0.0, 1 - n / max(1, of)))
    off = 1.96 * spread / math.sqrt(n) * left_out
    return Range(max(0.0, mean - off), mean, mean + off)
