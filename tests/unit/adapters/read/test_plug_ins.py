"""Readers of other packages: the example, found by its entry point, and plug-ins that misbehave."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.read.plug_ins import NOT_A_CONVERSATION, plug_in_names
from anonymuse.adapters.read.sniff import open_reader
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn
from anonymuse.errors import ColumnError, InputError
from anonymuse.ports.reader import ColumnMapping
from tests.unit.adapters.read.files import chat, conversations, drops, lines, said, write

EXAMPLE = Path(__file__).parents[4] / "examples" / "reader-plugin"
SECRET = "Zanzibaria"
LOG = """\
before
== chat 17 | user ana | 2026-07-01 09:00
> How do I reset my password?
  It has to be a long one.
< Open Settings.
== chat 18 | user  | soon
> Thanks!

== chat 19 | user ben | 2026-07-01T09:00:00+00:00
< Nobody asked.
"""

Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return what makes a package known, as an installer does, without one."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    before = set(sys.modules)

    def make(points: str, package: str) -> None:
        info = site / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(points)

    yield make
    for name in set(sys.modules) - before:
        if name.startswith(("plain_chat_reader", "plug_in_of_the_tests")):
            del sys.modules[name]


@pytest.fixture
def example(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    import tomllib

    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    (called, target), = project["entry-points"]["anonymuse.readers"].items()  # fmt: skip
    install(f"[anonymuse.readers]\n{called} = {target}\n", "plain_chat_reader")
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))


def made(install: Install, tmp_path: Path, body: str) -> Path:
    """Install a plug-in of two methods and return a file that only it can read."""
    code = f"from anonymuse.domain.private.conversation import *\nclass Reader:\n{body}"
    (tmp_path / "site" / "plug_in_of_the_tests.py").write_text(code)
    install("[anonymuse.readers]\nmine = plug_in_of_the_tests:Reader\n", "mine_reader")
    return write(tmp_path, SECRET.encode(), "data.log")


def opened(path: Path, called: str | None = None, zone: str = "UTC") -> Any:
    return open_reader(path, format=called, columns=ColumnMapping(timezone=zone))


@pytest.mark.usefixtures("example")
def test_the_example_is_found_by_what_it_sees(tmp_path: Path) -> None:
    reader = opened(write(tmp_path, LOG.removeprefix("before\n").encode(), "chats.log"))
    assert reader.format == "plain-chat"
    assert reader.why == "Plain text whose first line opens a chat."
    assert repr(reader) == "PlugInReader('chats.log', plain-chat)"
    assert len(conversations(reader.read())) == 2


@pytest.mark.usefixtures("example")
def test_the_example_reads_by_name(tmp_path: Path) -> None:
    reader = opened(write(tmp_path, LOG.encode(), "chats.log"), "plain-chat", "Europe/Berlin")
    assert reader.why == "Asked for by name."
    items = list(reader.read())
    first, second = conversations(items)
    assert (first.id, first.user) == ("17", "ana")
    assert first.time == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert said(first)[0] == ("user", "How do I reset my password?\nIt has to be a long one.")
    assert (second.id, second.user, second.time) == ("18", None, None)
    assert drops(items) == [
        ("text before the first chat", "line 1"), ("no user turn", "record 4"),
    ]  # fmt: skip
    assert reader.notes == {"times without a zone, taken as Europe/Berlin": 1}
    assert list(reader.read()) == items


@pytest.mark.usefixtures("example")
def test_our_own_formats_go_first_and_load_no_plug_in(tmp_path: Path) -> None:
    assert "plain-chat" in plug_in_names()
    assert opened(write(tmp_path, lines(chat("hi")))).format == "messages"
    assert "plain_chat_reader" not in sys.modules


@pytest.mark.usefixtures("example")
def test_what_no_plug_in_knows_is_said_as_before(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no format that is known"):
        opened(write(tmp_path, b"Dear you,\n", "letter.txt"))
    with pytest.raises(InputError, match=r"Did you mean 'plain-chat'"):
        opened(write(tmp_path, b"x"), "plain-chta")
    with pytest.raises(InputError, match="no file"):
        opened(tmp_path / "none.log")


FAILS = {
    "when loaded": "    raise ValueError('{0}')\n",
    "when made": "    def __init__(self): raise KeyError('{0}')\n",
    "when it looks": "    def recognise(self, path): raise OSError('{0}')\n",
    "when it reads": (
        "    def recognise(self, path): return 'Seen.'\n"
        "    def read(self, path, columns):\n"
        "        yield Conversation('1', (Turn('user', 'x'),))\n"
        "        raise RuntimeError('{0}')\n"
    ),
    "without a method": "    def recognise(self, path): return 'Seen.'\n",
    "with nothing to go through": (
        "    def recognise(self, path): return 'Seen.'\n"
        "    def read(self, path, columns): return None\n"
    ),
}


@pytest.mark.parametrize("case", FAILS)
def test_a_plug_in_that_raises_is_named_and_shows_nothing(
    install: Install, tmp_path: Path, case: str
) -> None:
    path = made(install, tmp_path, FAILS[case].format(SECRET))
    with pytest.raises(InputError, match=r"plug-in 'mine' of the package mine.reader") as caught:
        list(opened(path).read())
    assert SECRET not in caught.value.message
    assert caught.value.__suppress_context__


GIVES = (
    "    def recognise(self, path): return 'Seen.'\n"
    "    def read(self, path, columns):\n"
    "        yield 'text'\n"
    "        yield Conversation('1', ('no turn',))\n"
    "        yield Conversation('2', (Turn('user', 7),))\n"
    "        yield Conversation('3', (Turn('alien', 'x'),))\n"
    "        yield Conversation('', (Turn('user', 'a\\x00b'),), user=5, time='2026-01-01T10:00Z',\n"
    "                           metadata={'n': float('nan'), 's': '\\ud800', 'deep': [1]})\n"
    "        yield Dropped('odd', 'line 9')\n"
)


def test_what_a_plug_in_gives_is_checked(install: Install, tmp_path: Path) -> None:
    path = made(install, tmp_path, GIVES)
    items = list(opened(path).read())
    assert drops(items)[:3] == [(NOT_A_CONVERSATION, f"record {n}") for n in (1, 2, 3)]
    assert isinstance(items[3], Dropped)
    assert items[4] == Conversation(
        "data.log:5",
        (Turn("user", "a\ufffdb"),),
        user="5",
        time=datetime(2026, 1, 1, 10, tzinfo=UTC),
        metadata={"n": None, "s": "\ufffd", "deep": None},
    )
    assert items[5] == Dropped("odd", "line 9")


def test_a_column_that_is_not_there_may_be_said(install: Install, tmp_path: Path) -> None:
    body = (
        "    def recognise(self, path): return 'Seen.'\n"
        "    def read(self, path, columns):\n"
        "        from anonymuse.errors import ColumnError\n"
        "        raise ColumnError.missing(columns.user, ['usr'], setting='--user-column')\n"
        "        yield\n"
    )
    path = made(install, tmp_path, body)
    reader = open_reader(path, format="mine", columns=ColumnMapping(user="user"))
    with pytest.raises(ColumnError, match="Did you mean 'usr'"):
        list(reader.read())
