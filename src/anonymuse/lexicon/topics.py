"""Our own list of topics: general words for what conversations are about, without any of theirs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from anonymuse.lexicon.phrases import joined, name_faults, stems


@cache
def topics() -> tuple[str, ...]:
    """Return the topics of ``lexicon/topics.txt``, in order."""
    text = (files("anonymuse.lexicon") / "topics.txt").read_text(encoding="utf-8")
    return tuple(
        line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")
    )


def distinct_topics(found: tuple[str, ...], *, most: int) -> list[str]:
    """Return the first topics that say something new each: no word twice."""
    chosen: list[str] = []
    seen: set[str] = set()
    for topic in found:
        if not stems(topic) & seen and len(chosen) < most:
            chosen.append(topic)
            seen |= stems(topic)
    return chosen


def topic_names(found: tuple[str, ...], *, most: int = 3) -> list[str]:
    """Return names of one, two and three topics: "astronomy", "astronomy and weather" ..."""
    chosen = distinct_topics(found, most=most)
    names = [joined(chosen[: count + 1]) for count in range(len(chosen))]
    # "vocabulary and word meaning and etymology" reads badly: commas alone, then.
    names = [n if n.count(" and ") < 2 else ", ".join(chosen[: i + 1]) for i, n in enumerate(names)]
    return [name for name in names if name_faults(name) is None]
