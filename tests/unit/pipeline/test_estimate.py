import json

import pytest

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.money import Price
from anonymuse.pipeline.estimate import NOTHING, Estimate, Range, StageEstimate
from anonymuse.pipeline.estimate_each import mean_of
from anonymuse.pipeline.spent import in_one_line, released_cost
from anonymuse.pipeline.usual_texts import answer_text
from anonymuse.ports.spending import Line

PRICE = Price(1.0, 2.0, 0.1, batch=0.5, date="2026-11-21")
STAGE = StageEstimate("extract", Range(90, 100, 120), Range(900, 1e3, 1200), Range(80, 100, 150))


def test_ranges_add_and_multiply_at_both_ends():
    assert Range(1, 2, 3) + Range.exactly(10) == Range(11, 12, 13)
    assert Range(1, 2, 3) * Range(2, 3, 4) == Range(2, 6, 12)
    assert Range(1, 2, 3) * 2 == Range(2, 4, 6)
    assert Range(10, 20, 30).wider(0.5) == Range(5, 20, 45)
    assert Range(1, 2, 3).holds(3)
    assert not Range(1, 2, 3).holds(3.1)


def test_a_stage_costs_what_its_tokens_cost():
    assert STAGE.cost(PRICE) == Range(900 + 160, 1_000 + 200, 1_200 + 300)
    assert STAGE.cost(PRICE, batch=True) == STAGE.cost(PRICE) * 0.5


def test_the_total_is_the_sum_and_nothing_without_stages():
    estimate = Estimate(5, 5, "m", (STAGE, STAGE), PRICE)
    assert estimate.total.calls == STAGE.calls * 2
    assert Estimate(5, 5, "", ()).total == StageEstimate("total", NOTHING, NOTHING, NOTHING)
    assert Estimate(5, 5, "m", (STAGE,)).cost() is None


def test_plain_values_are_json():
    said = json.loads(json.dumps(Estimate(5, 4, "m", (STAGE,), PRICE, notes=("n",)).as_dict()))
    assert said["stages"][0]["usd"] == pytest.approx(
        {"low": 0.00106, "likely": 0.0012, "high": 0.0015}
    )
    assert said["price"]["date"] == "2026-11-21"
    assert said["total"]["calls"] == {"low": 90, "likely": 100, "high": 120}
    assert Estimate(5, 4, "m", (STAGE,)).as_dict()["stages"][0]["usd"] is None


def test_the_mean_of_a_sample_has_an_interval_and_that_of_all_has_none():
    values = [100.0, 200.0, 300.0, 400.0]
    some, every = mean_of(values, 1_000), mean_of(values, 4)
    assert some.low < some.likely == 250 < some.high
    assert (every.low, every.likely, every.high) == (250, 250, 250)
    assert mean_of([], 10) == Range.exactly(0)


@pytest.mark.parametrize("strong", [True, False])
def test_an_answer_of_the_usual_length_fits_its_questions(strong: bool):
    asked = tuple(q for q in CORE if q.source == "model")
    said = json.loads(answer_text(asked, strong=strong))
    assert list(said) == [q.name for q in asked]
    assert 13 <= len(said["request"].split()) <= 17
    assert len(said["task"].split()) == (6 if strong else 4)
    short = FacetQuestion("x", "?", "text", max_words=2)
    assert len(json.loads(answer_text((short,), strong=strong))["x"].split()) <= 2


def test_every_kind_of_facet_has_a_usual_answer():
    kinds = (
        FacetQuestion("a", "?", "integer", low=1, high=5),
        FacetQuestion("b", "?", "boolean"),
        FacetQuestion("c", "?", "one_of", values=("yes", "no")),
        FacetQuestion("d", "?", "several_of", values=("p", "q", "r")),
        FacetQuestion("e", "?", "several_of"),
    )
    said = json.loads(answer_text(kinds, strong=True))
    assert (said["a"], said["b"], said["c"], said["d"]) == (1, False, "yes", ["p", "q"])
    assert len(said["e"]) == 3


def test_one_line_before_a_run():
    estimate = Estimate(5, 5, "m", (STAGE,), PRICE)
    said = in_one_line(estimate, 0.0)
    assert said.startswith("Expected: 100 calls, 1,000 tokens in, 100 out, $0.0012 ($0.0011 to ")
    assert "as of 2026-11-21" in said
    assert "\n" not in said
    assert "spent in this folder so far: $0.50" in in_one_line(estimate, 500_000)
    assert in_one_line(Estimate(5, 5, "m", (STAGE,)), 0.0).endswith("out, price unknown.")
    free = Estimate(5, 5, "m", (STAGE,), price=Price(0.0, 0.0, 0.0))
    assert in_one_line(free, 0.0).endswith("out, free.")


class Spent:
    def __init__(self, price: Price | None, **line: object) -> None:
        self.price = price
        self._line = Line(**line)  # type: ignore[arg-type]

    def lines(self) -> dict[str, Line]:
        return {"extract": self._line}


def test_a_release_gets_rounded_sums_and_no_count_of_calls():
    line = {"calls": 97, "tokens_in": 87_629, "tokens_out": 1_916, "micro_dollars": 9_720.9}
    said = released_cost(Spent(PRICE, **line))
    assert said["tokens in"] == 88_000
    assert said["tokens out"] == 1_900
    assert said["usd"] == 0.0097
    assert said["price date"] == "2026-11-21"
    assert "97" not in json.dumps(said).replace("0.0097", "")


def test_a_release_without_calls_or_with_unknown_prices():
    assert released_cost(None) == {}
    assert released_cost(Spent(PRICE)) == {}
    line = {"calls": 9, "unpriced": 9, "tokens_in": 1_000, "tokens_out": 10}
    assert released_cost(Spent(None, **line))["usd"] is None
    assert released_cost(Spent(PRICE, **line))["usd"] is None
