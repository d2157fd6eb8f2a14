"""Examples of refusals and of help in many languages, for models that know meaning."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FILE = "refusal_examples.toml"


@dataclass(frozen=True, slots=True)
class RefusalExamples:
    """Sentences, whether each refuses, and in which language it is."""

    texts: tuple[str, ...]
    refuses: tuple[bool, ...]
    languages: tuple[str, ...]


@cache
def refusal_examples() -> RefusalExamples:
    """Return the examples, language by language."""
    rows = [
        (text, kind == "refuse", language)
        for language, own in tomllib.loads(_data().decode()).items()
        for kind in ("refuse", "help")
        for text in own[kind]
    ]
    texts, refuses, languages = zip(*rows, strict=True)
    return RefusalExamples(texts, refuses, languages)


@cache
def digest() -> str:
    """Return a digest of the examples: part of what decides an answer."""
    return hashlib.blake2b(_data(), digest_size=8).hexdigest()


def _data() -> bytes:
    return (files("anonymuse.lexicon") / _FILE).read_bytes()
