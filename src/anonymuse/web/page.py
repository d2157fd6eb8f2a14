"""The built page taken apart and put together again: its title, script, style and policy."""

from __future__ import annotations

import re
from html import escape

from anonymuse.errors import BrokenRunError

_SCRIPT = re.compile(r'<script type="module"[^>]* src="\./explorer\.js"></script>')
_STYLE = re.compile(r'<link rel="stylesheet"[^>]* href="\./explorer\.css">')
_TITLE = re.compile(r"<title>[^<]*</title>")
_HEAD = re.compile(r"<head>")
_ROOT = re.compile(r'<div id="root"></div>')
_BODY = re.compile(r"</body>")


def with_policy(page: str, policy: str) -> str:
    """Return the page with a content security policy ahead of everything it rules."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}" />'
    return _put(page, _HEAD, f"<head>\n    {meta}")


def with_title(page: str, title: str) -> str:
    """Return the page with a title, which is text whatever it holds."""
    return _put(page, _TITLE, f"<title>{escape(title)}</title>")


def with_script(page: str, element: str) -> str:
    """Return the page with its script's place taken by an element."""
    return _put(page, _SCRIPT, element)


def with_style(page: str, element: str) -> str:
    """Return the page with its style sheet's place taken by an element."""
    return _put(page, _STYLE, element)


def after_root(page: str, elements: str) -> str:
    """Return the page with elements after the one that the script fills."""
    return _put(page, _ROOT, f'<div id="root"></div>{elements}')


def with_start(page: str, address: str) -> str:
    """Return the page with the place in the explorer where it opens."""
    return _put(page, _ROOT, f'<div id="root" data-start="{escape(address)}"></div>')


def with_last(page: str, elements: str) -> str:
    """Return the page with elements at the end of its body."""
    return _put(page, _BODY, f"{elements}\n  </body>")


def _put(page: str, place: re.Pattern[str], new: str) -> str:
    made, count = place.subn(lambda _: new, page, count=1)
    if count != 1:
        raise BrokenRunError(
            f"The built interface's page has no {place.pattern}: it was built by another version. "
            "Build it again with `make ui`."
        )
    return made
