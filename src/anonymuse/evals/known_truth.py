"""Data whose truth is known: what a clustering is measured against."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.domain.private.conversation import Conversation
from anonymuse.errors import ColumnError, ConfigError, InputError, did_you_mean
from anonymuse.evals.corpus import population
from anonymuse.ports.language import LanguageDetector
from anonymuse.stages.scrub import make_transcript

CORPUS = "corpus"
PUBLIC_SETS = {
    "clinc150": ("domain", "intent", None),
    "xsid": ("intent", None, "lang"),
}
"""Columns of the public sets: category, subcategory, language. Users bring the file themselves."""
OUT_OF_SCOPE = "oos"
MISALIGNED = "de-ba"
BUDGET_TOKENS = 1500


@dataclass(frozen=True, slots=True, repr=False)
class KnownTruth:
    """Texts to cluster, and what they were written to be.

    Attributes:
        name: of the data set.
        texts: by view (``user``, ``whole``, ``request``, ``task``); each as long as ``category``.
        languages: what takes the language out: as the product would know it. None: one language.
        category: the upper truth.
        subcategory: the lower truth; None where there is one level only.
        language: the true language, for scores per language; None where it is one.
    """

    name: str
    texts: Mapping[str, tuple[str, ...]]
    languages: tuple[str, ...] | None
    category: tuple[str, ...]
    subcategory: tuple[str, ...] | None
    language: tuple[str, ...] | None

    def __len__(self) -> int:
        return len(self.category)

    def __repr__(self) -> str:
        return f"KnownTruth({self.name}, {len(self)} rows)"


def load_truth(
    data: str, *, path: Path | None, recorded: bool, detector: Callable[[], LanguageDetector]
) -> KnownTruth:
    """Load a data set by name, or a file of conversations with their categories.

    Args:
        data: ``corpus`` (shipped), a name of ``PUBLIC_SETS``, or a path.
        path: file of a public set.
        recorded: take the corpus's recorded facets too.
        detector: opened where languages have to be told.

    Raises:
        ConfigError: the combination makes no sense.
        InputError: the file is not there, or lacks a column.
    """
    if data == CORPUS:
        return _corpus(recorded=recorded, detector=detector())
    if recorded:
        raise ConfigError(f"Recorded facets exist for the shipped corpus only, not for {data!r}.")
    if data in PUBLIC_SETS:
        if path is None:
            raise ConfigError(f"{data} is not shipped. Give its file with --path FILE.")
        return _public(data, path)
    if not Path(data).exists():
        known = (CORPUS, *PUBLIC_SETS)
        raise InputError(
            f"There is no data set and no file {data!r}. {did_you_mean(data, known)}"
            f"Data sets: {', '.join(known)}; or name a JSON-lines file with messages and category."
        )
    return _file(Path(data), detector())


def _corpus(*, recorded: bool, detector: LanguageDetector) -> KnownTruth:
    rows = [row for row in population.load() if row.truth.part == "regular"]
    rows.sort(key=lambda row: row.conversation.id)
    texts, languages = _views([row.conversation for row in rows], detector)
    if recorded:
        facets = population.recorded_facets()
        own = [facets[row.conversation.id] for row in rows]
        texts |= {view: tuple(str(f[view]) for f in own) for view in ("request", "task")}
        languages = tuple(str(f["language"]) for f in own)
    return KnownTruth(
        name=CORPUS + (", recorded facets" if recorded else ""),
        texts=texts,
        languages=languages,
        category=tuple(row.truth.category for row in rows),
        subcategory=tuple(f"{row.truth.category}/{row.truth.subcategory}" for row in rows),
        language=tuple(row.truth.language for row in rows),
    )


def _views(
    conversations: Sequence[Conversation], detector: LanguageDetector
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    transcripts = [make_transcript(c, budget_tokens=BUDGET_TOKENS) for c in conversations]
    texts = {
        "user": tuple(t.user_text for t in transcripts),
        "whole": tuple(t.whole_text for t in transcripts),
    }
    return texts, tuple(detector.detect(t.user_text) for t in transcripts)


def _public(name: str, path: Path) -> KnownTruth:
    category, subcategory, language = PUBLIC_SETS[name]
    wanted = [column for column in ("text", category, subcategory, language) if column]
    rows = [row for row in _lines(path, wanted) if _in_scope(row, category, language)]
    languages = tuple(str(row[language]) for row in rows) if language else None
    return KnownTruth(
        name=name,
        texts={"user": tuple(str(row["text"]) for row in rows)},
        languages=languages,
        category=tuple(str(row[category]) for row in rows),
        subcategory=(
            tuple(f"{row[category]}/{row[subcategory]}" for row in rows) if subcategory else None
        ),
        language=languages,
    )


def _in_scope(row: Mapping[str, Any], category: str, language: str | None) -> bool:
    if row[category] == OUT_OF_SCOPE:
        return False
    return language is None or row[language] != MISALIGNED


def _file(path: Path, detector: LanguageDetector) -> KnownTruth:
    # imported here: the public sets and the corpus need no reader
    from anonymuse.adapters.read.sniff import open_readers
    from anonymuse.ports.reader import ColumnMapping

    found = [
        item
        for reader in open_readers(path, format=None, columns=ColumnMapping())
        for item in reader.read()
        if isinstance(item, Conversation)
    ]
    if not found:
        raise InputError(f"{path} holds no conversation that can be read. Try `anonymuse doctor`.")
    if "category" not in found[0].metadata:
        raise ColumnError.missing("category", found[0].metadata, setting="anonymuse eval")
    texts, languages = _views(found, detector)
    category = tuple(str(c.metadata.get("category")) for c in found)
    lower = [c.metadata.get("subcategory") for c in found]
    return KnownTruth(
        name=path.name,
        texts=texts,
        languages=languages,
        category=category,
        subcategory=(
            tuple(f"{a}/{b}" for a, b in zip(category, lower, strict=True))
            if lower[0] is not None
            else None
        ),
        language=tuple(
            str(c.metadata.get("language") or told)
            for c, told in zip(found, languages, strict=True)
        ),
    )


def _lines(path: Path, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise InputError(f"{path}, line {number}: this is not JSON.") from error
            for column in columns:
                if column not in row:
                    raise ColumnError.missing(column, row, setting="anonymuse eval")
            yield row
