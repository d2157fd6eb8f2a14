import json

import pytest

from anonymuse.adapters.chat.dialect import THINKING_ROOM
from anonymuse.adapters.chat.wire import (
    Dialect,
    WireError,
    next_dialect,
    only_json,
    read_error,
    read_reply,
    request_body,
    retry_after,
    thinks_first,
)
from anonymuse.adapters.chat.wire_errors import UNNAMED_WAIT
from anonymuse.ports.chat import ChatFailure, ChatReply

from .requests import SCHEMA, request


def error(status, message="", headers=None, **said):
    return WireError(status, headers or {}, {"error": {"message": message, **said}})


def completion(content="{}", finish="stop", **message):
    body = {"message": {"role": "assistant", "content": content, **message}}
    return {
        "choices": [body | {"finish_reason": finish}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 2},
    }


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (error(400), "invalid"),
        (error(401), "fatal"),
        (error(402), "fatal"),
        (error(403), "fatal"),
        (error(403, "your input was flagged by moderation"), "filter"),
        (error(400, "Your credit balance is too low to access the API"), "fatal"),
        (error(400, details={"error_code": "enforced_spend_limit_reached"}), "fatal"),
        (error(400, "invalid: I have a question about my credit balance and billing"), "invalid"),
        (error(404), "fatal"),
        (error(408), "retryable"),
        (error(413), "context"),
        (error(400, code="context_length_exceeded"), "context"),
        (error(400, type="exceed_context_size_error"), "context"),
        (error(400, "This model's maximum context length is 8192 tokens"), "context"),
        (error(400, code="content_filter"), "filter"),
        (error(422), "invalid"),
        (error(429), "retryable"),
        (error(429, code="insufficient_quota"), "fatal"),
        (error(500), "retryable"),
        (error(503), "retryable"),
        (error(529), "retryable"),
        (WireError(429, {}, None), "retryable"),
        (WireError(400, {}, "maximum context length"), "context"),
        (WireError(400, {}, {"error": "maximum context length"}), "context"),
    ],
)
def test_errors_are_sorted_by_what_they_end(wrong, kind):
    assert read_error(wrong).kind == kind


@pytest.mark.parametrize("status", [400, 401, 404, 413, 422, 429, 500])
def test_no_failure_repeats_what_the_endpoint_said(status):
    for said in ("canary", "canary maximum context length", "canary flagged", "canary billing"):
        assert "canary" not in repr(read_error(error(status, said)))
    assert "canary" not in repr(error(status, "canary"))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "1", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "-4"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 40.0),
    ],
)
def test_reads_how_long_to_wait(headers, seconds):
    assert retry_after(headers, now=60.0) == seconds
    if "GMT" not in headers.get("retry-after", ""):
        assert read_error(error(503, headers=headers)).retry_after == seconds
        waits = UNNAMED_WAIT if seconds is None else seconds
        assert read_error(error(429, headers=headers)).retry_after == waits


def test_reads_a_completion():
    assert read_reply(completion(), schema=True) == ChatReply("{}", 7, 2)
    assert read_reply(completion('{"a', "length"), schema=True) == ChatReply('{"a', 7, 2, "length")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (completion(finish="content_filter"), "filter"),
        (completion(None, refusal="no"), "refusal"),
        (completion(None), "invalid"),
        (completion("  "), "invalid"),
        ({}, "invalid"),
        ({"choices": []}, "invalid"),
        ({"choices": [None]}, "invalid"),
        ({"choices": [{"message": None}]}, "invalid"),
        ("<html>", "invalid"),
        (None, "invalid"),
        ([], "invalid"),
    ],
)
def test_what_is_no_answer_is_a_failure(body, kind):
    outcome = read_reply(body, schema=True)
    assert isinstance(outcome, ChatFailure)
    assert outcome.kind == kind


def test_counts_what_is_paid_for_even_without_an_answer():
    refused = read_reply(completion(None, refusal="no"), schema=True)
    assert (refused.tokens_in, refused.tokens_out) == (7, 2)
    cached = {"prompt_tokens": 7, "prompt_tokens_details": {"cached_tokens": 5}}
    found = read_reply(completion() | {"usage": cached}, schema=True)
    assert isinstance(found, ChatReply)
    assert found.tokens_cached == 5


def test_sees_that_a_model_was_cut_while_thinking():
    assert thinks_first(completion("<think>I wonder", "length"))
    assert thinks_first(completion("", "length", reasoning_content="I wonder"))
    spent = {"completion_tokens_details": {"reasoning_tokens": 300}}
    assert thinks_first(completion("", "length") | {"usage": spent})
    assert not thinks_first(completion("<think>so</think>{", "length"))
    assert not thinks_first(completion('{"a', "length"))
    assert not thinks_first(completion("<think>", "stop"))
    assert not thinks_first(None)


