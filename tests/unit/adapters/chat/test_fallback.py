"""A second model for what the first one refuses: asked only that, stored apart, counted apart."""

import json

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.chat import ChatFailure, as_questions

from .requests import many


@pytest.fixture
def cache(tmp_path):
    with ResponseCache(tmp_path / "answers.sqlite") as opened:
        yield opened


def number(asked):
    return int(asked.messages[-1].content.split()[-1])


def refuses(kind, every):
    """Answer, or refuse each question whose number is divisible."""

    def answer(asked):
        return ChatFailure(kind, "no") if number(asked) % every == 0 else '{"who": "first"}'

    return answer


def second_answers(_):
    return '{"who": "second"}'


def both(first, second, cache=None):
    one, two = ScriptedChat(first, "A"), ScriptedChat(second, "B")
    return one, two, ModelAsker(one, cache, fallback=ModelAsker(two, cache))


async def collect(asking, count=12):
    return {i: value async for i, value in asking.ask(as_questions(many(count), json.loads))}


@pytest.mark.parametrize("kind", ["refusal", "filter", "context"])
def test_the_second_model_is_asked_what_the_first_refused(run_async, kind):
    first, second, asking = both(refuses(kind, 3), second_answers)
    answers = run_async(collect(asking))
    assert [i for i, value in answers.items() if value["who"] == "second"] == [0, 3, 6, 9]
    assert (len(first.requests), len(second.requests)) == (12, 4)
    assert asking.usage.by_fallback == asking.ledger["extract"].by_fallback == 4
    assert asking.usage.failures is None
    assert asking.usage.calls == 12
    assert asking.usage.fallback.calls == 4


@pytest.mark.parametrize("kind", ["retryable", "invalid"])
def test_what_may_pass_by_itself_is_not_asked_of_it(run_async, kind):
    async def no_sleep(_):
        return None

    one, two = ScriptedChat(lambda _: ChatFailure(kind, "no"), "A"), ScriptedChat(id="B")
    asking = ModelAsker(one, fallback=ModelAsker(two), max_attempts=2, sleep=no_sleep)
    answers = run_async(collect(asking, 3))
    assert [answer.kind for answer in answers.values()] == [kind] * 3
    assert two.requests == []


def test_where_both_refuse_the_first_models_failure_counts(run_async):
    _, _, asking = both(refuses("refusal", 3), lambda _: ChatFailure("filter", "neither"))
    answers = run_async(collect(asking))
    assert [a.kind for a in answers.values() if isinstance(a, ChatFailure)] == ["refusal"] * 4
    assert asking.usage.failures == {"refusal": 4}
    assert asking.usage.fallback.failures == {"filter": 4}
    assert asking.usage.by_fallback == 0


def test_each_model_keeps_its_own_answers(run_async, cache):
    """Adding a fallback later asks only the second model; taking it away asks nobody."""
    alone = ModelAsker(ScriptedChat(refuses("refusal", 3), "A"), cache)
    run_async(collect(alone))
    first, second, asking = both(refuses("refusal", 3), second_answers, cache)
    run_async(collect(asking))
    assert (len(first.requests), len(second.requests)) == (0, 4)
    first, second, asking = both(refuses("refusal", 3), second_answers, cache)
    assert len([a for a in run_async(collect(asking)).values() if a["who"] == "second"]) == 4
    assert first.requests == second.requests == []
    assert asking.usage.by_fallback == 4
    other = ModelAsker(ScriptedChat(id="C"), cache)
    run_async(collect(other))
    assert other.usage.cached == 0


def test_the_id_names_both():
    _, _, asking = both(None, None)
    assert asking.model_id == "A, else B"


def test_a_fallback_that_cannot_be_used_stops_the_run(run_async):
    _, _, asking = both(refuses("refusal", 3), lambda _: ChatFailure("fatal", "rejected the key"))
    with pytest.raises(ModelUnavailableError, match="The model B cannot be used"):
        run_async(collect(asking))


def test_closing_closes_both(run_async):
    first, second, asking = both(None, None)
    run_async(asking.close())
    assert first.closed
    assert second.closed
