"""Plain-text chat logs: a line that begins with ``==`` opens a chat, ``>`` asks, ``<`` answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from anonymuse.domain.private.conversation import Conversation, Dropped, Role, Turn
from anonymuse.ports.reader import ColumnMapping

HEADER = re.compile(r"== chat (?P<id>\S+) \| user (?P<user>[^|]*) \| (?P<time>.*)")
ROLES: dict[str, Role] = {">": "user", "<": "assistant"}


class PlainChat:
    """The plug-in: two methods, and nothing is kept between them."""

    def recognise(self, path: Path) -> str | None:
        """Return what was seen, or None where the file is something else."""
        with path.open(encoding="utf-8", errors="replace") as lines:
            first = lines.readline(1_000)
        return "Plain text whose first line opens a chat." if HEADER.match(first) else None

    def read(
        self,
        path: Path,
        columns: ColumnMapping,  # noqa: ARG002 - this format has no columns to choose from
    ) -> Iterator[Conversation | Dropped]:
        """Yield one conversation per header line; only one chat is held at a time."""
        chat: Chat | None = None
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                header = HEADER.match(line)
                if header is not None:
                    if chat is not None:
                        yield chat.conversation()
                    chat = Chat(header)
                elif chat is not None:
                    chat.add(line)
                elif line.strip():
                    yield Dropped("text before the first chat", f"line {number}")
        if chat is not None:
            yield chat.conversation()


class Chat:
    """A chat while its lines come in."""

    def __init__(self, header: re.Match[str]) -> None:
        self.header = header
        self.turns: list[Turn] = []

    def add(self, line: str) -> None:
        """Take a line: of a new turn, or one more of the last."""
        text = line.rstrip("\n")
        if text[:1] in ROLES:
            self.turns.append(Turn(ROLES[text[0]], text[1:].strip()))
        elif self.turns and text.strip():
            last = self.turns.pop()
            self.turns.append(Turn(last.role, f"{last.text}\n{text.strip()}"))

    def conversation(self) -> Conversation:
        """Return the whole chat. A time without a zone is in the zone the user named."""
        return Conversation(
            id=self.header["id"],
            turns=tuple(self.turns),
            user=self.header["user"].strip() or None,
            time=time_of(self.header["time"]),
        )


def time_of(text: str) -> datetime | None:
    """Return a time as it stands in the header, None where it is none."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
