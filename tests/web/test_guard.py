"""Who may ask: the names of the server, the token, and writes from our own page only."""

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from anonymuse.web.guard import LOOPBACK, Guard
from anonymuse.web.serving import names_of
from tests.web.visits import API, HERE, NOTES, TOKEN, visit

INDEX = f"{API}/index.json"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8722", "127.0.0.1", "localhost:5173", "LOCALHOST", "localhost.:80", "[::1]:8722"],
)
def test_its_own_names_are_known(host: str) -> None:
    assert visit().get(INDEX, headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "example.org",
        "example.org:8722",
        "127.0.0.1.example.org",
        "localhost.example.org:8722",
        "localhost@example.org",
        "example.org#localhost",
        "[::1]example.org",
        "[::1",
        "127.0.0.1:8722:8722",
        "127.0.0.1:port",
        "10.0.0.7:8722",
        "localhost..",
        "localhost localhost",
        "localhost/",
    ],
)
@pytest.mark.parametrize("path", ["/", INDEX, NOTES, "/nothing"])
def test_a_foreign_name_gets_nothing(host: str, path: str) -> None:
    answer = visit().get(path, headers={"host": host})
    assert answer.status_code == 421
    assert answer.json() == {"error": "This server does not go by that name."}


def test_a_request_without_a_host_gets_nothing() -> None:
    """HTTP/1.0 knows none; the test client cannot leave it out."""
    said: list[Message] = []

    async def ask() -> None:
        async def send(message: Message) -> None:
            said.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope: dict[str, Any] = {
            "type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [],
        }  # fmt: skip
        await Guard(visit().app, LOOPBACK)(scope, receive, send)

    asyncio.run(ask())
    assert said[0]["status"] == 421


def test_a_server_for_everybody_is_called_by_its_addresses_not_by_foreign_names() -> None:
    client = visit(hosts=names_of("0.0.0.0"), token=TOKEN)
    bearer = {"authorization": f"Bearer {TOKEN}"}
    for host in ("10.0.0.7:8722", "[fe80::1]:8722", "localhost"):
        assert client.get(INDEX, headers=bearer | {"host": host}).status_code == 200, host
    assert client.get(INDEX, headers=bearer | {"host": "example.org"}).status_code == 421
    named = visit(hosts=names_of("reports.example.org"), token=TOKEN)
    assert named.get(INDEX, headers=bearer | {"host": "Reports.example.org"}).status_code == 200
    assert named.get(INDEX, headers=bearer | {"host": "10.0.0.7"}).status_code == 421


@pytest.mark.parametrize("path", ["/", "/explorer.js", INDEX, NOTES, "/nothing"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": f"Bearer {TOKEN[:-1]}"},
        {"authorization": f"Basic {TOKEN}"},
        {"cookie": f"anonymuse-8722={TOKEN}"},
        {"cookie": "anonymuse-8722="},
        {"authorization": "Bearer \u00fc\u00fc\u00fc"},
    ],
)
def test_without_the_token_there_is_nothing(path: str, given: dict[str, str]) -> None:
    client = visit(token=TOKEN)
    for asked in (client.get, client.head, client.post):
        headers = {name.encode(): value.encode("latin-1") for name, value in given.items()}
        answer = asked(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "set-cookie" not in answer.headers
        assert TOKEN not in answer.text


def test_a_wrong_token_in_the_address_opens_nothing() -> None:
    client = visit(token=TOKEN)
    for wrong in ("", "wrong", TOKEN.upper(), TOKEN + "x"):
        assert client.get("/", params={"token": wrong}).status_code == 401
    assert client.get(INDEX, params={"token": TOKEN}).status_code == 401, "on the page alone"


def test_the_token_as_a_header_is_enough() -> None:
    client = visit(token=TOKEN)
    for scheme in ("Bearer", "bearer"):
        answer = client.get(INDEX, headers={"authorization": f"{scheme} {TOKEN}"})
        assert answer.status_code == 200


def test_the_first_page_swaps_the_token_for_a_cookie() -> None:
    client = visit(token=TOKEN)
    answer = client.get("/", params={"token": TOKEN})
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("anonymuse-8722=")
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    assert client.get(INDEX).status_code == 200
    assert client.get("/").status_code == 200
    stranger = visit(token=TOKEN)
    stranger.cookies = client.cookies
    assert stranger.get(INDEX).status_code == 401, "the cookie ends with the server"


def test_over_tls_the_cookie_stays_there() -> None:
    answer = visit("https://127.0.0.1:8722", token=TOKEN).get("/", params={"token": TOKEN})
    assert "Secure" in answer.headers["set-cookie"]


def test_a_person_without_the_token_reads_what_to_do() -> None:
    answer = visit(token=TOKEN).get("/", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 401
    assert "anonymuse explore" in answer.text
    assert 'href="./"' in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://example.org"},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "file://"},
        {"origin": HERE, "sec-fetch-site": "cross-site"},
        {"origin": HERE, "sec-fetch-site": "same-site"},
    ],
)
def test_a_write_from_another_page_is_refused(headers: dict[str, str]) -> None:
    answer = visit().put(NOTES, content=b"{}", headers=headers)
    assert answer.status_code == 403


def test_a_websocket_is_closed() -> None:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    app = TestClient(visit().app).app
    asyncio.run(app({"type": "websocket", "path": "/"}, receive, send))  # type: ignore[arg-type]
    assert said == [{"type": "websocket.close", "code": 1008}]
