"""Writes the generated parts of the docs: command line, configuration, folder picture, numbers.

`python -m docs.make_pages` writes them between their markers; `--check` only says what is stale.
A page is Markdown with `<!-- NAME:begin -->` and `<!-- NAME:end -->`; what stands between is ours.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from docs import result_tables

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "anonymuse"
WIDTH = 88
_CODE = {".py", ".pyc"}

PACKAGES = {
    "domain": "values only, standard library only",
    "domain/private": "one person's data, and the drafts made from it",
    "domain/released": "what may be looked at",
    "domain/restricted": "what safety staff look at, in the secure zone alone",
    "ports": "the seams: what the outside world has to offer",
    "prompts": "one file per prompt",
    "prompts/facets": "sets of facets that can be chosen by name",
    "stages": "one file, one verb; no stage imports another",
    "pipeline": "order, resumption, evidence",
    "pipeline/steps": "what each stage reads and writes on disk",
    "stats": "numbers in, numbers out",
    "stats/tables": "safe tables: counts, noise, what may be shown together",
    "vectors": "clustering on arrays: numbers in, numbers out",
    "lexicon": "word lists, and what finds words in them",
    "lexicon/special_terms": "words of special categories, a file per category",
    "adapters": "the outside world, a vendor per file",
    "adapters/chat": "chat models: asked, cached, limited, counted",
    "adapters/embed": "embedding models",
    "adapters/entities": "what finds people, places and organisations",
    "adapters/language": "language detection",
    "adapters/models": "the embedded models' files: fetched and verified",
    "adapters/read": "readers of conversations",
    "adapters/notify": "whom a watch tells: webhooks, mail",
    "adapters/restricted": "a restricted run on disk, as the secure zone reads it",
    "adapters/vault": "keys and encryption of what lies on disk",
    "adapters/sql": "rows from a query, through DuckDB",
    "adapters/store": "where reports are kept",
    "adapters/export": "reports for other programs",
    "adapters/export/assets": "style and script of an exported page",
    "insights": "what is notable in a released report",
    "web": "the explorer: documents, server, files",
    "secure": "the secure zone: roles, purposes, traces, audit log, its server",
    "secure/pages": "what the zone's server shows, a file per part",
    "secure/static": "its style sheet and its sign",
    "secure/templates": "its pages in HTML",
    "wiring": "from names in a configuration to real objects",
    "api": "what Python offers: runs, and reports in the hand",
    "evals": "known-truth evaluation",
    "evals/corpus": "the shipped corpus and its invented people",
    "evals/coordination": "invented campaigns and honest crowds, put into real conversations",
    "evals/coverage": "whether intervals hold: populations drawn again and again",
    "evals/judge": "a chat model as a judge, and the items that it is measured on",
    "evals/safety": "safety work on the shipped corpus: what was planted, and what is found",
    "evals/suite": "parts of an evaluation, their page, comparison",
    "evals/taxonomies": "taxonomies of data whose truth is known",
    "evals/truth": "data whose truth is known: shipped, public, yours",
    "evals/privacybench": "the attacks that we run against ourselves",
    "cli": "one file per command",
}
BUILT = "web/static"
"""made from ui/, and not committed"""


def folder_picture() -> str:
    """Draw the source tree: folders with what they are for, their modules, and kinds of data."""
    lines = ["src/anonymuse/"]
    lines += [f"  {path.name:<17}{_first_line(path)}" for path in _modules(SOURCE)]
    for name, meaning in PACKAGES.items():
        folder = SOURCE / name
        if not folder.is_dir():
            continue
        indent = "  " * (1 + name.count("/"))
        lines.append(f"{indent}{folder.name + '/':<{19 - len(indent)}}{meaning}")
        lines += _wrap([path.stem for path in _modules(folder)], " " * 19)
        if kinds := sorted({f"*{''.join(path.suffixes)}" for path in _data(folder)}):
            lines += _wrap(["data:", *kinds], " " * 19)
    found = {str(p.relative_to(SOURCE)) for p in SOURCE.rglob("*") if p.is_dir() and _own(p)}
    if unknown := sorted(found - set(PACKAGES)):
        raise SystemExit(f"docs/make_pages.py: say in PACKAGES what {', '.join(unknown)} is for.")
    return "```text\n" + "\n".join(line.rstrip() for line in lines) + "\n```"


def _modules(folder: Path) -> list[Path]:
    hidden = {"__init__.py", "__main__.py", "_version.py"}
    return sorted(path for path in folder.glob("*.py") if path.name not in hidden)


def _data(folder: Path) -> list[Path]:
    """Return the files of a folder that are no modules; none of what was built."""
    if folder.relative_to(SOURCE).as_posix().startswith(BUILT):
        return []
    return [path for path in folder.iterdir() if path.is_file() and path.suffix not in _CODE]


def _own(folder: Path) -> bool:
    return bool(_data(folder)) or (folder / "__init__.py").is_file()


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    line = text.split("\n")[0].rstrip(".").split(": ", 1)[0].split(", sorted")[0]
    return line[0].lower() + line[1:] if line else ""


def _wrap(words: list[str], indent: str) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(indent) + len(line) + len(word) > 96:
            yield f"{indent}{line}"
            line = ""
        line += f"{word}  "
    if line:
        yield f"{indent}{line}"


def commands() -> dict[str, Any]:
    """Return every command by its full name ("models fetch")."""
    from typer.main import get_command

    from anonymuse.cli.main import app

    def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        yield name, command
        for child in sorted(getattr(command, "commands", {})):
            yield from walk(command.commands[child], f"{name} {child}".strip())

    return dict(walk(get_command(app), ""))


def help_of(name: str) -> list[str]:
    """Return the arguments that print a command's help; what a group asks for stands in between."""
    known, typed, path = commands(), [], ""
    for word in name.split():
        group = known[path]
        typed += [p.name.upper() for p in group.params if p.param_type_name == "argument"]
        typed.append(word)
        path = f"{path} {word}".strip()
    return [*typed, "--help"]


