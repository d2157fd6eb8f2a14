"""The built interface: one page, one script, one style sheet, made by ``npm run build`` in ``ui/``.

A wheel holds them. A checkout does not until ``make ui`` has made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anonymuse.errors import OutputError

STATIC = Path(__file__).parent / "static"

PAGE, SCRIPT, STYLE, LICENCES = "index.html", "explorer.js", "explorer.css", "licenses.md"
FILES = (PAGE, SCRIPT, STYLE, LICENCES)

MISSING = (
    "The explorer's interface is not built in this checkout. Run `make ui` (it needs Node 20.19 or "
    "newer), or install anonymuse from a wheel, which brings it along."
)


@dataclass(frozen=True, slots=True)
class Interface:
    """The files that show any report.

    Attributes:
        page: the HTML that loads the other two by their names.
        script: the program.
        style: the style sheet.
        licences: of the packages inside the script, which have to travel with it.
    """

    page: str
    script: str
    style: str
    licences: str


def is_built() -> bool:
    """Tell whether the interface is there."""
    return all((STATIC / name).is_file() for name in FILES)


def interface() -> Interface:
    """Read the built interface.

    Raises:
        OutputError: it is not there; says how to get it, and which export needs none.
    """
    if not is_built():
        raise OutputError(f"{MISSING} `anonymuse export DIR --to html --simple` works without it.")
    page, script, style, licences = ((STATIC / name).read_text(encoding="utf-8") for name in FILES)
    return Interface(page, script, style, licences)
