"""Scrub: a conversation becomes a transcript without strings that point at somebody.

The token budget is laid over the raw text first, so that a conversation of any length costs no
more than the budget's worth of patterns; what is scrubbed reaches a margin beyond every cut.

What a transcript looks like, and who wins when the budget is short: user turns share up to seven
tenths of it, the first and last of them whole if they fit; assistant turns share the rest as head
and tail, the last of them whole if it fits. System prompts and tool output are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.domain.private.transcript import Transcript
from anonymuse.lexicon.scrubbing import scrub_head, scrub_tail, scrub_text
from anonymuse.lexicon.tokens import characters_within, estimate_tokens, shared
from anonymuse.ports.scrubber import EntityDetector

__all__ = ["defuse", "make_transcript", "scrub_text"]

_TAGS = {"user": "User", "assistant": "Assistant"}
_TAG_TOKENS = 4
_MARK_TOKENS = 10
_CHARS_A_TOKEN = 4
_LEAST = 12
"""Tokens below which a turn says nothing: with more turns than that, the middle is left out."""

_USER_SHARE = 0.7
_HEAD_SHARE = 0.6
_ASSISTANT_HEAD = 400
_MOST_MARKS = 8
_TOOL_MARK = "Tool: (result left out)"

_FORGED_TAG = re.compile(
    r"^([^\w\n]{0,12})(user|human|assistant|system|tool|developer|ai|bot|model|chatgpt)"
    r"([^\w\n:：]{0,3})[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_FORGED_TOKEN = re.compile(
    r"<(?=[|｜])|<(?=/?(?:s|bos|eos|pad|start_of_turn|end_of_turn|conversation|tool_call|think|"
    r"tool_response)>)|\[(?=/?(?:INST|SYS|TOOL_CALLS)\])",
    re.IGNORECASE,
)
_HOLLOW = re.compile(r"[ \t]+(?=\n)|\n(?=\n{2})|(?<=  ) +")
_OPEN_PLACEHOLDER = re.compile(r"\[[A-Z]{0,14}\Z")


def defuse(text: str) -> str:
    """Return the text with everything harmless that imitates our tags or a chat template's."""
    text = _FORGED_TOKEN.sub(lambda match: match[0] + " ", text)
    return _FORGED_TAG.sub(r"\1\2\3 -", _HOLLOW.sub("", text))


@dataclass(slots=True, repr=False)
class _Said:
    """One turn on its way: how much of it is wanted, then the scrubbed parts."""

    role: str
    raw: str
    tokens: int
    after_tool: bool
    granted: int = 0
    characters: int = 0
    head: str = ""
    tail: str = ""
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def whole(self) -> bool:
        return self.granted >= self.tokens

    def scrub(self, detector: EntityDetector | None) -> None:
        """Fill ``head`` and, where the middle is left out, ``tail``."""
        head = int(self.granted * _HEAD_SHARE) if not self.whole else self.granted
        tail = self.granted - head
        wanted = max(self.characters, head * _CHARS_A_TOKEN)
        if self.whole or wanted + tail * _CHARS_A_TOKEN >= len(self.raw):
            wanted, tail = max(wanted, len(self.raw)), 0
        self.head, self.counts = scrub_head(self.raw, wanted, detector=detector)
        self.head = defuse(self.head)
        if tail:
            text, more = scrub_tail(self.raw, tail * _CHARS_A_TOKEN, detector=detector)
            self.tail, self.counts = defuse(text), self.counts + more

    def excerpt(self) -> str:
        """Return head and tail within the tokens granted."""
        if not self.tail and estimate_tokens(self.head) <= self.granted:
            return self.head.strip()
        head = int(self.granted * _HEAD_SHARE)
        first = _cut(self.head, characters_within(self.head, head))
        source = self.tail or self.head[len(first) :]
        back = source[::-1]
        last = source[len(source) - characters_within(back, self.granted - head - 2) :]
        last = last[_safe_start(last) :] if len(last) < len(source) else last
        return f"{first.strip()} … {last.strip()}".strip()


