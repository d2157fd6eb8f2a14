"""CSV, Parquet and Markdown: every value comes back, and none does anything."""

from __future__ import annotations

import csv as standard_csv
import io
import json
from dataclasses import asdict, replace

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.adapters.export import csv, markdown, parquet
from tests.sample_report import FORMULA_NAME, empty_report, sample_report


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(standard_csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_csv_holds_every_cluster_and_every_cell():
    report = sample_report()
    files = csv.render(report)
    clusters, cells = rows_of(files["clusters.csv"]), rows_of(files["cells.csv"])
    assert [row["id"] for row in clusters] == [c.id for c in report.clusters]
    assert [int(row["conversations"]) for row in clusters] == [
        c.conversations for c in report.clusters
    ]
    assert [row["value"] for row in cells] == [c.value for c in report.cells]


def test_a_suppressed_count_is_empty_and_marked_in_csv():
    report = sample_report()
    cells = rows_of(csv.render(report)["cells.csv"])
    for row, cell in zip(cells, report.cells, strict=True):
        assert (row["units"] == "") == (cell.units is None) == (row["suppressed"] == "true")
        assert row["units"] != "0"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n=1"]
)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    assert csv.guard(text) == f"'{text}"


def test_plain_texts_and_numbers_stay_as_they_are():
    for value in ("Write code", "a=b", "", 0.5, -3, None):
        assert csv.guard(value) == value
    names = [row["name"] for row in rows_of(csv.render(sample_report())["clusters.csv"])]
    assert f"'{FORMULA_NAME}" in names


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_any_name_survives_csv(name):
    report = sample_report()
    odd = replace(report.clusters[0], name=name)
    row = rows_of(csv.render(replace(report, clusters=(odd,)))["clusters.csv"])[0]
    assert row["name"] in {name, f"'{name}"}
    assert not row["name"].lstrip().startswith(("=", "+", "-", "@"))


def test_the_receipt_travels_with_csv_and_parquet():
    report = sample_report()
    beside = json.loads(csv.render(report)["receipt.json"])
    metadata = pq.read_schema(io.BytesIO(parquet.render(report)["cells.parquet"])).metadata
    inside = json.loads(metadata[b"anonymuse.receipt"])
    for receipt in (beside, inside):
        assert receipt["policy"]["name"] == "public"
        assert receipt["withheld_clusters"] == {"too few people": 5, "one person dominates": 2}


def test_parquet_gives_back_every_value():
    report = sample_report()
    files = parquet.render(report)
    clusters = pq.read_table(io.BytesIO(files["clusters.parquet"])).to_pylist()
    cells = pq.read_table(io.BytesIO(files["cells.parquet"])).to_pylist()
    assert clusters == [asdict(c) for c in report.clusters]
    assert cells == [asdict(c) for c in report.cells]
    assert any(cell["units"] is None for cell in cells)


@pytest.mark.parametrize("module", [csv, parquet, markdown])
def test_the_same_report_gives_the_same_bytes(module):
    assert module.render(sample_report()) == module.render(sample_report())
    assert all(module.render(empty_report()).values())


def test_markdown_shows_policy_tree_and_suppressed_values():
    text = markdown.render(sample_report())["report.md"].decode()
    assert "> **Released under policy “public”: for publication outside the organisation.**" in text
    assert (
        "\n    - **Debug Python scripts and data pipelines** (13.5 %, 12.8–14.1 %, n 1,480" in text
    )
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    report = sample_report()
    hidden = replace(report, cells=tuple(replace(c, units=None) for c in report.cells[:3]))
    assert "| not shown | | |" in markdown.render(hidden)["report.md"].decode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b", "a \\| b"),
        ("[x](y)", "\\[x\\](y)"),
        ("*b* _i_ `c` ~s~ #h !x", "\\*b\\* \\_i\\_ \\`c\\` \\~s\\~ \\#h \\!x"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("two\nlines", "two lines"),
        ("see http://x.example and www.x.example", "see http\\://x.example and www\\.x.example"),
        ("a\x07b", "a\ufffdb"),
    ],
)
def test_markdown_shows_text_as_it_is(text, shown):
    assert markdown.escape(text) == shown
