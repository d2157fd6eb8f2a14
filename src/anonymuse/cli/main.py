"""The command `anonymuse`: adds the commands, and turns errors into a sentence and an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Annotated

import typer
from typer.exceptions import TyperException

from anonymuse._version import __version__
from anonymuse.cli.help import App
from anonymuse.errors import AnonymuseError, did_you_mean

INTERRUPTED = 130

app = App(
    name="anonymuse",
    help=(
        "A private map of what people use an AI assistant for.\n\n"
        "Start with `anonymuse demo`, or with your own file: look at it with `doctor`, make a "
        "report with `run`, and see it with `explore`."
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anonymuse {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Say what the command is for (typer takes the text from the app)."""


def _add_commands() -> None:
    from anonymuse.cli import (
        assign,
        audit,
        compare,
        demo,
        doctor,
        edit,
        erase,
        evaluate,
        explore,
        export,
        facets,
        init,
        investigate,
        key,
        models,
        plan,
        privacybench,
        receipt,
        retention,
        run,
        staff,
        testset,
        watch,
    )

    app.command("demo")(demo.demo)
    app.command("doctor")(doctor.doctor)
    app.command("init")(init.init)
    app.command("plan")(plan.plan)
    app.command("run")(run.run)
    app.command("assign")(assign.assign)
    app.command("compare")(compare.compare)
    app.command("explore")(explore.explore)
    app.command("investigate")(investigate.investigate)
    app.command("export")(export.export)
    app.command("receipt")(receipt.receipt)
    app.add_typer(edit.app, name="edit")
    app.add_typer(facets.app, name="facets")
    app.add_typer(key.app, name="key")
    app.add_typer(audit.app, name="audit")
    app.add_typer(staff.app, name="staff")
    app.command("erase")(erase.erase)
    app.command("retention")(retention.retention)
    app.add_typer(models.app, name="models")
    app.add_typer(evaluate.app, name="eval")
    app.command("privacybench")(privacybench.privacybench)
    app.command("testset")(testset.specify_prompts)
    app.command("watch")(watch.watch)


_add_commands()


def main() -> None:
    """Run the command line; the only place that ends the process."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run one command and return its exit code. A bug is not caught: its traceback is wanted."""
    try:
        result = app(arguments, standalone_mode=False, prog_name="anonymuse")
    except AnonymuseError as error:
        return _fail(error.message, error.exit_code, arguments)
    except typer.Exit as stop:
        return stop.exit_code
    except TyperException as error:
        return _misused(error, arguments)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(arguments)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; nobody is left to tell
        return 0
    if result == INTERRUPTED:  # typer's own way to say Ctrl-C
        return _interrupted(arguments)
    return result if isinstance(result, int) else 0


def _misused(error: TyperException, arguments: list[str]) -> int:
    """Say what was wrong with a command line, and where its help is."""
    context = getattr(error, "ctx", None)
    if context is not None and error.format_message() == context.get_help():
        typer.echo(error.format_message())  # a group that was called alone
        return 2
    near: Iterable[str] = getattr(error, "possibilities", None) or ()
    message = (error.message if near else error.format_message()).rstrip(".")
    message += "" if message.endswith("?") else "."
    if near:
        message += f" {did_you_mean(getattr(error, 'option_name', ''), near).rstrip()}"
    if context is not None:
        message += f" Help: `{context.command_path} --help`."
    return _fail(message, 2, arguments)


def _interrupted(arguments: list[str]) -> int:
    said = "Interrupted. What was finished is kept; the same command goes on from there."
    return _fail(said, INTERRUPTED, arguments)


def _fail(message: str, code: int, arguments: list[str]) -> int:
    if "--json" in arguments:
        typer.echo(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False))
    typer.echo(f"anonymuse: {message}", err=True)
    return code


if __name__ == "__main__":
    main()
