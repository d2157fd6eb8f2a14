"""The result of privacybench as tables in Markdown: both pipelines side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from anonymuse.evals.privacybench.frame import PIPELINES, Finding, Measure
from anonymuse.evals.privacybench.runner import complaints, findings_of


def tables(result: Mapping[str, Any]) -> str:
    """Return the table of all attacks, then how each is done, then where it all comes from."""
    findings = findings_of(result)
    bad = complaints(findings)
    verdict = "Every target is met, and the unhardened baseline leaks where it has to."
    told = [f"- **{sentence}**" for sentence in bad] or [verdict]
    return "\n\n".join(
        ["\n".join(told), summary(findings), *map(_section, findings), _origin(result)]
    )


def summary(findings: Sequence[Finding]) -> str:
    """Return one row for each measure that has a limit."""
    columns = [pipeline.name for pipeline in PIPELINES]
    lines = [f"| attack | target | {' | '.join(columns)} |", "|---|---|" + "---|" * len(columns)]
    for finding in findings:
        for what, own in _by_what(finding).items():
            if all(m.limit is None for m in own.values()):
                continue
            cells = [_cell(own.get(name)) for name in columns]
            lines.append(f"| {finding.title}: {what} | {finding.target} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _by_what(finding: Finding) -> dict[str, dict[str, Measure]]:
    found: dict[str, dict[str, Measure]] = {}
    for measure in finding.measures:
        found.setdefault(measure.what, {})[measure.pipeline] = measure
    return found


def _cell(measure: Measure | None) -> str:
    if measure is None:
        return "not run"
    bare = any(p.baseline for p in PIPELINES if p.name == measure.pipeline)
    mark = "" if measure.met is None else _MARKS[bare, measure.met]
    if measure.open and not bare:
        mark = "not shown to be missed"
    if measure.low == measure.high:
        return f"{measure.estimate:.3f}, computed {mark}".rstrip()
    number = f"{measure.estimate:.3f} ({measure.low:.3f} to {measure.high:.3f}), N {measure.trials}"
    return f"{number} {mark}".rstrip()


_MARKS = {
    (False, True): "met",
    (False, False): "**missed**",
    (True, True): "(holds)",
    (True, False): "(leaks)",
}
"""by whether it is the baseline, and whether the limit is kept"""


def _section(finding: Finding) -> str:
    lines = [f"### {finding.title}", "", finding.about, ""]
    lines += ["| measured | pipeline | N | estimate | interval | limit | counts |",
              "|---|---|--:|--:|---|--:|---|"]  # fmt: skip
    for m in finding.measures:
        limit = "" if m.limit is None else f"{'≥' if m.least else '≤'} {m.limit:g}"
        told = "; ".join(f"{name} {value}" for name, value in m.told.items())
        lines.append(
            f"| {m.what} | {m.pipeline} | {m.trials} | {m.estimate:.3f} | "
            f"{m.low:.3f} to {m.high:.3f} | {limit} | {told} |"
        )
    return "\n".join(lines)


def _origin(result: Mapping[str, Any]) -> str:
    seconds = sum(f.seconds for f in findings_of(result))
    chat = result["chat"] or "accomplices of the attacker (no real model)"
    return (
        f"`{result['command']}`, {result['date']}, {seconds / 60:.0f} minutes; chat model: {chat}; "
        f"anonymuse {result['versions']['anonymuse']}."
    )
