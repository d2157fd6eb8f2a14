"""ChatGPT exports, as somebody downloads them: everything in them is invented."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.formats.sample import NEVER, Sample, writer

START = 1_714_000_000.25


def message(
    role: str, content: Any, *, at: float | None = START, to: str = "all", **metadata: Any
) -> dict[str, Any]:
    """Return a message; a text is made the content of the usual kind."""
    if isinstance(content, str):
        content = {"content_type": "text", "parts": [content]}
    return {
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": at,
        "content": content,
        "status": "finished_successfully",
        "metadata": metadata,
        "recipient": to,
    }


def tree(*way: dict[str, Any] | None, **columns: Any) -> dict[str, Any]:
    """Return a conversation whose messages follow each other; the root has none."""
    mapping: dict[str, Any] = {}
    for place, said in enumerate((None, *way)):
        mapping[f"n{place}"] = {
            "id": f"n{place}",
            "message": said,
            "parent": f"n{place - 1}" if place else None,
            "children": [f"n{place + 1}"] if place < len(way) else [],
        }
    return {
        "title": f"{NEVER} a title",
        "create_time": START,
        "update_time": START + 60,
        "mapping": mapping,
        "moderation_results": [],
        "current_node": f"n{len(way)}",
        "conversation_id": "c-plain",
        "default_model_slug": "gpt-4o",
        "gizmo_id": None,
        "id": "c-plain",
        **columns,
    }


def plain() -> dict[str, Any]:
    """Return a conversation as most are: a hidden system message, then two turns."""
    return tree(
        message("system", f"{NEVER} instructions", is_visually_hidden_from_conversation=True),
        message("user", "Which trees bear fruit in a cold valley?"),
        message("assistant", "Sour cherries and some old apples do.", model_slug="gpt-4o"),
        conversation_id="c-plain",
    )


def branched() -> dict[str, Any]:
    """Return one whose first question was edited, and whose answer was asked for again."""
    found = tree(
        message("user", "Draw me a fence, please."),
        message("assistant", "Here is one of oak."),
        conversation_id="c-branched",
        gizmo_id="g-carpenter",
    )
    found["mapping"]["old question"] = {
        "message": message("user", f"{NEVER} asked like this"),
        "parent": "n0",
        "children": ["old answer"],
    }
    found["mapping"]["old answer"] = {
        "message": message("assistant", f"{NEVER} answered like this"),
        "parent": "old question",
    }
    found["mapping"]["first try"] = {
        "message": message("assistant", f"{NEVER} tried like this"),
        "parent": "n1",
    }
    return found


def with_everything() -> dict[str, Any]:
    """Return one with pictures, files, tools, quotes, thoughts and memory."""
    asset = {"content_type": "image_asset_pointer", "asset_pointer": f"file-service://{NEVER}"}
    heard = {"content_type": "audio_transcription", "text": "and how much?", "direction": "in"}
    profile = {"content_type": "user_editable_context", "user_profile": NEVER}
    return tree(
        message("user", profile, is_visually_hidden_from_conversation=True),
        message(
            "assistant", {"content_type": "model_editable_context", "model_set_context": NEVER}
        ),
        message(
            "user",
            {"content_type": "multimodal_text", "parts": [asset, "What is this leaf?"]},
            attachments=[
                {"id": "file-1", "name": f"{NEVER}.png", "mime_type": "image/png"},
                {"id": "file-2", "name": f"{NEVER}.pdf", "mime_type": "application/pdf"},
            ],
        ),
        message("assistant", {"content_type": "thoughts", "thoughts": [{"content": NEVER}]}),
        message("assistant", {"content_type": "reasoning_recap", "content": f"{NEVER} 4 s"}),
        message("assistant", {"content_type": "code", "text": f"{NEVER}()"}, to="python"),
        message("tool", {"content_type": "execution_output", "text": "17 teeth"}),
        message("tool", {"content_type": "tether_quote", "text": "Elm leaves are uneven."}),
        message("tool", {"content_type": "system_error", "name": "Timeout", "text": "too slow"}),
        message("assistant", "It is an elm."),
        message("user", {"content_type": "multimodal_text", "parts": [heard]}),
        message("assistant", {"content_type": "holograms", "parts": ["A spoonful."]}, at=None),
        conversation_id="c-everything",
    )


def odd() -> list[Any]:
    """Return records with something wrong."""
    lost = tree(
        message("user", "Does moss mind the snow?", at=START),
        message("assistant", "It sleeps below it.", at=START + 1),
        current_node=None,
        conversation_id=None,
        id=None,
    )
    circle = tree(message("user", "Round and round?"), message("assistant", "Yes."))
    circle["mapping"]["n0"]["parent"] = "n2"
    circle |= {"conversation_id": "c-circle", "create_time": None}
    orphan = tree(message("user", NEVER), message("user", "Is it late?"), conversation_id=17)
    orphan["mapping"]["n2"]["parent"] = "n-gone"
    empty = tree(conversation_id="c-empty")
    unknown = tree(message("narrator", NEVER), conversation_id="c-unknown")
    only_system = tree(message("system", "Be kind."), conversation_id="c-system")
    return [lost, circle, orphan, empty, unknown, only_system, {"mapping": 3}, "no record"]


def zipped(*files: tuple[str, bytes]) -> bytes:
    """Return an archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)  # without the time of today
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


