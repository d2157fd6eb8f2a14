from datetime import date

import pytest

from anonymuse.adapters.chat.capabilities import capabilities_of, capability_table
from anonymuse.adapters.chat.dialect import THINKING_ROOM, Dialect


def test_the_table_is_dated_and_says_where_it_is_from():
    table = capability_table()
    assert date.fromisoformat(table.date) >= date(2026, 11, 1)
    assert table.sources


@pytest.mark.parametrize(
    ("vendor", "model", "dialect"),
    [
        (
            "anthropic",
            "claude-haiku-5-5",
            Dialect("json_schema", temperature=False, thinking="disabled"),
        ),
        (
            "anthropic",
            "claude-sonnet-5-5",
            Dialect("json_schema", temperature=False, thinking="between_tools"),
        ),
        (
            "anthropic",
            "claude-opus-5-5",
            Dialect("json_schema", temperature=False, thinking="low", room=THINKING_ROOM),
        ),
        (
            "anthropic",
            "claude-opus-5",
            Dialect("json_schema", temperature=False, thinking="disabled"),
        ),
        ("anthropic", "claude-haiku-4-5-20251001", Dialect("json_schema")),
        (
            "openai",
            "gpt-6-luna",
            Dialect(temperature=False, limit="max_completion_tokens", thinking="none"),
        ),
        (
            "openai",
            "gpt-5-nano-2025-08-07",
            Dialect(
                temperature=False,
                limit="max_completion_tokens",
                thinking="minimal",
                room=THINKING_ROOM,
            ),
        ),
        ("openai", "GPT-4.1-mini", Dialect(limit="max_completion_tokens")),
    ],
)
def test_says_what_to_send_at_first(vendor, model, dialect):
    found = capabilities_of(vendor, model)
    assert found is not None
    assert found.dialect == dialect
    assert found.context >= 100_000


@pytest.mark.parametrize(
    ("vendor", "model"),
    [("anthropic", "claude-next-9"), ("openai", "my-tune"), ("openai", "claude-haiku-5-5")],
)
def test_what_is_not_known_is_learnt(vendor, model):
    assert capabilities_of(vendor, model) is None


def test_no_pattern_is_hidden_behind_another():
    for rows in capability_table().vendors.values():
        seen: list[str] = []
        for row in rows:
            for pattern in row.models:
                name = pattern.replace("*", "0").replace("[1-5]", "1").replace("[1-9]", "1")
                assert not [p for p in seen if capabilities_matches(name, p)], pattern
            seen += row.models


def capabilities_matches(name, pattern):
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern)
