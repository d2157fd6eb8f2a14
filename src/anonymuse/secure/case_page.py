"""A case as Markdown for people: every string that somebody else wrote is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anonymuse.lexicon.hygiene import clean
from anonymuse.secure.desk import told_time

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$>=:@])")


def plain(value: object) -> str:
    """Return anything as one line of Markdown that means nothing but itself."""
    text = " ".join(clean(str(value)).split())
    return _SIGNS.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))


def case_page(case: Mapping[str, Any]) -> str:
    """Return a case as Markdown.

    Args:
        case: as `cases.Cases.export` makes it.
    """
    about = case["about"]
    parts = [
        [f"# Case: {about['kind']} {plain(about['id'])}", "", f"{plain(case['watermark'])}", ""],
        [f"Run {plain(case['run'])}. From the secure zone: not for publication.", ""],
        _evidence(case["evidence"]),
        _verdicts(case["verdicts"]),
        _requests(case["requests"]),
        _traces(case["traces"]),
        _log(case["log"]),
        ["---", "", f"{plain(case['watermark'])}", ""],
    ]
    return "\n".join(line for part in parts for line in part)


def _evidence(evidence: Mapping[str, Any]) -> Iterator[str]:
    yield "## Evidence"
    yield ""
    if "cluster" in evidence:
        yield from _cluster(evidence["cluster"])
        yield from _gaps(evidence["gaps"])
    else:
        rows = evidence["conversations"]
        yield f"{len(rows)} conversations."
        yield ""
        yield from _table(
            ("conversation", "cluster", "time", "language", "concern", "refused"),
            [
                [one["row"], one["cluster"], one["time"], one["language"], one["concern"],
                 one["refused"]]
                for one in rows
            ],
        )  # fmt: skip


def _cluster(cluster: Mapping[str, Any]) -> Iterator[str]:
    yield f"**{plain(cluster['name'])}**: {plain(cluster['description'])}"
    yield ""
    yield from _table(
        ("measure", "value"),
        [
            ["conversations", cluster["conversations"]],
            ["accounts", cluster["accounts"]],
            ["organisations", cluster["organisations"]],
            *([name, _rate(cluster[name])] for name in ("concern", "refused") if cluster[name]),
            *([f"flag {name}", _rate(rate)] for name, rate in cluster["flags"].items()),
        ],
    )
    if cluster["coordination"]:
        yield f"Coordination score {cluster['coordination']['score']:.2f}:"
        yield ""
        for signal in cluster["coordination"]["signals"]:
            told = f"{signal['name']} ({signal['points']:+.2f}): {signal['told']}"
            yield f"- {plain(told)}"
        yield ""
    if cluster["top_accounts"]:
        yield from _table(
            ("account", "conversations", "elsewhere", "flagged", "first", "last"),
            [
                [one["account"], one["conversations"], one["elsewhere"], one["flagged"],
                 one["first"], one["last"]]
                for one in cluster["top_accounts"]
            ],
        )  # fmt: skip


def _gaps(gaps: Mapping[str, Any]) -> Iterator[str]:
    for name, rows in gaps.items():
        for row in rows:
            part = f" in {row['language']}" if row["language"] else ""
            told = f"{name}, {row['side']}{part}: excess {row['excess']:.3f}"
            told += f" ({row['low']:.3f} to {row['high']:.3f})"
            yield f"- {plain(told)}"
    if gaps:
        yield ""


def _rate(rate: Mapping[str, Any]) -> str:
    share = rate["count"] / rate["n"] if rate["n"] else 0.0
    return f"{rate['count']} of {rate['n']}: {share:.3f} ({rate['low']:.3f} to {rate['high']:.3f})"


def _verdicts(verdicts: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Verdicts"
    yield ""
    for one in verdicts:
        said = f"{told_time(one['time'])}, {one['by']}: {one['verdict']}. {one['note']}"
        yield f"- {plain(said)}"
    yield "" if verdicts else "Nobody has given one.\n"


def _requests(requests: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Requests for traces"
    yield ""
    for one in requests:
        asked = f"{one['id']}, {told_time(one['asked'])}, {one['by']}, ticket {one['ticket']}"
        asked += f", purpose {one['purpose']}, {one['state']}: {one['words']}"
        yield f"- {plain(asked)}"
        for said in one["decisions"]:
            word = "approved" if said["approve"] else "refused"
            told = f"{told_time(said['time'])}, {said['by']}: {word}. {said['note']}"
            yield f"    - {plain(told)}"
    yield "" if requests else "There were none.\n"


def _traces(traces: list[Mapping[str, Any]]) -> Iterator[str]:
    if not traces:
        return
    yield "## Conversations, redacted"
    yield ""
    for one in traces:
        yield f"### {plain(one['row'])}"
        yield ""
        for role, text in one["turns"]:
            yield f"- **{plain(role)}**: {plain(text)}"
        yield ""


def _log(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "## From the audit log"
    yield ""
    yield from _table(
        ("row", "time", "actor", "role", "action", "object", "hash"),
        [
            [one["seq"], one["time"], one["actor"], one["role"], one["action"], one["object"],
             one["hash"][:16]]
            for one in rows
        ],
    )  # fmt: skip


def _table(head: tuple[str, ...], rows: list[list[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join('' if one is None else plain(one) for one in row)} |"
    yield ""