def make_transcript(
    conversation: Conversation,
    *,
    budget_tokens: int = 1500,
    user_chars: int = 400,
    whole_chars: int = 800,
    detector: EntityDetector | None = None,
) -> Transcript:
    """Scrub a conversation and lay it out; the same conversation gives the same transcript.

    Args:
        conversation: as it was read.
        budget_tokens: bound on the tagged text (`lexicon.tokens.estimate_tokens`).
        user_chars: bound on the user text, half of it for the first and half for the last turn.
        whole_chars: bound on the whole text: user turns first, then heads of the assistant's.
        detector: finds people, places and organisations as well.
    """
    said, gap = _chosen(conversation.turns, budget_tokens)
    marks = sum(one.after_tool for one in said) + (gap >= 0)
    _grant(said, budget_tokens - _TAG_TOKENS * len(said) - _MARK_TOKENS * marks)
    users = [one for one in said if one.role == "user"]
    helpers = [one for one in said if one.role == "assistant"]
    ends = users if len(users) < 2 else [users[0], users[-1]]
    for one in ends:
        one.characters = user_chars // max(1, len(ends))
    for one in helpers:
        one.characters = _ASSISTANT_HEAD
    parts = _parts(users, helpers, whole_chars)
    counts: Counter[str] = Counter()
    for one in said:
        one.scrub(detector)
        counts += one.counts
    spoken = [turn for turn in conversation.turns if turn.role in _TAGS]
    return Transcript(
        tagged=_tagged(said, gap, conversation.turns),
        user_text="\n".join(_cut(one.head, user_chars // max(1, len(ends))) for one in ends),
        whole_text="\n".join(filter(None, (_cut(one.head, size) for one, size in parts))),
        assistant_text="\n".join(
            filter(None, (" ".join(_cut(one.head, _ASSISTANT_HEAD).split()) for one in helpers))
        ),
        turns=len(spoken),
        characters=sum(len(turn.text) for turn in conversation.turns),
        scrubbed=dict(sorted(counts.items())),
    )


def _chosen(turns: Sequence[Turn], budget: int) -> tuple[list[_Said], int]:
    """Return the turns that can have a say within the budget, and where the gap is (-1: none)."""
    window = budget * _CHARS_A_TOKEN
    spoken: list[tuple[Turn, bool]] = []
    tool, marks = False, 0
    for turn in turns:
        if turn.role in _TAGS and turn.text.strip():
            spoken.append((turn, tool and marks < _MOST_MARKS))
            marks += tool
            tool = False
        tool = tool or turn.role == "tool"
    most, gap = max(4, budget // (_LEAST + _TAG_TOKENS)), -1
    if len(spoken) > most:
        gap = most // 2
        spoken = spoken[:gap] + spoken[len(spoken) - (most - gap) :]
    return [
        _Said(turn.role, turn.text, _size(turn.text, window), after) for turn, after in spoken
    ], gap


def _size(text: str, window: int) -> int:
    return estimate_tokens(text[:window]) + max(0, len(text) - window) // _CHARS_A_TOKEN


def _grant(said: Sequence[_Said], budget: int) -> None:
    """Share the budget: users first, and within a role the ends first."""
    users = [one for one in said if one.role == "user"]
    helpers = [one for one in said if one.role == "assistant"]
    asked = sum(one.tokens for one in helpers)
    for_users = max(int(budget * _USER_SHARE), budget - asked)
    spent = _grant_role(users, [*users[:1], *users[-1:]], for_users)
    _grant_role(helpers, helpers[-1:], budget - spent)


def _grant_role(said: Sequence[_Said], ends: Sequence[_Said], budget: int) -> int:
    for one, grant in zip(said, shared([one.tokens for one in said], budget), strict=True):
        one.granted = grant
    # Whole ends, where half of the budget pays for them and the others still have a say.
    whole = sum(one.tokens for one in {id(one): one for one in ends}.values())
    if said and whole <= budget // 2:
        rest = [one for one in said if all(one is not end for end in ends)]
        for one, grant in zip(
            rest, shared([one.tokens for one in rest], budget - whole), strict=True
        ):
            one.granted = grant
        for one in ends:
            one.granted = one.tokens
    return sum(one.granted for one in said)


def _parts(
    users: Sequence[_Said], helpers: Sequence[_Said], characters: int
) -> list[tuple[_Said, int]]:
    """Share the characters of the whole text, and note with each turn how much is wanted."""
    lengths = [min(len(one.raw), characters) for one in helpers]
    for_users = max(int(characters * _USER_SHARE), characters - sum(lengths))
    sizes = shared([min(len(one.raw), characters) for one in users], for_users - len(users))
    left = characters - sum(sizes) - len(users) - len(helpers)
    parts = [*zip(users, sizes, strict=True), *zip(helpers, shared(lengths, left), strict=True)]
    for one, size in parts:
        one.characters = max(one.characters, size)
    return parts


def _tagged(said: Sequence[_Said], gap: int, turns: Sequence[Turn]) -> str:
    lines: list[str] = []
    for place, one in enumerate(said):
        if place == gap:
            spoken = sum(turn.role in _TAGS and bool(turn.text.strip()) for turn in turns)
            lines.append(f"({spoken - len(said)} turns left out)")
        if one.after_tool:
            lines.append(_TOOL_MARK)
        excerpt = one.excerpt()
        if excerpt:
            lines.append(f"{_TAGS[one.role]}: {excerpt}")
    return "\n".join(lines)


def _cut(text: str, characters: int) -> str:
    """Cut at white space where there is some near, and never inside of a placeholder."""
    text = text.strip()
    if len(text) <= characters:
        return text
    end = max(0, characters)
    space = max(text.rfind(" ", max(0, end - 40), end), text.rfind("\n", max(0, end - 40), end))
    end = space if space > 0 else end
    opened = _OPEN_PLACEHOLDER.search(text, max(0, end - 16), end)
    return text[: opened.start() if opened else end].rstrip()


def _safe_start(text: str) -> int:
    """Return where a tail begins: at white space near its start, outside of a placeholder."""
    space = re.search(r"\s", text[:40])
    closing = re.match(r"[A-Z]{0,14}\]", text)
    return space.start() if space else closing.end() if closing else 0
