"""Patterns for keys, tokens, passwords and wallets. They read a shadow (`lexicon.hygiene`)."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from anonymuse.lexicon.identifier_net import Found
from anonymuse.lexicon.identifier_words import words

_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}(?:KEY|CERTIFICATE|MESSAGE)[A-Z ]{0,20}-----")
_BLOCK_END = re.compile(r"-----END [A-Z0-9 ]{1,60}-----")
_LONGEST_BLOCK = 20_000

_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:sk|pk|rk)[-_](?:live|test|ant|proj|or|lf)?[-_]?[A-Za-z0-9_-]{16,200}"
    r"|(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}"
    r"|gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{16,64}"
    r"|xox[a-z]-[A-Za-z0-9-]{10,255}|xapp-[A-Za-z0-9-]{10,255}"
    r"|AIza[A-Za-z0-9_-]{30,40}|ya29\.[A-Za-z0-9_.-]{20,512}|GOCSPX-[A-Za-z0-9_-]{20,40}"
    r"|hf_[A-Za-z0-9]{20,64}|npm_[A-Za-z0-9]{30,64}|pypi-[A-Za-z0-9_-]{30,512}"
    r"|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|key-[0-9a-f]{32}|dop_v1_[0-9a-f]{40,80}"
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,60}|EAA[A-Za-z0-9]{30,255}"
    r"|gsk_[A-Za-z0-9]{20,80}|r8_[A-Za-z0-9]{30,60}|lin_api_[A-Za-z0-9]{30,60}"
    r"|\d{8,10}:AA[A-Za-z0-9_-]{32,35}|AGE-SECRET-KEY-1[A-Z0-9]{20,80}"
    r")(?![A-Za-z0-9])"
)
_GATES = words(
    "sk- sk_ pk- pk_ rk_ rk- AKIA ASIA AROA AIDA AGPA ANPA ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ "
    "glpat gldt glrt glcbt glptt glft glsoat xox xapp- AIza ya29 GOCSPX hf_ npm_ pypi- SG. key- "
    "dop_ shp sq0 EAA gsk_ r8_ lin_api :AA AGE-SECRET "
)  # fmt: skip
"""Cheap to look for; without any of them the pattern above finds nothing."""
_JWT = re.compile(
    r"(?<![\w-])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,2048})?"
)
_BEARER = re.compile(r"\b(?:bearer|basic|token)\s+([A-Za-z0-9._~+/=-]{20,2048})", re.IGNORECASE)
_SECRET_WORDS = words(
    "pass pwd contraseña passe passwort senha parola wachtwoord пароль 密码 パスワード "
    "비밀번호 secret token key pin "
)
_ASSIGNED = re.compile(
    r"(?:pass(?:word|wd|phrase|code)?|pwd|contraseña|mot de passe|passwort|senha|parola|wachtwoord|"
    r"пароль|密码|パスワード|비밀번호|secret|token|"
    r"(?:api|access|auth|private|account|secret)[ _-]?key|\bpin)[\"'`]?\s{0,3}"
    r"(?:[:=：]|=>|\bis\b|\bes\b|\best\b|\bist\b|\bé\b|:=)\s{0,3}[\"'`]?"
    r"([^\s\x00\"'`,;<>(){}\[\]]{4,128}+)(?![(\[.])",
    re.IGNORECASE,
)
_WALLET = re.compile(
    r"bc1[ac-hj-np-z02-9]{25,62}|0x[0-9a-fA-F]{40}|[13][1-9A-HJ-NP-Za-km-z]{25,34}"
)
_TOKEN = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{26,}={0,2}(?![A-Za-z0-9+/=_-])")
_HEX = re.compile(r"(?:0x)?(?:[0-9a-f]{32,}|[0-9A-F]{32,})\Z")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def secrets(text: str) -> Iterator[Found]:
    """Yield private-key blocks, tokens with known prefixes, JWTs, assigned passwords, wallets."""
    if "-----BEGIN" in text:
        for match in _BLOCK.finditer(text):
            limit = match.end() + _LONGEST_BLOCK
            end = _BLOCK_END.search(text, match.end(), limit)
            yield match.start(), end.end() if end else min(len(text), limit), "SECRET"
    if any(gate in text for gate in _GATES):
        for match in _PREFIXED.finditer(text):
            if any(character.isdigit() for character in match[0]):
                yield (*match.span(), "SECRET")
    for match in _JWT.finditer(text) if "eyJ" in text else ():
        yield (*match.span(), "SECRET")
    yield from _assigned(text)
    yield from _tokens(text)


def _assigned(text: str) -> Iterator[Found]:
    lower = text.lower()
    if "bearer" in lower or "basic" in lower or "token" in lower:
        for match in _BEARER.finditer(text):
            if _looks_random(match[1]):
                yield (*match.span(1), "SECRET")
    if not any(word in lower for word in _SECRET_WORDS):
        return
    for match in _ASSIGNED.finditer(text):
        if _looks_like_password(match[1]) and (
            not match[1].isdigit() or match[0][:1].lower() in "pcmwsп密パ비"
        ):
            yield (*match.span(1), "SECRET")


def _tokens(text: str) -> Iterator[Found]:
    for match in _TOKEN.finditer(text):
        token = match[0]
        if _WALLET.fullmatch(token) and _is_wallet(token):
            yield (*match.span(), "WALLET")
        elif len(token) < 32:
            continue
        elif _HEX.match(token):
            if len(set(token)) > 6 and not token.isdigit():
                yield (*match.span(), "SECRET")
        elif _looks_random(token) and _entropy(token[:256]) >= 3.8:
            yield (*match.span(), "SECRET")


def _looks_random(token: str) -> bool:
    """Say whether letters and digits alternate as they do not in names of things."""
    body = token[:256]
    digits = sum(character.isdigit() for character in body)
    letters = sum(character.isalpha() for character in body)
    if digits < 3 or letters < 3:
        return False
    kinds = ["0" if c.isdigit() else "a" if c.isalpha() else "-" for c in body]
    changes = sum(a != b and "-" not in (a, b) for a, b in pairwise(kinds))
    return changes >= 4


def _looks_like_password(value: str) -> bool:
    """Say whether an assigned value is a password rather than a word, a type or a variable."""
    core = value.strip(".!?*")
    if len(core) < 4 or set(core.lower()) <= set("x*.-_#$"):
        return False
    has_digit = any(c.isdigit() for c in core)
    has_sign = any(c in "!@#&^~" for c in core) and "." not in core
    has_letter = any(c.isalpha() for c in core)
    if core[0] in "$%{" or "->" in core or "://" in core:
        return False
    return (has_digit and (has_letter or len(core) <= 8)) or (has_sign and has_letter)


def _is_wallet(value: str) -> bool:
    if value.startswith(("bc1", "0x")):
        return sum(c.isdigit() for c in value) >= 4
    number = 0
    for character in value:
        number = number * 58 + _BASE58.index(character)
    # A base58check address is 25 bytes, the last four of which are a double SHA-256 of the rest.
    raw = number.to_bytes(26, "big")[-25:] if number < 1 << 200 else b""
    return bool(raw) and _double_sha(raw[:-4])[:4] == raw[-4:]


def _double_sha(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def _entropy(token: str) -> float:
    """Return the Shannon entropy of the characters, in bits."""
    total = len(token)
    return -sum(n / total * math.log2(n / total) for n in Counter(token).values())
