"""What is sealed opens as it was, under its own name and key, and in no other way."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.vault import siv
from anonymuse.errors import ConfigError

KEY = bytes(range(32))


@given(st.binary(max_size=100), st.text(max_size=10))
@settings(max_examples=50)
def test_opens_as_it_was(data: bytes, about: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(siv, "_PIECE", 10)
        own = siv.Siv(KEY)
        assert own.open(own.seal(data, about), about) == data


def test_the_same_is_sealed_alike_and_nothing_else_is():
    own, other = siv.Siv(KEY), siv.Siv(bytes(32))
    sealed = own.seal(b"hello", "a")
    assert sealed == own.seal(b"hello", "a")
    assert len({sealed, own.seal(b"hello", "b"), other.seal(b"hello", "a")}) == 3
    assert b"hello" not in sealed


@pytest.mark.parametrize("size", [0, 5, 10, 25, 30])
def test_pieces_cannot_be_cut_off_exchanged_or_changed(monkeypatch: pytest.MonkeyPatch, size: int):
    monkeypatch.setattr(siv, "_PIECE", 10)
    own = siv.Siv(KEY)
    sealed = own.seal(bytes(size), "a")
    assert own.open(sealed, "a") == bytes(size)
    wrong = [sealed[:-1], sealed + b"x", b"", sealed[1:], bytes([sealed[0] ^ 1]) + sealed[1:]]
    if size > 10:
        wrong += [sealed[:26], sealed[26:] + sealed[:26]]
    for changed in wrong:
        with pytest.raises(siv.NotSealedSoError):
            own.open(changed, "a")
    with pytest.raises(siv.NotSealedSoError):
        own.open(sealed, "b")
    with pytest.raises(siv.NotSealedSoError):
        siv.Siv(bytes(32)).open(sealed, "a")


def test_says_how_to_install_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(ConfigError, match=r"pip install 'anonymuse\[secure\]'"):
        siv.Siv(KEY)


def test_keys_are_random():
    assert len({siv.new_key() for _ in range(20)}) == 20
    assert len(siv.new_key()) == siv.KEY_BYTES