def command_pages() -> str:
    """Print the help of every command, as the command prints it."""
    from typer.testing import CliRunner

    from anonymuse.cli.main import app

    parts = []
    for name in commands():
        result = CliRunner().invoke(
            app,
            help_of(name),
            prog_name="anonymuse",
            env={"COLUMNS": str(WIDTH), "TERMINAL_WIDTH": str(WIDTH), "NO_COLOR": "1"},
        )
        if result.exit_code:
            raise SystemExit(f"anonymuse {name} --help failed: {result.exception!r}")
        text = "\n".join(line.rstrip() for line in result.output.strip().splitlines())
        title = f"anonymuse {name}".strip()
        parts.append(f"## `{title}`\n\n```text\n{text}\n```")
    return "\n\n".join(parts)


def settings_tables() -> str:
    """List every setting of a run with its type, default and meaning, and a file to start from."""
    from pydantic import BaseModel

    from anonymuse.pipeline.config import RunConfig
    from anonymuse.pipeline.toml import to_toml

    rows: list[tuple[str, ...]] = []
    tables = []
    for name, field in RunConfig.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if not inner:
            rows.append(_setting(name, name, field))
            continue
        kind = inner[0]
        title = f"[{name}]" if kind is field.annotation else f"[{name}.NAME]"
        told = " ".join((kind.__doc__ or "").split())
        fields = [_setting(f"{name}.{key}", key, f) for key, f in kind.model_fields.items()]
        tables.append(f"## `{title}`\n\n{told}\n\n{_table(fields)}")
    top = ["## At the top", _table(rows)]
    example = f"## A file to start from\n\n```toml\n{to_toml(RunConfig()).strip()}\n```"
    return "\n\n".join([*top, *tables, example])


def _setting(setting: str, name: str, field: Any) -> tuple[str, ...]:
    from anonymuse.pipeline.flags import FLAGS

    flags = {flag.setting: f"`{flag.name}`" for flag in FLAGS}
    default = "not set" if field.default is None else f"`{_default(field)}`"
    told = " ".join((field.description or "").split())
    return f"`{name}`", _kind(field.annotation), default, flags.get(setting, ""), told


