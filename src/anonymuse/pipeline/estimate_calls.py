"""How many calls each step of a plan will make, and how many tokens they will have.

What is asked about single conversations is counted on a sample of them, with the very prompts that
would be sent. How clusters turn out is not known before: their number, and with it the calls that
name them, is a range around what earlier runs had (of k clusters 0.9 to 1.0 were left to name, with
parents as the sizes of levels say).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.transcript import Transcript
from anonymuse.pipeline.engine import Step
from anonymuse.pipeline.estimate import Range, StageEstimate
from anonymuse.pipeline.estimate_each import ANSWERS, RETRIES, asked_of_each, mean_of
from anonymuse.pipeline.estimate_naming import asked_of_a_cluster
from anonymuse.pipeline.settings import ASKING
from anonymuse.pipeline.steps.evidence import PER_LEAF
from anonymuse.pipeline.usual_texts import answer_text, some_lines, some_words
from anonymuse.ports.chat import ChatRequest, Message
from anonymuse.ports.tokens import TokenCounter
from anonymuse.prompts.library import load
from anonymuse.prompts.turns import turns
from anonymuse.stages.cluster import choose_k
from anonymuse.stages.describe import CHILDREN_SHOWN
from anonymuse.stages.extract import extract_request
from anonymuse.stages.hierarchy import level_targets
from anonymuse.stages.label import label_request
from anonymuse.stages.propose import NEIGHBOURHOOD
from anonymuse.stages.propose import OUTSIDE as OUTSIDE_HOOD
from anonymuse.stages.screen import screen_request

NAMED: Final = Range(0.75, 0.95, 1.0)
"""clusters left to name, of those asked for"""

_TURN: Final = re.compile(r"^(?:User|Assistant): ", re.MULTILINE)
_NO_NAMES: Final = json.dumps({"people": [], "places": [], "organisations": []})

_NOT_SURE: Final = 0.10
"""relative error of prompts that are put together from what earlier steps will have found"""

_DRAWN: Final = 0.10
"""relative error of how many conversations people have who are drawn, and at least 300 are"""


@dataclass(frozen=True, slots=True)
class Material:
    """What is known before a model is asked.

    Attributes:
        conversations: that take part.
        texts: different ones.
        units: people (or what the privacy unit is).
        sample: some of the texts, scrubbed, drawn at random.
        asked: texts that facets are asked of; None: all.
    """

    conversations: int
    texts: int
    units: int
    sample: Sequence[Transcript]
    asked: int | None = None


def stage_estimates(
    steps: Sequence[Step],
    material: Material,
    counter: TokenCounter,
    *,
    policy: ReleasePolicy,
    k: int | None,
    strong: bool,
    screen: str | None = None,
    names: bool = False,
) -> list[StageEstimate]:
    """Return what each line of the ledger will hold, in the order of the run.

    Args:
        steps: the plan.
        material: what takes part.
        counter: counts tokens as the model will.
        policy: decides how many clusters there are.
        k: clusters asked for; None: as the policy says.
        strong: whether the chat model is.
        screen: the question that every text is screened by, if there is one.
        names: whether the model looks for names in every turn.
    """
    forecast = _Forecast(steps, material, counter, policy, k, strong=strong, screen=screen)
    return [*(forecast.entities() if names else ()), *forecast.lines()]


class _Forecast:
    def __init__(
        self,
        steps: Sequence[Step],
        material: Material,
        counter: TokenCounter,
        policy: ReleasePolicy,
        k: int | None,
        *,
        strong: bool,
        screen: str | None,
    ) -> None:
        self._screen = screen
        # How many a screener lets through is not known: between none and all, and all is careful.
        self._passed = Range(0.0 if screen else 1.0, 1.0, 1.0)
        self._steps = {step.name: step for step in steps}
        self._material = material
        self._counter = counter
        self._strong = strong
        self._retries = RETRIES[strong]
        wanted = k or choose_k(material.conversations, policy.grain)
        # A cluster below the minimum joins another: with little data that decides.
        room = material.conversations / max(1, policy.min_conversations)
        few = Range(room / 3, room / 1.5, room)
        many = NAMED * wanted
        self._leaves = self._passed * Range(
            min(few.low, many.low), min(few.likely, many.likely), min(few.high, many.high)
        )
        ends = (self._leaves.low, self._leaves.likely, self._leaves.high)
        self._parents = Range(*(_parents(end) for end in ends)) * Range(0.5, 1.0, 1.3)
        self._below = self._leaves + self._parents * 0.8
        self._people = max(1.0, material.units / max(1, wanted))
        self._cell = policy.min_cell

    def lines(self) -> Iterator[StageEstimate]:
        """Yield the lines that are not empty."""
        found = [*self._reading(), *self._labels(), *self._names(), *self._audits()]
        by_purpose: dict[str, StageEstimate] = {}
        for line in found:
            known = by_purpose.get(line.purpose)
            by_purpose[line.purpose] = line if known is None else known + line
        yield from (line for line in by_purpose.values() if line.calls.high >= 0.5)

    def entities(self) -> Iterator[StageEstimate]:
        """What is asked to find names: a call for every turn of what is shown of a text."""
        said = [max(1, len(_TURN.findall(one.tagged))) for one in self._material.sample]
        rule = self._counter.prompt(_rendered("entities", {"text": ""}), None)
        each = [
            turns * rule + self._counter.text(one.tagged)
            for turns, one in zip(said, self._material.sample, strict=True)
        ]
        texts = self._material.texts
        calls = mean_of(said, texts) * self._retries * texts
        told = mean_of(each, texts).wider(self._counter.error) * self._retries * texts
        answer = Range.exactly(self._answer(_NO_NAMES)).wider(1.0)
        yield StageEstimate("entities", calls, told, calls * answer)

    def _reading(self) -> Iterator[StageEstimate]:
        """What is asked about every text."""
        if self._screen is not None:
            screened = [screen_request(one, self._screen) for one in self._material.sample]
            yield self._each("screen", screened, json.dumps({"match": "yes"}))
        step = self._steps.get("extract")
        if step is None or step.params.get("mode") not in ASKING:
            return
        asked = questions_of(step)
        special = "special" in step.params
        requests = [
            extract_request(one, asked, generalise=special) for one in self._material.sample
        ]
        answer = answer_text(asked, strong=self._strong)
        known = self._material
        share = Range.exactly(1.0)
        if known.asked is not None and known.asked < known.texts:
            # Who is drawn hangs on the project's key, which a prediction need not have.
            share = Range.exactly(known.asked / known.texts).wider(_DRAWN)
        yield self._each("extract", requests, answer, self._passed * share)

    def _each(
        self,
        purpose: str,
        requests: Sequence[ChatRequest],
        answer: str,
        share: Range = Range.exactly(1.0),  # noqa: B008 - frozen
    ) -> StageEstimate:
        """Sum over all texts what a sample of their prompts has."""
        texts = share * self._material.texts
        return asked_of_each(
            purpose, requests, answer, texts, self._counter,
            of=self._material.texts, strong=self._strong,
        )  # fmt: skip

    def _labels(self) -> Iterator[StageEstimate]:
        for _ in self._each_tree("label"):
            requests = [label_request(one.user_text) for one in self._material.sample]
            each = [self._counter.prompt(one.messages, None) for one in requests]
            told = mean_of(each, self._material.texts).wider(self._counter.error)
            calls = self._leaves * min(float(PER_LEAF), self._people) * self._retries
            yield self._line("label", calls, told, 5)

    def _names(self) -> Iterator[StageEstimate]:
        for step in self._each_tree("describe"):
            found = asked_of_a_cluster(
                step.params["naming"], self._people, cell=self._cell, facets=self._has_facets()
            )
            for asked in found:
                told = self._prompt(asked.messages)
                yield self._line(asked.purpose, self._leaves * asked.calls, told, asked.words)
        for step in self._each_tree("parents"):
            prompts = step.params.get("prompts") or {}
            if "propose_parents" in prompts:
                yield from self._proposals()
            elif prompts:
                children = min(CHILDREN_SHOWN, self._leaves.likely / max(1.0, self._parents.likely))
                prompt = _turns("name_parent", groups=some_lines(children, 6))
                tries = 1 if step.params.get("direct") else 2
                yield self._line("name", self._parents * tries, self._prompt(prompt), 5)

    def _proposals(self) -> Iterator[StageEstimate]:
        """What the tree costs where a model proposes it: see `stages.propose`."""
        hoods = (self._below * (1 / NEIGHBOURHOOD)).wider(0.5) + Range(1, 1, 2)
        inside = min(float(NEIGHBOURHOOD), self._leaves.likely)
        near = {
            "inside": some_lines(inside, 7),
            "outside": some_lines(OUTSIDE_HOOD, 7),
            "count": "6",
        }
        asked: tuple[tuple[Range, str, dict[str, str], int], ...] = (
            (hoods, "propose_parents", near, 60),
            (Range(0, 1, 3), "join_parents", {"names": some_lines(20, 6), "count": "12"}, 100),
            (
                self._below,
                "assign_parent",
                {"cluster": some_words(40), "parents": some_lines(12, 7)},
                4,
            ),
            (
                self._parents,
                "rename_parent",
                {"name": some_words(6), "children": some_lines(6, 7)},
                48,
            ),
        )
        for calls, prompt, values, words in asked:
            told = self._prompt(_rendered(prompt, values))
            yield self._line("tree", calls * self._retries, told, words)

    def _audits(self) -> Iterator[StageEstimate]:
        prompt = self._prompt(
            _rendered("audit", {"name": some_words(7), "description": some_words(32)})
        )
        for step in self._each_tree("audit"):
            if "auditor" in step.params:
                yield self._line("audit", self._leaves + self._parents, prompt, 4)

    def _line(self, purpose: str, calls: Range, told: Range, words: float) -> StageEstimate:
        said = Range.exactly(self._answer(some_words(words))).wider(2 * ANSWERS)
        return StageEstimate(purpose, calls, calls * told, calls * said)

    def _prompt(self, messages: Sequence[Message]) -> Range:
        tokens = self._counter.prompt(messages, None)
        return Range.exactly(tokens).wider(self._counter.error + _NOT_SURE)

    def _answer(self, text: str) -> float:
        return self._counter.text(text) + 1  # and the end of the answer

    def _each_tree(self, name: str) -> list[Step]:
        """Return a step of this name, and its like for every further tree."""
        return [s for n, s in self._steps.items() if n == name or n.startswith(f"{name}@")]

    def _has_facets(self) -> bool:
        step = self._steps.get("extract")
        return step is not None and step.params.get("mode") not in {"local", "cascade"}


def questions_of(step: Step) -> tuple[FacetQuestion, ...]:
    """Return what the extraction step asks of a model."""
    asked: tuple[FacetQuestion, ...] = step.run.keywords["questions"]  # type: ignore[attr-defined]
    return tuple(question for question in asked if question.source == "model")


def _parents(leaves: float) -> int:
    return sum(level_targets(max(1, round(leaves)))[1:])


def _turns(name: str, **values: str) -> list[Message]:
    return [Message(role, text) for role, text in turns(name, **values)]


def _rendered(prompt: str, slots: Mapping[str, str]) -> list[Message]:
    system, user = load(prompt).render(**slots)
    return [Message("system", system), Message("user", user)]
