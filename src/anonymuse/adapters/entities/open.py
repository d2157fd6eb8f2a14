"""From a name in a configuration to what finds people, places and organisations."""

from __future__ import annotations

from anonymuse.adapters.entities.chat import ChatEntities, OpenAsker
from anonymuse.adapters.entities.plug_ins import open_plug_in, plug_in_names
from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.lexicon.names import NameCues
from anonymuse.ports.scrubber import EntityDetector

NONE = "none"
CUES = "cues"


def open_entities(
    name: str, *, open_asker: OpenAsker | None = None, model_id: str = ""
) -> EntityDetector | None:
    """Return a detector by its name.

    Args:
        name: ``none``, ``cues``, or the name of a plug-in; not looked at where an asker is given.
        open_asker: opens the chat model that is to look for names (see `ChatEntities`).
        model_id: of that model.

    Returns:
        The detector; None for ``none``. A `ChatEntities` has to be closed by the caller.

    Raises:
        ConfigError: there is no such detector.
        ModelUnavailableError: the plug-in cannot be loaded.
    """
    if open_asker is not None:
        return ChatEntities(open_asker, model_id, NameCues())
    if name == NONE:
        return None
    if name == CUES:
        return NameCues()
    found = open_plug_in(name)
    if found is None:
        known = [NONE, CUES, *plug_in_names()]
        raise ConfigError(
            f"Nothing called {name!r} looks for names. {did_you_mean(name, known)}"
            f"There are {', '.join(known)}; a run has chat, its own model, too."
        )
    return found
