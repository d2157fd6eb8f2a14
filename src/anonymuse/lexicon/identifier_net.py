"""Patterns for what names somebody on a network: URLs, mail, hosts, addresses, handles.

All of them read a shadow (`lexicon.hygiene`) and are linear: classes that follow each other are
disjoint, and repetition is bounded wherever a start can be tried at every character.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from itertools import chain

from anonymuse.lexicon.hygiene import WORD as W
from anonymuse.lexicon.identifier_words import NOT_PEOPLE, words

Found = tuple[int, int, str]

_CJK = "\u0e00-\u0e7f\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uff5b-\uff9f"
_URL_BODY = (
    rf"(?:[^\s<>\"'`|\\^{{}}\[\](){_CJK}]|\((?=[^\s()]{{0,200}}\))|(?<=[^\s()])\)(?=[\w/?#=&.-])"
    rf"|\\(?=[_*~&#=-])"
    rf"|(?<=[/=?&#_%-])[{_CJK}]{{1,40}})"
)
_SCHEME = re.compile(
    r"(?<![A-Za-z0-9])(?:h(?:tt|xx)ps?|ftps?|sftp|wss?|file|ssh|git|s3|gs|rtsps?|rtmp|ldaps?|smb|nfs|"
    rf"postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?|jdbc:[a-z]{{2,12}}|[a-z]{{2,12}}db)"
    rf"://(?=[\w/~%@-]){_URL_BODY}+",
    re.IGNORECASE,
)
_WWW = re.compile(rf"(?<![{W}.@-])www\d{{0,2}}\.(?=\w){_URL_BODY}{{3,2048}}", re.IGNORECASE)

# Top-level names that are common in prose and rare as attributes or file endings in code.
_TOPS = words(
    "com org net edu gov mil info biz dev app shop online site xyz de fr uk nl eu ch es br au "
    "kr cn ua pt ca fi dk cz gr hu tr mx ar cl jp ru am ge il ir za ng ke vn th tw hk sg my ph "
    "pk bd lk ro bg hr rs sk si lt lv ee ie at be it pl se no us io "
)
_TOP_NAMES = frozenset(_TOPS)
_RISKY_TOPS = frozenset(
    words("info app dev site shop online my no us io it at be am ee rs si ie ch il hr sg ")
)
"""Endings that code and sentences without a space after the full stop use too."""
_TOP = re.compile(
    rf"\.(?:{'|'.join(_TOPS)})(?![{W}(@-]|\.[{W}]|\[)(?::\d{{2,5}})?"
    rf"(?:[/?#]{_URL_BODY}{{0,2048}})?",
    re.IGNORECASE,
)
_HOST = re.compile(
    rf"(?<![{W}.@/\\$-])(?:[{W}](?:[{W}-]{{0,61}}[{W}])?\.){{0,4}}[{W}][{W}-]{{0,62}}\Z"
)
_NOT_SITES = frozenset({"asp.net", "vb.net", "ado.net", "system.net", "paint.net", "ml.net"})
_SCP = re.compile(r"(?<![\w.-])[\w.-]{1,64}@[\w.-]{1,128}:[\w./~-]{1,256}\.git\b")

_MAIL_LEFT = re.compile(rf"(?:(?:[{W}.+%-]|(?<=[{W}])'(?=[{W}])){{1,64}}|\w{{1,20}})\Z")
_MAIL_RIGHT = re.compile(rf"(?:[{W}-]{{1,63}}\.){{1,8}}(?!\d)[{W}]{{2,63}}")

_AT_WORDS = "at|arroba|arobase|chiocciola|klammeraffe|apenstaartje|małpa|собака|собачка|ät"
_DOT_WORDS = "dot|punto|ponto|point|punkt|kropka|nokta|точка|крапка"
_DOTS = (
    rf"(?:(?:\s?[\[({{<]\s?(?:{_DOT_WORDS}|\.)\s?[\])}}>]\s?|\.|\s(?:{_DOT_WORDS})\s)"
    rf"[{W}-]{{1,63}}){{1,6}}"
)
_LEFT_DOTS = (
    rf"(?:(?:\s?[\[({{<]\s?(?:{_DOT_WORDS}|\.)\s?[\])}}>]\s?|\s(?:{_DOT_WORDS})\s)"
    rf"[{W}.+-]{{1,64}}){{0,3}}"
)
_SPELT_AT = re.compile(rf"[\[({{<]\s?(?:{_AT_WORDS}|@)\s?[\])}}>]", re.IGNORECASE)
_SPELT = re.compile(
    rf"(?<![{W}.+-])[{W}.+-]{{1,64}}{_LEFT_DOTS}\s?[\[({{<]\s?(?:{_AT_WORDS}|@)\s?[\])}}>]\s?"
    rf"[{W}-]{{1,63}}{_DOTS}",
    re.IGNORECASE,
)
_SPELT_HINT = re.compile(rf"\s(?:{_DOT_WORDS})\s", re.IGNORECASE)
_SPELT_WORDS = re.compile(
    rf"(?<![{W}.+-])[{W}.+-]{{2,64}}{_LEFT_DOTS}\s(?:{_AT_WORDS})\s[{W}-]{{2,63}}"
    rf"(?:\s(?:{_DOT_WORDS})\s[{W}-]{{2,63}}){{1,5}}(?![{W}])",
    re.IGNORECASE,
)
_SPACED_SIGNS = re.compile(
    rf"(?<![{W}.+-])[{W}+-]{{1,64}}(?: ?\. ?[{W}+-]{{1,64}}){{0,3}} ?@ ?[{W}-]{{1,63}}"
    rf"(?: ?\. ?[{W}-]{{2,63}}){{1,5}}"
)
_SPACED_LETTERS = re.compile(
    rf"(?<![{W}.])(?:[{W}.+-] ){{2,64}}@(?: [A-Za-z0-9.-]){{4,64}}(?![A-Za-z0-9.])"
)
_DOTTED_OUT = re.compile(r"[\[(]\s?(?:\.|dot)\s?[\])]", re.IGNORECASE)
_DEFANGED = re.compile(
    rf"(?<![{W}.@])(?:h(?:tt|xx)ps?(?:://|\[:\]//))?[{W}-]{{1,63}}(?:\.[{W}-]{{1,63}}){{0,8}}"
    rf"(?:\s?[\[(]\s?(?:\.|dot)\s?[\])]\s?[{W}-]{{1,63}}(?:\.[{W}-]{{1,63}}){{0,8}}){{1,8}}"
    r"(?::\d{2,5})?(?:[/?#][^\s<>\"']{0,500})?",
    re.IGNORECASE,
)

_PROMPT = re.compile(r"(?<![\w.@-])[a-z_][\w.-]{0,31}@[\w.-]{1,64}(?=:[~/]|[:~ ]{0,2}[$#] )")
_HANDLE = re.compile(
    rf"(?<![{W}@./\\\"`'$+-])@[A-Za-z_][{W}]{{2,29}}(?:\.[{W}]{{1,29}}){{0,3}}"
    rf"(?![{W}/(]|\.[{W}]|[=:]\S)"
)

_IP4 = re.compile(rf"(?<![{W}.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![{W}]|\.\d)")
_IP6 = re.compile(
    rf"(?<![{W}:.])(?=[0-9A-Fa-f:]{{0,40}}:)[0-9A-Fa-f:]{{4,40}}(?:\.\d{{1,3}}){{0,3}}(?![{W}:])"
)
_VERSION = re.compile(r"\b(?:v\.?|(?:version|ver\.?|release)\s{0,3})\Z", re.IGNORECASE)
_MAC = re.compile(
    r"(?<![\w:.-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"
)
_UUID = re.compile(r"(?<![\w-])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\w-])")
_TRAILING = ".,;:!?*_~"


def urls(text: str) -> Iterator[Found]:
    """Yield URLs whole, with path, and bare host names under well-known endings."""
    for match in _SCHEME.finditer(text) if "://" in text else ():
        yield _trimmed(match, "URL")
    for match in _WWW.finditer(text) if "ww" in text.lower() else ():
        yield _trimmed(match, "URL")
    if "." in text:
        yield from _domains(text)


def _domains(text: str) -> Iterator[Found]:
    for match in _TOP.finditer(text):
        host = _HOST.search(text, max(0, match.start() - 253), match.start())
        if host is None:
            continue
        top, *path = re.split(r"[/?#:]", match[0][1:].lower(), maxsplit=1)
        labels = [*host[0].lower().split("."), top]
        if ".".join(labels[-2:]) in _NOT_SITES or (not path and _unlikely_site(labels)):
            continue
        yield host.start(), _trimmed(match, "URL")[1], "URL"


def _unlikely_site(labels: list[str]) -> bool:
    """Say whether a host without path is more likely code or two sentences run together."""
    first, last = labels[-2], labels[-1]
    if last in _RISKY_TOPS:
        return len(labels) < 3 or len(first) > 3
    return len(first) < 2 or (len(last) == 2 and len(first) < 3 and len(labels) < 3)


def _trimmed(match: re.Match[str], kind: str) -> Found:
    start, end = match.span()
    while end > start + 4 and match.string[end - 1] in _TRAILING:
        end -= 1
    return start, end, kind


def mails(text: str) -> Iterator[Found]:
    """Yield e-mail addresses and scp-style remotes."""
    for match in _SCP.finditer(text) if ".git" in text else ():
        yield (*match.span(), "URL")
    at = text.find("@")
    while at >= 0:
        end = at + 1
        left = _MAIL_LEFT.search(text[max(0, at - 64) : at])
        right = _MAIL_RIGHT.match(text, at + 1, at + 320) if left else None
        if left and right:
            end = right.end()
            yield at - len(left[0]), end, "EMAIL"
        at = text.find("@", end)


def spelt(text: str) -> Iterator[Found]:
    """Yield addresses that are spelt out: "name (at) host dot org", "a @ b . org", "b[.]org"."""
    for match in _SPELT.finditer(text) if _SPELT_AT.search(text) else ():
        yield (*match.span(), "EMAIL")
    for match in _SPELT_WORDS.finditer(text) if _SPELT_HINT.search(text) else ():
        yield (*match.span(), "EMAIL")
    if "@ " in text or " @" in text:
        for match in chain(_SPACED_LETTERS.finditer(text), _SPACED_SIGNS.finditer(text)):
            if " " in match[0] and _known_top(match[0]):
                yield (*match.span(), "EMAIL")
    for match in _DEFANGED.finditer(text) if _DOTTED_OUT.search(text) else ():
        numbers = re.sub(r"[^\w]", "", re.split("[/?#]", match[0], maxsplit=1)[0])
        yield (*match.span(), "IP" if numbers.isdigit() else "URL")


def _known_top(value: str) -> bool:
    """Say whether an address ends as one does, so that no full stop of a sentence is taken."""
    return value.replace(" ", "").rpartition(".")[2].lower() in _TOP_NAMES


def machines(text: str) -> Iterator[Found]:
    """Yield UUIDs, MAC and IP addresses but those that name no machine (loopback, masks)."""
    if "-" in text or ":" in text:
        for match in _UUID.finditer(text):
            yield (*match.span(), "UUID")
        for match in _MAC.finditer(text):
            yield (*match.span(), "MAC")
    for match in _IP4.finditer(text) if "." in text else ():
        if _personal_ip4(match):
            yield (*match.span(), "IP")
    for match in _IP6.finditer(text) if ":" in text else ():
        end = match.end() - (match[0].endswith(":") and not match[0].endswith("::"))
        if _personal_ip6(text[match.start() : end]):
            yield match.start(), end, "IP"


def _personal_ip4(match: re.Match[str]) -> bool:
    parts = [int(part) for part in match[0].split(".")]
    if max(parts) > 255 or parts[0] in {0, 127} or parts[:2] == [255, 255]:
        return False
    before = match.string[max(0, match.start() - 12) : match.start()]
    return not _VERSION.search(before)


def _personal_ip6(candidate: str) -> bool:
    groups = [group for group in candidate.split(":") if group]
    if len(groups) < 3 and not candidate.lower().startswith(("fe80::", "fd", "2")):
        return False
    if not any(character.isdigit() for character in candidate):
        return False
    try:
        address = ipaddress.IPv6Address(candidate)
    except ValueError:
        return False
    return not address.is_loopback


def handles(text: str) -> Iterator[Found]:
    """Yield account names after an at sign, but not decorators, annotations and CSS rules."""
    if "@" not in text:
        return
    for match in _PROMPT.finditer(text):
        yield (*match.span(), "HANDLE")
    fences = [match.start() for match in re.finditer("```", text)]
    position = 0
    for match in _HANDLE.finditer(text):
        while position < len(fences) and fences[position] < match.start():
            position += 1
        name = match[0][1:].partition(".")[0]
        if position % 2 or name.lower() in NOT_PEOPLE or _annotation(match):
            continue
        yield (*match.span(), "HANDLE")


def _annotation(match: re.Match[str]) -> bool:
    """Say whether the word is all of its line and spelt like a decorator or an annotation."""
    text, (start, end) = match.string, match.span()
    before = text[max(0, start - 40) : start].rpartition("\n")[2]
    alone = not before.strip() and text[end : end + 1] in {"\n", ""} and start > 0
    return alone and (match[0][1].isupper() or "." in match[0])
