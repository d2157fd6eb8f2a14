"""Names in scripts with capitals: a run of capitalised words, and what stands around it.

A run is read with at most a few words on either side, so the time is linear. It is a person's
after a title, an introduction or a word of kinship, before a verb of speech, in a greeting or a
signature, by a patronymic or initials, or as two and more capitalised words that are nothing else
we know; an organisation's by its form or by what kind of house it is; a place where somebody says
that they live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from anonymuse.lexicon.name_cues import alternatives, any_of, cues, ordinary
from anonymuse.lexicon.name_runs import TOKEN, UPPER, WORD, Run, runs

Entity = tuple[int, int, str]

_AGED = re.compile(
    r"(?:, ?| ?\()\d{1,2}(?: ?(?:ans|años|anys|anos|лет|год|рок|տարեկան|jaar|jahre|yrs?|years?|"
    r"yo|y/o|mnde|yaş|months?|mois|meses|mesos|месяц|міс)|[,.)])",
    re.IGNORECASE,
)
"""An age behind a name: "Wilf, 4.", "Anouk, 7 ans"."""
_PATRONYMIC = re.compile(
    r"[А-ЯЄІЇ][а-яєії'’]{2,}(?:(?:ов|ев)ич(?:а|у|ем|ем|е)?|(?:ов|ев|івн|ївн|їв|ичн|овн|евн)(?:на|ны|не|ну|ной|а|и|і|у|ою))\Z"
)
_SURNAME = re.compile(
    r"[Ա-Ֆ][ա-և]{2,}(?:յան|յանը|յանի|յանն|յանին|յանից|յանց|յանցը|յանցի)\Z"
    r"|[A-Z][a-z]{2,}(?:enko|chuk|shvili|dze|yan|ian|oğlu|escu|ović|owski|owska|opoulos|sson)\Z"
    r"|[А-ЯЄІЇ][а-яєії'’]{2,}(?:енко|енка|енком|енку|чук|чука|ська|ської|ський|ського|шин|дзе|швили|янц|оглу)\Z"
    r"|[A-ZÇĞİÖŞÜ][a-zçğıöşü]{2,}(?:oğlu|oğulları|gil|giller)\Z"
)
_INITIALS = re.compile(rf"(?<![{UPPER}])[{UPPER}]\. ?[{UPPER}]\.|[^\W\d_] [{UPPER}]\.\Z")
_INITIALS_AFTER = re.compile(rf"\.? ?[{UPPER}]\.(?: ?[{UPPER}]\.)?(?![\w])|\. ?[{UPPER}]\.")
_ENDED = re.compile(
    r"-[^\W\d_A-Z]{1,4}(?!\w)|\d|['’](?:yı|yi|a|e|ın|in|da|de|nin|nın|ye|ya|den|dan)(?!\w)"
)
"""A case ending behind a hyphen or an apostrophe: mostly a product's, not a person's."""
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|ich|ein|eine|mit|auf|für|dem|im|wie|isch|nöd|bitte)\b"
)
"""Two of these: a language that capitalises nouns, so that two capitals in a row say nothing."""


def cased_names(text: str) -> Iterator[Entity]:
    """Yield people, places and organisations of texts in scripts with capitals."""
    yield from _small(text)
    yield from _quoted(text)
    nouns = len(_GERMAN.findall(text, 0, 2000)) > 1
    for run in runs(text):
        yield from _judged(run, nouns=nouns)


@cache
def _small_names() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:{alternatives(cues('cased', 'strict'))}):? "
        r"(?P<name>[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)(?![\w'’])",
        re.IGNORECASE,
    )


def _small(text: str) -> Iterator[Entity]:
    """Yield names in lower case after an introduction that hardly means anything else."""
    for match in _small_names().finditer(text):
        first, _, second = match["name"].lower().partition(" ")
        if first not in ordinary():
            end = (
                match.end()
                if second and second not in ordinary()
                else match.start("name") + len(first)
            )
            yield match.start("name"), end, "PERSON"


def _quoted(text: str) -> Iterator[Entity]:
    """Yield a kind of house and its name in quotation marks, or its number."""
    if any(sign in text for sign in '«„“"№'):
        for match in _HOUSE.finditer(text):
            yield (*match.span(), "ORGANISATION")


_HOUSE = re.compile(
    r"(?<!\w)(?:(?:ООО|ОАО|ЗАО|ПАО|АО|ИП|ТОВ|ПП|ФОП|СНТ|ТСЖ|ОСББ|ДК|ՍՊԸ|ՓԲԸ|შპს|завод|фабрика|фирма|компания|"
    r"компании|компанія|агентство|кооператив|кафе|ресторан|салон|магазин|клиника|клініка|ընկերություն|სრჭარան|"
    r"კომპანია|კომპანიაში|კაფე|ბანკი|ბანკ|სკოლა)[ \n]{0,2}[«„“\"][^«»“”\"\n]{2,40}[»“”\"]"
    r"|(?:школ[аеыуі]|лице[йе]|ліце[йї]|гимназия|гімназія|садик|детсад|садок|поликлиника|больница|"
    r"лікарня) ?№ ?\d{1,4})"
)


@cache
def _joining() -> frozenset[str]:
    """Return what may stand between a kind of house and its name."""
    return cues("cased", "particles") | {"в", "у", "во"}


def _judged(run: Run, *, nouns: bool) -> Iterator[Entity]:
    firm = _organisation(run)
    if firm:
        yield (*firm, "ORGANISATION")
        return
    end = _without_genitive(run)
    title = run.title()
    if run.follows("homes", 3) >= 0 and run.words[0] not in ordinary():
        yield run.start, end, "PLACE"
    elif not all(word in ordinary() for word in run.words) and (
        title >= 0 or _announced(run) or _telling(run) or (not nouns and _full(run))
    ):
        yield (title if title >= 0 else run.start), _with_initials(run.text, end), "PERSON"


def _without_genitive(run: Run) -> int:
    return run.end - 2 if run.text[run.end - 2 : run.end] in {"'s", "’s"} else run.end


def _with_initials(text: str, end: int) -> int:
    """Return the end behind initials that follow a surname (Бурмистрову П. Г.)."""
    more = _INITIALS_AFTER.match(text, end, end + 8)
    return more.end() if more else end


def _organisation(run: Run) -> tuple[int, int] | None:
    """Return where an organisation's name is, when the run holds or touches a word for one."""
    start, end = run.start, run.parts[-1][1]
    words, after = run.words, any_of("cased", "org_after", "firm_forms")
    last = next((n for n in range(len(words) - 1, 0, -1) if words[n] in after), None)
    if last is not None:
        return start, run.parts[last][1]
    if words[0] in cues("cased", "org_before") and len(words) > 1:
        return start, end
    if words[0] not in ordinary():
        head = run.follows("org_before", 2)
        if head < 0 and run.before[-1:] and run.before[-1] in _joining():
            head = run.without_last().follows("org_before", 2)
        if head >= 0:
            return head, end
    tail = TOKEN.match(run.text, end + 1, end + 20)
    if tail and run.text[end] in " ," and tail[0].lower() in cues("cased", "firm_forms"):
        return (start, tail.end()) if tail[0][:1].isupper() else None
    return None


