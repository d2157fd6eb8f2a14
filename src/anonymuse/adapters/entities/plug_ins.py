"""Detectors of names that other packages bring: entry points of the group ``anonymuse.entities``.

An entry point leads to an `EntityDetector`, or to a class that is called without arguments. What
it gives is checked here, and where it fails the run stops: going on would leave names in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.scrubber import EntityDetector

GROUP = "anonymuse.entities"
_KIND = re.compile(r"[A-Z]{2,14}")


def plug_in_names() -> list[str]:
    """Return the names of the detectors that are installed, sorted; none is loaded."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def open_plug_in(name: str) -> PlugInEntities | None:
    """Return the detector of that name; None where no such plug-in is installed.

    Raises:
        ModelUnavailableError: the plug-in cannot be loaded.
    """
    point = next((one for one in entry_points(group=GROUP) if one.name == name), None)
    if point is None:
        return None
    try:
        loaded = point.load()
        detector: EntityDetector = loaded() if isinstance(loaded, type) else loaded
        return PlugInEntities(point, detector, f"{name}/{detector.id}")
    except Exception as error:  # noqa: BLE001 - somebody else's code; its text may hold data
        raise _failed(point, type(error).__name__) from None


class PlugInEntities:
    """A plug-in whose answers are checked.

    Args:
        point: the entry point.
        detector: what it led to.
        id: name and version.
    """

    def __init__(self, point: EntryPoint, detector: EntityDetector, id: str) -> None:  # noqa: A002
        self._point = point
        self._detector = detector
        self._id = id

    @property
    def id(self) -> str:
        """The entry point's name and the plug-in's own id."""
        return self._id

    def find(self, text: str) -> Sequence[tuple[int, int, str]]:
        """Return what the plug-in finds.

        Raises:
            ModelUnavailableError: it failed, or gave places outside the text or kinds that are no
                upper-case words.
        """
        try:
            found = [(int(start), int(end), str(kind)) for start, end, kind in self._find(text)]
        except Exception as error:  # noqa: BLE001 - as above
            raise _failed(self._point, type(error).__name__) from None
        for start, end, kind in found:
            if not 0 <= start < end <= len(text) or not _KIND.fullmatch(kind):
                raise _failed(self._point, "an answer that is no part of the text, or of no kind")
        return found

    def _find(self, text: str) -> Sequence[tuple[int, int, str]]:
        return self._detector.find(text)


def _failed(point: EntryPoint, what: str) -> ModelUnavailableError:
    """Return the sentence on a plug-in that failed: its name and the class of the error only."""
    package = f" of the package {point.dist.name}" if point.dist is not None else ""
    return ModelUnavailableError(
        f"The plug-in {point.name!r}{package}, which looks for names, failed with {what}. "
        "Tell its makers, or choose another detector."
    )
