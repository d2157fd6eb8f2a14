import pytest

from anonymuse.adapters.chat.anthropic_wire import (
    common_subset,
    message_body,
    message_thinks_first,
    next_message_dialect,
    read_message,
)
from anonymuse.adapters.chat.dialect import THINKING_ROOM, Dialect
from anonymuse.adapters.chat.wire_errors import WireError, read_error
from anonymuse.ports.chat import ChatFailure, ChatReply, Message

from .requests import request


def error(status, message="", kind="invalid_request_error"):
    return WireError(status, {}, {"type": "error", "error": {"type": kind, "message": message}})


def easier(dialect, wrong):
    """Return the next dialect, which there has to be."""
    found = next_message_dialect(dialect, wrong, schema=True)
    assert found is not None
    return found


def message(text="{}", stop="end_turn", *blocks, **usage):
    return {
        "type": "message",
        "content": [*blocks, {"type": "text", "text": text}],
        "stop_reason": stop,
        "usage": {"input_tokens": 7, "output_tokens": 2, **usage},
    }


def test_the_system_prompt_stands_apart():
    asked = request(messages=(Message("system", "A"), Message("system", "B"), Message("user", "C")))
    body = message_body("m", asked, Dialect(mode="json_schema"))
    assert body["system"] == "A\n\nB"
    assert body["messages"] == [{"role": "user", "content": "C"}]
    assert (body["max_tokens"], body["temperature"]) == (300, 0.2)
    assert "system" not in message_body(
        "m", request(messages=(Message("user", "C"),), schema=None), Dialect()
    )


def test_the_last_message_is_the_users():
    body = message_body("m", request(), Dialect())
    assert body["messages"][-1]["role"] == "user"


def test_a_schema_is_enforced_in_the_understood_subset_or_told():
    body = message_body("m", request(), Dialect(mode="json_schema"))
    format_ = body["output_config"]["format"]
    assert format_["type"] == "json_schema"
    assert format_["schema"]["properties"]["grade"] == {"type": "integer", "enum": [1, 2, 3, 4, 5]}
    told = message_body("m", request(), Dialect(mode="plain"))
    assert "output_config" not in told
    assert '"minimum":1' in told["system"]


def test_the_subset_has_nothing_that_is_rejected():
    schema = {
        "type": "object",
        "title": "T",
        "properties": {
            "a": {"type": "string", "maxLength": 3, "pattern": "x", "description": "d"},
            "b": {"type": "array", "minItems": 2, "items": {"type": "string", "minLength": 1}},
            "c": {"type": "integer", "minimum": 0, "maximum": 1_000},
            "d": {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 1}]},
        },
        "required": ["a"],
    }
    assert common_subset(schema) == {
        "type": "object",
        "properties": {
            "a": {"type": "string", "description": "d"},
            "b": {"type": "array", "items": {"type": "string"}},
            "c": {"type": "integer"},
            "d": {"anyOf": [{"type": "null"}, {"type": "integer"}]},
        },
        "required": ["a"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("thinking", "sent"),
    [
        ("", {}),
        ("disabled", {"thinking": {"type": "disabled"}}),
        ("between_tools", {"thinking": {"type": "between_tools"}}),
        ("low", {"output_config": {"effort": "low"}}),
    ],
)
def test_thinking_is_switched_off_as_the_model_wants_it(thinking, sent):
    body = message_body("m", request(schema=None), Dialect(thinking=thinking, temperature=False))
    assert {k: v for k, v in body.items() if k in ("thinking", "output_config")} == sent


def test_learns_what_a_model_rejects():
    start = Dialect(mode="json_schema", thinking="disabled")
    deprecated = error(400, "`temperature` is deprecated for this model.")
    first = easier(start, deprecated)
    assert first == Dialect(mode="json_schema", thinking="disabled", temperature=False)
    no_off = error(
        400,
        '"thinking.type.disabled" is not supported for this model. '
        'Use "thinking.type.adaptive" and "output_config.effort".',
    )
    second = easier(first, no_off)
    assert (second.thinking, second.room) == ("between_tools", 0)
    third = easier(second, no_off)
    assert (third.thinking, third.room) == ("low", THINKING_ROOM)
    no_effort = error(400, "output_config.effort: not supported for this model")
    fourth = easier(third, no_effort)
    assert (fourth.thinking, fourth.room) == ("", THINKING_ROOM)
    no_format = error(400, "output_config.format: Extra inputs are not permitted")
    last = easier(fourth, no_format)
    assert last.mode == "plain"
    assert next_message_dialect(last, no_format, schema=True) is None


@pytest.mark.parametrize(
    "wrong",
    [
        error(500, "temperature"),
        error(401, "temperature"),
        error(400, "prompt is too long: 9 tokens > 5; temperature"),
        error(400, "something else"),
    ],
)
def test_other_errors_teach_nothing(wrong):
    assert next_message_dialect(Dialect(), wrong, schema=True) is None


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (error(400, "messages: empty"), "invalid"),
        (error(400, "prompt is too long: 204800 tokens > 200000 maximum"), "context"),
        (error(400, "Output blocked by content filtering policy"), "filter"),
        (error(400, "Your credit balance is too low to access the Anthropic API."), "fatal"),
        (error(401, "invalid x-api-key", "authentication_error"), "fatal"),
        (error(402, "", "billing_error"), "fatal"),
        (error(403, "", "permission_error"), "fatal"),
        (error(404, "model: x", "not_found_error"), "fatal"),
        (error(413, "", "request_too_large"), "context"),
        (error(429, "", "rate_limit_error"), "retryable"),
        (error(500, "", "api_error"), "retryable"),
        (error(504, "", "timeout_error"), "retryable"),
        (error(529, "Overloaded", "overloaded_error"), "retryable"),
    ],
)
def test_errors_are_sorted_by_what_they_end(wrong, kind):
    assert read_error(wrong).kind == kind


def test_reads_the_text_wherever_it_stands_and_all_tokens():
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    body = message('{"a": 1}', "end_turn", thought, cache_read_input_tokens=5)
    body["usage"]["cache_creation_input_tokens"] = 3
    assert read_message(body, schema=True) == ChatReply('{"a": 1}', 15, 2, tokens_cached=5)
    cut = read_message(message('{"a', "max_tokens"), schema=True)
    assert cut == ChatReply('{"a', 7, 2, "length")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (message("", "refusal"), "refusal"),
        ({"content": [], "stop_reason": "refusal", "usage": {}}, "refusal"),
        (message("", "model_context_window_exceeded"), "context"),
        (message("  "), "invalid"),
        ({"content": []}, "invalid"),
        ({"content": None}, "invalid"),
        ({"content": [None, 3, {"type": "text", "text": 5}]}, "invalid"),
        ("<html>", "invalid"),
        (None, "invalid"),
    ],
)
def test_what_is_no_answer_is_a_failure(body, kind):
    outcome = read_message(body, schema=True)
    assert isinstance(outcome, ChatFailure)
    assert outcome.kind == kind


def test_a_refusal_costs_what_it_costs():
    refused = read_message(message("", "refusal"), schema=True)
    assert isinstance(refused, ChatFailure)
    assert (refused.tokens_in, refused.tokens_out) == (7, 2)


def test_sees_that_a_model_was_cut_while_thinking():
    thought = {"type": "thinking", "thinking": "", "signature": "s"}
    assert message_thinks_first(message("", "max_tokens", thought))
    assert not message_thinks_first(message('{"a', "max_tokens"))
    assert not message_thinks_first(message("{}", "end_turn", thought))
    assert not message_thinks_first({"stop_reason": "max_tokens", "content": 3})
