"""The last step of a restricted run: evidence on every cluster and account, for the secure zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.policy import RESTRICTED
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import leaves_below
from anonymuse.domain.released.quality import doubts
from anonymuse.domain.restricted.evidence import Member
from anonymuse.domain.restricted.report import RestrictedReport
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import groups, names
from anonymuse.pipeline.steps.dossier import Rows, read_dossier, read_rows
from anonymuse.pipeline.steps.membership import unit_of
from anonymuse.pipeline.steps.narrowed import narrowed_by
from anonymuse.pipeline.steps.quality import drafted
from anonymuse.pipeline.steps.sample import ONE_UNKNOWN
from anonymuse.stages.coordinate import coordinate
from anonymuse.stages.gap import gaps
from anonymuse.stages.restrict import Dossier, moment, restrict
from anonymuse.stages.threshold import leaf_id, leaf_number

RESTRICT = "restrict"
"""name of the step"""
REPORT, MEMBERS = "report.json", "members.parquet"
FLAG = "flag "
"""before the column's name in the table of members"""

NO_ACCOUNTS = (
    "The data names no users: every conversation counts as an account of its own. No account can "
    "be traced, and no two conversations can be told to be one person's. Name the column with "
    "--user-column."
)
NOT_ACCOUNTS = (
    "Every conversation counts as an account of its own, as was asked for: no account can be "
    "traced, and no two conversations can be told to be one person's."
)
NO_TIMES = "The data has no times, so bursts and growth cannot be told. Name a --time-column."
NO_ORGANISATIONS = "The data names no organisations."
NO_CONCERN = (
    "Nobody has graded concern, so refusals are compared with nothing. Give a file of facets "
    "(--facets-from), or --extract llm with a strong chat model."
)
UNKNOWN = "{n:,} conversations name no user: they are one account here, called “{name}”."
BEYOND = (
    "Accounts with more conversations than may take part: {accounts:,}, of whose {conversations:,} "
    "more nothing is here. At most {bound} of an account are drawn, by a keyed lot."
)

_BATCH = 10_000
_MEMBERS = pa.schema(
    [
        ("row", pa.string()),
        ("cluster", pa.string()),
        ("account", pa.string()),
        ("organisation", pa.string()),
        ("time", pa.string()),
        ("language", pa.string()),
        ("concern", pa.int8()),
        ("refused", pa.string()),
        ("stands_for", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the plan knows of a restricted report.

    Attributes:
        title: stands on top.
        settings: that decide the result.
        models: by role.
        asked_unit: what an account was asked to be.
        questions: the facets that evidence is made from.
        window: calendar windows that are counted.
        whole: no sample was drawn.
        bound: conversations of one account that take part, at most.
        seed: of the run.
        notes: what else a reader must know.
    """

    title: str
    settings: Mapping[str, Any]
    models: Mapping[str, str]
    asked_unit: str
    questions: Sequence[FacetQuestion]
    window: Literal["month", "week", "none"]
    whole: bool
    bound: int
    seed: int
    notes: tuple[str, ...] = ()


async def let_pass(shop: Workshop) -> Mapping[str, int]:
    """Let every name stand: who reads it may read the conversations. Writes ``verdicts.json``."""
    files.write_json(shop.folder / "verdicts.json", [])
    files.write_json(shop.folder / "failures.json", {})
    return {}


async def gather(shop: Workshop, *, parts: Parts, about: About) -> Mapping[str, int]:
    """Write ``report.json`` and ``members.parquet``, which only the secure zone is to read."""
    rows = read_rows(shop, about.questions)
    case = read_dossier(shop, rows, about.window)
    nodes = groups.read_nodes(shop, "parents")
    scored = coordinate(case.traffic, seed=about.seed)
    clusters = restrict(
        case,
        nodes,
        names.read_names(shop),
        {leaf_id(leaf): own for leaf, own in scored.items()},
    )
    report = RestrictedReport(
        title=about.title,
        clusters=clusters,
        gaps=gaps(case.verdicts, _below(nodes)),
        conversations=len(rows.ids),
        accounts=len(case.accounts),
        unit=unit_of(shop),
        window=_ends(case.traffic.time),
        settings=about.settings,
        models=about.models,
        notes=(*_notes(shop, case, about), *about.notes, *parts.notes),
        doubts=doubts(drafted(shop, RESTRICTED, parts.key)),
    )
    files.write_json(shop.folder / REPORT, report.as_dict())
    files.write_table(shop.folder / MEMBERS, _members(case, rows))
    return {
        "clusters": sum(own.level == 0 for own in clusters),
        "parents": sum(own.level > 0 for own in clusters),
        "accounts": len(case.accounts),
        "scored for coordination": len(scored),
    }


def _below(nodes: Sequence[DraftNode]) -> dict[str, list[int]]:
    below = leaves_below(nodes)
    return {node.id: sorted(map(leaf_number, below[node.id])) for node in nodes}


def _ends(times: npt.NDArray[np.floating]) -> tuple[str, str] | None:
    known = times[~np.isnan(times)]
    if not len(known):
        return None
    return str(moment(known.min())), str(moment(known.max()))


def _notes(shop: Workshop, case: Dossier, about: About) -> list[str]:
    """Return what a reader must know before anything is concluded from the report."""
    times, over = case.traffic.time, case.beyond > 0
    nobody = [own == ONE_UNKNOWN for own in case.accounts]
    lone = unit_of(shop) == "conversation"
    lacking = {
        NO_ACCOUNTS: lone and about.asked_unit != "conversation",
        NOT_ACCOUNTS: lone and about.asked_unit == "conversation",
        UNKNOWN.format(n=int(np.array(nobody)[case.traffic.account].sum()), name=ONE_UNKNOWN): any(
            nobody
        ),
        BEYOND.format(
            accounts=int(over.sum()), conversations=int(case.beyond.sum()), bound=about.bound
        ): about.whole and bool(over.any()),
        NO_TIMES: bool(np.isnan(times).all()),
        NO_ORGANISATIONS: not case.organisations,
        # Where there are flags, the run has said so of them already.
        NO_CONCERN: not case.verdicts.flags and not (case.verdicts.concern > 0).any(),
        f"Chosen by: {', '.join(narrowed_by(shop))}.": bool(narrowed_by(shop)),
    }
    return [note for note, holds in lacking.items() if holds]


def _members(case: Dossier, rows: Rows) -> pa.Table:
    """Return one row per conversation, without its text."""
    traffic = case.traffic
    groups_of = [*case.organisations, None]  # -1 is the last
    columns: dict[str, list[Any]] = {
        "row": rows.ids,
        "cluster": [leaf_id(leaf) for leaf in traffic.leaf.tolist()],
        "account": [case.accounts[code] for code in traffic.account.tolist()],
        "organisation": [groups_of[code] for code in traffic.organisation.tolist()],
        "time": [moment(own) for own in traffic.time.tolist()],
        "language": rows.language,
        "concern": rows.concern,
        "refused": rows.refused,
        "stands_for": rows.stands_for,
    }
    table = pa.table(columns, schema=_MEMBERS)
    for column, values in rows.flags.items():
        table = table.append_column(FLAG + column, pa.array(values, pa.bool_()))
    return table


def read_members(folder: Path) -> Iterator[Member]:
    """Yield the members that :func:`gather` wrote, one conversation after the other."""
    table = files.read_table(folder / MEMBERS)
    flags = [name for name in table.column_names if name.startswith(FLAG)]
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            told = {name.removeprefix(FLAG): row.pop(name) for name in flags}
            yield Member(**row, flags=told)
