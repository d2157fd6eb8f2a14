import pytest

from anonymuse.adapters.chat.told_limits import NOTHING, ToldLimits, told_limits


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, NOTHING),
        ({"retry-after": "3"}, NOTHING),
        (
            {
                "x-ratelimit-limit-requests": "500",
                "x-ratelimit-remaining-requests": "499",
                "x-ratelimit-limit-tokens": "30000",
                "x-ratelimit-remaining-tokens": "0",
            },
            ToldLimits(500, 499, 30_000, 0),
        ),
        (
            {
                "anthropic-ratelimit-requests-limit": "50",
                "anthropic-ratelimit-requests-remaining": "49",
                "anthropic-ratelimit-input-tokens-limit": "40000",
                "anthropic-ratelimit-input-tokens-remaining": "39000",
                "anthropic-ratelimit-requests-reset": "2026-11-21T10:00:00Z",
            },
            ToldLimits(50, 49, 40_000, 39_000),
        ),
        ({"x-ratelimit-limit-requests": "0"}, NOTHING),
        ({"x-ratelimit-limit-requests": "-5"}, NOTHING),
        ({"x-ratelimit-limit-requests": "a lot"}, NOTHING),
        ({"x-ratelimit-limit-requests": "1e9"}, NOTHING),
        ({"x-ratelimit-limit-requests": "²"}, NOTHING),
    ],
)
def test_reads_what_is_told_and_nothing_else(headers, told):
    assert told_limits(headers) == told
