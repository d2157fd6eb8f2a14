"""`anonymuse eval`: a configuration against known truth."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anonymuse.cli.evaluate_cascade import cascade
from anonymuse.cli.evaluate_coordination import coordination
from anonymuse.cli.evaluate_coverage import coverage
from anonymuse.cli.evaluate_extraction import extraction
from anonymuse.cli.evaluate_identity import identity
from anonymuse.cli.evaluate_judge import judge
from anonymuse.cli.evaluate_naming import naming
from anonymuse.cli.evaluate_safety import safety
from anonymuse.cli.evaluate_scrubbing import scrubbing
from anonymuse.cli.evaluate_special import special
from anonymuse.cli.flags import ConfigFile, Date, Flags, takes_settings
from anonymuse.cli.help import App, GroupWithDefault
from anonymuse.cli.measured import (
    PRINTED,
    JsonTo,
    Out,
    hand_out,
    provenance,
    refuse_unwritable_places,
    show_plan,
)
from anonymuse.cli.progress import drawing

if TYPE_CHECKING:
    from anonymuse.pipeline.flags import Flag

DEFAULT = "measure"

app = App(
    name="eval",
    cls=GroupWithDefault,
    no_args_is_help=False,
    help="Measure a configuration against known truth: `anonymuse eval [FILE]`, which is short "
    f"for `anonymuse eval {DEFAULT} [FILE]`.",
)


@app.callback()
def _root() -> None:
    """Hold the evaluations."""


@takes_settings(
    only=(
        "input.", "extract.mode", "extract.facets", "models.", "budget.", "taxonomy.",
        "cluster.method", "cluster.k", "sample.size",
    )
)  # fmt: skip
def measure(
    flags: Flags,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Labelled conversations in any format that `run` reads; the shipped corpus when "
            "left out.",
            show_default=False,
        ),
    ] = None,
    config: ConfigFile = None,
    truth: Annotated[
        str, typer.Option("--truth", help="Column of the category that is to be found again.")
    ] = "category",
    truth2: Annotated[
        str | None, typer.Option("--truth2", help="Column of the lower category.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Column of the groups, mostly the true language.")
    ] = None,
    public_set: Annotated[
        str | None,
        typer.Option(
            "--set",
            help="FILE is a public set: clinc150, xsid, sib200, xstest, moderation, arena or urs.",
        ),
    ] = None,
    recorded: Annotated[
        bool,
        typer.Option("--recorded", help="With the corpus: a strong model's recorded facets."),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="PART", help="Measure this part alone; may be repeated."),
    ] = None,
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=3, max=50, help="Samples and starts.")
    ] = 5,
    checklist: Annotated[
        Path | None,
        typer.Option("--checklist", help="Names to grade by hand: written here, then read back."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Say what changed since this result.json.")
    ] = None,
    out: Out = None,
    json_to: JsonTo = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", help="Keeps vectors and answers; needed with --extract llm."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked and what it costs; stop.")
    ] = False,
    date: Date = None,
) -> None:
    """How good are clusters, names and answers? The baseline is always beside them.

    Without FILE the shipped corpus is measured: 1,500 conversations in 15 languages that were
    written to be about 20 known things. A file of yours needs a column that says what each
    conversation is about. Nothing is released, and no text leaves the machine unless the
    configuration names a model elsewhere.
    """
    from anonymuse import api
    from anonymuse.evals.checklist import read_checklist
    from anonymuse.evals.suite.checklist import checklist_section
    from anonymuse.evals.suite.compare import compare_with, read_stored
    from anonymuse.evals.suite.run import evaluate, refuse_unknown
    from anonymuse.evals.suite.wired import Wanted, ahead, asks, gather
    from anonymuse.pipeline.events import Note

    refuse_unknown(only or ())
    refuse_unwritable_places(out, json_to)
    settings, _ = api.layered(config, flags, typed=True)
    stored = None if baseline is None else read_stored(baseline)
    if checklist is not None and checklist.exists():
        read_checklist(checklist)  # what is wrong with it is told before anything is measured
    wanted = Wanted(
        file=file, public_set=public_set, truth=truth, truth2=truth2, by=by, recorded=recorded,
        cache=cache,
    )  # fmt: skip
    if dry_run:
        show_plan(ahead(wanted, settings), as_json=json_to == PRINTED)
        return
    with drawing(quiet=json_to == PRINTED) as emit:
        if flags.get("models.chat", "none") != "none" and not asks(wanted, settings):
            emit(Note("No chat model is asked: that takes --extract llm, and no recorded facets."))
        material = asyncio.run(gather(wanted, settings, emit))
        sections = evaluate(material, seeds=seeds, only=only or (), emit=emit)
        if checklist is not None:
            sections = (*sections, checklist_section(checklist, material))
    changes = () if stored is None else compare_with(sections, stored, data=material.known.name)
    told = _provenance(material, date, _typed(wanted, flags, config, seeds, only or ()))
    title = f"Evaluation: {material.known.name}"
    hand_out(title, sections, told, out=out, json_to=json_to, changes=changes)


app.command(DEFAULT)(measure)
app.command("extraction")(extraction)
app.command("scrubbing")(scrubbing)
app.command("special")(special)
app.command("naming")(naming)
app.command("judge")(judge)
app.command("identity")(identity)
app.command("coordination")(coordination)
app.command("coverage")(coverage)
app.command("cascade")(cascade)
app.command("safety")(safety)


def _provenance(material: Any, date: str | None, command: str) -> dict[str, Any]:
    models = {"conversation": material.conversation.id}
    if material.facets is not None:
        models["facets"] = material.facets.id
    if material.spent.chat:
        models["chat"] = material.spent.chat
    return provenance(
        command, date, data=material.known.name, rows=len(material.known), models=models
    )


def _typed(
    wanted: Any,
    flags: Flags,
    config: Path | None,
    seeds: int,
    only: Sequence[str],
) -> str:
    """Return the command that makes this result again, without any path of this machine."""
    from anonymuse.pipeline.flags import FLAGS

    words = ["anonymuse", "eval"]
    words += ["FILE"] if wanted.public_set else [wanted.file.name] if wanted.file else []
    named: Mapping[str, str | None] = {
        "--set": wanted.public_set,
        "--truth": wanted.truth if wanted.truth != "category" else None,
        "--truth2": wanted.truth2,
        "--by": wanted.by,
        "--config": config.name if config else None,
    }
    for name, value in named.items():
        words += [name, value] if value else []
    words += ["--recorded"] if wanted.recorded else []
    for flag in FLAGS:
        if flag.setting in flags:
            words += _as_typed(flag, flags[flag.setting])
    for part in only:
        words += ["--only", part]
    return shlex.join([*words, "--seeds", str(seeds)])


def _as_typed(flag: Flag, value: Any) -> list[str]:
    """Return a flag with its value, or its values, as the command line takes them."""
    if flag.kind is bool:
        return [flag.name if value else f"--no-{flag.name[2:]}"]
    several = value if flag.kind is tuple else [value]
    return [word for one in several for word in (flag.name, _told(flag.setting, str(one)))]


def _told(setting: str, value: str) -> str:
    """Return a setting's value as a result may tell it: no place, host, password or query."""
    from anonymuse.adapters.chat.open import model_name

    if setting in {"models.chat", "models.fallback"}:
        return model_name(value)
    return "QUERY" if setting == "input.sql" else value.replace("\\", "/").rpartition("/")[2]
