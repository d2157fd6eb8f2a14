"""The schema lists what may be told; a field about one conversation never gets into it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anonymuse.web import contract
from anonymuse.web.contract import DOCUMENTS, Doc
from anonymuse.web.schema import openapi, written
from tests.docs.tree import ROOT
from tests.sample_report import sample_report
from tests.web.visits import API, addresses, visit

UI = ROOT / "ui"

# Whoever adds a name here has asked: is it about one conversation or one person? Then it stays out.
ALLOWED = """
anonymuse base by bytes changed cluster clusters compared content_hash conversations corners
depth description design dots evidence facet facets findings flagged grade here high href id
index key kind level levels lift lift_high lift_low low made matches measures n name named_by near
not_shown notable note notes parent partial policy quadrants question r radius ratio receipt
revision rounding scale schema_version sentence series share sigma split strength terms text
there title tree trees unit unit_note units value values warnings what window window_noun
windows withheld x y
"""
NAMES = frozenset(ALLOWED.split())
TEXTS = {"Link.text", "Section.text", "Note.text"}  # sentences of ours, and of the note's writer
NEVER = re.compile(
    r"conversation_?ids?|(^|_)(messages?|users?|people|person|accounts?|organisations?|emails?|"
    r"prompts?|replies|reply|quotes?|examples?|samples?|snippets?|excerpts?|embeddings?|vectors?|"
    r"sessions?|traces?|rows?|records?|points?|ip|times?|timestamps?)($|_)"
)


def models() -> list[type[Doc]]:
    found = [m for m in vars(contract).values() if isinstance(m, type) and issubclass(m, Doc)]
    return [model for model in found if model is not Doc]


def unknown(model: type[Doc]) -> list[str]:
    """Return the fields of a model that nobody has allowed."""
    found = []
    for name in model.model_fields:
        full = f"{model.__name__}.{name}"
        if name not in NAMES or NEVER.search(name) or (name == "text" and full not in TEXTS):
            found.append(full)
    return found


def test_every_field_has_been_looked_at() -> None:
    assert len(models()) > 15
    assert [name for model in models() for name in unknown(model)] == []


@pytest.mark.parametrize(
    "name",
    ["message", "user", "user_id", "conversation_id", "embedding", "example", "text", "anything"],
)
def test_a_field_about_a_conversation_would_be_found(name: str) -> None:
    bad = type("Bad", (Doc,), {"__annotations__": {name: str, "share": float}})
    assert unknown(bad) == [f"Bad.{name}"]


def test_no_name_that_is_never_allowed_is_allowed() -> None:
    assert [name for name in NAMES if NEVER.search(name)] == []


def test_no_model_takes_fields_that_it_does_not_name() -> None:
    for model in models():
        assert model.model_config.get("extra") == "forbid", model.__name__
        for name, field in model.model_fields.items():
            told = str(field.annotation)
            assert "Any" not in told, f"{model.__name__}.{name}"
            assert "dict" not in told.casefold(), f"{model.__name__}.{name}: keys are fields too"


def lists(value: Any, where: str = "") -> Iterator[tuple[str, int]]:
    """Yield the length of every list in a document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from lists(inner, f"{where}.{name}")
    elif isinstance(value, list):
        yield where, len(value)
        for inner in value:
            yield from lists(inner, where)


def test_nothing_is_as_long_as_the_conversations_are_many() -> None:
    report = sample_report()
    most = len(report.clusters) + len({(c.facet, c.value, c.window) for c in report.cells})
    assert most < report.conversations / 50
    client = visit(report=report)
    for path in addresses(client):
        if not path.endswith("openapi.json"):
            too_long = [own for own in lists(client.get(path).json()) if own[1] > most]
            assert too_long == [], path


def test_the_schema_names_every_document_and_the_one_that_is_written() -> None:
    paths = openapi()["paths"]
    assert set(paths) == {f"/{contract.API}/{path}" for path in DOCUMENTS}
    assert [path for path, told in paths.items() if "put" in told] == [f"{API}/notes.json"]
    assert all(set(told) <= {"parameters", "get", "put"} for told in paths.values())
    assert visit().get(f"{API}/openapi.json").text == written()


def test_the_interface_knows_this_schema() -> None:
    kept = (UI / "openapi.json").read_text(encoding="utf-8")
    assert kept == written(), "write it anew: it is what anonymuse.web.schema.written() says"


@pytest.mark.slow
def test_the_types_of_the_interface_are_of_this_schema(tmp_path: Path) -> None:
    program = UI / "node_modules" / ".bin" / "openapi-typescript"
    if shutil.which("node") is None or not program.exists():
        pytest.skip("Node or ui/node_modules is not there: `make ui` installs them")
    made = tmp_path / "schema.ts"
    subprocess.run(
        [str(program), str(UI / "openapi.json"), "-o", str(made)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    kept = (UI / "src" / "api" / "schema.ts").read_text(encoding="utf-8")
    assert kept == made.read_text(encoding="utf-8"), "run: npm run types"
