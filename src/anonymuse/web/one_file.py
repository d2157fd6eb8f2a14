"""The explorer and a report in one HTML file, which opens from a disk and sends nothing.

Its policy runs the one script whose digest it names and connects to nothing. The same report and
the same interface give the same bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
from collections.abc import Mapping

from anonymuse.domain.released.report import Report
from anonymuse.web.built import interface
from anonymuse.web.contract import Doc
from anonymuse.web.documents import documents, encoded
from anonymuse.web.page import (
    with_last,
    with_policy,
    with_script,
    with_start,
    with_style,
    with_title,
)

LARGE = 8_000_000
"""bytes of a page from which a folder is the better choice"""

TOO_LARGE = (
    "A browser reads all of this page before it draws. A folder is loaded in parts: --to site."
)

_POLICY = (
    "default-src 'none'; script-src '{digest}'; style-src 'unsafe-inline'; img-src data: blob:; "
    "connect-src 'none'; form-action 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# `\x3c` is `<` in strings, templates and patterns alike, so the program stays the same program.
_ENDS_A_SCRIPT = re.compile(r"<(?=/script|!--)", re.IGNORECASE)
_ENDS_A_STYLE = re.compile(r"<(?=/style)", re.IGNORECASE)


def page(report: Report, other: Report | None = None, *, start: str = "") -> bytes:
    """Return the page.

    Args:
        report: what it shows.
        other: a second report to compare with.
        start: the place in the explorer where it opens (``#/map``); left out, the overview.

    Raises:
        OutputError: the interface is not built.
    """
    built = interface()
    script = _ENDS_A_SCRIPT.sub(r"\\x3c", built.script)
    style = _ENDS_A_STYLE.sub(r"\\3c ", built.style)
    html = with_title(built.page, report.title)
    html = with_start(html, start) if start else html
    html = with_script(html, f'<script type="module">{script}</script>')
    html = with_style(html, f"<style>{style}</style>")
    data = _packed(documents(report, other))
    html = with_last(
        html,
        f'    <script type="application/json" id="anonymuse-data">{data}</script>\n'
        f'    <script type="text/plain" id="licences">{_plain(built.licences)}</script>',
    )
    return with_policy(html, _POLICY.format(digest=_digest(script))).encode()


def _packed(docs: Mapping[str, Doc]) -> str:
    """Return the documents as one JSON object {path: document}, compressed, in base64."""
    parts = (json.dumps(path).encode() + b":" + encoded(docs[path]) for path in sorted(docs))
    out = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=out, mode="wb", mtime=0) as stream:
        stream.write(b"{" + b",".join(parts) + b"}")
    return base64.b64encode(out.getvalue()).decode()


def _plain(text: str) -> str:
    """Return text for a block that is never run: nothing in it may end the block."""
    return _ENDS_A_SCRIPT.sub("< ", text)


def _digest(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
