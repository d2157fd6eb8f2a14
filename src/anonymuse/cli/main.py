"""The command `anonymuse`: adds the commands, and turns errors into a sentence and an exit code."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from anonymuse._version import __version__
from anonymuse.errors import AnonymuseError

INTERRUPTED = 130

app = typer.Typer(
    name="anonymuse",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "A private map of what people use an AI assistant for.\n\n"
        "Start with `anonymuse demo`, or with your own file: `anonymuse doctor FILE`, then "
        "`anonymuse run FILE --out DIR`, then `anonymuse export DIR --to html`."
    ),
    epilog=(
        "Exit codes: 0 done, 1 a bug, 2 wrong usage or input, 3 stopped by a limit, "
        "4 waiting for results from outside, 130 interrupted."
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
    from anonymuse.cli import demo, doctor, evaluate, export, models, run

    app.command("demo")(demo.demo)
    app.command("doctor")(doctor.doctor)
    app.command("run")(run.run)
    app.command("export")(export.export)
    app.add_typer(models.app, name="models")
    app.add_typer(evaluate.app, name="eval")


_add_commands()


def main() -> None:
    """Run the command line; the only place that ends the process."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run one command and return its exit code. A bug is not caught: its traceback is wanted."""
    try:
        result = app(arguments, standalone_mode=False)
    except AnonymuseError as error:
        return _fail(error.message, error.exit_code, arguments)
    except typer.Exit as stop:
        return stop.exit_code
    except TyperException as error:
        return _fail(error.format_message(), 2, arguments)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(arguments)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; nobody is left to tell
        return 0
    if result == INTERRUPTED:  # typer's own way to say Ctrl-C
        return _interrupted(arguments)
    return result if isinstance(result, int) else 0


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
