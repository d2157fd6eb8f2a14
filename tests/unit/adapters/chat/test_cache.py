import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from anonymuse.adapters.chat.cache import ResponseCache, request_key
from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.ports.chat import ChatFailure, ChatReply, Message

from .requests import request

REPLY = ChatReply("an answer ✓ \ud800", 12, 3, "length")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "private" / "answers.sqlite"


def test_gives_back_what_was_put(path):
    with ResponseCache(path) as cache:
        assert cache.get("k") is None
        cache.put("k", REPLY)
        assert cache.get("k") == REPLY
        assert cache.size == 1


def test_outlives_its_connection(path):
    with ResponseCache(path) as cache:
        cache.put("k", REPLY)
    with ResponseCache(path) as cache:
        assert cache.get("k") == REPLY


@pytest.mark.parametrize(
    "change",
    [
        {"messages": (Message("system", "Say what this is about."), Message("user", "other"))},
        {"messages": (Message("user", "Say what this is about."), Message("user", "hello"))},
        {"schema": None},
        {"temperature": 0.3},
        {"max_tokens": 301},
        {"attempt": 1},
    ],
)
def test_every_part_of_a_question_is_in_the_key(change):
    assert request_key("m", request(**change)) != request_key("m", request())


def test_the_model_is_in_the_key_and_the_purpose_is_not():
    assert request_key("m", request()) != request_key("n", request())
    assert request_key("m", request(purpose="audit")) == request_key("m", request())


def test_a_key_stays_the_same_between_versions():
    assert request_key("m", request()) == "5a6fccbc6dd0fad6e18d145a51eff4ae"


@pytest.mark.parametrize("kind", ["refusal", "context", "filter"])
def test_terminal_failures_are_remembered(path, kind):
    with ResponseCache(path) as cache:
        cache.put("k", ChatFailure(kind, "why"))
        assert cache.get("k") == ChatFailure(kind, "why")


@pytest.mark.parametrize("kind", ["retryable", "fatal", "invalid"])
def test_passing_failures_are_not_remembered(path, kind):
    with ResponseCache(path) as cache:
        cache.put("k", ChatFailure(kind, "why"))
        assert cache.get("k") is None


def test_holds_no_prompt_and_is_for_its_owner_only(path):
    asked = request("a very private question")
    with ResponseCache(path) as cache:
        cache.put(request_key("m", asked), REPLY)
        for file in path.parent.iterdir():
            assert b"private question" not in file.read_bytes()
            assert file.stat().st_mode & 0o077 == 0


def test_what_is_erased_leaves_nothing_behind(path):
    canary = os.urandom(400).hex()  # does not compress away
    with ResponseCache(path) as cache:
        cache.put("k", ChatReply(canary, 1, 1), "u1")
        blob = sqlite3.connect(path)
        body = blob.execute("SELECT body FROM replies").fetchone()[0]
        blob.close()
        assert cache.erase(["u1"]) == 1
        assert cache.size == 0
        assert cache.get("k") is None
        for file in path.parent.iterdir():
            assert body[50:100] not in file.read_bytes()


def test_answers_survive_a_kill(path):
    code = (
        "import os, sys, pathlib\n"
        "from anonymuse.adapters.chat.cache import ResponseCache\n"
        "from anonymuse.ports.chat import ChatReply\n"
        "cache = ResponseCache(pathlib.Path(sys.argv[1]))\n"
        "for n in range(50):\n"
        "    cache.put(str(n), ChatReply(f'answer {n}', 1, 1))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert ended.returncode == -9
    with ResponseCache(path) as cache:
        assert cache.size == 50
        assert cache.get("49") == ChatReply("answer 49", 1, 1)


def test_threads_may_share_it(path):
    with ResponseCache(path) as cache:

        def work(worker):
            for n in range(50):
                cache.put(f"{worker}/{n}", REPLY)
                assert cache.get(f"{worker}/{n}") == REPLY

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert cache.size == 200


@pytest.mark.parametrize("content", [b"this is not a database at all" * 100, "other"])
def test_a_strange_file_is_named_and_left_alone(path, content):
    path.parent.mkdir()
    if content == "other":
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE customers (name TEXT)")
        other.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(BrokenRunError, match=r"answers\.sqlite.*Delete the file"):
        ResponseCache(path)
    assert path.read_bytes() == before


def test_a_damaged_answer_is_a_broken_run(path):
    with ResponseCache(path) as cache:
        cache.put("k", REPLY)
        other = sqlite3.connect(path)
        other.execute("UPDATE replies SET body = x'00'")
        other.commit()
        other.close()
        with pytest.raises(BrokenRunError):
            cache.get("k")


def test_a_full_disk_is_said_so(path):
    with ResponseCache(path) as cache:
        cache.put("k", REPLY)
        assert cache._connection is not None
        pages = cache._connection.execute("PRAGMA page_count").fetchone()[0]
        cache._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OutputError, match="Free some disk space"):
            cache.put("l", ChatReply(os.urandom(100_000).hex(), 1, 1))
        assert cache.get("k") == REPLY


def test_an_unwritable_place_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        ResponseCache(tmp_path / "file" / "answers.sqlite")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        ResponseCache(tmp_path / "folder")
