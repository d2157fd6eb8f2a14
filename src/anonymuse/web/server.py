"""The explorer's server: fixed documents of one released report, and the built interface."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from anonymuse.domain.released.report import Report
from anonymuse.errors import OutputError
from anonymuse.web.answers import HTML, JSON, Answer
from anonymuse.web.built import LICENCES, MISSING, PAGE, SCRIPT, STYLE, interface, is_built
from anonymuse.web.contract import API, Doc, NotesDoc
from anonymuse.web.documents import documents, encoded
from anonymuse.web.guard import LOOPBACK, Guard, refused
from anonymuse.web.notes import MOST_BYTES, MOST_NOTES, NoteBook
from anonymuse.web.schema import written

_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address is for reading.",
    500: "The server failed at this. Its terminal says more.",
}


def make_app(
    report: Report,
    other: Report | None = None,
    *,
    notes: NoteBook | None = None,
    token: str | None = None,
    hosts: Collection[str] = LOOPBACK,
) -> ASGIApp:
    """Return the server's application over released reports.

    Args:
        report: what is looked at.
        other: a second report to compare it with.
        notes: where bookmarks are kept; None leaves them to the browser.
        token: what a visitor has to know; None asks for nothing.
        hosts: names by which the server may be called, see :class:`Guard`.
    """
    docs = documents(report, other)
    kept = "browser" if notes is None else "server"
    docs["index.json"] = docs["index.json"].model_copy(update={"notes": kept})
    held = _documents(docs) | _interface()

    async def ready(request: Request) -> Response:
        answer = held.get(request.scope["path"])
        return _told(request, HTTPException(404)) if answer is None else answer.to(request)

    routes = [Route("/{path:path}", ready)]
    if notes is not None:
        routes = [*_noting(notes), *routes]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _told, 500: _told})
    return Guard(app, hosts, token)


def _documents(docs: Mapping[str, Doc]) -> dict[str, Answer]:
    held = {f"/{API}/{path}": Answer(partial(encoded, doc), JSON) for path, doc in docs.items()}
    held[f"/{API}/openapi.json"] = Answer(lambda: written().encode(), JSON)
    return held


def _interface() -> dict[str, Answer]:
    """Return the built files by their addresses: a name that is not here leads nowhere."""
    if not is_built():
        told = f'<!doctype html><html lang="en"><title>anonymuse</title><p>{MISSING}</p></html>'
        return {"/": Answer(told.encode, HTML)}
    built = interface()
    page = Answer(built.page.encode, HTML)
    return {
        "/": page,
        f"/{PAGE}": page,
        f"/{SCRIPT}": Answer(built.script.encode, "text/javascript; charset=utf-8"),
        f"/{STYLE}": Answer(built.style.encode, "text/css; charset=utf-8"),
        f"/{LICENCES}": Answer(built.licences.encode, "text/plain; charset=utf-8"),
    }


def _noting(notes: NoteBook) -> list[Route]:
    """Return the one place that can be written to."""

    async def read(_: Request) -> Response:
        return _as_notes(notes.read())

    async def write(request: Request) -> Response:
        doc, revision = await _sent(request)
        current, taken = notes.replace(doc, revision)
        return _as_notes(current, 200 if taken else 412)

    async def either(request: Request) -> Response:
        try:
            return await (write if request.method == "PUT" else read)(request)
        except OutputError as error:
            return refused(507, error.message)

    return [Route(f"/{API}/notes.json", either, methods=["GET", "PUT"])]


def _as_notes(doc: NotesDoc, status: int = 200) -> Response:
    headers = {"etag": f'"{doc.revision}"', "cache-control": "no-store"}
    return Response(encoded(doc), status, headers=headers, media_type=JSON)


async def _sent(request: Request) -> tuple[NotesDoc, int]:
    """Return the notes of a request, and the revision that they come after."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != JSON:
        raise HTTPException(415, "Bookmarks are sent as application/json.")
    revision = request.headers.get("if-match", "").removeprefix("W/").strip('"')
    if not (revision.isascii() and revision.isdigit() and len(revision) < 16):
        raise HTTPException(428, "If-Match has to name the revision that was read.")
    too_many = f"At most {MOST_NOTES:,} bookmarks of {MOST_BYTES:,} bytes together are kept."
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, too_many)
    try:
        doc = NotesDoc.model_validate_json(bytes(body))
    except ValidationError:
        raise HTTPException(422, "These are no bookmarks as the explorer writes them.") from None
    if len(doc.notes) > MOST_NOTES:
        raise HTTPException(413, too_many)
    return doc, int(revision)


def _told(_: Request, error: Exception) -> Response:
    """Say an error in a sentence, never with what was asked for."""
    if not isinstance(error, HTTPException):
        return refused(500, _SENTENCES[500])
    sentence = _SENTENCES.get(error.status_code, error.detail)
    return refused(error.status_code, sentence, dict(error.headers or {}))
