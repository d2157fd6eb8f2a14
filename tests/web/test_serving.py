"""Ports and names: what is tried, what is said, what an address looks like."""

import errno
import socket
from typing import Any

import pytest

from anonymuse.errors import ConfigError
from anonymuse.web import serving
from anonymuse.web.guard import LOOPBACK


def fails_with(monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> list[int]:
    tried: list[int] = []

    def bind(_: socket.socket, where: Any) -> None:
        tried.append(where[1])
        raise OSError(number, said)

    monkeypatch.setattr(socket.socket, "bind", bind)
    return tried


def test_fifty_ports_are_tried_then_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = fails_with(monkeypatch, errno.EADDRINUSE, "Address already in use")
    with pytest.raises(ConfigError, match="Ports 8722 to 8771 are all in use"):
        serving.listen("127.0.0.1", None)
    assert tried == list(range(8722, 8772))
    with pytest.raises(ConfigError, match="Port 9000 is in use"):
        serving.listen("127.0.0.1", 9000)


def test_a_port_that_is_not_for_this_account(monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, errno.EACCES, "Permission denied")
    with pytest.raises(ConfigError, match="Choose one above 1023"):
        serving.listen("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.7", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_what_others_reach_is_known(host: str, loopback: bool) -> None:
    assert serving.is_loopback(host) is loopback


def test_the_names_of_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Desk")
    assert serving.names_of("127.0.0.1") == LOOPBACK
    assert serving.names_of("Reports.Example.org") == LOOPBACK | {"reports.example.org"}
    assert serving.names_of("0.0.0.0") == LOOPBACK | {"desk", "desk.local", "*"}


def test_an_address_that_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "desk")
    with serving.listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        assert serving.address(sock, "127.0.0.1") == f"http://127.0.0.1:{port}/"
        assert serving.address(sock, "::1") == f"http://[::1]:{port}/"
        assert serving.address(sock, "0.0.0.0", "t") == f"http://desk:{port}/?token=t"
