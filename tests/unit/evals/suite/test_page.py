import re
from dataclasses import replace
from html.parser import HTMLParser

from anonymuse.evals.suite.compare import Change
from anonymuse.evals.suite.page import as_html, as_markdown
from anonymuse.evals.suite.section import Bars, Curve, Figure, Heat, Number, Section, Table

PROVENANCE = {"date": "2026-01-02", "models": {"conversation": "m-1"}}
STRANGE = "a < b & <script>"


def whole() -> Section:
    return Section(
        key="parts",
        title="Parts",
        lead="About parts.",
        figures=(
            Figure("a", STRANGE, Number(0.5, 0.4, 0.6), Number(0.4), Number(0.1, -0.1, 0.2)),
            Figure("b", "alone", Number(0.25)),
        ),
        tables=(
            Table("A table.", ("what", "n"), ((STRANGE, 3), ("two | three", 0.5), ("x", None))),
        ),
        pictures=(
            Bars("Bars.", ("one", "two"), (Number(0.5, 0.4, 0.6), Number(1.2)), (0.3, 0.4)),
            Heat("Heat.", ("r1", "r2"), ("c1", "c2"), ((1.0, 0.0), (0.25, 0.75))),
            Curve("Curve.", "said", "seen", ((0.1, Number(0.2, 0.1, 0.3)), (0.9, Number(0.8)))),
        ),
        notes=("A note.",),
    )


CHANGE = Change(
    "Parts", "alone", Number(0.2), Number(0.25), Number(0.05, 0.01, 0.09), True, "better"
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in {"meta", "line", "circle", "rect"} or (tag == "rect" and attrs):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_sound_html_without_script_or_anything_fetched() -> None:
    page = as_html("Evaluation: x", [whole()], PROVENANCE, [CHANGE])
    tags = Tags()
    tags.feed(page)
    assert not tags.open
    assert "script" not in tags.seen
    assert tags.seen.count("svg") == 3 + 2  # pictures, and an interval for each figure
    assert "<script>" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert 'class="good">better' in page
    assert "default-src 'none'" in page
    assert "<code>two</code>" in as_html("x", [replace(whole(), notes=("One `two`.",))], PROVENANCE)


def test_values_beyond_their_scale_stay_inside_the_picture() -> None:
    page = as_html("x", [whole()], PROVENANCE)
    places = [float(x) for x in re.findall(r'cx="([-0-9.]+)"', page)]
    assert min(places) >= 0
    assert max(places) <= 640


def test_markdown_holds_every_number_and_keeps_its_columns() -> None:
    text = as_markdown("Evaluation: x", [whole()], PROVENANCE, [CHANGE])
    assert "| alone | 0.250 |  |  |" in text
    assert "0.500 (0.400 to 0.600)" in text
    assert "two \\| three" in text
    assert "| alone | 0.200 | 0.250 | +0.050 (+0.010 to +0.090) | better |" in text
    assert "- models: conversation m-1" in text
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1


def test_a_label_stays_in_its_cell_and_is_no_markup_in_markdown() -> None:
    told = Table("A table.", ("what",), (("<img src=x>\n| two",),))
    text = as_markdown("x", [Section(key="k", title="K", lead="L.", tables=(told,))], PROVENANCE)
    assert "| &lt;img src=x&gt; \\| two |" in text.splitlines()
