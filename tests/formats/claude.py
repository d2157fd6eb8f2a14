"""Claude.ai exports and sessions of Claude Code: everything in them is invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.formats.chatgpt import zipped
from tests.formats.sample import NEVER, Sample, json_lines, writer

ROOT = "00000000-0000-4000-8000-000000000000"


def message(
    sender: str, text: str, number: int, *, after: int | None = None, **more: Any
) -> dict[str, Any]:
    """Return a message of Claude.ai, the newer way."""
    return {
        "uuid": f"m{number}",
        "text": text,
        "content": [{"type": "text", "text": text, "citations": []}] if text else [],
        "sender": sender,
        "created_at": f"2025-03-0{1 + number}T08:00:00.123456Z",
        "attachments": [],
        "files": [],
        "parent_message_uuid": ROOT if after is None else f"m{after}",
        **more,
    }


def talk(name: str, *messages: Any, **columns: Any) -> dict[str, Any]:
    """Return a conversation of Claude.ai."""
    return {
        "uuid": name,
        "name": f"{NEVER} a name",
        "summary": f"{NEVER} a summary",
        "created_at": "2025-03-01T08:00:00.123456Z",
        "updated_at": "2025-03-02T08:00:00Z",
        "account": {"uuid": "account-4"},
        "chat_messages": list(messages),
        **columns,
    }


def older() -> dict[str, Any]:
    """Return a conversation of the time before blocks: texts only, and no parents."""
    texts = [("human", "How do I oil a gate?"), ("assistant", "With linseed oil.")]
    return talk("t-older", *({"sender": who, "text": text} for who, text in texts))


def newer() -> dict[str, Any]:
    """Return one with thoughts, a tool, files, and a question that was edited."""
    note = {"file_name": f"{NEVER}.txt", "file_size": 9, "extracted_content": f"{NEVER} notes"}
    blocks = [
        {"type": "thinking", "thinking": NEVER, "summaries": [{"summary": NEVER}]},
        {"type": "text", "text": "Let me look."},
        {"type": "tool_use", "name": "web_search", "input": {"query": NEVER}},
        {"type": "tool_result", "content": [{"type": "text", "text": "Tides: 06:10"}]},
        {"type": "text", "text": "High tide is at ten past six."},
    ]
    return talk(
        "t-newer",
        message("human", f"{NEVER} asked like this", 0),
        message("assistant", f"{NEVER} answered like this", 1, after=0),
        message("human", "When is high tide?", 2, attachments=[note], files=[{"file_name": NEVER}]),
        message("assistant", NEVER, 3, after=2, content=blocks),
        message("human", "", 4, after=3, files=[{"file_uuid": "f"}]),
        model="claude-sonnet",
    )


def conversations() -> list[Any]:
    """Return an export with some records that are of no use."""
    return [
        older(),
        newer(),
        talk("t-empty"),
        talk("t-null", chat_messages=None),
        talk("t-role", message("narrator", NEVER, 0)),
        talk("t-odd", NEVER),
    ]


_CLAUDE_DROPS = {
    "no messages": 2,
    "unknown role": 1,
    "the messages are not a list of messages": 1,
}
_CLAUDE_NOTES = {"messages on branches that were left, not read": 2}


def event(kind: str, number: int, content: Any = None, **more: Any) -> dict[str, Any]:
    """Return an event of a session of Claude Code."""
    inner: dict[str, Any] = {"role": kind, "content": content}
    if kind == "assistant":
        inner |= {"id": f"msg-{number}", "model": "claude-sonnet-4", "type": "message"}
    return {
        "parentUuid": f"e{number - 1}" if number else None,
        "isSidechain": False,
        "userType": "external",
        "cwd": f"/home/ann/{NEVER}",
        "sessionId": "session-1",
        "version": "2.0.14",
        "gitBranch": f"fix/{NEVER}",
        "type": kind,
        "message": inner,
        "uuid": f"e{number}",
        "timestamp": f"2025-09-01T10:{number:02}:00.000Z",
        **more,
    }


def session() -> bytes:
    """Return one session with tools, thoughts, helpers, commands, an edit and a summary."""
    edited = "Now add a test. <system-reminder>" + NEVER + "</system-reminder>"
    call = {"type": "tool_use", "id": "t1", "name": "Read", "input": {"file_path": NEVER}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "total = 0"}
    return json_lines(
        {"type": "summary", "summary": f"{NEVER} a summary", "leafUuid": "e9"},
        {"type": "file-history-snapshot", "messageId": "e0", "snapshot": {"path": NEVER}},
        event("user", 0, f"Caveat: {NEVER}", isMeta=True),
        event("user", 1, f"<command-name>/clear</command-name> {NEVER}"),
        event("user", 2, "<local-command-stdout>" + NEVER + "</local-command-stdout>"),
        event("user", 3, "The total is wrong. Why?"),
        event("assistant", 4, [{"type": "thinking", "thinking": NEVER, "signature": "x"}]),
        event("assistant", 5, [{"type": "text", "text": "I will look."}]),
        event("assistant", 6, [call], message={"role": "assistant", "content": [call],
                                               "id": "msg-5", "model": "claude-sonnet-4"}),
        event("user", 7, [result], toolUseResult={"stdout": NEVER}),
        event("assistant", 8, [{"type": "text", "text": "It is never added to."}]),
        event("user", 40, f"{NEVER} a helper's task", isSidechain=True, parentUuid=None),
        event("assistant", 41, [{"type": "text", "text": NEVER}], isSidechain=True),
        event("system", 9, subtype="turn_duration", content=NEVER),
        event("user", 10, f"{NEVER} asked like this", parentUuid="e9"),
        event("assistant", 11, [{"type": "text", "text": NEVER}]),
        event("user", 12, [{"type": "text", "text": edited}], parentUuid="e9"),
        event("user", 13, [{"type": "text", "text": "[Request interrupted by user]"}]),
        event("system", 14, subtype="compact_boundary", parentUuid=None, logicalParentUuid="e13"),
        event("user", 15, f"{NEVER} the talk so far", isCompactSummary=True),
        event("assistant", 16, [{"type": "text", "text": NEVER}], isApiErrorMessage=True),
        event("user", 17, "Thanks."),
        '{"type":"user","mess',
        event("user", 18, None, message=None),
        {"type": "queue-operation", "operation": "enqueue", "sessionId": "session-1",
         "content": NEVER},
    )  # fmt: skip


def projects(folder: Path) -> Path:
    """Write a folder as the program keeps it: a folder for each project, a file for each session.

    Among them are one file with summaries only, one of a helper, and one that is empty.
    """
    project = folder / f"-home-{NEVER}-orchard"
    (project / "session-1" / "subagents").mkdir(parents=True)
    (project / "session-1.jsonl").write_bytes(session())
    only = json_lines({"type": "summary", "summary": NEVER, "leafUuid": "e9"})
    (project / "session-2.jsonl").write_bytes(only)
    helper = json_lines(event("user", 0, NEVER, isSidechain=True))
    (project / "session-1" / "subagents" / "agent-1.jsonl").write_bytes(helper)
    other = [
        event("user", 0, "Rename the orchard.", sessionId="session-3"),
        event("assistant", 1, [{"type": "text", "text": "Done."}], sessionId="session-3"),
        event("user", 0, f"<bash-input>{NEVER}</bash-input>", sessionId="session-4"),
    ]
    (project / "two.jsonl").write_bytes(json_lines(*other))
    (project / "empty.jsonl").touch()
    (project / "sessions-index.json").write_text(json.dumps({"entries": [NEVER]}))
    return folder


_CODE_NOTES = {
    "events that are no messages": 5,
    "messages of helpers, not read": 2,
    "messages on branches that were left, not read": 2,
    "messages that cannot be read": 1,
    "messages that the program wrote, not read": 6,
}

SAMPLES = [
    Sample(
        "Claude.ai export, as downloaded",
        "claude",
        writer(
            "data.zip",
            zipped(
                ("users.json", b'[{"email_address": "' + NEVER.encode() + b'"}]'),
                ("projects.json", b"[]"),
                ("conversations.json", json.dumps(conversations()).encode()),
            ),
        ),
        rows=6,
        kept=2,
        dropped=_CLAUDE_DROPS,
        notes=_CLAUDE_NOTES | {"other files in the archive, not read": 2},
    ),
    Sample(
        "Claude.ai conversations.json",
        "claude",
        writer("conversations.json", json.dumps(conversations(), indent=1).encode()),
        rows=6,
        kept=2,
        dropped=_CLAUDE_DROPS,
        notes=_CLAUDE_NOTES,
    ),
    Sample(
        "Claude Code session",
        "claude-code",
        writer("session-1.jsonl", session()),
        rows=25,
        kept=1,
        dropped={"broken JSON": 1},
        notes=_CODE_NOTES,
    ),
    Sample(
        "Claude Code, a folder of projects",
        "claude-code",
        projects,
        rows=30,
        kept=2,
        dropped={"broken JSON": 1, "no messages": 1, "file that cannot be read": 1},
        notes=_CODE_NOTES
        | {
            "events that are no messages": 6,
            "messages of helpers, not read": 3,
            "messages that the program wrote, not read": 7,
        },
    ),
]
