"""Names by their cues: what goes in many languages, what stays, and what holds for any text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.names import NameCues
from anonymuse.lexicon.scrubbing import scrub_text

NAMES = NameCues()

GOES = [
    ("my name is Orla Finnane and", "my name is [PERSON] and"),
    ("my name is orla finnane, hi", "my name is [PERSON], hi"),
    ("I asked Dr. Pellham about it", "I asked [PERSON] about it"),
    ("my boss Orsolya is late", "my boss [PERSON] is late"),
    ("my sister, Orsolya, is late", "my sister, [PERSON], is late"),
    ("Dear Orsolya,\nthe work", "Dear [PERSON],\nthe work"),
    ("see you\nKind regards,\nOrsolya", "see you\nKind regards,\n[PERSON]"),
    ("a story for Orsolya, 4 years", "a story for [PERSON], 4 years"),
    ("I met Teodora Wexmoor there", "I met [PERSON] there"),
    ("Orsolya told me to stop", "[PERSON] told me to stop"),
    ("we live in Quillbeck now", "we live in [PLACE] now"),
    ("from Tarnwick Plumbing Ltd today", "from [ORGANISATION] today"),
    ("at Quillbeck Primary on", "at [ORGANISATION] on"),
    ("Mein Name ist Jörg Ammerling und", "Mein Name ist [PERSON] und"),
    ("Frau Ammerling hat", "[PERSON] hat"),
    ("je m'appelle Perrine Oudart", "je m'appelle [PERSON]"),
    ("mon fils Loïck a faim", "mon fils [PERSON] a faim"),
    ("la Clínica Valdemora abre", "la [ORGANISATION] abre"),
    ("me llamo Ignacia Berruezo", "me llamo [PERSON]"),
    ("mi hijo Ignacio come", "mi hijo [PERSON] come"),
    ("em dic Queralt Vilaseca", "em dic [PERSON]"),
    ("minha sogra Iolanda quer", "minha sogra [PERSON] quer"),
    ("mi chiamo Ginevra Tassoni", "mi chiamo [PERSON]"),
    ("mijn naam is Sjoerd van Dongen", "mijn naam is [PERSON]"),
    ("my seun Ruan Swanepoel eet", "my seun [PERSON] eet"),
    ("oğlum Cemil okula", "oğlum [PERSON] okula"),
    ("Fikret Bey aradı", "[PERSON] aradı"),
    ("меня зовут Ефросинья Лаптева", "меня зовут [PERSON]"),
    ("Ефросинья Аркадьевна звонила", "[PERSON] звонила"),
    ("Бурцеву П. Г. на подпись", "[PERSON] на подпись"),
    ("работаю в ООО «Тёплый Камень» год", "работаю в [ORGANISATION] год"),
    ("мене звати Стефанія Гнатюк", "мене звати [PERSON]"),
    ("με λένε Ευτυχία Μαυρίδου", "με λένε [PERSON]"),
    ("պարոն Սարուխանյանը ասաց", "[PERSON] ասաց"),
    ("اسمي هيثم الزعبي من", "اسمي [PERSON] من"),
    ("قال الأستاذ فؤاد الزعيتري", "قال [PERSON]"),
    ("मेरा नाम देवेश कौशिक है", "मेरा नाम [PERSON] है"),
    ("श्री देवेश कौशिक से", "[PERSON] से"),
    ("მე მქვია ლომსაძე", "მე მქვია [PERSON]"),
    ("我叫姜沛玲，你好", "我叫[PERSON]，你好"),
    ("龚先生来了", "[PERSON]来了"),
    ("昨日、相沢さんが来た", "昨日、[PERSON]が来た"),
    ("株式会社ミナトで働く", "[ORGANISATION]で働く"),
    ("제 이름은 김서연입니다", "제 이름은 [PERSON]입니다"),
]

STAYS = [
    "Can you write a Python script for Excel and Google Sheets?",
    "On Monday I will travel to France with my German friends.",
    "Thanks! Please explain this. What is JSON?",
    "Der Hund und die Katze essen Brot mit Butter im Garten.",
    "请写一段代码，谢谢",
    "お客様、皆様、お母さん、神様",
    "اكتب لي رسالة عن السفر",
    "कृपया एक कविता लिखिए",
    "ცხელი ჩაი მინდა",
    "Dear Sir or Madam,",
    "[EMAIL] and [PHONE] said [URL]",
]


@pytest.mark.parametrize(("text", "scrubbed"), GOES)
def test_names_go_and_the_rest_stays(text: str, scrubbed: str) -> None:
    assert scrub_text(text, detector=NAMES)[0] == scrubbed


@pytest.mark.parametrize("text", STAYS)
def test_what_is_no_name_stays(text: str) -> None:
    assert scrub_text(text, detector=NAMES) == (text, {})


def test_a_name_once_known_goes_everywhere() -> None:
    text = "My name is Orsolya Wexmoor. Later: Orsolya, Wexmoor's plan, and Orsolyas hat."
    scrubbed, counts = scrub_text(text, detector=NAMES)
    assert "Orsolya" not in scrubbed
    assert "Wexmoor" not in scrubbed
    assert counts == {"PERSON": 4}


def test_the_id_changes_with_the_word_lists() -> None:
    assert NAMES.id.startswith("cues-")
    assert NameCues().id == NAMES.id


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="Aa Mr.,'-\nЯя王さ株ا न", max_size=200))
def test_entities_are_in_order_apart_and_inside(text: str) -> None:
    last = 0
    for start, end, kind in NAMES.find(text):
        assert last <= start < end <= len(text)
        assert kind in {"PERSON", "PLACE", "ORGANISATION"}
        last = end


@pytest.mark.parametrize(
    "nasty",
    [
        "Aa ",
        "Aa de ",
        "O'",
        "A.",
        "\nAa",
        "Mr ",
        "Aa-",
        "王",
        "王 ",
        "さん",
        "ძე",
        "عبد ",
        "श्री अ ",
        "«",
    ],
)
def test_hostile_texts_take_linear_time(nasty: str) -> None:
    def seconds(size: int) -> float:
        started = time.process_time()
        NAMES.find(nasty * (size // len(nasty)))
        return time.process_time() - started

    # Quadratic would be sixteen times as long; a floor keeps the clock's grain out of it, and the
    # shortest of three what else the process had to do.
    assert min(seconds(20_000) for _ in range(3)) < 8 * max(seconds(5_000), 0.02)
