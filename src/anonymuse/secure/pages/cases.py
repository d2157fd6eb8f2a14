"""A case to take along, as one archive: JSON for machines, Markdown for people."""

from __future__ import annotations

import io
import zipfile

from starlette.responses import Response

from anonymuse.secure.call import Call, kind_of


def export(call: Call) -> Response:
    """Send a case as a file; the log keeps who took it."""
    case = call.zone.cases.export(
        call.person,
        kind_of(call.sent("kind")),
        call.sent("target"),
        request=call.sent("request"),
        with_traces=call.sent("traces") == "yes",
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{case.name}.json", case.json)
        archive.writestr(f"{case.name}.md", case.markdown)
    return download(held.getvalue(), f"{case.name}.zip", "application/zip")


def download(content: bytes, name: str, kind: str) -> Response:
    """Return a file that the browser saves and never shows."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
