"""Tables that are not as they should be: roles, rows and headers."""

from pathlib import Path

import pytest

from anonymuse.adapters.read.facets_file import FacetsFile
from anonymuse.adapters.read.sniff import open_reader, open_readers
from anonymuse.errors import ColumnError, InputError
from anonymuse.ports.reader import ColumnMapping
from tests.unit.adapters.read.files import conversations, drops, lines, read, said, write

SECRET = "Zanzibaria"
FEWER = "row with fewer fields than the header"


def test_messages_whose_roles_are_all_unknown_are_dropped_for_that(tmp_path: Path) -> None:
    data = b"conversation_id,user_id,role,text\n7,a,Kunde,hi\n7,a,Berater,ho\n8,b,Kunde,hm\n"
    path = write(tmp_path, data, "a.csv")
    wanted = [("unknown role", "line 2"), ("unknown role", "line 4")]
    assert drops(read(path)) == wanted
    assert drops(read(path, user="user_id")) == wanted


def test_a_named_column_is_looked_for_in_conversations_that_are_dropped(tmp_path: Path) -> None:
    row = {"role": "Kunde", "text": "x" * 9_000}
    many = [{**row, "conversation_id": n} for n in range(40)]
    path = write(tmp_path, lines(*many, {**row, "conversation_id": 40, "owner": "me"}))
    assert len(drops(read(path, called="rows", user="owner"))) == 41
    path = write(tmp_path, lines(*many))
    with pytest.raises(ColumnError, match=r"no column 'owner' \(set by --user-column\)"):
        read(path, called="rows", user="owner")


@pytest.mark.parametrize("other", ["agent", "Support", "operator", "representative", "advisor"])
@pytest.mark.parametrize("user", ["customer", "Client", "visitor"])
def test_the_roles_of_a_help_desk(tmp_path: Path, user: str, other: str) -> None:
    data = f"conversation_id,role,text\n7,{user},hi\n7,{other},ho\n".encode()
    (item,) = read(write(tmp_path, data, "a.csv"))
    assert said(item) == [("user", "hi"), ("assistant", "ho")]


def test_a_row_that_ends_too_early_is_dropped(tmp_path: Path) -> None:
    data = f"id,user_id,prompt,response\n1,a,hi,ho\n2;b;{SECRET},what {SECRET};no\n3,c,hm,\n"
    items = read(write(tmp_path, data.encode(), "a.csv"))
    assert [(item.id, item.user) for item in conversations(items)] == [("1", "a"), ("3", "c")]
    assert drops(items) == [(FEWER, "line 3")]


def test_metadata_at_its_end_may_be_left_off(tmp_path: Path) -> None:
    data = b"id,prompt,plan,stars\n1,hi,free,5\n2,ho,free\n3,hm\n4\n"
    path = write(tmp_path, data, "a.csv")
    items = read(path)
    assert [item.metadata for item in conversations(items)] == [
        {"plan": "free", "stars": "5"},
        {"plan": "free", "stars": None},
        {"plan": None, "stars": None},
    ]
    assert drops(items) == [(FEWER, "line 5")]
    assert [item.id for item in conversations(read(path, user="plan"))] == ["1", "2"]


def test_a_row_of_messages_that_ends_too_early(tmp_path: Path) -> None:
    data = b"conversation_id,role,text,plan\n7,user,hi,free\n7,assistant,ho\n7,assistant\n"
    items = read(write(tmp_path, data, "a.csv"))
    assert [said(item) for item in conversations(items)] == [[("user", "hi"), ("assistant", "ho")]]
    assert drops(items) == [(FEWER, "line 4")]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, b"id,prompt,prompt,plan\n1,hi,ho,free\n", "a.csv")
    with pytest.raises(
        InputError, match="two columns of the same name 'prompt', at places 2 and 3"
    ):
        read(path)
    write(tmp_path, b"id,prompt\n1,hi\n", "b.csv")
    found = open_readers(tmp_path)
    assert [reader.format for reader in found] == ["not read", "csv"]


def test_a_repeated_name_that_may_be_data_is_not_shown(tmp_path: Path) -> None:
    path = write(tmp_path, f"text,to {SECRET},to {SECRET}\nhi,a,b\n".encode(), "a.csv")
    with pytest.raises(InputError, match="at places 2 and 3") as caught:
        open_reader(path, format=None, columns=ColumnMapping())
    assert SECRET not in str(caught.value)


def test_columns_without_a_name_are_not_of_one_name(tmp_path: Path) -> None:
    (item,) = conversations(read(write(tmp_path, b"text,,\nhi,a,b\n", "a.csv")))
    assert item.metadata == {"column 2": "a", "column 3": "b"}


def test_a_file_of_facets_is_read_as_carefully(tmp_path: Path) -> None:
    path = write(tmp_path, b"id,task,concern\n1,bake,2\n2;bake;3\n", "f.csv")
    facets = FacetsFile(path)
    assert [key for key, _ in facets.rows()] == ["1"]
    assert facets.counts["rows that cannot be read"] == 1
    path = write(tmp_path, b"id,task,task\n1,bake,brew\n", "f.csv")
    with pytest.raises(InputError, match="two columns"):
        list(FacetsFile(path).rows())
