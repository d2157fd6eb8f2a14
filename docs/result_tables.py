"""Tables of the docs from stored results: each says which command made it, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STORED = Path(__file__).resolve().parent / "results"
RESULTS = {
    "eval-local": "our corpus, 15 languages, no facets",
    "eval-recorded": "our corpus, a strong model's facets",
    "eval-heldout": "a held-out set, 16 languages, no facets",
    "eval-clinc150": "CLINC150",
    "eval-xsid": "xSID, 16 languages",
}
"""stored results of `anonymuse eval`, and what the README calls them"""
SHOWN = {
    "purity.base": "purity of base clusters",
    "purity.worst": "purity, worst language",
    "ami.lower": "AMI of base clusters with the finer labels",
    "ami.top": "AMI with categories, clustered into as many",
    "ami.tree": "AMI with categories, top of the tree",
    "stability.sample.top": "ARI of two 80 % samples, top of the tree",
    "stability.seed.top": "ARI of two 90 % samples with other starts, top of the tree",
    "stability.alone.top": "ARI of two runs over the same with other starts, top of the tree",
    "named.base": "right by a cluster's name alone",
    "names.lineup.members": "held-out conversations nearest to their own cluster's name, of five",
    "stability.sample.names": "names of shared clusters that agree, two 80 % samples",
    "stability.seed.names": "the same, two 90 % samples with other starts",
    "names.agree": "the same, other starts alone, each named without a quarter of the people",
    "refused.f1": "refusals, F1",
}
"""figures that the README shows, and what it calls them"""


def numbers_table() -> str:
    """Return the README's table from stored results, each with its command and its date."""
    results = {
        title: _stored(name)
        for name, title in RESULTS.items()
        if (STORED / f"{name}.json").is_file()
    }
    if not results:
        return "*Numbers appear here once an evaluation has been stored.*"
    figures = {title: _figures(result) for title, result in results.items()}
    lines = [f"| | {' | '.join(results)} |", "|---" * (len(results) + 1) + "|"]
    lines += [
        f"| {label} | {' | '.join(_cell(own.get(key)) for own in figures.values())} |"
        for key, label in SHOWN.items()
        if any(key in own for own in figures.values())
    ]
    lines += ["", "**Ours** (95 % interval), then the baseline on the same samples.", ""]
    for title, result in results.items():
        beside = dict.fromkeys(own["baseline"] for own in result["sections"] if own["baseline"])
        lines.append(
            f"- {title}: {result['rows']:,} rows, `{result['command']}`, {result['date']}, "
            f"{result['machine']}; baseline: {'; '.join(beside) or 'none'}{_judged(result)}."
        )
    return "\n".join(lines)


def _judged(result: Mapping[str, Any]) -> str:
    """Return who judged names, in words; nothing where nobody did."""
    judges = dict.fromkeys(
        figure["judge"] for section in result["sections"] for figure in section["figures"]
        if figure.get("judge")
    )  # fmt: skip
    return "".join(f"; names judged by {judge}" for judge in judges)


