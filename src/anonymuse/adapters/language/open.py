"""Opens the language detector."""

from __future__ import annotations

from functools import cache

from anonymuse.adapters.language.langid import LangidDetector
from anonymuse.ports.language import LanguageDetector


@cache
def open_detector() -> LanguageDetector:
    """Return the detector; it takes about a second to load, once.

    Raises:
        ModelUnavailableError: its package is not installed.
    """
    return LangidDetector()
