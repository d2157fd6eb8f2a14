"""How well the generaliser finds what is of a special category, and what it takes without need.

Recall is counted by marked string of the corpus: *found* when a word of it became its category,
*gone* when no letter of it is left. What it costs is counted on conversations without a mark, on
public texts, and in how well clustering still finds known categories.
"""

from __future__ import annotations

import re
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from anonymuse.domain.private.transcript import VIEWS
from anonymuse.evals.corpus.population import CorpusRow, load, recorded_facets
from anonymuse.evals.truth.known import BUDGET_TOKENS, KnownTruth
from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.special import SpecialSpan, find_special, generalised
from anonymuse.stages.generalise import generalise_answer, generalise_transcript
from anonymuse.stages.scrub import make_transcript

_LETTERS = {
    "H": "health", "S": "sexuality", "R": "religion", "P": "politics", "U": "union", "C": "crime",
    "I": "migration", "M": "money", "Y": "minors", "O": "",
}  # fmt: skip
OTHER = "of no category of ours"
"""what a reader put under none of the categories"""


@dataclass(frozen=True, slots=True)
class MarkScore:
    """Counts for marked strings.

    Attributes:
        marked: how many there are.
        found: of these, something in them became a category.
        gone: of these, no letter is left.
        right: of these, something in them became the category that a reader put them under.
    """

    marked: int = 0
    found: int = 0
    gone: int = 0
    right: int = 0

    def __add__(self, other: MarkScore) -> MarkScore:
        return MarkScore(
            self.marked + other.marked,
            self.found + other.found,
            self.gone + other.gone,
            self.right + other.right,
        )


@dataclass(frozen=True, slots=True)
class SpecialScore:
    """The result on the corpus.

    Attributes:
        marks: by special category, language, and whether the row was read while terms were written.
        changed: conversations without a mark that are changed, by the corpus's category.
        unmarked: all conversations without a mark, likewise.
    """

    marks: Mapping[tuple[str, str, bool], MarkScore]
    changed: Mapping[str, int]
    unmarked: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TextsChanged:
    """What the generaliser takes from public texts.

    Attributes:
        texts: number of texts.
        changed: of these, how many lose something.
        characters: of all texts.
        lost: of these, how many are replaced.
    """

    texts: int
    changed: int
    characters: int
    lost: int


def rows() -> list[CorpusRow]:
    """Return the corpus's conversations in the order of its files."""
    return [row for row in load() if row.truth.planted is None]


def score_corpus() -> SpecialScore:
    """Score the marked strings of the corpus, and count what changes where nothing is marked."""
    marks: dict[tuple[str, str, bool], MarkScore] = {}
    changed, unmarked = Counter[str](), Counter[str]()
    kinds = _kinds_by_row()
    number = 0
    for row in rows():
        turns = [clean(turn.text) for turn in row.conversation.turns if turn.role == "user"]
        found = _spans(turns)
        if not row.truth.sensitive:
            unmarked[row.truth.category] += 1
            changed[row.truth.category] += any(found)
            continue
        number += 1
        for value, kind in zip(row.truth.sensitive, kinds[row.conversation.id], strict=True):
            key = kind or OTHER, row.truth.language, number % 2 == 1  # every other row was read
            marks[key] = marks.get(key, MarkScore()) + _scored(turns, found, clean(value), kind)
    return SpecialScore(dict(sorted(marks.items())), dict(changed), dict(sorted(unmarked.items())))


def _spans(turns: Sequence[str]) -> list[list[SpecialSpan]]:
    personal = {span.category for turn in turns for span in find_special(turn)}
    return [find_special(turn, personal=personal) for turn in turns]


def _scored(
    turns: Sequence[str], found: Sequence[Sequence[SpecialSpan]], value: str, kind: str
) -> MarkScore:
    """Score one string: where it stands more than once, the worst place counts."""
    scores = []
    for turn, spans in zip(turns, found, strict=True):
        for match in re.finditer(re.escape(value), turn):
            meeting = [s for s in spans if s.start < match.end() and match.start() < s.end]
            left = {place for place in range(*match.span()) if turn[place].isalnum()}
            for span in meeting:
                left -= set(range(span.start, span.end))
            right = any(span.category == kind for span in meeting)
            scores.append(MarkScore(1, bool(meeting), not left, right))
    if not scores:
        raise AssertionError("a marked string stands nowhere")
    return min(scores, key=lambda one: (one.right, one.found, one.gone))


@cache
def _kinds_by_row() -> Mapping[str, tuple[str, ...]]:
    """Return the special category of every mark by conversation, as a reader put it."""
    text = (files("anonymuse.evals") / "special_types.toml").read_text(encoding="utf-8")
    letters = {language: iter(line) for language, line in tomllib.loads(text).items()}
    return {
        row.conversation.id: tuple(
            _LETTERS[next(letters[row.truth.language])] for _ in row.truth.sensitive
        )
        for row in rows()
    }


def score_texts(texts: Iterable[str]) -> TextsChanged:
    """Count what is taken from texts in which nobody speaks of themselves on purpose."""
    number = changed = characters = lost = 0
    for raw in texts:
        text = clean(raw)
        spans = find_special(text)
        number += 1
        changed += bool(spans)
        characters += len(text)
        lost += sum(span.end - span.start for span in spans)
    return TextsChanged(number, changed, characters, lost)


def time_generalising() -> float:
    """Return processor milliseconds for 1,000 characters of the corpus, terms loaded."""
    texts = [turn.text for row in rows()[:400] for turn in row.conversation.turns]
    generalised(texts[0])
    started = time.process_time()
    for text in texts:
        generalised(text)
    return (time.process_time() - started) * 1e6 / sum(map(len, texts))


def generalised_truth(known: KnownTruth) -> KnownTruth:
    """Return the corpus as the product clusters it where special categories are generalised.

    Args:
        known: as `truth.shipped.corpus_truth` gives the corpus, with or without recorded facets.
    """
    own = sorted(
        (row for row in rows() if row.truth.part == "regular"), key=lambda row: row.conversation.id
    )
    done = [
        generalise_transcript(make_transcript(row.conversation, budget_tokens=BUDGET_TOKENS))
        for row in own
    ]
    texts: dict[str, tuple[str, ...]] = {
        view: tuple(one.transcript.view(view) for one in done) for view in VIEWS
    }
    facets = recorded_facets() if "request" in known.texts else {}
    for view in known.texts.keys() - texts.keys():
        texts[view] = tuple(
            str(generalise_answer(facets[row.conversation.id][view], personal=one.personal))
            for row, one in zip(own, done, strict=True)
        )
    ordered = {view: texts[view] for view in known.texts}
    return replace(known, name=f"{known.name}, generalised", texts=ordered)
