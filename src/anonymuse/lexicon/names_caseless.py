"""Names in scripts without capitals: Arabic, Devanagari, Georgian, Chinese, Japanese, Korean.

Only what a word beside it announces, an ending of surnames, or a surname of our list at the head of
a short run that stands by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from anonymuse.lexicon.name_cues import alternatives, cues, letters

Entity = tuple[int, int, str]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff々〇"


def caseless_names(text: str) -> Iterator[Entity]:
    """Yield people, places and organisations of texts in scripts without capitals."""
    if text.isascii():
        return
    for hint, patterns in _SCRIPTS:
        if hint.search(text):
            yield from _found(patterns, text)


Patterns = tuple[tuple[str, str], ...]


@cache
def _compiled(patterns: Callable[[], Patterns]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), kind) for pattern, kind in patterns())


def _found(patterns: Callable[[], Patterns], text: str) -> Iterator[Entity]:
    for pattern, kind in _compiled(patterns):
        for match in pattern.finditer(text):
            yield (*match.span("name"), kind)


def _arabic_patterns() -> Patterns:
    letter = "\u0621-\u064a\u0670-\u06d3"
    word = f"[{letter}]{{2,14}}"
    name = rf"(?:أبو |أم |ابن |بن |عبد |آل )?{word}"
    surname = rf"(?: (?:(?:أبو|عبد|بن|آل) {word}|ال{word}))?"
    calm = (
        rf"(?!(?:ال|ي|ت|است|م)(?!حم|صط|ها |ريم|امر|ازن|حمد|اهر|سل|اج)[{letter}]{{3}}"
        rf"|(?:في|من|على|إلى|عن|مع|هو|هي|أن|قد|لا|ما|كان|كانت|مش|عمره|عمرها|الذي|التي)(?![{letter}]))"
    )

    def before(list_: str) -> str:
        return rf"(?<![{letter}])[ولب]?(?:{alternatives(cues('arabic', list_))})[.:]? ?:? "

    return (
        (rf"(?P<name>{before('before')}{calm}{name}{surname})", "PERSON"),
        (rf"{before('intro')}(?P<name>{calm}{name}{surname})", "PERSON"),
        (rf"{before('kin')}(?P<name>{calm}{name}{surname})", "PERSON"),
        (
            rf"(?P<name>{before('org')}(?:(?!ال){word}(?<![ية])(?: (?:ال|لل){word}){{0,2}}"
            rf"|ال{word}(?: (?:ال|لل){word}){{1,3}}))",
            "ORGANISATION",
        ),
        (rf"{before('home')}(?P<name>(?!(?:ال|من|هذ){letter[:0]}){word})", "PLACE"),
        (
            rf"(?<![{letter}])(?:أنا|معك|معكم) (?P<name>{calm}{name} (?:ال|عبد |أبو ){word})",
            "PERSON",
        ),
        (
            rf"(?<![{letter}])(?P<name>(?:أبو |أم |عبد ال{word} |عبد ){word}(?: ال{word})?)",
            "PERSON",
        ),
    )


def _hindi_patterns() -> Patterns:
    letter = "\u0900-\u097f"
    word = "[\u0900-\u0963\u0970-\u097f]{2,16}"
    particles = alternatives(cues("hindi", "particles"))
    calm = rf"(?!(?:{particles})(?![{letter}]))"
    name = rf"{calm}{word}(?: {calm}{word})?"
    after = alternatives(cues("hindi", "after"))
    before = alternatives(cues("hindi", "before"))
    kin = alternatives(cues("hindi", "kin"))
    org = alternatives(cues("hindi", "org_after"))
    case = rf"(?= (?:ने|को|का|की|के|से)(?![{letter}])|[,।])"
    return (
        (rf"(?<![{letter}])(?P<name>(?:{before})(?:[.:]| है|) {name})(?![{letter}])", "PERSON"),
        (rf"(?<![{letter}])नाम:? (?:है )?(?P<name>{name})(?![{letter}])", "PERSON"),
        (rf"(?<![{letter}])(?P<name>{calm}{word} (?:{after}))(?![{letter}])", "PERSON"),
        (rf"(?<![{letter}])(?:{kin}),? (?P<name>{name}){case}", "PERSON"),
        (rf"मैं,? (?P<name>{calm}{word} {calm}{word})(?=[,।]| हूँ)", "PERSON"),
        (
            rf"(?<![{letter}])(?P<name>(?!(?:अपने|एक|इस|उस|या|किस|तुरंत|सरकारी|मेरे|मेरा)[ ])"
            rf"{calm}{word} (?:{org})(?:, ?{calm}{word})?)(?![{letter}])",
            "ORGANISATION",
        ),
        (rf"(?:गाँव|शहर|ज़िला|जिला|कस्बा) (?P<name>{calm}{word})", "PLACE"),
    )


def _georgian_patterns() -> Patterns:
    letter = "\u10d0-\u10ff"
    word = f"[{letter}]{{3,20}}"
    announced = alternatives(cues("georgian", "before") | cues("georgian", "intro"))
    kin = alternatives(cues("georgian", "kin"))
    ends = alternatives(cues("georgian", "surname_ends"))
    return (
        (rf"(?<![{letter}])(?:{announced}):? (?P<name>{word})", "PERSON"),
        (rf"(?<![{letter}])ჩემ(?:ი|მა|ს|მ) (?:{kin}),? (?P<name>{word})(?=[ ,.!?]|\Z)", "PERSON"),
        (
            rf"(?<![{letter}])(?P<name>(?:(?!(?:{announced}) ){word} )?"
            rf"[{letter}]{{2,16}}(?:{ends})(?:-{word})?)"
            rf"(?![{letter}])",
            "PERSON",
        ),
        (rf"(?<![{letter}])(?P<name>{word}(?: {word})?) (?:მქვია|ჰქვია|ვარ,)", "PERSON"),
    )


def _chinese_patterns() -> Patterns:
    surname = f"(?:{alternatives(cues('chinese', 'compound'))}|[{letters('chinese', 'surnames')}])"
    common = letters("chinese", "not_given")
    han = f"(?:(?![{common}])[{_HAN}])"
    given = f"{han}{{1,2}}"
    after = alternatives(cues("chinese", "after"))
    intro = alternatives(cues("chinese", "intro"))
    kin = alternatives(cues("chinese", "kin"))
    org = alternatives(cues("chinese", "org_after"))
    stop = f"(?![{_HAN}])"
    says = '(?=[，。、,.;；:：!！?？)）"”」 \n说在去要是和跟问也都把被让给]|\\Z)'
    return (
        (rf"(?P<name>{surname}{han}{{0,2}}(?:{after}))", "PERSON"),
        (rf"(?<![{_HAN}])(?P<name>[小老阿](?![时于程项成解组学心区应]){surname}){says}", "PERSON"),
        (rf"(?:我是|这是)[:： ]?(?P<name>{surname}{given}){stop}", "PERSON"),
        (rf"(?:{intro})[:： ]?(?P<name>{surname} ?{given})", "PERSON"),
        (rf"(?:他|她|儿|女|娃|孩子|猫|狗|宝宝|名字)叫(?P<name>{han}{{1,3}}){says}", "PERSON"),
        (rf"(?:叫|姓)(?P<name>{surname}{given}){stop}", "PERSON"),
        (r"(?:[我他她人]|班主任|老师|老板)(?P<name>姓" + surname + ")", "PERSON"),
        (rf"(?:{kin})[:：]?(?P<name>{surname}{given}){says}", "PERSON"),
        (rf"(?<![{_HAN}])(?P<name>{surname}{han}{{2}}){stop}", "PERSON"),
        (rf"(?<![{_HAN}])(?P<name>{surname} {han}{{1,2}}){stop}", "PERSON"),
        (rf"(?<=[：:\n])(?P<name>{surname}{han})(?=说|：|:)", "PERSON"),
        (
            rf"(?P<name>{han}{{2,8}}(?:{org})(?:{han}{{1,6}}(?:学院|分公司|中心))?)"
            r"(?=[，。、；：！？（）()”」 \n的是在]|\Z)",
            "ORGANISATION",
        ),
        (rf"(?:住在|家在|来自|老家是|老家在|出生在|出生于)(?P<name>{han}{{2,6}}?){says}", "PLACE"),
    )


def _japanese_patterns() -> Patterns:
    after = alternatives(cues("japanese", "after"))
    refused = alternatives(cues("japanese", "not_before"))
    kin = alternatives(cues("japanese", "kin"))
    surname = alternatives(cues("japanese", "surnames"))
    org_before = alternatives(cues("japanese", "org_before"))
    org_after = alternatives(cues("japanese", "org_after"))
    kanji = f"[{_HAN}ヶケ]"
    kana = "[\u3041-\u3096ー]"
    kata = "[\u30a1-\u30fa・ー]"
    fine = rf"(?!(?:{refused})(?:{after}))"
    stop = "(?=が|は|を|に|と|の|です|で|も|、|。|」|』|）|\\)|・|\n|\\Z)"
    return (
        (
            rf"(?<![{_HAN}])(?P<name>{fine}(?:{kanji}{{1,4}}|{kata}{{2,10}}|[A-Z][a-z]{{2,12}})(?:{after}))",
            "PERSON",
        ),
        (
            rf"(?<=[はがもとのへにを、。\n「(（])(?P<name>{fine}{kana}{{2,4}}(?:ちゃん|くん|さん))",
            "PERSON",
        ),
        (
            rf"(?P<name>(?:{kanji}{{1,5}}{kana}{{0,4}}|{kata}{{2,10}}))(?:と申し|と言います|といいます)",
            "PERSON",
        ),
        (
            r"(?:(?:名前|予約名|氏名|名札|主人公)は|私は|僕は|(?:氏名|名前|差出人|宛名)[:：])「?"
            rf"(?P<name>{kanji}{{2,5}}|{kata}{{3,12}}|{kana}{{2,5}})(?=です|。|、|\n|」)",
            "PERSON",
        ),
        (rf"(?:{kin})[、・]?(?P<name>{kanji}{{3,5}}|{kanji}{{2,3}}{kana}{{2,4}}?){stop}", "PERSON"),
        (rf"(?<![{_HAN}])(?P<name>(?:{surname})(?:{kanji}{{1,3}}|{kana}{{2,3}})?){stop}", "PERSON"),
        (rf"(?P<name>(?:{org_before})[^\s、。「」（）()はがをにのとで]{{2,14}})", "ORGANISATION"),
        (
            rf"(?<![{_HAN}])(?P<name>(?:{kanji}|{kana}|{kata}){{2,6}}第?[一二三四五]?(?:{org_after})){stop}",
            "ORGANISATION",
        ),
        (
            rf"(?<![{_HAN}])(?P<name>{kanji}{{2,3}}[都道府県]{kanji}{{1,6}}?[市区町村郡]"
            rf"|(?!市区){kanji}{{2,4}}(?<![都大小中各同当区])[市町村](?!{kanji}))",
            "PLACE",
        ),
        (rf"(?P<name>{kanji}{{2,5}}(?<![以前])|{kata}{{2,10}})(?:在住|出身|生まれ)", "PLACE"),
    )


def _korean_patterns() -> Patterns:
    name = rf"[{letters('korean', 'surnames')}][\uac00-\ud7a3]{{1,2}}"
    after = alternatives(cues("korean", "after"))
    intro = alternatives(cues("korean", "intro"))
    return (
        (rf"(?<![\uac00-\ud7a3])(?P<name>{name}) ?(?:{after})", "PERSON"),
        (rf"(?:{intro}) ?(?P<name>{name})(?=입니다|이에요|예요|이고|라고|이라고|야)", "PERSON"),
    )


_SCRIPTS: tuple[tuple[re.Pattern[str], Callable[[], Patterns]], ...] = (
    (re.compile("[\u0621-\u064a]"), _arabic_patterns),
    (re.compile("[\u0900-\u097f]"), _hindi_patterns),
    (re.compile("[\u10d0-\u10ff]"), _georgian_patterns),
    (re.compile("[\u3041-\u30fa]"), _japanese_patterns),
    # Han is Chinese only where there is no kana: the two write names differently.
    (re.compile("\\A[^\u3041-\u30fa]*[\u4e00-\u9fff][^\u3041-\u30fa]*\\Z"), _chinese_patterns),
    (re.compile("[\uac00-\ud7a3]"), _korean_patterns),
)
