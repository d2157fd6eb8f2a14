"""Patterns for street addresses and post codes, only where the form leaves little doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymuse.lexicon.identifier_net import Found

_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,23}\w"
_STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR AE AP AA"
).replace(" ", "|")
_UNIT = r"(?:,? (?:Apt|Apartment|Suite|Unit|Flat|Ste|No|#)\.? ?\d{1,5}[A-Za-z]?)?"

_ENGLISH_END = re.compile(
    r"(?<=\w) (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Crescent|Cres|Close|Terrace|"
    r"Drive|Dr|Court|Ct|Square|Sq|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Row|Way|Place|Pl|Mews|"
    rf"Grove|Gardens)\b\.?{_UNIT}"
)
_ENGLISH_START = re.compile(
    rf"(?<![\w$€£.,-])\d{{1,5}}[A-Za-z]?(?: (?:[NSEW]|North|South|East|West)\.?)?"
    rf"(?: {_WORD}| \d{{1,3}}(?:st|nd|rd|th)){{1,3}}\Z"
)
_LANES = "rue|avenue|boulevard|bd|chemin|impasse|allée|quai|cours"
_CALLES = (
    "calle|c/|avenida|av\\.|avda\\.|paseo|plaza|via|viale|piazza|corso|rua|travessa|praça|carrer|"
    "plaça"
)
# Each pattern with words (lower case) without one of which it cannot match.
_ADDRESSES = tuple(
    (tuple(gate.replace("\\", "").split("|")), re.compile(pattern))
    for gate, pattern in (
        (  # 12 rue de la Paix; 12 bis, avenue Foch
            _LANES,
            rf"(?<![\w.,-])\d{{1,4}}(?: ?(?:bis|ter))?,? (?:{_LANES}) "
            rf"(?:(?:de|du|des|la|le|les|l'|d') ?){{0,3}}{_WORD}(?:[ -]{_WORD}){{0,3}}",
        ),
        (  # Calle Mayor 12; Via Roma, 4; Rua do Arenque 1634; carrer de Balmes, 12
            _CALLES,
            rf"(?<!\w)(?i:{_CALLES}) (?:(?:de|do|da|dos|das|del|della|dei|la|las|los|el) ){{0,3}}"
            rf"{_WORD}(?: (?:(?:de|do|da|del|i|y|e) )?{_WORD}){{0,4}},? (?:n[.º°]* ?)?\d{{1,5}}"
            rf"(?!\d|[.,]\d)",
        ),
        (  # Lindenstraße 14, Herengracht 12, Kungsgatan 4, Præstevænget 15, Vesturgata 66
            "straße|strasse|str.|weg|platz|allee|gasse|ufer|damm|straat|laan|gracht|plein|singel|gatan|"
            "vägen|gata|veien|vej|gade|vænget|stien|katu|tie",
            r"(?<!\w)[A-ZÄÖÜÆØÅ][^\W\d_-]{1,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ufer|damm|"
            r"straat|laan|gracht|plein|singel|gatan|vägen|gata|veien|vej|gade|vænget|stien|katu|tie)"
            r" \d{1,4} ?[A-Za-z]?(?!\w)",
        ),
        (  # ул. Лесная, д. 5, кв. 12; вул. Садова 3
            "ул|просп|пр-т|пер|бул|наб|ш.",
            r"(?<!\w)(?:ул|вул|просп|пр-т|пер|бул|наб|ш)(?:\.|ица|иця)? ?[А-ЯІЇЄ][\w-]{2,30}"
            r"(?: [А-ЯІЇЄ]?[\w-]{2,30}){0,2},? ?(?:д(?:ом|\.)? ?|буд\. ?)?\d{1,4}[а-яА-Я]?"
            r"(?:[/к]\d{1,3})?(?:,? ?(?:кв|корп|стр)\.? ?\d{1,4}){0,3}(?!\w)",
        ),
        (  # Bağdat Cad. No: 7/4; Lale Sokak 12
            "cad|sok|mah|bulvar",
            r"(?<!\w)[A-ZÇĞİÖŞÜ][\w’']{1,24}(?: [A-ZÇĞİÖŞÜ\d][\w’'.]{0,24}){0,2} "
            r"(?:Cad(?:desi)?|Sok(?:ak|ağı)?|Sk|Cd|Mah(?:allesi)?|Bulvarı)\b\.?"
            r"(?:,? (?:[A-ZÇĞİÖŞÜ][\w.]{1,20} ){0,3}(?:No:? ?)?\d{1,4}(?:/\d{1,4})?)?",
        ),
        (  # ჭავჭავაძის გამზ. 37, ბინა 12; सेक्टर 46
            "გამზ|ქუჩა|ქ.|सेक्टर|गली|फ्लैट",
            r"(?:[\u10a0-\u10ff]{3,24} (?:გამზ(?:ირი)?|ქუჩა|ქ)\.? ?(?:№ ?)?\d{1,4}[ა-ჰ]?"
            r"(?:,? ?ბინა ?\d{1,4})?"
            r"|(?:[\u0900-\u097f]{3,24} )?(?:सेक्टर|गली|फ्लैट)(?: नंबर| नं\.?)? ?\d{1,4})",
        ),
        (  # 千曲原市柏台2-0-0, 港区芝1丁目2番3号
            "都|道|府|県|市|区|町|村|郡",
            r"[\u4e00-\u9fff々]{1,8}[都道府県市区町村郡][\u4e00-\u9fff\u3040-\u30ff々]{1,14}"
            r"(?:\d{1,4}丁目)?\d{1,4}(?:[-番の]\d{1,4}){1,3}号?"
            r"(?: ?[\u30a0-\u30ff\u4e00-\u9fff]{1,12}\d{1,4}号?室?)?",
        ),
        (  # 朝阳区建国路88号
            "路|街|巷|弄|大道|胡同",
            r"[\u4e00-\u9fff]{2,12}(?:路|街|巷|弄|大道|胡同)\d{1,5}号(?:[\u4e00-\u9fff\d-]{0,12}[号室楼栋])?",
        ),
        (  # boxes, units
            "box|apartado|postfach|casilla|cp|suite|apt|apartment|apto|apartamento|piso|кв",
            r"(?<!\w)(?:(?i:p\.? ?o\.? ?box|apartado|postfach|casilla|cp) \d{2,6}"
            r"|(?:PSC|CMR|Unit) \d{3,5},? Box \d{2,5}|(?:Suite|Apt\.?|Apartment) \d{2,5}"
            r"|(?i:apto|apartamento|piso|кв|квартира)\.? \d{2,5})(?!\w|[.,]\d)",
        ),
    )
)
_MORE = re.compile(
    rf"(?:(?:, ?\n?|,? ?\n ?)(?:\d{{4,6}}(?:-\d{{3,4}})? )?{_WORD}(?:[ -]{_WORD}){{0,3}}"
    rf"(?:,? (?:{_STATES})(?!\w))?(?:,? \d{{4,5}}(?:-\d{{3,4}})?(?!\d))?(?=[,.;)\n]|\Z)){{1,4}}"
)
"""Town, state, post code and country, on the same line or below."""
_POSTCODE = re.compile(
    rf"(?<![\w-])(?=[A-Z])(?:(?:{_STATES}) \d{{5}}(?:-\d{{4}})?"
    r"|[A-PR-UWYZ][A-HK-Y]?\d[A-HJKPSTUW\d]? \d[ABD-HJLNP-UW-Z]{2}"  # United Kingdom
    r"|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?![\w-])"  # Canada
    r"|〒 ?\d{3}-\d{4}|(?<![\w-])\d{5}-\d{3}(?![\w-])"
)
_CODE_WORDS = "zip|postal|post|plz|c.p.|cep|индекс"
_NAMED_POSTCODE = re.compile(
    r"(?<!\w)(?:zip(?: ?code)?|postal ?code|post ?code|plz|código postal|c\.p\.|code postal|cep|"
    r"индекс)(?: is|:|\.)? ?(\d{4,6}(?:-\d{3,4})?|\d{3} \d{2})(?![\w-])",
    re.IGNORECASE,
)
_DEGREES = r"-?\d{1,3}(?:\.\d{2,10})? ?°? ?(?:\d{1,2}['′] ?(?:\d{1,2}(?:\.\d{1,6})?[\"″] ?)?)?"
_COORDINATES = re.compile(
    rf"(?=[-\d])(?<![\w.]){_DEGREES}[NS],? {{0,2}}{_DEGREES}[EWO](?!\w)"
    r"|(?=[lcg])(?:lat(?:itude)?|coordinates?|gps)\W{1,4}-?\d{1,2}\.\d{4,12}"
    r"(?:, ?|[^\d\n]{0,8}l(?:on|ng)[^\d\n]{0,8})-?\d{1,3}\.\d{4,12}",
    re.IGNORECASE,
)


def places(text: str) -> Iterator[Found]:
    """Yield street addresses, post codes and coordinates."""
    lower = text.lower()
    yield from _english(text)
    for gate, pattern in _ADDRESSES:
        if any(word in lower for word in gate):
            for match in pattern.finditer(text):
                yield match.start(), _with_town(text, match.end()), "ADDRESS"
    for match in _POSTCODE.finditer(text):
        yield (*match.span(), "POSTCODE")
    if any(word in lower for word in _CODE_WORDS.split("|")):
        for match in _NAMED_POSTCODE.finditer(text):
            yield (*match.span(1), "POSTCODE")
    for match in _COORDINATES.finditer(text):
        yield (*match.span(), "COORDINATES")


def _english(text: str) -> Iterator[Found]:
    """Yield addresses such as 118 Fenwick St: the end is rare, so it is looked for first."""
    for end in _ENGLISH_END.finditer(text):
        start = _ENGLISH_START.search(text, max(0, end.start() - 90), end.start())
        if start:
            yield start.start(), _with_town(text, end.end()), "ADDRESS"


def _with_town(text: str, end: int) -> int:
    more = _MORE.match(text, end, end + 120)
    return more.end() if more else end
