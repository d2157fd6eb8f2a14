"""Every address: what is there, how it is kept by a browser, and what is refused."""

import gzip
import json
from pathlib import Path

import pytest

from anonymuse.web import built, server
from anonymuse.web.contract import DOCUMENTS
from anonymuse.web.guard import HEADERS
from tests.sample_report import empty_report
from tests.web.visits import API, NOTES, TOKEN, a_book, addresses, an_interface, visit


@pytest.fixture(autouse=True)
def _built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_interface(tmp_path / "static", monkeypatch)


def test_every_document_is_there_and_is_what_its_model_says() -> None:
    client = visit()
    models = {path.rsplit("/", 1)[-1]: model for path, model in DOCUMENTS.items()}
    found = addresses(client)
    assert len(found) >= 8
    for path in found[2:]:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        name = "{facet}.json" if "/facets/" in path else path.rsplit("/", 1)[-1]
        models[name].model_validate_json(answer.content)
    assert client.get(f"{API}/openapi.json").json()["openapi"] == "3.1.0"


def test_an_empty_report_is_served_too() -> None:
    client = visit(report=empty_report())
    assert client.get(f"{API}/trees/main/clusters.json").json()["clusters"] == []


def test_the_index_says_where_bookmarks_are_kept(tmp_path: Path) -> None:
    assert visit().get(f"{API}/index.json").json()["notes"] == "browser"
    client = visit(notes=a_book(tmp_path))
    assert client.get(f"{API}/index.json").json()["notes"] == "server"


def test_the_interface_is_served_by_exact_names() -> None:
    client = visit()
    page = client.get("/")
    assert page.text == client.get("/index.html").text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert client.get("/explorer.js").headers["content-type"] == "text/javascript; charset=utf-8"
    assert client.get("/explorer.css").headers["content-type"] == "text/css; charset=utf-8"


def test_without_an_interface_a_page_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "STATIC", tmp_path / "nowhere")
    client = visit()
    assert "make ui" in client.get("/").text
    assert client.get(f"{API}/index.json").status_code == 200
    assert client.get("/explorer.js").status_code == 404


def test_what_has_not_changed_is_not_sent_again() -> None:
    client, another = visit(), visit()
    for path in ("/", "/explorer.js", *addresses(client)):
        first = client.get(path)
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == "private, no-cache"
        for known in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
            again = client.get(path, headers={"if-none-match": known})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"] == tag
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
        assert another.get(path).headers["etag"] == tag, "the tag is of the content alone"


def test_other_content_has_another_tag() -> None:
    path = f"{API}/trees/main/clusters.json"
    tags = {c.get(path).headers["etag"] for c in (visit(), visit(report=empty_report()))}
    assert len(tags) == 2


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("", False),
    ],
)
def test_long_answers_travel_packed_to_who_takes_it(accepted: str, packed: bool) -> None:
    path = f"{API}/trees/main/clusters.json"
    plain = visit().get(path, headers={"accept-encoding": "identity"})
    with visit().stream("GET", path, headers={"accept-encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert ("content-encoding" in answer.headers) == packed
    assert answer.headers["vary"] == "accept-encoding"
    assert (gzip.decompress(raw) if packed else raw) == plain.content
    assert answer.headers["content-length"] == str(len(raw))
    assert not packed or len(raw) < len(plain.content) / 2


def test_short_answers_are_not_packed() -> None:
    answer = visit().get("/explorer.css", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_head_says_what_get_would() -> None:
    client = visit()
    for path in ("/", *addresses(client)):
        headers = client.head(path).headers
        assert headers == client.get(path).headers, path


def test_a_range_is_the_whole() -> None:
    client = visit()
    whole = client.get("/explorer.js")
    part = client.get("/explorer.js", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (200, whole.content)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api/v1/",
        "/api/v1/trees/main/points.json",
        "/api/v1/trees/none/report.json",
        "/api/v1/trees/main/facets/99.json",
        "/api/v1/compare.json",
        "/api/v1/trees/main/../../../../etc/passwd",
        "/..%2f..%2fserver.py",
        "/%2e%2e/server.py",
        "/..%5c..%5cserver.py",
        "//etc/passwd",
        "/static/../server.py",
        "/index.html%00.js",
        "/index.html/",
        "/%F0%9F%98%80",
    ],
)
def test_nothing_else_is_there(path: str) -> None:
    answer = visit().get(path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is nothing at this address."}


def test_a_query_changes_nothing() -> None:
    client = visit()
    path = f"{API}/trees/main/clusters.json"
    asked = client.get(path, params={"where": "units < 3", "cluster": "L0-0001"})
    assert asked.content == client.get(path).content


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", f"{API}/index.json", NOTES, "/nothing"])
def test_other_methods_are_refused(method: str, path: str, tmp_path: Path) -> None:
    answer = visit(notes=a_book(tmp_path)).request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "error" in answer.json()


def test_what_is_read_only_cannot_be_put() -> None:
    client = visit()
    for path in ("/", f"{API}/index.json", NOTES):
        answer = client.put(path, content=b"{}", headers={"origin": str(client.base_url)})
        assert answer.status_code == 405


def test_every_answer_carries_the_strict_headers(tmp_path: Path) -> None:
    client = visit(notes=a_book(tmp_path))
    locked = visit(token=TOKEN)
    answers = [
        client.get("/"),
        client.get(f"{API}/index.json"),
        client.get(NOTES),
        client.get("/", headers={"if-none-match": "*"}),
        client.get("/nothing"),
        client.post("/"),
        client.get("/", headers={"host": "example.org"}),
        client.put(NOTES, content=b""),
        client.put(NOTES, content=b"", headers={"origin": "http://127.0.0.1:8722"}),
        locked.get("/"),
        locked.get("/", headers={"accept": "text/html"}),
        locked.get("/", params={"token": TOKEN}),
    ]
    codes = [answer.status_code for answer in answers]
    assert codes == [200, 200, 200, 304, 404, 405, 421, 403, 415, 401, 401, 303]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (answer.status_code, name)
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
        assert answer.status_code < 400 or answer.headers["cache-control"] == "no-store"


def test_the_policy_runs_our_own_script_alone() -> None:
    policy = dict(
        part.strip().split(" ", 1)
        for part in HEADERS["content-security-policy"].split(";")
    )  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


def test_a_bug_is_a_sentence_without_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("what the page was about")

    monkeypatch.setattr(server, "encoded", broken)
    client = visit()
    with pytest.raises(RuntimeError):
        client.get(f"{API}/index.json")  # goes on to the terminal
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = client.get(f"{API}/index.json")
    assert answer.status_code == 500
    assert json.loads(answer.content) == {
        "error": "The server failed at this. Its terminal says more."
    }
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
