"""Refusals by meaning: only where an embedder carries from language to language."""

from collections.abc import Sequence

import numpy as np

from anonymuse.domain.private.transcript import Transcript
from anonymuse.lexicon.refusal_examples import refusal_examples
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.refuse import OPENING, decides, meant_refusals, opening, with_meant


class Meaning:
    """Knows of a text whether it refuses, besides noise of its own; ``blind`` in some languages."""

    id = "meaning"
    dimensions = 16
    keeps_prefix = False
    knows_meaning = True

    def __init__(self, blind: int = 0) -> None:
        found = refusal_examples()
        known = sorted(set(found.languages))[blind:]
        self._refusing = {
            text: language in known and refuses
            for text, refuses, language in zip(
                found.texts, found.refuses, found.languages, strict=True
            )
        }

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            if text:
                rng = np.random.Generator(np.random.Philox(len(text) * 1000 + sum(map(ord, text))))
                rows[row] = rng.normal(size=self.dimensions) * 0.05
                rows[row, 0] = 1.0 if self._refusing.get(text, text.startswith("No")) else -1.0
        return rows


def transcript(*answers: str) -> Transcript:
    return Transcript("", "", "", "\n".join(answers), turns=2, characters=9)


def test_the_opening_is_the_beginning_of_the_first_answer() -> None:
    assert opening(transcript("first answer", "second")) == "first answer"
    assert opening(transcript("x" * 500)) == "x" * OPENING
    assert opening(transcript()) == ""


def test_openings_on_the_side_of_refusals_are_found() -> None:
    embedder = Meaning()
    openings = embedder.embed(["No, let it be", "Here you are", ""])
    assert meant_refusals(openings, embedder).tolist() == [True, False, False]


def test_an_embedder_that_does_not_know_languages_is_not_asked() -> None:
    embedder = Meaning(blind=8)
    openings = embedder.embed(["No, let it be", "Here you are"])
    assert meant_refusals(openings, embedder).tolist() == [False, False]


def test_meaning_only_adds_to_phrases() -> None:
    meant = np.array([True, True, True, False])
    assert with_meant(["no", "partly", None, "yes"], meant) == ["yes", "partly", None, "yes"]


def test_answers_depend_on_embedder_and_examples() -> None:
    assert decides(Meaning())["embedder"] == "meaning"
    assert len(decides(Meaning())["examples"]) == 16
