"""The result of scoring the scrubber as plain values, and these as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anonymuse.evals.scrubbing import PROMISED, RIGHT, CleanScore, ScrubScore
from anonymuse.stats.intervals import wilson

NAMES = ("PERSON", "PLACE", "ORGANISATION")


def set_result(name: str, title: str, score: ScrubScore) -> dict[str, Any]:
    """Return one set's scores as plain values."""
    languages: dict[str, dict[str, list[int]]] = {}
    for (kind, language), one in sorted(score.counts.items()):
        languages.setdefault(language, {})[kind] = [one.gone, one.marked]
    return {
        "name": name,
        "title": title,
        "texts": score.texts,
        "precision": score.precision,
        "types": {
            kind: {
                "marked": one.marked,
                "gone": one.gone,
                "touched": one.touched,
                "right_kind": one.named,
                "recall": one.recall.mean,
                "low": one.recall.low,
                "high": one.recall.high,
            }
            for kind, one in score.types.items()
        },
        "languages": languages,
        "replaced": dict(score.replaced),
        "beside": dict(score.beside),
    }


def clean_result(name: str, title: str, score: CleanScore) -> dict[str, Any]:
    """Return what scrubbing takes from one set of clean texts as plain values."""
    return {
        "name": name,
        "title": title,
        "texts": score.texts,
        "changed": score.changed,
        "characters": score.characters,
        "lost": score.lost,
        "replaced": dict(score.replaced),
    }


def tables(result: Mapping[str, Any]) -> str:
    """Return all tables of a result, and where it comes from."""
    parts = [
        _by_type(result["sets"]),
        "Names, places and organisations by language (the corpus): gone of marked.",
        _names_by_language(result["sets"]),
        "Structured strings by language (made sentences): gone of marked.",
        _types_by_language(result["sets"]),
        "The same in disguise: gone of marked, over all these languages.",
        _disguises(result["disguises"]),
        "Texts in which nobody is named on purpose: what is taken all the same.",
        _clean(result["clean"]),
        _provenance(result),
    ]
    return "\n\n".join(part for part in parts if part)


def _by_type(sets: Sequence[Mapping[str, Any]]) -> str:
    titles = " | ".join(f"{one['title']} | part" for one in sets)
    lines = [f"| type | {titles} |", "|---" + "|--:|--:" * len(sets) + "|"]
    for kind in RIGHT:
        if any(kind in one["types"] for one in sets):
            cells = " | ".join(_cell(one["types"].get(kind)) for one in sets)
            mark = "**" if kind in PROMISED else ""
            lines.append(f"| {mark}{kind}{mark} | {cells} |")
    return "\n".join(lines)


def _cell(score: Mapping[str, Any] | None) -> str:
    if score is None:
        return " | "
    recall = f"{score['recall']:.3f} ({score['low']:.3f} to {score['high']:.3f}) of"
    part = f"{score['touched'] / score['marked']:.3f}"
    return f"{recall} {score['marked']:,} | {part}"


def _names_by_language(sets: Sequence[Mapping[str, Any]]) -> str:
    found = next((one for one in sets if one["name"] == "corpus"), None)
    if found is None:
        return ""
    lines = ["| language | persons | 95 % | places | organisations |", "|---|--:|--:|--:|--:|"]
    for language, types in sorted(found["languages"].items()):
        gone, marked = types.get("PERSON", (0, 0))
        low, high = wilson(gone, marked)
        rest = " | ".join(_share(types.get(kind)) for kind in NAMES[1:])
        lines.append(f"| {language} | {gone} of {marked} | {low:.2f} to {high:.2f} | {rest} |")
    return "\n".join(lines)


def _types_by_language(sets: Sequence[Mapping[str, Any]]) -> str:
    found = next((one for one in sets if one["name"] == "forms"), None)
    if found is None:
        return ""
    head = f"| language | {' | '.join(PROMISED)} |"
    lines = [head, "|---" + "|--:" * len(PROMISED) + "|"]
    for language, types in sorted(found["languages"].items()):
        lines.append(f"| {language} | {' | '.join(_share(types.get(k)) for k in PROMISED)} |")
    return "\n".join(lines)


def _share(counts: Sequence[int] | None) -> str:
    return f"{counts[0]} of {counts[1]}" if counts else ""


def _disguises(found: Mapping[str, Mapping[str, Sequence[int]]]) -> str:
    lines = [
        f"| disguise | {' | '.join(PROMISED)} |",
        "|---" + "|--:" * len(PROMISED) + "|",
        *(
            f"| {name} | {' | '.join(_share(types.get(kind)) for kind in PROMISED)} |"
            for name, types in found.items()
        ),
    ]
    return "\n".join(lines) if found else ""


def _clean(sets: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| texts | how many | changed | characters taken |", "|---|--:|--:|--:|"]
    for one in sets:
        changed, lost = one["changed"] / one["texts"], one["lost"] / one["characters"]
        lines.append(f"| {one['title']} | {one['texts']:,} | {changed:.2%} | {lost:.3%} |")
    return "\n".join(lines) if sets else ""


def _provenance(result: Mapping[str, Any]) -> str:
    return "\n".join(_lines(result))


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    speed = ", ".join(f"{name} {value:.1f} ms" for name, value in result["milliseconds"].items())
    yield f"- Time of the processor for 1,000 characters of the corpus: {speed}."
    yield f"- Names by `{result['detector']}`; `{result['command']}`, {result['date']}."
