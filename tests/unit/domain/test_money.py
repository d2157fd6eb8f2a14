import pytest

from anonymuse.domain.money import Price, dollars, two_digits

CHEAP = Price(0.10, 0.50, 0.01, batch=0.5, date="2026-11-21", source="a page")


def test_a_million_tokens_cost_their_price():
    assert CHEAP.cost(1_000_000, 0) == pytest.approx(100_000)  # micro-dollars: $0.10
    assert CHEAP.cost(0, 1_000_000) == pytest.approx(500_000)


def test_cached_tokens_are_part_of_the_prompt_and_cheaper():
    assert CHEAP.cost(1000, 0, 400) == pytest.approx(600 * 0.10 + 400 * 0.01)
    assert CHEAP.cost(1000, 0, 4000) == pytest.approx(1000 * 0.01)


def test_a_batch_costs_its_share():
    assert CHEAP.cost(1000, 100, batch=True) == pytest.approx(CHEAP.cost(1000, 100) / 2)


@pytest.mark.parametrize(
    ("micro", "said"),
    [
        (0, "$0"),
        (9_720.9, "$0.0097"),
        (140, "$0.00014"),
        (430_000, "$0.43"),
        (12_345_678, "$12.35"),
        (1_234_000_000, "$1,234.00"),
    ],
)
def test_money_is_said_with_two_digits_that_mean_something(micro: float, said: str):
    assert dollars(micro) == said


@pytest.mark.parametrize(
    ("number", "rounded"),
    [(0, 0), (7, 7), (99, 99), (1_849, 1_800), (87_629, 88_000), (0.0097209, 0.0097), (9.96, 10)],
)
def test_a_release_gets_two_digits(number: float, rounded: float):
    assert two_digits(number) == rounded


def test_a_price_says_when_it_was_read():
    assert CHEAP.as_text() == "$0.10 in, $0.50 out for a million tokens, as of 2026-11-21"
    assert Price(0.1, 0.5, 0.1).as_text().endswith("as given")
    assert Price(0, 0, 0).as_text() == "free"
