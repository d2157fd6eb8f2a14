"""Canaries in conversations reach no answer of the explorer's server and none of its files.

The models are careless on purpose, as in test_canaries.py.
"""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from anonymuse import api
from anonymuse.adapters.chat import scripted
from anonymuse.adapters.store.report_folder import load_report
from anonymuse.domain.released.report import Report
from anonymuse.pipeline.config import make_config
from anonymuse.ports.chat import ChatRequest
from anonymuse.web import folder, one_file
from tests.flow.test_facets import TONES, hash_of
from tests.flow.world import a_town, config
from tests.privacy.test_canaries import leaks, planted
from tests.web.visits import API, NOTES, a_book, addresses, an_interface, visit

QUESTIONS = {
    "mood": {"type": "one_of", "question": "Which mood?", "values": ["good", "bad"]},
    "tone": {"type": "text", "question": "In which tone?", "clustered": True, "title": "Tone"},
}
LOCAL = {"extract__mode": "local"}
WAYS: dict[str, dict[str, Any]] = {
    "gullible": {"models__chat": "gullible", **LOCAL},
    "no-model": {"models__chat": "none", **LOCAL},
    "facets": {"tables__window": "week"},
}


def quoting(request: ChatRequest) -> str:
    """Answer a question about a conversation with what it says, word for word."""
    said = scripted.fill_schema(request.schema, str(hash_of(request)))
    if request.purpose != "extract":
        return said
    heard = request.messages[-1].content
    tone = f"{TONES[hash_of(request) % 3]} {' '.join(leaks(heard.encode()))}".strip()
    return json.dumps(json.loads(said) | {"tone": tone})


@pytest.fixture(scope="module", params=WAYS, ids=str)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A run over conversations of which three in five carry a canary."""
    place = tmp_path_factory.mktemp("explored")
    settings = config(**WAYS[request.param])
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "facets":
            settings = make_config(settings.model_dump() | {"facets": QUESTIONS})
            patch.setattr(scripted, "minimal_answer", quoting)
        api.run(a_town(place, planted()), place / "out", settings)
    found = load_report(place / "out" / "release")
    assert found.clusters
    assert bool(found.further) == (request.param == "facets")
    for path in (place / "out" / "private").rglob("facet-tone.parquet"):
        assert leaks(str(pq.read_table(path)["value"]).encode()), "the model did quote them"
    return found


@pytest.fixture(autouse=True)
def _built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_interface(tmp_path / "static", monkeypatch)


def a_name(report: Report) -> bytes:
    """Return a cluster's name: what is there must be findable, or nothing was looked at."""
    return report.clusters[0].name.encode()


def test_no_address_tells_a_canary(report: Report, tmp_path: Path) -> None:
    client = visit(report=report, other=report, notes=a_book(tmp_path))
    found = addresses(client)
    assert f"{API}/compare.json" in found
    assert len(found) >= 12
    answers = {path: client.get(path) for path in (*found, NOTES, "/", "/explorer.js", "/nothing")}
    for path, answer in answers.items():
        told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
        assert leaks(answer.content + told) == [], path
    assert a_name(report) in answers[f"{API}/trees/main/clusters.json"].content


def test_the_page_of_one_file_holds_none(report: Report) -> None:
    page = one_file.page(report, report)
    assert leaks(page) == []
    packed = re.search(rb'id="anonymuse-data">([^<]+)<', page)
    assert packed is not None
    data = gzip.decompress(base64.b64decode(packed[1]))
    assert a_name(report) in data
    assert leaks(data) == []


def test_the_folder_for_a_web_server_holds_none(report: Report) -> None:
    files = folder.files(report, report)
    assert a_name(report) in files[f"{API.removeprefix('/')}/trees/main/clusters.json"]
    for path, data in files.items():
        assert leaks(path.encode() + data) == [], path
