"""What `--help` looks like: flags under headings, an example or two, plain text at any width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandFunctionType

EXAMPLES: dict[str, tuple[str, ...]] = {
    "": (
        "anonymuse doctor chats.jsonl",
        "anonymuse run chats.jsonl --out report",
        "anonymuse explore report",
    ),
    "demo": (
        "anonymuse demo",
        "anonymuse demo --recorded --chat none --embed hashing",
        "anonymuse demo --write data",
    ),
    "doctor": (
        "anonymuse doctor chats.jsonl",
        "anonymuse doctor table.csv --text-column prompt --user-column account",
    ),
    "init": (
        "anonymuse init",
        "anonymuse init work.toml --preset work --policy internal",
        "anonymuse init - --sample 5000",
    ),
    "run": (
        "anonymuse run chats.jsonl --out report",
        "anonymuse run chats.jsonl --out try --policy demo --chat none --embed hashing",
        "anonymuse run 'logs/*.jsonl.gz' --out report --config anonymuse.toml",
        "anonymuse run chats.jsonl --out safety --restricted --flag flagged",
    ),
    "assign": (
        "anonymuse assign july.jsonl --to june --out july",
        "anonymuse assign july.jsonl --to june --out july --policy internal",
    ),
    "compare": ("anonymuse compare june july", "anonymuse compare june july --json"),
    "plan": (
        "anonymuse plan chats.jsonl --chat anthropic:MODEL --extract llm --sample 5000",
        "anonymuse plan chats.jsonl --config anonymuse.toml --show-prompt",
    ),
    "explore": (
        "anonymuse explore report",
        "anonymuse explore july june --port 9000",
        "anonymuse explore report --host 0.0.0.0 --no-open",
    ),
    "investigate": (
        "anonymuse investigate restricted",
        "anonymuse investigate restricted --trust-header X-User --from 127.0.0.1",
    ),
    "export": (
        "anonymuse export report --to html",
        "anonymuse export report --to site --compare last-month --out site",
        "anonymuse export report --to csv --out tables",
    ),
    "edit": ("anonymuse edit report", "anonymuse edit report list"),
    "edit rename": ("anonymuse edit report rename L0-0003 'Baking bread' --why 'plainer words'",),
    "edit merge": ("anonymuse edit report merge L0-0003 L0-0007 --why 'the same thing'",),
    "edit hide": ("anonymuse edit report hide L0-0003 --why 'not ours to show' --as editor",),
    "edit lock": ("anonymuse edit report lock L0-0003 --why 'quoted in a paper'",),
    "edit undo": ("anonymuse edit report undo 2",),
    "edit list": ("anonymuse edit report list --json",),
    "erase": ("anonymuse erase june july --user u-1042",),
    "retention": (
        "anonymuse retention june july --dry-run",
        "anonymuse retention june --raw-days 7",
    ),
    "receipt": ("anonymuse receipt report", "anonymuse receipt report --json"),
    "key": ("anonymuse key show",),
    "key show": ("anonymuse key show --key-file project/anonymuse.key",),
    "key check": ("anonymuse key check", "anonymuse key check report"),
    "key rotate": ("anonymuse key rotate",),
    "key ledger": ("anonymuse key ledger --json",),
    "audit": ("anonymuse audit verify",),
    "audit verify": ("anonymuse audit verify", "anonymuse audit verify --anchor anchor.json"),
    "audit anchor": ("anonymuse audit anchor --out anchor.json",),
    "audit show": ("anonymuse audit show --last 50", "anonymuse audit show --action denied"),
    "staff": ("anonymuse staff list",),
    "staff add": (
        "anonymuse staff add vera --role viewer",
        "anonymuse staff add ivan --role investigator --one-time",
    ),
    "staff list": ("anonymuse staff list --json",),
    "staff role": ("anonymuse staff role vera analyst",),
    "staff disable": ("anonymuse staff disable vera", "anonymuse staff disable vera --undo"),
    "staff password": ("anonymuse staff password vera",),
    "facets": ("anonymuse facets show work",),
    "facets list": ("anonymuse facets list",),
    "facets show": ("anonymuse facets show work", "anonymuse facets show mine.toml"),
    "models": ("anonymuse models list",),
    "models list": ("anonymuse models list --json",),
    "models fetch": (
        "anonymuse models fetch",
        "anonymuse models fetch qwen2.5-coder-1.5b --path model.gguf",
    ),
    "models verify": ("anonymuse models verify",),
    "eval": (
        "anonymuse eval --out evaluation",
        "anonymuse eval labelled.jsonl --truth topic --by language --out evaluation",
    ),
    "eval measure": (
        "anonymuse eval --recorded --out evaluation",
        "anonymuse eval clinc150.jsonl --set clinc150 --only reconstruction",
        "anonymuse eval --recorded --only names --checklist names.csv",
        "anonymuse eval labelled.jsonl --truth topic --baseline evaluation/result.json",
        "anonymuse eval labelled.jsonl --extract llm --cache private/eval --dry-run",
    ),
    "eval extraction": ("anonymuse eval extraction --chat file:model.gguf --count 60",),
    "eval scrubbing": ("anonymuse eval scrubbing --public FOLDER --out scrubbing.json",),
    "eval special": ("anonymuse eval special --public FOLDER --out special.json",),
    "eval coordination": (
        "anonymuse eval coordination --sizes 10,50 --seeds 3 --out coordination",
        "anonymuse eval coordination --background chats.jsonl --seeds 3",
    ),
    "eval cascade": ("anonymuse eval cascade --ask 0.3 --draws 40",),
    "eval coverage": ("anonymuse eval coverage --draws 1000 --out coverage.json",),
    "eval naming": ("anonymuse eval naming --seeds 5 --out naming.json",),
    "eval identity": ("anonymuse eval identity --public FOLDER --out identity.json",),
    "eval safety": ("anonymuse eval safety --seeds 5 --out safety",),
    "eval judge": (
        "anonymuse eval judge --chat anthropic:MODEL --dry-run",
        "anonymuse eval judge report --chat anthropic:MODEL --max-cost 5",
        "anonymuse eval judge corpus --question faithful --sample 200",
    ),
    "privacybench": (
        "anonymuse privacybench",
        "anonymuse privacybench --profile full --out privacybench.json",
    ),
    "testset": (
        "anonymuse testset report --cluster L0-0003 --out prompts.md",
        "anonymuse testset report --cluster L1-0002 --prompts 100 --out prompts.json",
    ),
    "watch": (
        "anonymuse watch --example",
        "anonymuse watch july --rules watch.toml --before june",
        "anonymuse watch july --rules watch.toml --post --mail alarm.eml",
    ),
}
"""by the command's name; a test parses each"""

