"""Recorded facets: what is kept, what is counted."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anonymuse.adapters.read.facets_file import FacetsFile
from anonymuse.domain.facets import FacetQuestion
from anonymuse.errors import InputError
from tests.unit.adapters.read.files import lines, write

GOOD = {"id": "a", "request": "to bake", "task": "bake bread", "refused": "no", "concern": 1}


@pytest.mark.parametrize("name", ["f.jsonl", "f.jsonl.gz", "f.csv", "f.parquet"])
def test_every_container(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("parquet"):
        pq.write_table(pa.Table.from_pylist([GOOD]), path)
    elif name.endswith("csv"):
        path.write_text("Conversation ID,request,task,refused,concern\na,to bake,bake bread,no,1\n")
    else:
        path.write_bytes(gzip.compress(lines(GOOD)) if name.endswith("gz") else lines(GOOD))
    assert list(FacetsFile(path).rows()) == [("a", {k: v for k, v in GOOD.items() if k != "id"})]


def test_what_is_wrong_is_counted(tmp_path: Path) -> None:
    data = lines(
        GOOD,
        {**GOOD, "id": None},
        {**GOOD, "concern": 3},
        {**GOOD, "id": "b", "concern": 6, "refused": "No", "request": " "},
        {**GOOD, "id": "c", "concern": True, "refused": "maybe", "request": 5},
        {**GOOD, "id": 4, "concern": "2", "extra": 1, "task": None},
    )
    facets = FacetsFile(write(tmp_path, data + b"{broken\n"))
    rows = dict(facets.rows())
    assert list(rows) == ["a", "b", "c", "4"]
    assert rows["b"] == {"request": None, "task": "bake bread", "refused": "no", "concern": None}
    assert rows["4"]["concern"] == 2
    assert facets.counts == {
        "rows": 7,
        "kept": 4,
        "rows without an id": 1,
        "rows whose id was there before": 1,
        "rows that cannot be read": 1,
        "concern: not an integer from 1 to 5": 2,
        "refused: not of no, partly, yes": 1,
        "request: empty": 1,
        "request: not a text": 1,
        "task: empty": 1,
    }


def test_kinds_of_answers(tmp_path: Path) -> None:
    questions = [
        FacetQuestion("code", "?", "boolean"),
        FacetQuestion("values", "?", "several_of", values=("Care", "Truth")),
        FacetQuestion("words", "?", "several_of"),
    ]
    data = lines(
        {"id": 1, "code": True, "values": ["care", "Truth"], "words": ["a ", "b"]},
        {"id": 2, "code": "No", "values": "truth; care", "words": '["a"]'},
        {"id": 3, "code": "perhaps", "values": ["care", "beauty"], "words": [1]},
    )
    rows = [answers for _, answers in FacetsFile(write(tmp_path, data), questions).rows()]
    assert rows == [
        {"code": True, "values": "Care; Truth", "words": "a; b"},
        {"code": False, "values": "Truth; Care", "words": "a"},
        {"code": None, "values": None, "words": None},
    ]


def test_a_value_is_known_in_any_case_as_where_a_model_answers(tmp_path: Path) -> None:
    question = FacetQuestion("place", "?", "one_of", values=("Straße",))
    facets = FacetsFile(write(tmp_path, lines({"id": 1, "place": "STRASSE"})), [question])
    assert list(facets.rows()) == [("1", {"place": "Straße"})]


def test_files_that_are_no_facets(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column of conversation ids"):
        list(FacetsFile(write(tmp_path, lines({"request": "x"}))).rows())
    with pytest.raises(InputError, match=r"no column of a facet.*Did you mean 'request'"):
        list(FacetsFile(write(tmp_path, lines({"requests": "x", "id": 1}))).rows())
    with pytest.raises(InputError, match="is empty"):
        list(FacetsFile(write(tmp_path, b"")).rows())


def test_digest_follows_the_bytes(tmp_path: Path) -> None:
    facets = FacetsFile(write(tmp_path, lines(GOOD)))
    before = facets.digest
    assert before == facets.digest
    write(tmp_path, lines(GOOD, GOOD))
    assert facets.digest != before
    with pytest.raises(InputError, match="no file"):
        _ = FacetsFile(tmp_path / "none.jsonl").digest