def _figures(result: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the figures of a stored evaluation by their key."""
    return {own["key"]: own for section in result["sections"] for own in section["figures"]}


def _cell(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    ours, base = figure["ours"], figure["baseline"]
    told = f"**{ours['value']:.2f}**"
    if ours["low"] is not None:
        told += f" ({ours['low']:.2f} to {ours['high']:.2f})"
    return told if base is None else f"{told}, {base['value']:.2f}"


def scrubbing_tables() -> str:
    """Return what the stored result of `anonymuse eval scrubbing` says."""
    from anonymuse.evals.scrubbing_page import tables

    return tables(_stored("scrubbing"))


def privacybench_tables() -> str:
    """Return what the stored result of `anonymuse privacybench` says."""
    from anonymuse.evals.privacybench.page import tables

    return tables(_stored("privacybench"))


def special_tables() -> str:
    """Return what the stored result of `anonymuse eval special` says."""
    from anonymuse.evals.special_page import tables

    return tables(_stored("special"))


def judge_tables() -> str:
    """Return what the stored result of `anonymuse eval judge` says."""
    result = _stored("judge")
    lines = [f"`{result['command']}`, {result['model']}, {result['date']}:", ""]
    lines += ["| measure | value | items |", "|---|--:|--:|"]
    for section in result["sections"]:
        for figure in section["figures"]:
            ours = figure["ours"]
            value = f"{ours['value']:.2f} ({ours['low']:.2f} to {ours['high']:.2f})"
            lines.append(f"| {figure['label']} | {value} | {figure['rows']} |")
    notes = [note for section in result["sections"] for note in section["notes"]]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes)])


def coverage_tables() -> str:
    """Return what the stored result of `anonymuse eval coverage` says."""
    from anonymuse.evals.coverage.run import tables

    stored = _stored("coverage")
    return f"{tables(stored)}\n\n`{stored['command']}`, {stored['date']}."


def cascade_tables() -> str:
    """Return what the stored result of `anonymuse eval cascade` says."""
    from anonymuse.evals.cascade import tables

    stored = _stored("cascade")
    return f"{tables(stored)}\n\n`{stored['command']}`, {stored['date']}."


def explorer_table() -> str:
    """Return what the stored result of `benchmarks/explorer.py` says."""
    stored = _stored("explorer")
    machine = stored["machine"]
    lines = ["| what | measured | budget |", "|---|--:|--:|"]
    for own in stored["measured"]:
        bound = f"at most {own['most']:g}" if own["most"] is not None else "none"
        bound = f"at least {own['least']:g}" if own["least"] is not None else bound
        value = f"{own['value']:g} {own['unit']}".strip()
        lines.append(f"| {own['what']} | {value if own['held'] else f'**{value}**'} | {bound} |")
    told = f"`{stored['command']}`, {stored['date']}, {machine['processors']} processors"
    load = f"load {machine['load']:g} when it began"
    lines += ["", f"{told}, {load}, {machine['browser']}. Bold: the budget is missed."]
    return "\n".join(lines)


def safety_tables() -> str:
    """Return what the stored result of `anonymuse eval safety` says, but for its lists of rows."""
    result = _stored("safety")
    models = ", ".join(dict.fromkeys(result["models"].values()))
    lines = [
        f"`{result['command']}`, {result['rows']:,} conversations, {result['date']}, "
        f"{result['machine']}; {models}. Intervals over seeds say nothing of other data."
    ]
    for section in result["sections"]:
        lines += ["", f"### {section['title']}", "", section["lead"], ""]
        lines += ["| measure | value | baseline |", "|---|--:|--:|"]
        lines += [
            f"| {own['label']} | {_between(own['ours'])} | {_between(own['baseline'])} |"
            for own in section["figures"]
        ]
        for table in section["tables"]:
            if "first rows of the list" not in table["caption"]:
                lines += ["", table["caption"], "", *_plain_table(table)]
        lines += ["", *(f"- {note}" for note in section["notes"])]
    return "\n".join(lines)


def identity_tables() -> str:
    """Return what the stored result of `anonymuse eval identity` says."""
    result = _stored("identity")
    sets = result["sets"]
    keys = list(dict.fromkeys(figure["key"] for own in sets for figure in own["figures"]))
    labels = {figure["key"]: figure["label"] for own in sets for figure in own["figures"]}
    found = [{figure["key"]: figure for figure in own["figures"]} for own in sets]
    heads = [f"{own['name']} ({own['rows']:,} rows, k = {own['base clusters']})" for own in sets]
    lines = [
        f"`{result['command']}`, {result['date']}, {result['machine']}; {result['embedder']}; "
        f"{sets[0]['seeds']} pairs of samples, mean and 95 % interval over them.",
        "",
        f"| share of | {' | '.join(heads)} |",
        "|---" * (len(sets) + 1) + "|",
    ]
    for key in keys:
        cells = [
            f"{own[key]['mean']:.3f} ({own[key]['low']:.3f} to {own[key]['high']:.3f})"
            for own in found
        ]
        lines.append(f"| {labels[key]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def coordination_tables() -> str:
    """Return what the stored result of `anonymuse eval coordination` says."""
    result = _stored("coordination")
    lines = [
        f"`{result['command']}`, {result['rows']:,} conversations, {result['date']}, "
        f"{result['machine']}; {', '.join(result['models'].values())}; {result['weights']}."
    ]
    for section in result["sections"]:
        lines += ["", f"### {section['title']}", "", section["lead"]]
        for table in section["tables"]:
            lines += ["", table["caption"], "", *_plain_table(table)]
        if section["notes"]:
            lines += ["", *(f"- {note}" for note in section["notes"])]
    return "\n".join(lines)


def _between(number: Mapping[str, Any] | None) -> str:
    if number is None:
        return ""
    told = f"{number['value']:.2f}"
    return (
        told if number["low"] is None else f"{told} ({number['low']:.2f} to {number['high']:.2f})"
    )


def _plain_table(table: Mapping[str, Any]) -> list[str]:
    lines = [f"| {' | '.join(table['columns'])} |", "|---" * len(table["columns"]) + "|"]
    for row in table["rows"]:
        cells = [f"{v:.2f}" if isinstance(v, float) else "" if v is None else str(v) for v in row]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _stored(name: str) -> Any:
    return json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))
