"""Files found, formats refused, and sentences that show no data."""

import gzip
import os
from pathlib import Path

import pytest

from anonymuse.adapters.read.places import find_files
from anonymuse.adapters.read.sniff import open_reader, open_readers
from anonymuse.errors import InputError
from anonymuse.ports.reader import ColumnMapping
from tests.unit.adapters.read.files import chat, conversations, drops, lines, write

SECRET = "Zanzibaria"


def test_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("b.csv", "a.jsonl.gz", "sub/c.parquet", ".hidden.csv", "notes.md", "_done.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert found == ["a.jsonl.gz", "b.csv", "sub/c.parquet"]
    assert find_files(tmp_path / "notes.md") == [tmp_path / "notes.md"]


def test_a_folder_without_data(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(InputError, match="holds no data"):
        find_files(tmp_path)


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "chats.jsonl").write_text("x")
    with pytest.raises(InputError, match=r"Did you mean 'chats.jsonl'"):
        find_files(tmp_path / "chat.jsonl")
    with pytest.raises(InputError, match="no file"):
        open_reader(tmp_path / "no.jsonl", format=None, columns=ColumnMapping())
    with pytest.raises(InputError, match="no file or folder"):
        find_files(Path("a\x00b"))


def test_a_folder_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        open_reader(tmp_path, format=None, columns=ColumnMapping())


def test_no_right_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, lines(chat("hi")))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="no right to"):
        open_reader(path, format=None, columns=ColumnMapping())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_neither(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        find_files(tmp_path / "pipe")


BAD = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "packed nothing": (gzip.compress(b""), "is empty"),
    "zip": (b"PK\x03\x04" + SECRET.encode(), "not whole"),
    "picture": (b"\x89PNG\r\n\x1a\n", "PNG picture"),
    "UTF-16": ("text".encode("utf-16"), "UTF-8"),
    "broken pack": (b"\x1f\x8b\x08\x00garbage", "damaged"),
    "cut parquet": (b"PAR1" + b"x" * 50, "not a whole Parquet"),
    "prose": (f"Dear {SECRET},\nhow are you, {SECRET}?\n".encode(), "--text-column"),
    "no header": (f"{SECRET},{SECRET} again\nb,c\n".encode(), "no format that is known"),
    "other keys": (lines({"alpha": SECRET, "beta": [SECRET]}), "columns alpha, beta"),
    "data for keys": (lines({f"{SECRET}@example.org": 1}), "without columns"),
    "numbers": (b"[1, 2, 3]", "no format that is known"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_read_says_why_and_shows_no_value(tmp_path: Path, case: str) -> None:
    data, sentence = BAD[case]
    with pytest.raises(InputError, match=sentence) as caught:
        open_reader(write(tmp_path, data), format=None, columns=ColumnMapping())
    assert SECRET not in caught.value.message


def test_a_wrong_format_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, lines(chat("hi")))
    with pytest.raises(InputError, match=r"Did you mean 'sharegpt'"):
        open_reader(path, format="sharegtp", columns=ColumnMapping())
    for wrong in ("parquet", "csv"):
        with pytest.raises(InputError, match=f"cannot be read as '{wrong}'"):
            open_reader(path, format=wrong, columns=ColumnMapping())


def test_files_of_one_name_get_different_identifiers(tmp_path: Path) -> None:
    for day in ("day=1", "day=2"):
        (tmp_path / day).mkdir()
        write(tmp_path / day, lines(chat("hi")), "part-0.jsonl")
    readers = open_readers(tmp_path)
    assert [reader.name for reader in readers] == ["day=1/part-0.jsonl", "day=2/part-0.jsonl"]
    ids = [item.id for reader in readers for item in conversations(reader.read())]
    assert ids == ["day=1/part-0:1", "day=2/part-0:1"]


def test_a_file_that_was_found_among_others_is_dropped_and_counted(tmp_path: Path) -> None:
    write(tmp_path, lines(chat("hi")), "a.jsonl")
    write(tmp_path, b"", "b.jsonl")
    write(tmp_path, b'{"n": 1}\n', "c.jsonl")
    _, empty, strange = open_readers(tmp_path)
    assert [reader.name for reader in (empty, strange)] == ["b.jsonl", "c.jsonl"]
    assert empty.why == "'b.jsonl' is empty."
    assert strange.why.startswith("'c.jsonl' is of no format that is known.")
    assert drops(empty.read()) == [("file that cannot be read", "the whole file")]


def test_a_folder_in_which_nothing_can_be_read(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        write(tmp_path, b"", name)
    with pytest.raises(InputError, match=r"'a\.jsonl' is empty"):
        open_readers(tmp_path)


def test_a_name_that_cannot_be_printed(tmp_path: Path) -> None:
    path = write(tmp_path, lines(chat("hi")), os.fsdecode(b"a\x1b\xff\n.jsonl"))
    (reader,) = open_readers(path)
    (item,) = conversations(reader.read())
    assert (reader.name, item.id) == ("a???.jsonl", "a???:1")


def test_repr_shows_no_path_and_no_data(tmp_path: Path) -> None:
    (reader,) = open_readers(write(tmp_path, lines(chat(SECRET))))
    assert repr(reader) == "FileReader('data.jsonl', messages)"
