"""Language detection with py3langid: byte n-grams and naive Bayes (Lui and Baldwin 2012)."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from anonymuse.adapters.language.names import ENGLISH_NAMES, VARIANTS
from anonymuse.adapters.language.prose import prose_of
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.language import UNKNOWN

_LONGEST = 2000
_NOT_A_LANGUAGE = "zxx"


class LangidDetector:
    """Says in which of 93 languages a text is written.

    Args:
        least: share of the probability below which the answer is ``UNKNOWN``; how much is right
            at which value is measured in docs/language-detection.md.

    Raises:
        ModelUnavailableError: py3langid is not installed.
    """

    def __init__(self, *, least: float = 0.3) -> None:
        self._least = least
        self._identifier, version = _load()
        self.id = f"py3langid-{version}/1/{least:g}"
        self._lock = threading.Lock()

    def detect(self, text: str) -> str:
        """Return the English name of the language, or ``UNKNOWN``."""
        prose = prose_of(text, longest=_LONGEST)
        if not any(char.isalpha() for char in prose):
            return UNKNOWN
        with self._lock:
            ranked = self._identifier.rank(prose.encode("utf-8", errors="replace"))
        shares: Counter[str] = Counter()
        for code, share in ranked:
            shares[VARIANTS.get(code, code)] += share
        code, share = shares.most_common(1)[0]
        if share < self._least or code == _NOT_A_LANGUAGE:
            return UNKNOWN
        return ENGLISH_NAMES[code]


def _load() -> tuple[Any, str]:
    try:
        from importlib.metadata import version

        from py3langid.langid import (
            MODEL_FILE,
            LanguageIdentifier,
        )
    except ImportError as error:
        raise ModelUnavailableError(
            "The language detector is not installed. Run `pip install py3langid`."
        ) from error
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*ENGLISH_NAMES, *VARIANTS, _NOT_A_LANGUAGE])
    return identifier, version("py3langid")
