import pytest

from anonymuse.adapters.chat.keys import url_key, vendor_key
from anonymuse.errors import ModelUnavailableError

ALL = {
    "ANONYMUSE_API_KEY": "ours",
    "ANONYMUSE_FALLBACK_API_KEY": "second",
    "ANTHROPIC_API_KEY": "claude",
    "OPENAI_API_KEY": "gpt",
}
VENDORS = {name: key for name, key in ALL.items() if not name.startswith("ANONYMUSE")}
HERE = "http://localhost:8000/v1"
THERE = "https://gateway.example/v1"


@pytest.mark.parametrize(
    ("url", "beside", "environment", "key"),
    [
        (HERE, None, {}, None),
        (HERE, None, ALL, "ours"),
        (THERE, None, VENDORS, None),
        ("https://api.openai.com/v1", None, VENDORS, "gpt"),
        ("https://api.openai.com/v1", None, ALL, "ours"),
        ("http://api.openai.com/v1", None, VENDORS, None),
        ("https://api.openai.com.evil.example/v1", None, VENDORS, None),
        ("https://api.anthropic.com/v1", None, VENDORS, "claude"),
        # as a fallback: the first host's key stays with the first host
        (THERE, HERE, ALL, "second"),
        (THERE, HERE, {"ANONYMUSE_API_KEY": "ours"}, None),
        (THERE, THERE + "#m", {"ANONYMUSE_API_KEY": "ours"}, "ours"),
        ("https://gateway.example:444/v1", THERE, {"ANONYMUSE_API_KEY": "ours"}, None),
        (THERE, "anthropic:m", {"ANONYMUSE_API_KEY": "ours"}, "ours"),
        (THERE, "anthropic:m", ALL, "second"),
    ],
)
def test_a_key_of_one_host_is_never_sent_to_another(url, beside, environment, key):
    assert url_key(url, environment, beside=beside) == key


@pytest.mark.parametrize("vendor", ["anthropic", "openai"])
def test_a_missing_key_is_named(vendor):
    with pytest.raises(ModelUnavailableError, match=f"{vendor.upper()}_API_KEY"):
        vendor_key(vendor, "https://api.example", {"ANONYMUSE_API_KEY": "ours"})
    with pytest.raises(ModelUnavailableError):
        vendor_key(vendor, "https://api.example", {f"{vendor.upper()}_API_KEY": ""})


def test_a_server_on_this_machine_needs_none():
    assert vendor_key("anthropic", "http://127.0.0.1:81", {}) is None
    assert vendor_key("openai", "http://localhost:81/v1", VENDORS) == "gpt"
