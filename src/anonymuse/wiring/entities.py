"""What finds names for the scrubber: patterns of our own, a plug-in, or the run's chat model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from anonymuse.adapters.chat.batch_open import is_folder
from anonymuse.adapters.entities.chat import ChatEntities
from anonymuse.adapters.entities.open import CUES, open_entities
from anonymuse.errors import ConfigError
from anonymuse.lexicon.names import NameCues
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.parts import BY_CHAT
from anonymuse.ports.scrubber import EntityDetector
from anonymuse.wiring.asking import Asking


@contextmanager
def opened_entities(config: RunConfig, asking: Asking) -> Iterator[EntityDetector | None]:
    """Lend what `privacy.names` calls for, and close it afterwards.

    Raises:
        ConfigError: there is no such detector, or no chat model that can be asked one by one.
        ModelUnavailableError: a plug-in cannot be loaded.
    """
    if config.privacy.names != BY_CHAT:
        yield open_entities(config.privacy.names)
        return
    refuse_what_cannot_ask(config)
    if asking.chat is None:
        raise ConfigError(
            f"--names {BY_CHAT} needs a chat model: {asking.why} Name one with --chat, or use "
            f"--names {CUES}."
        )
    found = ChatEntities(asking.apart, asking.chat.asker.model_id, NameCues())
    try:
        yield found
    finally:
        found.close()


def refuse_what_cannot_ask(config: RunConfig) -> None:
    """Refuse ways of asking by which every text would wait for hours.

    Raises:
        ConfigError: names them.
    """
    if config.privacy.names == BY_CHAT and (config.models.batch or is_folder(config.models.chat)):
        raise ConfigError(
            f"--names {BY_CHAT} asks about one text at a time, before anything else, and does not "
            f"go with --batch or a folder of requests. Leave those out, or use --names {CUES}."
        )
    if config.privacy.names == BY_CHAT and config.models.chat == "none":
        raise ConfigError(
            f"--names {BY_CHAT} needs a chat model. Name one with --chat, or use --names {CUES}."
        )


def entities_in_name(config: RunConfig) -> EntityDetector | None:
    """Return what a prediction scrubs with: no model is asked, and cues stand for one."""
    refuse_what_cannot_ask(config)
    return open_entities(CUES if config.privacy.names == BY_CHAT else config.privacy.names)
