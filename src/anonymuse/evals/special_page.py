"""The result of scoring the generaliser as plain values, and these as tables in Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from anonymuse.evals.special import MarkScore, SpecialScore, TextsChanged
from anonymuse.stats.intervals import wilson

Marks = Mapping[tuple[str, str, bool], MarkScore]
UNREAD, READ = "unread", "read"


def corpus_result(score: SpecialScore) -> dict[str, Any]:
    """Return the scores on the corpus as plain values."""
    return {
        "all": _by(score.marks, lambda _: "all"),
        "categories": _by(score.marks, lambda key: key[0]),
        "languages": _by(score.marks, lambda key: key[1]),
        "unmarked": {
            name: [score.changed.get(name, 0), total] for name, total in score.unmarked.items()
        },
    }


def _by(
    marks: Marks, group: Callable[[tuple[str, str, bool]], str]
) -> dict[str, dict[str, dict[str, int]]]:
    """Add up counts by group and by whether the rows were read while terms were written."""
    sums: dict[str, dict[str, MarkScore]] = defaultdict(dict)
    for key, one in marks.items():
        half = READ if key[2] else UNREAD
        own = sums[group(key)]
        own[half] = own.get(half, MarkScore()) + one
    return {
        name: {
            half: {"marked": s.marked, "found": s.found, "gone": s.gone, "right": s.right}
            for half, s in sorted(halves.items())
        }
        for name, halves in sorted(sums.items())
    }


def texts_result(name: str, title: str, score: TextsChanged) -> dict[str, Any]:
    """Return what is taken from one public set as plain values."""
    return {
        "name": name,
        "title": title,
        "texts": score.texts,
        "changed": score.changed,
        "characters": score.characters,
        "lost": score.lost,
    }


def tables(result: Mapping[str, Any]) -> str:
    """Return all tables of a result, and where it comes from."""
    corpus = result["corpus"]
    parts = [
        "Marked strings of the corpus, by special category: found of marked.",
        _marks("category", {**corpus["categories"], "**all**": corpus["all"]["all"]}),
        "The same by language.",
        _marks("language", corpus["languages"]),
        "Texts in which nobody tells something of themselves on purpose: what is taken.",
        _texts(result["texts"], corpus["unmarked"]),
        "What it costs: how well clustering finds the corpus's known categories again.",
        _cost(result["cost"]) if result["cost"] else "Not measured in this run.",
        "\n".join(_provenance(result)),
    ]
    return "\n\n".join(parts)


def _marks(what: str, groups: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    lines = [
        f"| {what} | not read | 95 % | right category | read | all gone |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    none = {"marked": 0, "found": 0, "gone": 0, "right": 0}
    for name, halves in groups.items():
        new, old = halves.get(UNREAD, none), halves.get(READ, none)
        low, high = wilson(new["found"], new["marked"])
        span = f"{low:.2f} to {high:.2f}" if new["marked"] else ""
        gone = f"{new['gone'] + old['gone']} of {new['marked'] + old['marked']}"
        lines.append(
            f"| {name} | {new['found']} of {new['marked']} | {span} | {new['right']} | "
            f"{old['found']} of {old['marked']} | {gone} |"
        )
    return "\n".join(lines)


def _texts(sets: Sequence[Mapping[str, Any]], unmarked: Mapping[str, Sequence[int]]) -> str:
    lines = ["| texts | how many | changed | characters taken |", "|---|--:|--:|--:|"]
    for one in sets:
        changed, lost = one["changed"] / one["texts"], one["lost"] / one["characters"]
        lines.append(f"| {one['title']} | {one['texts']:,} | {changed:.1%} | {lost:.2%} |")
    changed, total = (sum(pair[i] for pair in unmarked.values()) for i in (0, 1))
    lines.append(f"| corpus, conversations without a mark | {total:,} | {changed / total:.1%} | |")
    most = sorted(unmarked.items(), key=lambda item: -item[1][0] / item[1][1])[:4]
    lines += [f"| ... of these {name} | {n} | {k / n:.1%} | |" for name, (k, n) in most]
    return "\n".join(lines)


def _cost(found: Mapping[str, Mapping[str, Mapping[str, Mapping[str, float]]]]) -> str:
    lines = ["| measure | as it is | generalised |", "|---|--:|--:|"]
    for facets, sides in found.items():
        for name, before in sides["off"].items():
            cells = " | ".join(
                f"{one['mean']:.3f} ({one['low']:.3f} to {one['high']:.3f})"
                for one in (before, sides["on"][name])
            )
            lines.append(f"| {name}, {facets} | {cells} |")
    return "\n".join(lines)


def _provenance(result: Mapping[str, Any]) -> Iterator[str]:
    speed = f"{result['milliseconds']:.1f} ms"
    yield f"- Time of the processor for 1,000 characters of the corpus: {speed}."
    yield f"- Terms `{result['terms'][:8]}`; `{result['command']}`, {result['date']}."
