"""Opens what an evaluation works on: data, detector, embedders and, where asked, a chat model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anonymuse.adapters.language.open import open_detector
from anonymuse.adapters.models.store import evaluation_folder
from anonymuse.errors import ConfigError, InputError, did_you_mean
from anonymuse.evals.suite.asking import answered, foresee
from anonymuse.evals.suite.material import Material, Spent, Views, embedding
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.evals.truth.own_file import own_truth
from anonymuse.evals.truth.public import PUBLIC_SETS, public_truth
from anonymuse.evals.truth.shipped import corpus_truth
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.estimate import Estimate
from anonymuse.pipeline.events import Emit
from anonymuse.pipeline.facet_sets import facets_of
from anonymuse.pipeline.taxonomy import taxonomy_of
from anonymuse.stages.extract import recorded_answers
from anonymuse.wiring.inputs import opened, recorded_facets
from anonymuse.wiring.models import embedder


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user named.

    Attributes:
        file: labelled conversations; None: the shipped corpus.
        public_set: the file is this public set.
        truth: column of the category.
        truth2: of the lower one.
        by: of the groups that are scored apart.
        recorded: with the corpus, its recorded facets.
        cache: folder for vectors and answers.
    """

    file: Path | None
    public_set: str | None
    truth: str
    truth2: str | None
    by: str | None
    recorded: bool
    cache: Path | None


async def gather(wanted: Wanted, config: RunConfig, emit: Emit) -> Material:
    """Open the data, have a chat model answer its facets where that is wanted, and embed it.

    Raises:
        InputError: the data cannot be read, or has too few rows.
        ConfigError: what was named does not go together.
        BudgetError: the limit on money is reached; what was answered is kept.
        WaitingError: batches are not answered yet.
    """
    refuse(wanted, config)
    folder = wanted.cache or _own_cache(wanted)
    known, everything = _load(wanted, config)
    if not asks(wanted, config):
        return _finish(known, everything, config, folder, emit, Spent({}))
    assert folder is not None  # refused
    known, spent = await answered(known, config, folder, open_detector(), emit)
    return _finish(known, known, config, folder, emit, spent)


def ahead(wanted: Wanted, config: RunConfig) -> Estimate:
    """Predict what an evaluation would ask of a chat model, and its cost. Nothing is sent.

    Raises:
        UserError: what the evaluation would stop at, too.
    """
    refuse(wanted, config)
    return foresee(_load(wanted, config)[0], config, asks=asks(wanted, config))


def refuse(wanted: Wanted, config: RunConfig) -> None:
    """Refuse what does not go together, before any conversation is read.

    Raises:
        ConfigError: says what.
        InputError: the taxonomy cannot be read.
    """
    if wanted.public_set is not None and wanted.public_set not in PUBLIC_SETS:
        name = wanted.public_set
        raise ConfigError(
            f"There is no public set {name!r}. {did_you_mean(name, PUBLIC_SETS)}"
            f"Sets: {', '.join(PUBLIC_SETS)}. A file of your own needs no --set."
        )
    if wanted.public_set is not None and wanted.file is None:
        raise ConfigError(
            f"{wanted.public_set} is not shipped. Name its file: `anonymuse eval FILE --set "
            f"{wanted.public_set}`."
        )
    if wanted.recorded and (wanted.file is not None or config.extract.facets_file is not None):
        raise ConfigError(
            "--recorded is for the shipped corpus. For a file of yours name the facets with "
            "--facets-from."
        )
    if config.extract.mode == "cascade":
        raise ConfigError(
            "`anonymuse eval` measures answers to every conversation, and --extract cascade asks "
            "about some. Use --extract llm or local here; how good its estimates are is measured "
            "by `anonymuse eval cascade`."
        )
    if asks(wanted, config) and wanted.file is not None and wanted.cache is None:
        raise ConfigError(
            "Name a folder with --cache: what the model answers is kept there, so that nothing is "
            "asked twice."
        )
    taxonomy_of(config.taxonomy)


def asks(wanted: Wanted, config: RunConfig) -> bool:
    """Return whether a chat model answers facets; recorded ones go before, as in a run."""
    recorded = wanted.recorded or config.extract.facets_file is not None
    return config.extract.mode == "llm" and not recorded


def _load(wanted: Wanted, config: RunConfig) -> tuple[KnownTruth, KnownTruth]:
    """Return what is clustered, and everything that is answered."""
    size = config.sample.size
    if wanted.file is None:
        detector = open_detector()
        everything = corpus_truth(detector, recorded=wanted.recorded, part="all")
        return _drawn(corpus_truth(detector, recorded=wanted.recorded), size), everything
    if wanted.public_set is not None:
        known = _drawn(public_truth(wanted.public_set, wanted.file), size)
        return known, known
    with opened([str(wanted.file)], config.input) as inputs:
        known, ids = own_truth(
            wanted.file.name,
            (item for one in inputs for item in one.reader.read()),
            open_detector(),
            category=wanted.truth,
            subcategory=wanted.truth2,
            language=wanted.by,
            facets=[question.name for question in facets_of(config)],
        )
    found = recorded_facets(config)
    if found is not None:
        questions = facets_of(config)
        told = {name: recorded_answers(row, questions)[0] for name, row in found.rows()}
        known = known.with_answers({i: told[name] for i, name in enumerate(ids) if name in told})
        if not len(known):
            raise InputError(
                f"No conversation of {wanted.file} has a row in {config.extract.facets_file}: "
                f"the ids do not meet."
            )
    known = _drawn(known, size)
    return known, known


def _drawn(known: KnownTruth, size: int | None) -> KnownTruth:
    """Take every n-th row, so that a smaller evaluation is the same every time."""
    if size is None or size >= len(known):
        return known
    return known.take([row * len(known) // size for row in range(size)])


def _finish(
    known: KnownTruth,
    everything: KnownTruth,
    config: RunConfig,
    folder: Path | None,
    emit: Emit,
    spent: Spent,
) -> Material:
    conversation = embedder(config.models.embed, emit)
    about_facets = embedder(config.models.embed_facets, emit) if "request" in known.texts else None
    embed = embedding(folder, emit)
    return Material(
        known=known,
        everything=everything,
        vectors=Views(known, conversation, about_facets, embed),
        config=config,
        conversation=conversation,
        facets=about_facets,
        embed=embed,
        detector=open_detector(),
        spent=spent,
        emit=emit,
    )


def _own_cache(wanted: Wanted) -> Path | None:
    """Return where vectors of the known sets are kept; those of a user's own file are not."""
    if wanted.file is None or wanted.public_set is not None:
        return evaluation_folder()
    return None
