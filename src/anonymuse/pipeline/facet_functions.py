"""Facets that a Python function computes: registered, installed as a plug-in, or named by path.

A function is the user's own program. It sees one conversation at a time: its metadata, its answered
facets and its scrubbed transcript. What it returns has to be of the declared type, and is counted
like any other answer: a value is published only where enough people have it.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, TypeVar

from anonymuse.domain.facets import FacetKind, FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.domain.private.transcript import Transcript
from anonymuse.errors import ConfigError
from anonymuse.pipeline.facet_checks import checked_facet
from anonymuse.pipeline.settings import FacetConfig

GROUP = "anonymuse.facets"
"""entry points of this group are functions that `facet` was put on"""


@dataclass(frozen=True, slots=True, repr=False)
class FacetRecord:
    """What a facet's function sees of one conversation; its repr never shows text.

    Attributes:
        metadata: the scalar columns of the source.
        answers: facets answered before, by name; ``several_of`` as one text with semicolons.
        transcript: the scrubbed conversation.
        time: when it began, in UTC; None where the source has none.
    """

    metadata: Mapping[str, Scalar]
    answers: Mapping[str, Scalar]
    transcript: Transcript
    time: datetime | None = None

    def __repr__(self) -> str:
        return f"FacetRecord({self.transcript!r})"


FacetFunction = Callable[[FacetRecord], Any]
Own = TypeVar("Own", bound=FacetFunction)

_REGISTERED: dict[str, tuple[FacetQuestion, FacetFunction]] = {}


def facet(
    name: str,
    *,
    type: FacetKind,  # noqa: A002 - as the setting is called
    values: tuple[str, ...] = (),
    low: int | None = None,
    high: int | None = None,
    title: str = "",
) -> Callable[[Own], Own]:
    """Register a function as a facet: ``extract.facets = ["core", NAME]`` then computes it.

    Args:
        name: of the facet; registering it again replaces it.
        type: boolean, integer, one_of or several_of.
        values: of one_of and several_of; without them the vocabulary is open.
        low: smallest integer.
        high: largest integer.
        title: what a report calls it.

    Raises:
        ConfigError: the definition is wrong.
    """

    def register(function: Own) -> Own:
        rule = f"{function.__module__}:{function.__qualname__}"
        config = FacetConfig(
            type=type, values=tuple(values), low=low, high=high, title=title, function=rule
        )
        _REGISTERED[name] = (checked_facet(name, config, where="am.facet"), function)
        return function

    return register


def registered(name: str) -> FacetQuestion | None:
    """Return the facet of a registered function, or of an installed plug-in; None: no such name.

    Raises:
        ConfigError: the plug-in of that name does not register a facet of that name.
    """
    if name not in _REGISTERED:
        for plug_in in entry_points(group=GROUP, name=name):
            _load(plug_in.value)
            if name not in _REGISTERED:
                raise ConfigError(
                    f"The plug-in {plug_in.value!r} registers no facet {name!r}: put "
                    f"@anonymuse.facet({name!r}, ...) on its function."
                )
    return _REGISTERED[name][0] if name in _REGISTERED else None


def entry_points_named() -> list[str]:
    """Return the names of registered functions and installed plug-ins."""
    return sorted({*_REGISTERED, *(plug_in.name for plug_in in entry_points(group=GROUP))})


def function_of(question: FacetQuestion) -> FacetFunction:
    """Return the function of a facet whose source is ``function``.

    Raises:
        ConfigError: it cannot be imported, or is no function.
    """
    known, function = _REGISTERED.get(question.name, (None, None))
    if known is not None and function is not None and known.rule == question.rule:
        return function
    return _load(question.rule)


def code_digest(function: FacetFunction) -> str:
    """Return a digest of a function's own code: a changed function is computed again."""
    try:
        code = inspect.getsource(function)
    except (OSError, TypeError):
        inner = getattr(function, "__code__", None)
        code = repr((inner.co_code, inner.co_consts)) if inner else repr(type(function))
    return hashlib.blake2b(code.encode(), digest_size=8).hexdigest()


def _imported(module: str, rule: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001 - the user's program may raise anything
        raise ConfigError(
            f"The function {rule!r} cannot be imported: its module fails with "
            f"{type(error).__name__}. Import it in Python to see where."
        ) from None


def _load(rule: str) -> FacetFunction:
    module, _, path = rule.partition(":")
    if not module or not path:
        raise ConfigError(f"function = {rule!r} is not of the form package.module:name.")
    try:
        found: Any = _imported(module, rule)
        for part in path.split("."):
            found = getattr(found, part)
    except ImportError as error:
        raise ConfigError(
            f"The function {rule!r} cannot be imported: {error}. Install its package, or put its "
            f"folder on PYTHONPATH."
        ) from None
    except AttributeError:
        raise ConfigError(f"The module {module!r} has no {path!r} (function {rule!r}).") from None
    if not callable(found):
        raise ConfigError(f"{rule!r} is not a function.")
    function: FacetFunction = found
    return function
