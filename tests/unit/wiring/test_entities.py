"""`--names chat`: the run's own model, asked one by one beside the cues, and closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.books import NothingSpent
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.errors import ConfigError
from anonymuse.lexicon.names import NameCues
from anonymuse.pipeline.parts import Chat
from anonymuse.ports.chat import Asker
from anonymuse.wiring.asking import Asking, opened_chat
from anonymuse.wiring.entities import entities_in_name, opened_entities
from tests.flow.world import config


def asking(chat: bool) -> Asking:
    def apart() -> AbstractAsyncContextManager[Asker]:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Asker]:
            yield ModelAsker(ScriptedChat())

        return opened()

    asker = Chat("scripted", ModelAsker(ScriptedChat()), strong=True) if chat else None
    return Asking(asker, "none was wanted.", NothingSpent(None), apart)


def test_the_runs_model_is_named_with_the_cues() -> None:
    with opened_entities(config(privacy__names="chat"), asking(chat=True)) as found:
        assert found is not None
        assert found.id.startswith("scripted")
        assert found.id.endswith(NameCues().id)


def test_without_a_chat_model_it_is_said() -> None:
    with (
        pytest.raises(ConfigError, match="needs a chat model"),
        opened_entities(config(privacy__names="chat"), asking(chat=False)),
    ):
        pass
    with pytest.raises(ConfigError, match="needs a chat model"):
        entities_in_name(config(privacy__names="chat", models__chat="none"))


def test_ways_that_take_hours_for_each_text_are_refused() -> None:
    with pytest.raises(ConfigError, match="--batch"):
        entities_in_name(config(privacy__names="chat", models__batch=True))


def test_a_prediction_asks_nobody() -> None:
    found = entities_in_name(config(privacy__names="chat"))
    assert found is not None
    assert found.id == NameCues().id


def test_it_shares_answers_and_books_with_the_run(tmp_path: Path) -> None:
    async def look() -> tuple[int, int]:
        run = config(privacy__names="chat")
        async with opened_chat(run, tmp_path, lambda _: None) as opened:
            with opened_entities(run, opened) as found:
                assert found is not None
                await asyncio.to_thread(found.find, "Ask Tamsin about the boat.")
                await asyncio.to_thread(found.find, "Ask Tamsin about the boat.")
            lines = opened.spending.lines()
        return lines["entities"].calls, lines["entities"].hits

    calls, hits = asyncio.run(look())
    assert calls >= 1
    assert hits >= 1