def _default(field: Any) -> str:
    from anonymuse.pipeline.toml import literal

    return (
        "needed" if field.is_required() else literal(field.get_default(call_default_factory=True))
    )


def _kind(annotation: Any) -> str:
    """Say a type in words: what one may write in a file."""
    names = {str: "text", int: "whole number", bool: "true or false", float: "number"}
    if annotation in names:
        return names[annotation]
    inner = [kind for kind in get_args(annotation) if kind not in (type(None), Ellipsis)]
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if get_origin(annotation) in (tuple, list):
        return f"list of {_kind(inner[0])}"
    if get_origin(annotation) is dict:
        return "table"
    if get_origin(annotation) is Annotated:
        return _kind(inner[0])
    return " or ".join(dict.fromkeys(map(_kind, inner))) or "text"


def _table(rows: list[tuple[str, ...]]) -> str:
    head = ["| setting | value | default | flag | meaning |", "|---|---|---|---|---|"]
    cells = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in cells)])


def exit_codes_table() -> str:
    """Return what every exit code means."""
    from anonymuse.cli.help import EXIT_CODES

    lines = ["| code | meaning |", "|--:|---|"]
    return "\n".join([*lines, *(f"| {code} | {told} |" for code, told in EXIT_CODES.items())])


def variables_table() -> str:
    """Return the environment variables that are no settings."""
    from anonymuse.pipeline.environment import OTHERS

    lines = ["| variable | what it holds |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {told} |" for name, told in OTHERS.items())])


def presets_table() -> str:
    """Return what `anonymuse init --preset` knows."""
    from anonymuse.cli.init import PRESETS

    lines = ["| preset | for | sets |", "|---|---|---|"]
    for name, (told, values) in PRESETS.items():
        sets = ", ".join(f"`{setting} = {json.dumps(value)}`" for setting, value in values.items())
        lines.append(f"| `{name}` | {told} | {sets or 'nothing: these are the defaults'} |")
    return "\n".join(lines)


def policy_table() -> str:
    """Return the thresholds of every policy, side by side."""
    from anonymuse.domain.policy import POLICIES

    rows = (
        ("for", lambda p: p.statement),
        (
            "people and conversations behind a topic",
            lambda p: f"{p.min_units} and {p.min_conversations}",
        ),
        ("people behind a number or a word", lambda p: str(p.min_cell)),
        ("counts rounded to", lambda p: str(p.rounding) if p.rounding > 1 else "not rounded"),
        ("noise on counts and thresholds (sigma)", lambda p: f"{p.noise_sigma:g}"),
        ("noise on the votes for a claim of a name (sigma)", lambda p: f"{p.claim_sigma:g}"),
        (
            "health, religion, politics ... replaced by the category",
            lambda p: "yes" if p.generalise else "where asked for",
        ),
        (
            "conversations of one person that count in a topic",
            lambda p: str(p.per_node) if p.noise_sigma else "all",
        ),
        ("largest share of one person, of three", lambda p: f"{p.top_unit:.0%}, {p.top_three:.0%}"),
    )
    lines = [f"| | {' | '.join(f'`{name}`' for name in POLICIES)} |", "|---" * 4 + "|"]
    lines += [
        f"| {what} | {' | '.join(say(policy) for policy in POLICIES.values())} |"
        for what, say in rows
    ]
    return "\n".join(lines)


