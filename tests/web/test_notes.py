"""Bookmarks: kept beside the report, never lost, never written over in silence."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from anonymuse.errors import OutputError
from anonymuse.web.contract import Note, NotesDoc
from anonymuse.web.notes import (
    MOST_BYTES,
    MOST_NOTES,
    NoteBook,
    can_write,
    place_of,
)
from tests.web.visits import HERE, NOTES, TOKEN, a_book, visit


def note(text: str = "ask the team", cluster: str = "L0-0001") -> dict[str, Any]:
    return {
        "tree": "main", "cluster": cluster, "name": "Write letters", "text": text,
        "flagged": True, "changed": "2026-11-22T07:00:00Z",
    }  # fmt: skip


def put(client: TestClient, notes: list[Any], revision: int | str, **headers: str) -> Any:
    return client.put(
        NOTES,
        json={"revision": 0, "notes": notes},
        headers={"origin": HERE, "if-match": f'"{revision}"'} | headers,
    )


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return visit(notes=a_book(tmp_path))


def test_bookmarks_are_kept_and_found_again(client: TestClient, tmp_path: Path) -> None:
    empty = client.get(NOTES)
    assert (empty.json(), empty.headers["etag"]) == ({"revision": 0, "notes": []}, '"0"')
    assert not (tmp_path / "notes.json").exists(), "looking writes nothing"
    text = "<b>bold</b> \u202e \u0645 \n two lines"
    answer = put(client, [note(text)], 0)
    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    assert answer.headers["etag"] == '"1"'
    again = visit(notes=a_book(tmp_path)).get(NOTES)
    assert again.json() == {"revision": 1, "notes": [note(text)]}
    assert again.headers["cache-control"] == "no-store"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.json"]


def test_two_tabs_do_not_write_over_each_other(client: TestClient) -> None:
    assert put(client, [note("first")], 0).status_code == 200
    late = put(client, [note("second")], 0)
    assert late.status_code == 412
    assert late.json() == {"revision": 1, "notes": [note("first")]}, "to merge with"
    assert put(client, [note("first"), note("second", "L0-0002")], 1).status_code == 200
    assert len(client.get(NOTES).json()["notes"]) == 2


def test_of_many_at_once_one_wins_each_round(tmp_path: Path) -> None:
    book = a_book(tmp_path)
    won: list[int] = []

    def write(number: int) -> None:
        while True:
            current = book.read()
            own = Note(**note(str(number)))
            wanted = NotesDoc(revision=0, notes=(*current.notes, own))
            if book.replace(wanted, current.revision)[1]:
                won.append(number)
                return

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    kept = book.read()
    assert kept.revision == len(won) == 8
    assert sorted(own.text for own in kept.notes) == sorted(map(str, range(8)))


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"content-type": ""}, 415),
        (b"{}", {"if-match": ""}, 428),
        (b"{}", {"if-match": "*"}, 428),
        (b"{}", {"if-match": '"-1"'}, 428),
        (b"{}", {"if-match": '"' + "9" * 40 + '"'}, 428),
        (b"{}", {}, 422),
        (b"", {}, 422),
        (b"\xff\xfe", {}, 422),
        (b"[" * 100_000, {}, 422),
        (b'{"revision": 0, "notes": "all"}', {}, 422),
        (b'{"revision": 0, "notes": [], "conversation": "x"}', {}, 422),
        (b'{"revision": 0, "notes": [{"text": "x"}]}', {}, 422),
        (b" " * (MOST_BYTES + 1), {}, 413),
    ],
)
def test_what_are_no_bookmarks_is_refused(
    content: bytes, headers: dict[str, str], status: int, client: TestClient, tmp_path: Path
) -> None:
    usual = {"origin": HERE, "if-match": '"0"', "content-type": "application/json"}
    answer = client.put(NOTES, content=content, headers=usual | headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert list(tmp_path.iterdir()) == []


def test_a_lone_surrogate_is_refused(client: TestClient) -> None:
    body = json.dumps({"revision": 0, "notes": [note("\ud800")]}).encode()
    headers = {"origin": HERE, "if-match": '"0"', "content-type": "application/json"}
    assert client.put(NOTES, content=body, headers=headers).status_code == 422


def test_there_is_a_limit_to_their_number(client: TestClient) -> None:
    assert put(client, [note("")] * MOST_NOTES, 0).status_code == 200
    answer = put(client, [note("")] * (MOST_NOTES + 1), 1)
    assert answer.status_code == 413
    assert "2,000" in answer.json()["error"]


def test_with_a_token_only_its_holder_writes(tmp_path: Path) -> None:
    client = visit(notes=a_book(tmp_path), token=TOKEN)
    assert put(client, [note()], 0).status_code == 401
    assert put(client, [note()], 0, authorization=f"Bearer {TOKEN}").status_code == 200


def test_damaged_notes_are_put_aside_never_lost(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "notes.json"
    book = NoteBook(path, told.append)
    for number, damaged in enumerate((b'{"revision": 3, "notes": [{"te', b"\x00" * 9)):
        path.write_bytes(damaged)
        assert book.read() == NotesDoc(revision=0, notes=())
        suffix = f"-{number + 1}" if number else ""
        assert (tmp_path / f"notes.json.damaged{suffix}").read_bytes() == damaged
        assert f"notes.json.damaged{suffix}" in told[-1]
    assert book.replace(NotesDoc(revision=0, notes=()), 0)[0].revision == 1


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit(notes=a_book(tmp_path))
    assert put(client, [note("kept")], 0).status_code == 200
    before = (tmp_path / "notes.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = put(client, [note("lost")], 1)
    assert answer.status_code == 507
    assert "No space left" in answer.json()["error"]
    assert (tmp_path / "notes.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["notes.json"]


def test_a_link_in_a_folder_from_elsewhere_leads_nowhere(tmp_path: Path) -> None:
    theirs, run = tmp_path / "theirs", tmp_path / "run"
    theirs.write_text("mine")
    run.mkdir()
    for name in ("notes.json", ".notes.json.writing"):
        (run / name).symlink_to(theirs)
    client = visit(notes=a_book(run))
    assert put(client, [note()], 0).status_code == 200
    assert theirs.read_text() == "mine"
    assert not (run / "notes.json").is_symlink()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.json").mkdir()
    with pytest.raises(OutputError, match="cannot be read"):
        a_book(tmp_path).read()
    assert visit(notes=a_book(tmp_path)).get(NOTES).status_code == 507


def test_they_lie_beside_the_release_not_in_it(tmp_path: Path) -> None:
    assert place_of(tmp_path / "run" / "release") == tmp_path / "run" / "notes.json"
    assert place_of(tmp_path / "july") == tmp_path / "july.notes.json"


def test_whether_they_can_be_kept_is_tried_without_a_trace(tmp_path: Path) -> None:
    assert can_write(tmp_path / "notes.json")
    assert list(tmp_path.iterdir()) == []
    assert not can_write(tmp_path / "nowhere" / "notes.json")
    assert not can_write(Path("/proc/notes.json"))


def test_what_cannot_be_put_aside_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.json").write_text("{")

    def refuse(self: Path, _: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(OutputError, match="is damaged and cannot be put aside"):
            a_book(tmp_path).read()
    assert (tmp_path / "notes.json").read_text() == "{"


def test_a_folder_that_went_away_is_a_sentence(tmp_path: Path) -> None:
    client = visit(notes=a_book(tmp_path / "gone"))
    answer = put(client, [note()], 0)
    assert answer.status_code == 507
    assert "cannot be written" in answer.json()["error"]