def _announced(run: Run) -> bool:
    """Say whether something beside the run says that it is somebody's name."""
    if run.value.isupper() and len(run.value) < 5:
        return False
    if run.follows("intros", 3) >= 0 or run.follows("kin", 1, over='"“«(,՝') >= 0:
        return True
    if run.before[-1:] and run.before[-1] in _ARTICLES:
        shorter = run.without_last()
        if shorter.follows("kin", 1, over=",") >= 0:
            return True
    return _addressed(run) or _does(run) or bool(_AGED.match(run.text, run.end, run.end + 24))


_ARTICLES = frozenset({"la", "el", "en", "na", "o", "a", "l'", "le", "der", "die", "il"})


def _telling(run: Run) -> bool:
    """Say whether the words themselves are a name: a patronymic, a surname's ending, initials."""
    words = WORD.findall(run.value)
    return bool(_INITIALS.search(run.value) or _INITIALS_AFTER.match(run.text, run.end)) or any(
        _PATRONYMIC.match(word) or _SURNAME.match(word) for word in words
    )


def _addressed(run: Run) -> bool:
    """Say whether the run is the name in a greeting or below a letter."""
    following = run.text[run.end : run.end + 1]
    if run.follows("greetings", 2) >= 0 and following in {",", "!", "\n", ":", "", "."}:
        return True
    signs = ",\n-–—!.~"
    signed = bool(run.before) and run.before[-1] in signs
    return signed and run.follows("closings", 3, over=signs) >= 0 and following in '\n,."'


def _does(run: Run) -> bool:
    """Say whether what follows is an honorific, or what only people do."""
    if run.text[run.end : run.end + 1] not in {" ", "'", "’"}:
        return False
    after = [m[0].lower() for m in TOKEN.finditer(run.text, run.end, run.end + 24)][:3]
    if not after or (after[0] in cues("cased", "honorifics")):
        return bool(after)
    entries = cues("cased", "doings")
    return any(" ".join(after[:n]) in entries for n in range(1, len(after) + 1))


def _heading(run: Run) -> bool:
    """Say whether the run begins its line and a colon or bold type follows."""
    line = run.text[run.text.rfind("\n", max(0, run.start - 8), run.start) + 1 : run.start]
    return not any(map(str.isalpha, line[-8:])) and run.text[run.end : run.end + 1] in {":", "*"}


_TERM = re.compile(
    r"\w{3}(?:[ts]ion|ment|ness|ity|ism|ology|ware|ship|[ae]nce|ics|able|ible|ical|ting|sing|ning|cing|"
    r"ción|idad|miento|ção|dade|mento|keit|heit|schaft|ость|ение|ция|ство|ання|ення|ство)s?\Z"
)
"""How terms end and names hardly do."""


def _full(run: Run) -> bool:
    """Say whether two to four capitalised words that nobody knows look like a full name."""
    words, value = run.words, run.value
    if not 2 <= len(words) <= 4 or any(word in ordinary() or len(word) < 2 for word in words):
        return False
    if _ENDED.search(value) or _heading(run) or any(_TERM.search(word) for word in words):
        return False
    if not run.small.isdisjoint(words):
        return False
    parts = value.split()
    if any(part.isupper() and len(part) > 1 for part in parts):
        return all(part.isupper() for part in parts) and not run.before
    return True