def samples_table() -> str:
    """Return the samples of every format with what becomes of them, as the tests hold it."""
    from tests.formats import SAMPLES

    head = "| sample | `--format` | records | conversations | dropped | counted besides |"
    lines = [head, "|---|---|--:|--:|---|---|"]
    for sample in SAMPLES:
        cells = (
            sample.name,
            f"`{sample.format}`",
            str(sample.rows),
            str(sample.kept),
            _counted(sample.dropped),
            _counted(sample.notes),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _counted(counts: Mapping[str, int]) -> str:
    return "; ".join(f"{reason}: {count}" for reason, count in counts.items())


def preset_tables() -> str:
    """List the facets of every shipped set: what is asked, and what may be answered."""
    from anonymuse.pipeline.facet_sets import PRESETS, preset
    from anonymuse.prompts.schema import wanted

    parts = []
    for name in PRESETS:
        own = preset(name)
        lines = [f"### `{name}`", "", own.about, ""]
        lines += ["| facet | question | answer |", "|---|---|---|"]
        for q in own.facets:
            rule = f"computed: `{' '.join(q.rule.split())}`" if q.rule else "computed by us"
            answer = wanted(q) if q.source != "computed" else q.kind
            lines.append(f"| `{q.name}`: {q.heading} | {q.question or rule} | {answer} |")
        lines += ["", f"After: {'; '.join(own.sources)}."]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def capability_tables() -> str:
    """List what the models of the named vendors accept, when that was read, and where."""
    from anonymuse.adapters.chat.capabilities import capability_table

    table = capability_table()
    lines = []
    for vendor, rows in table.vendors.items():
        lines += [f"`{vendor}:`", ""]
        lines += ["| models | temperature | against thinking | schema | context | may refuse |"]
        lines += ["|---|---|---|---|---|---|"]
        for row in rows:
            names = ", ".join(f"`{name}`" for name in row.models)
            sent = f"`{row.thinking}`" if row.thinking else "nothing"
            cells = [names, "yes" if row.sampling else "no", sent, row.schema, f"{row.context:,}"]
            lines.append(f"| {' | '.join(cells)} | {'yes' if row.refuses else 'seldom'} |")
        lines.append("")
    lines.append(f"Read on {table.date} from: {'; '.join(table.sources)}.")
    return "\n".join(lines)


PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "docs/facets.md": {"presets": preset_tables},
    "docs/how-it-works.md": {"folders": folder_picture},
    "docs/models.md": {"capabilities": capability_tables},
    "docs/safety_gap.md": {"measured": result_tables.safety_tables},
    "docs/scrubbing.md": {"measured": result_tables.scrubbing_tables},
    "docs/special-categories.md": {"measured": result_tables.special_tables},
    "docs/privacy.md": {"policies": policy_table},
    "docs/privacybench.md": {"measured": result_tables.privacybench_tables},
    "docs/judge.md": {"measured": result_tables.judge_tables},
    "docs/coordination.md": {"measured": result_tables.coordination_tables},
    "docs/cli.md": {"exit-codes": exit_codes_table, "commands": command_pages},
    "docs/explorer.md": {"speed": result_tables.explorer_table},
    "docs/time.md": {"measured": result_tables.identity_tables},
    "docs/uncertainty.md": {"measured": result_tables.coverage_tables},
    "docs/cascade.md": {"measured": result_tables.cascade_tables},
    "docs/formats.md": {"samples": samples_table},
    "docs/config.md": {
        "variables": variables_table,
        "presets": presets_table,
        "settings": settings_tables,
    },
    "README.md": {"numbers": result_tables.numbers_table},
}


def rendered(page: str) -> str:
    """Return a page's text with its generated parts made anew."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, make in PAGES[page].items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise SystemExit(f"{page} lacks the markers {begin} and {end}.")
        text = f"{before}{begin}\n\n{make()}\n\n{end}{after}"
    return text


def stale() -> list[str]:
    """Return the pages whose generated parts are not current."""
    return [page for page in PAGES if (ROOT / page).read_text(encoding="utf-8") != rendered(page)]


def main(arguments: list[str]) -> int:
    """Write what is stale, or with ``--check`` only name it."""
    found = stale()
    for page in found:
        if "--check" in arguments:
            print(f"{page} is stale: run 'make docs'.")
        else:
            (ROOT / page).write_text(rendered(page), encoding="utf-8")
            print(f"wrote {page}")
    return 1 if found and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
