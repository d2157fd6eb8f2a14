"""Says before a run what it will ask and cost: reads and narrows the data, and sends nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.domain.private.transcript import Transcript
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Finished, Step, Workshop, execute
from anonymuse.pipeline.estimate import Estimate
from anonymuse.pipeline.estimate_calls import Material, questions_of, stage_estimates
from anonymuse.pipeline.events import Emit, ignore
from anonymuse.pipeline.parts import BY_CHAT, Parts
from anonymuse.pipeline.plan import make_plan
from anonymuse.pipeline.plan_cascade import asking_of
from anonymuse.pipeline.plan_taxonomy import told_of_taxonomy
from anonymuse.pipeline.settings import ASKING
from anonymuse.pipeline.steps import cascade, texts
from anonymuse.ports.chat import ChatRequest
from anonymuse.stages.extract import extract_request
from anonymuse.stages.label import label_request
from anonymuse.stages.screen import screen_request

SAMPLE: Final = 1_000
"""texts whose prompts are counted by `plan`"""
FIRST_LOOK: Final = 200
"""texts whose prompts are counted when a run starts"""

SCRUB: Final = "scrub"

NO_PRICE: Final = (
    "Price unknown: tokens only. Give one with --price-in and --price-out (USD for a million "
    "tokens), or a table with --prices."
)
NO_CALLS: Final = "No model is asked anything: this run costs nothing."
SCREENED: Final = (
    "How many conversations the screening question lets through is not known before it is asked: "
    "the lines after it count all of them, and their intervals begin at none."
)
CLUSTERS: Final = (
    "How the conversations fall into clusters is not known yet: the lines that name them come from "
    "how many clusters the policy makes of this many conversations."
)
IN_PART: Final = (
    "Facets are asked of about {asked:,} of the {texts:,} texts ({share:.0f} %), those of people "
    "drawn at random: {wanted:g} % of all people, and {least} at least."
)
BY_BATCH: Final = "At the price of batches."


@dataclass(frozen=True, slots=True, repr=False)
class Outlook:
    """A prediction, and one prompt as it would be sent.

    Attributes:
        estimate: the numbers.
        prompt: the call about one conversation, scrubbed; None where no conversation is sent.
    """

    estimate: Estimate
    prompt: ChatRequest | None

    def __repr__(self) -> str:
        return f"Outlook({len(self.estimate.stages)} stages)"


async def look_ahead(config: RunConfig, parts: Parts, folder: Path, emit: Emit) -> Outlook:
    """Read, narrow and sample for real, in a folder that the caller throws away; then predict.

    Raises:
        UserError: what a run would stop at too: no data, too few people, settings that disagree.
    """
    steps = make_plan(config, parts)
    first = [step.name for step in steps].index(SCRUB)
    finished = await execute(steps[:first], folder, emit)
    return await predict(config, parts, steps, finished, folder, most=SAMPLE)


async def predict(
    config: RunConfig,
    parts: Parts,
    steps: Sequence[Step],
    finished: Mapping[str, Finished],
    folder: Path,
    *,
    most: int,
) -> Outlook:
    """Predict calls, tokens and cost, from what is known once the sample is drawn.

    Args:
        config: of the run.
        parts: of the run; its model is not asked.
        steps: the plan.
        finished: the steps before scrubbing.
        folder: private; what is written there is deleted before this returns.
        most: texts that are scrubbed and counted.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="forecast-") as place:
        material = await _material(config, parts, steps, finished, Path(place), most=most)
    estimate = Estimate(
        conversations=material.conversations,
        texts=material.texts,
        model="" if parts.chat is None else parts.chat.name,
        stages=(),
        price=None if parts.spending is None else parts.spending.price,
        batch=parts.by_batch,
    )
    if parts.chat is None or parts.tokens is None:
        return Outlook(replace(estimate, notes=(NO_CALLS, *_sorted(config))), None)
    stages = stage_estimates(
        steps,
        material,
        parts.tokens,
        policy=config.policy(),
        k=config.cluster.k,
        strong=parts.chat.strong,
        screen=config.narrow.screen,
        names=config.privacy.names == BY_CHAT,
    )
    estimate = replace(estimate, stages=tuple(stages))
    notes = _notes(config, estimate, parts.tokens.how)
    notes = (*_asked_in_part(config, material), *notes, *_sorted(config))
    return Outlook(replace(estimate, notes=notes), _prompt(config, steps, material.sample))


async def _material(
    config: RunConfig,
    parts: Parts,
    steps: Sequence[Step],
    finished: Mapping[str, Finished],
    place: Path,
    *,
    most: int,
) -> Material:
    """Scrub some of the texts with the very step that will scrub all of them."""
    sample = finished["sample"]
    people = files.read_table(sample.folder / "rows.parquet")
    texts_asked = pc.unique(people["stands_for"])
    draw = np.random.Generator(np.random.Philox(config.seed))
    chosen = draw.permutation(len(texts_asked))[:most]
    some = people.filter(pc.is_in(people["row"], texts_asked.take(pa.array(np.sort(chosen)))))
    less, out = place / "sample", place / SCRUB
    files.make_folder(less, private=True)
    files.make_folder(out, private=True)
    files.write_table(less / "rows.parquet", some)
    scrub = next(step for step in steps if step.name == SCRUB)
    known = {**finished, "sample": replace(sample, folder=less)}
    await scrub.run(Workshop(out, known, ignore, SCRUB))
    in_part = config.extract.mode == "cascade"
    return Material(
        conversations=len(people),
        texts=len(texts_asked),
        units=len(pc.unique(people["unit"])),
        sample=[transcript for _, transcript in texts.transcripts(out)],
        asked=len(asking_of(config, parts).rows(sample.folder)) if in_part else None,
    )


def _prompt(
    config: RunConfig, steps: Sequence[Step], sample: Sequence[Transcript]
) -> ChatRequest | None:
    """Return the first call of the run that holds a conversation's text."""
    if not sample:
        return None
    named = {step.name: step for step in steps}
    extract = named.get("extract")
    if config.narrow.screen is not None:
        return screen_request(sample[0], config.narrow.screen)
    if extract is not None and extract.params.get("mode") in ASKING:
        special = config.policy().generalise
        return extract_request(sample[0], questions_of(extract), generalise=special)
    return label_request(sample[0].user_text) if "label" in named else None


def _sorted(config: RunConfig) -> list[str]:
    """Say into what conversations would be sorted, where there is a taxonomy."""
    return [f"Taxonomy: {told}." for told in told_of_taxonomy(config).values()]


def _asked_in_part(config: RunConfig, material: Material) -> tuple[str, ...]:
    """Say of how much a cascade asks: in small data more than its share."""
    if material.asked is None:
        return ()
    told = IN_PART.format(
        asked=material.asked,
        texts=material.texts,
        share=100 * material.asked / max(1, material.texts),
        wanted=100 * config.extract.ask,
        least=cascade.LEAST_ASKED,
    )
    return (told,)


def _notes(config: RunConfig, estimate: Estimate, how: str) -> tuple[str, ...]:
    if not estimate.stages:
        return (NO_CALLS,)
    clusters = any(stage.purpose not in ("screen", "extract") for stage in estimate.stages)
    found = [f"Counted: {how}."]
    found += [NO_PRICE] if estimate.price is None else []
    found += [BY_BATCH] if estimate.batch else []
    found += [SCREENED] if config.narrow.screen is not None else []
    found += [CLUSTERS] if clusters else []
    return tuple(found)