def test_thinking_is_kept_as_small_as_the_endpoint_lets_it_be():
    dialect, seen = Dialect(thinking="none", mode="plain", temperature=False), []
    wrong = error(400, param="reasoning_effort")
    while (lower := next_dialect(dialect, wrong, schema=True)) is not None:
        dialect = lower
        body = request_body("m", request(), dialect)
        seen.append((body.get("reasoning_effort"), body["max_tokens"]))
    room = 300 + THINKING_ROOM
    assert seen == [("minimal", 300), ("low", room), (None, room)]


def test_counts_nothing_where_usage_is_missing_or_strange():
    for usage in (None, 3, {"prompt_tokens": "many"}, {"prompt_tokens": -1}):
        reply = read_reply(completion() | {"usage": usage}, schema=False)
        assert reply == ChatReply("{}", 0, 0)


def test_thoughts_and_wrapping_are_taken_off():
    wrapped = '<think>hm {"b"}</think>\nHere:\n```json\n{"a": {"b": 1}}\n```'
    assert read_reply(completion(wrapped), schema=True) == ChatReply('{"a": {"b": 1}}', 7, 2)
    assert only_json("no braces") == "no braces"
    plain = read_reply(completion("text with {braces} in it"), schema=False)
    assert plain == ChatReply("text with {braces} in it", 7, 2)


def test_a_body_says_the_schema_in_the_dialect():
    strict = request_body("m", request(purpose="ex tract!"), Dialect())
    described = strict["response_format"]["json_schema"]
    assert described == {"name": "ex_tract_", "strict": True, "schema": SCHEMA}
    loose = request_body("m", request(), Dialect(mode="json_schema"))
    assert "strict" not in loose["response_format"]["json_schema"]
    some = request_body("m", request(), Dialect(mode="json_object"))
    assert some["response_format"] == {"type": "json_object"}
    plain = request_body("m", request(), Dialect(mode="plain"))
    assert "response_format" not in plain
    for told in (some, plain):
        assert json.dumps(SCHEMA, separators=(",", ":")) in told["messages"][0]["content"]
        assert told["messages"][-1] == strict["messages"][-1]
    assert "response_format" not in request_body("m", request(schema=None), Dialect())


def test_a_body_without_system_message_gets_one_for_the_schema():
    asked = request(messages=request().messages[1:])
    body = request_body("m", asked, Dialect(mode="plain"))
    assert [m["role"] for m in body["messages"]] == ["system", "user"]


def test_bounds_and_temperature_follow_the_dialect():
    body = request_body("m", request(), Dialect())
    assert (body["max_tokens"], body["temperature"]) == (300, 0.2)
    body = request_body("m", request(), Dialect(temperature=False, limit="max_completion_tokens"))
    assert body["max_completion_tokens"] == 300
    assert not {"max_tokens", "temperature"} & set(body)


@pytest.mark.parametrize(
    ("wrong", "change"),
    [
        (error(400, param="temperature"), {"temperature": False}),
        (error(400, "`temperature` is deprecated for this model"), {"temperature": False}),
        (error(400, "use max_completion_tokens"), {"limit": "max_completion_tokens"}),
        (error(400, param="max_tokens"), {"limit": "max_completion_tokens"}),
        (error(400, param="response_format"), {"mode": "json_schema"}),
        (error(422, "grammar not supported"), {"mode": "json_schema"}),
    ],
)
def test_learns_what_an_endpoint_rejects(wrong, change):
    assert next_dialect(Dialect(), wrong, schema=True) == Dialect(**change)


def test_steps_down_to_plain_text_and_then_gives_up():
    dialect, seen = Dialect(), []
    while (lower := next_dialect(dialect, error(400, "schema"), schema=True)) is not None:
        dialect = lower
        seen.append(dialect.mode)
    assert seen == ["json_schema", "json_object", "plain"]


@pytest.mark.parametrize(
    "wrong",
    [
        error(500, "temperature"),
        error(401, "response_format"),
        error(400, "something else"),
        error(400, "temperature", code="context_length_exceeded"),
    ],
)
def test_other_errors_teach_nothing(wrong):
    assert next_dialect(Dialect(), wrong, schema=True) is None


def test_a_schema_complaint_about_free_text_teaches_nothing():
    assert next_dialect(Dialect(), error(400, "schema"), schema=False) is None
