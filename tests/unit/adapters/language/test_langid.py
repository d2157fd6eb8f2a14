import sys

import pytest

from anonymuse.adapters.language.langid import LangidDetector
from anonymuse.adapters.language.names import ENGLISH_NAMES, VARIANTS
from anonymuse.adapters.language.open import open_detector
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.language import UNKNOWN

SENTENCES = {
    "Afrikaans": "Kan jy asseblief vir my 'n brief aan die skool skryf oor volgende week se toets?",
    "Arabic": "كيف أطبخ الأرز بحيث لا يلتصق بالقدر؟",
    "Armenian": "Ինչպե՞ս ջրել ծաղիկները ամռանը",
    "Catalan": "Com puc plantar tomàquets al balcó durant la primavera?",
    "English": "How do I water a fern in winter?",
    "French": "Comment faire lever le pain quand il fait froid ?",
    "Georgian": "როგორ მოვრწყა ყვავილები ზაფხულში?",
    "Hindi": "गर्मियों में पौधों को कितनी बार पानी देना चाहिए?",
    "Japanese": "冬の間、観葉植物にはどのくらい水をやればいいですか",
    "Mandarin Chinese": "冬天应该多久给蕨类植物浇一次水?",
    "Portuguese": "Quantas vezes devo regar as plantas durante o verão?",
    "Russian": "Как часто нужно поливать цветы зимой?",
    "Spanish": "¿Cuántas veces debo regar las plantas durante el verano?",
    "Turkish": "Kışın çiçekleri ne sıklıkla sulamalıyım?",
    "Ukrainian": "Як часто потрібно поливати квіти взимку?",
}
CODE = "for (int i = 0; i < rows.size(); i++) { total += rows[i].value(); }\n" * 5


@pytest.fixture(scope="module")
def detector() -> LangidDetector:
    return LangidDetector()


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_recognised(detector, language):
    assert detector.detect(SENTENCES[language]) == language


@pytest.mark.parametrize("language", ["French", "Russian", "Japanese"])
@pytest.mark.parametrize(
    "around",
    ["{}\n```c\n" + CODE + "```", "```\n" + CODE + "```\n{}", CODE + "\n{}", "{}\n```\n" + CODE],
    ids=["behind", "in front", "without fence", "never closed"],
)
def test_code_does_not_count(detector, language, around):
    assert detector.detect(around.replace("{}", SENTENCES[language])) == language


def test_addresses_tags_and_placeholders_do_not_count(detector):
    text = (
        "https://example.org/how-do-i-water-a-fern-in-the-winter [EMAIL] [PHONE_NUMBER] "
        "[STREET_ADDRESS] <div class='the english words of a web page'> " + SENTENCES["Spanish"]
    )
    assert detector.detect(text) == "Spanish"


@pytest.mark.parametrize(
    "text",
    ["", " \n", "12345 67", "👍👍", "https://example.org/a", "```\nx = 1\n```", "[EMAIL]", "x"],
)
def test_nothing_to_go_by_is_unknown(detector, text):
    assert detector.detect(text) == UNKNOWN


def test_least_decides_what_is_unknown():
    doubtful = "hello there"
    assert LangidDetector(least=0.0).detect(doubtful) != UNKNOWN
    assert LangidDetector(least=0.99).detect(doubtful) == UNKNOWN


def test_capitals_and_odd_characters_do_no_harm(detector):
    assert detector.detect(SENTENCES["English"].upper()) == "English"
    assert detector.detect("\ud800" + SENTENCES["French"] + "\0") == "French"


def test_a_huge_text_is_cut(detector):
    assert detector.detect(SENTENCES["French"] * 100_000) == "French"


def test_its_id_tells_what_the_answers_depend_on(detector):
    assert detector.id != LangidDetector(least=0.5).id


def test_every_variant_has_a_name():
    assert set(VARIANTS.values()) <= set(ENGLISH_NAMES)
    assert not set(VARIANTS) & set(ENGLISH_NAMES)
    assert len(set(ENGLISH_NAMES.values())) == len(ENGLISH_NAMES)


def test_it_is_loaded_once():
    assert open_detector() is open_detector()


def test_a_missing_package_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    with pytest.raises(ModelUnavailableError, match="pip install py3langid"):
        LangidDetector()
