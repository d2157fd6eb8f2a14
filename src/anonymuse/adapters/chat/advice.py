"""What to change when too many calls failed for good: one sentence, from what they died of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from anonymuse.ports.chat import ChatFailure, FailureKind

_BY_KIND: Final[dict[FailureKind, str]] = {
    "retryable": "Wait a while, or lower models.chat_concurrency (--chat-concurrency).",
    "invalid": "The model does not keep to the asked form: try another one.",
    "refusal": "Name a second model for what this one refuses (models.fallback, --fallback).",
    "filter": "Name a second model for what is filtered here (models.fallback, --fallback).",
    "context": "Lower extract.budget_tokens, or name a model that reads more.",
}
_BY_WORDS: Final = {
    "no answer within": "Raise models.timeout, or lower models.chat_concurrency: "
    "the endpoint may be slower with many calls at once.",
    "rate limit": "Lower models.chat_concurrency, or set models.requests_per_minute to your limit.",
    "cannot be reached": "Check its address, and whether the server runs.",
    "web page": "Check its address: an API's usually ends in /v1.",
}


def what_to_change(failures: Sequence[ChatFailure]) -> str:
    """Return the sentence for the most frequent failure, which it names.

    Args:
        failures: at least one.
    """
    (kind, detail), _ = Counter((f.kind, f.detail) for f in failures).most_common(1)[0]
    advice = next((said for words, said in _BY_WORDS.items() if words in detail), "")
    return f"Most often: {detail}. {advice or _BY_KIND.get(kind, '')}".rstrip()