USER = json.dumps({"id": "user-7Qx", "email": f"{NEVER}@example.org"}).encode()
GOOD = [plain(), branched(), with_everything()]


def export() -> bytes:
    """Return an archive as it is downloaded, older way: one file of conversations."""
    return zipped(
        ("chat.html", f"<html>{NEVER}</html>".encode()),
        ("conversations.json", json.dumps(GOOD).encode()),
        ("message_feedback.json", b'[{"content": "' + NEVER.encode() + b'"}]'),
        ("user.json", USER),
        ("file-1-leaf.png", b"\x89PNG"),
        ("dalle-generations/notes.zip", b"PK\x03\x04"),
    )


def newer_export() -> bytes:
    """Return an archive as it is downloaded, newer way: several files of conversations."""
    return zipped(
        ("user.json", USER),
        ("conversations-000.json", json.dumps(GOOD[:2]).encode()),
        ("conversations-001.json", b"\xef\xbb\xbf" + json.dumps(GOOD[2:], indent=2).encode()),
    )


def unpacked(folder: Path) -> Path:
    """Write the files of an archive into a folder, as somebody has who unpacked it."""
    with zipfile.ZipFile(io.BytesIO(export())) as archive:
        archive.extractall(folder)
    return folder


_NOTES = {
    "hidden messages, not read": 2,
    "messages of a kind that is not known": 1,
    "messages on branches that were left, not read": 3,
}
_ONE: Callable[[Path], Path] = writer("conversations.json", json.dumps(GOOD).encode())

SAMPLES = [
    Sample("ChatGPT export, as downloaded", "chatgpt", writer("export.zip", export()), 3, 3,
           notes=_NOTES | {"other files in the archive, not read": 5}),
    Sample("ChatGPT export in several files", "chatgpt", writer("export.zip", newer_export()), 3, 3,
           notes=_NOTES | {"other files in the archive, not read": 1}),
    Sample("ChatGPT export, unpacked", "chatgpt", unpacked, 3, 3, notes=_NOTES),
    Sample("ChatGPT conversations.json", "chatgpt", _ONE, 3, 3, notes=_NOTES),
    Sample(
        "ChatGPT trees that are broken",
        "chatgpt",
        writer("conversations.json", json.dumps(odd()).encode()),
        rows=8,
        kept=3,
        dropped={
            "no messages": 1,
            "unknown role": 1,
            "no user turn": 1,
            "the messages are not a list of messages": 1,
            "not a record": 1,
        },
        notes={
            "conversations without a current message, the newest taken": 1,
            "conversations whose beginning is missing": 2,
            "messages on branches that were left, not read": 1,
        },
    ),
]  # fmt: skip
