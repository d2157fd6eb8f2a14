"""Marks around untrusted text in a prompt, which the text itself cannot guess.

Marks help a careful model to tell data from instructions. Nothing rests on them: what a model says
of untrusted text is decided on outside the model.
"""

from __future__ import annotations

from anonymuse.domain.ids import keyed_id

_DEFUSED = str.maketrans("<>", "‹›")


def fenced(text: str, key: bytes) -> str:
    """Return a text between two marks, without angle brackets of its own.

    Args:
        text: untrusted.
        key: secret, so that nobody who writes the text knows its mark; the same text under the
            same key gets the same one, so that a prompt can be repeated to the byte.
    """
    mark = f"data-{keyed_id(key, 'fence', text)[:12]}"
    return f"<{mark}>\n{text.translate(_DEFUSED)}\n</{mark}>"