EXIT_CODES: dict[int, str] = {
    0: "done; what a reader must know is in the report",
    1: "a bug in anonymuse, with a traceback",
    2: "wrong usage or input: one sentence says what to do",
    3: "stopped by a limit: money, or a policy that withheld everything",
    4: "waiting for results from outside: run the same command again later",
    5: "a rule of a watch fired",
    6: "done, and the report says that its topics are not to be relied on, and why",
    130: "interrupted: the same command goes on from there",
}

_GENERAL, _LAST = "Options", "Output"
_LAST_NAMES = frozenset({"as_json", "quiet", "help", "print_config"})
_COLUMN = 26
_TYPES = {"<path>": "PATH", "<str>": "TEXT", "<int>": "N", "<float>": "X"}


class Command(TyperCommand):
    """A command whose help has headings and examples."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what stands in the first line: required options are named there."""
        parameters: list[Any] = list(self.get_params(ctx))
        options = [
            f"{parameter.opts[0]} {_filled(parameter.display_type_rich(ctx))}"
            for parameter in parameters
            if parameter.param_type_name == "option" and parameter.required
        ]
        arguments = [
            _argument(parameter) if parameter.required else f"[{_argument(parameter).strip('[]')}]"
            for parameter in parameters
            if parameter.param_type_name == "argument"
        ]
        return [*arguments, *options, "[OPTIONS]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options under their headings."""
        _write_parameters(self.get_params(ctx), ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, and for a run what its exit codes mean."""
        name = _name(ctx)
        _write_examples(name, formatter)
        if name == "run":
            write_exit_codes(formatter)


class Group(TyperGroup):
    """A group of commands, likewise."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands first: they are what one looks for."""
        self.format_commands(ctx, formatter)
        _write_parameters(self.get_params(ctx), ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, and at the top what exit codes mean."""
        name = _name(ctx)
        _write_examples(name, formatter)
        if not name:
            write_exit_codes(formatter)


class GroupWithDefault(Group):
    """A group whose first command is meant where none is named: `anonymuse eval FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the first command's name in front where the first word is not a command's."""
        words = {*self.commands, *self.get_help_option_names(ctx)}
        if not args or args[0] not in words:
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)


class App(typer.Typer):
    """A typer app whose commands and groups have this help."""

    def __init__(self, **settings: Any) -> None:
        defaults = {
            "cls": Group,
            "no_args_is_help": True,
            "add_completion": False,
            "rich_markup_mode": None,
            "pretty_exceptions_enable": False,
        }
        super().__init__(**{**defaults, **settings})

    def command(
        self, name: str | None = None, **settings: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Register a command."""
        return super().command(name, **{"cls": Command, **settings})


def write_exit_codes(formatter: Any) -> None:
    """Write a line per exit code."""
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(code), meaning) for code, meaning in EXIT_CODES.items()])


def _write_parameters(parameters: Iterable[Any], ctx: Any, formatter: Any) -> None:
    parameters = [parameter for parameter in parameters if not getattr(parameter, "hidden", False)]
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], _GENERAL: []}
    grouped = any(getattr(parameter, "rich_help_panel", None) for parameter in parameters)
    last: list[tuple[str, str]] = []
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            sections["Arguments"].append((_argument(parameter), parameter.help or ""))
            continue
        flag, told = parameter.get_help_record(ctx)
        row = (_filled(flag), told)
        if grouped and parameter.name in _LAST_NAMES:
            last.append(row)
        else:
            panel = getattr(parameter, "rich_help_panel", None) or _GENERAL
            sections.setdefault(panel, []).append(row)
    sections[_LAST] = last
    lengths = [len(flag) for rows in sections.values() for flag, _ in rows]
    width = max((length for length in lengths if length <= _COLUMN), default=0)
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl([(flag.ljust(width), told) for flag, told in rows], _COLUMN)


def _filled(flag: str) -> str:
    """Return a flag with what stands for its value, instead of a Python type."""
    return re.sub("|".join(_TYPES), lambda found: _TYPES[found[0]], flag)


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper() + "..." * (parameter.nargs != 1))


def _write_examples(name: str, formatter: Any) -> None:
    if name in EXAMPLES:
        with formatter.section("Examples"):
            formatter.write("".join(f"  {line}\n" for line in EXAMPLES[name]))


def _name(ctx: Any) -> str:
    """Return a command's name without the program's: "models fetch"."""
    words = []
    while ctx.parent is not None:
        words.append(str(ctx.info_name))
        ctx = ctx.parent
    return " ".join(reversed(words))
