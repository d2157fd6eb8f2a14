"""What of a transcript is embedded."""

from __future__ import annotations

from anonymuse.domain.private.transcript import VIEWS, Transcript


def _transcript(replies: str) -> Transcript:
    return Transcript(
        tagged="",
        user_text="asked",
        whole_text="asked and told",
        assistant_text=replies,
        turns=2,
        characters=14,
    )


def test_every_view_has_its_own_text() -> None:
    one = _transcript("told")
    assert {view: one.view(view) for view in VIEWS} == {
        "user": "asked",
        "whole": "asked and told",
        "replies": "told",
    }


def test_the_whole_stands_for_replies_that_nobody_gave() -> None:
    assert _transcript("").view("replies") == "asked and told"
