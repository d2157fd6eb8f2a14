"""The tests for exports that come alive are awake: raw payloads do come alive."""

from __future__ import annotations

import pytest

from anonymuse.evals.privacybench import injections, interference


@pytest.mark.parametrize("kind", ["script", "image", "link", "picture link", "heading", "fence"])
def test_a_raw_payload_comes_alive_in_markdown(kind: str) -> None:
    raw = injections.PAYLOADS[kind].format(marker="word")
    plain = interference.parts_of("- harmless")
    assert interference.parts_of(f"- {raw}") != plain


def test_a_file_name_holds_the_payload_and_no_folder() -> None:
    for number, payload in enumerate(injections.PAYLOADS.values()):
        name = injections.file_name(payload, number)
        assert "/" not in name
        assert len(name.encode()) < 200
        assert name.endswith(".jsonl")
