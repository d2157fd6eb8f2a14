"""The explorer's documents as an OpenAPI schema, from which its TypeScript types are generated."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from anonymuse._version import __version__
from anonymuse.web.contract import API, DOCUMENTS


def openapi() -> dict[str, Any]:
    """Return the schema: a path per document, the one that can be written, and the models."""
    kinds = sorted(set(DOCUMENTS.values()), key=lambda kind: kind.__name__)
    _, defined = models_json_schema(
        [(kind, "serialization") for kind in kinds], ref_template="#/components/schemas/{model}"
    )
    paths = {f"/{API}/{path}": _get(path, kind.__name__) for path, kind in DOCUMENTS.items()}
    paths[f"/{API}/notes.json"]["put"] = _put("NotesDoc")
    return {
        "openapi": "3.1.0",
        "info": {"title": "anonymuse explorer", "version": __version__},
        "paths": paths,
        "components": {"schemas": defined["$defs"]},
    }


def written() -> str:
    """Return the schema as it is kept in ``ui/openapi.json``."""
    return json.dumps(openapi(), indent=1, sort_keys=True) + "\n"


def _get(path: str, kind: str) -> dict[str, Any]:
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    return {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ],
        "get": {"responses": {"200": {"description": kind, "content": _json(kind)}}},
    }


def _put(kind: str) -> dict[str, Any]:
    said = {"200": "What is kept now", "412": "What somebody else wrote meanwhile"}
    revision = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
    return {
        "parameters": [revision],
        "requestBody": {"required": True, "content": _json(kind)},
        "responses": {
            code: {"description": told, "content": _json(kind)} for code, told in said.items()
        },
    }


def _json(kind: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{kind}"}}}
