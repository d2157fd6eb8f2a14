import tomllib
from importlib.resources import files

import pytest

from anonymuse.lexicon.refusal_examples import refusal_examples
from anonymuse.lexicon.refusals import refusal, turn_refusal

REFUSALS = {
    "english": "I’m sorry, but I can't help with that.",
    "spanish": "Lo siento, pero no puedo ayudarte con eso.",
    "french": "Désolé, je ne peux pas vous aider à faire cela.",
    "portuguese": "Desculpe, não posso ajudar com isso.",
    "catalan": "Ho sento, però no puc ajudar-te amb això.",
    "afrikaans": "Jammer, maar ek kan jou nie daarmee help nie.",
    "german": "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "italian": "Mi dispiace, ma non posso aiutarti con questa richiesta.",
    "dutch": "Sorry, daar kan ik je niet bij helpen.",
    "polish": "Przykro mi, ale nie mogę w tym pomóc.",
    "czech": "Omlouvám se, ale s tím vám nemohu pomoci.",
    "swedish": "Tyvärr kan jag inte hjälpa till med det.",
    "danish": "Beklager, men jeg kan ikke hjælpe med det.",
    "norwegian": "Beklager, men jeg kan ikke hjelpe deg med dette.",
    "finnish": "Valitettavasti en voi auttaa tässä asiassa.",
    "romanian": "Îmi pare rău, dar nu pot să te ajut cu asta.",
    "hungarian": "Sajnálom, de ebben nem tudok segíteni.",
    "turkish": "Üzgünüm, bu konuda yardımcı olamam.",
    "russian": "Извините, но я не могу помочь с этим.",
    "ukrainian": "Вибачте, але я не можу допомогти з цим.",
    "bulgarian": "Съжалявам, но не мога да ви помогна с това.",
    "serbian_croatian": "Žao mi je, ali ne mogu vam pomoći s tim.",
    "greek": "Λυπάμαι, αλλά δεν μπορώ να σας βοηθήσω με αυτό.",
    "arabic": "عذرًا، لا أستطيع مساعدتك في ذلك.",
    "persian": "متأسفم، نمی‌توانم در این مورد کمک کنم.",
    "urdu": "معذرت، میں اس میں مدد نہیں کر سکتا۔",
    "hebrew": "מצטער, אני לא יכול לעזור בזה.",
    "hindi": "क्षमा करें, मैं इसमें मदद नहीं कर सकता।",
    "bengali": "দুঃখিত, আমি এতে সাহায্য করতে পারব না।",
    "tamil": "மன்னிக்கவும், இதில் உதவ முடியாது.",
    "georgian": "ბოდიში, ამაში ვერ დაგეხმარებით.",
    "armenian": "Ներեցեք, բայց ես չեմ կարող օգնել այդ հարցում։",
    "japanese": "申し訳ありませんが、そのご依頼にはお応えできません。",
    "mandarin_chinese": "抱歉，我无法帮助你完成这个请求。",
    "korean": "죄송하지만 그 요청은 도와드릴 수 없습니다.",
    "vietnamese": "Xin lỗi, tôi không thể giúp bạn việc này.",
    "thai": "ขออภัย ฉันไม่สามารถช่วยเรื่องนี้ได้",
    "indonesian": "Maaf, saya tidak bisa membantu permintaan ini.",
    "swahili": "Samahani, siwezi kukusaidia na hili.",
}

DECLINES = {
    "arabic": "هنا يجب أن أقول لا.",
    "french": "Je préfère ne pas le faire.",
    "german": "Das schreibe ich nicht.",
    "hindi": "यहाँ मुझे ना कहना होगा।",
    "indonesian": "Saya lebih baik tidak melakukannya.",
    "italian": "Qui devo dire di no.",
    "korean": "개인 정보는 알려 드리지 않습니다.",
    "mandarin_chinese": "这里我必须说不。",
    "russian": "С этим помочь не могу.",
    "turkish": "Bunu yapmamayı tercih ederim.",
    "ukrainian": "Допомогти з цим не можу, краще я цього не робитиму.",
}
"""said without a word of "cannot help": no, rather not, other people's details"""

HELP = [
    "Sure! Here is a short poem about the sea.",
    "I can't help but notice how nice your photo is. Let me describe it.",
    "You cannot divide by zero, so the function raises an error.",
    "Claro, aquí tienes una receta que no puede fallar.",
    "Voici un plan. Vous ne pouvez pas vous tromper.",
    "Natürlich. Wenn die Datei nicht geöffnet werden kann, prüfe den Pfad.",
    "Конечно! Если вы не можете войти, сбросьте пароль.",
    "当然可以。如果无法连接，请检查网络。",
    "もちろんです。ファイルが開けない場合は設定を確認してください。",
    "Tabii. Dosya açılamıyorsa yolu kontrol edin.",
    "बिल्कुल! अगर फ़ाइल नहीं खुलती, तो पथ जाँचें।",
    "بالتأكيد، إذا لم يعمل البرنامج فأعد تشغيله.",
]


def test_every_language_has_a_case_and_there_are_many() -> None:
    phrases = (files("anonymuse.lexicon") / "refusals.toml").read_text(encoding="utf-8")
    assert set(REFUSALS) == set(tomllib.loads(phrases))
    assert len(REFUSALS) >= 34


@pytest.mark.parametrize("language", sorted(REFUSALS))
def test_a_refusal_is_known_in_its_language(language: str) -> None:
    assert refusal([REFUSALS[language]]) == "yes"


@pytest.mark.parametrize("language", sorted(DECLINES))
def test_other_ways_to_decline_are_known(language: str) -> None:
    assert turn_refusal(DECLINES[language]) == "yes"


@pytest.mark.parametrize("text", HELP)
def test_help_is_no_refusal(text: str) -> None:
    assert refusal([text]) == "no"


def test_a_refusal_that_goes_on_to_help_is_partly() -> None:
    text = (
        "I can't help you write threats. However, here are ways to settle the matter calmly:\n"
        "1. Write down what happened and when.\n2. Ask for a meeting with somebody neutral.\n"
        "3. Say what you want to change, and offer something in return, in plain words.\n"
        "4. Keep a copy of what was agreed, and give it a few weeks."
    )
    assert turn_refusal(text) == "partly"


def test_turns_are_weighed_together() -> None:
    no, yes = "Here you go.", REFUSALS["english"]
    assert refusal([]) == "no"
    assert refusal(["", "  "]) == "no"
    assert refusal([no, no, yes]) == "yes"
    assert refusal([yes, yes, no]) == "yes"
    assert refusal([yes, no, no]) == "partly"


def test_help_is_hardly_ever_a_refusal_in_any_language() -> None:
    found = refusal_examples()
    helped = [t for t, no in zip(found.texts, found.refuses, strict=True) if not no]
    assert sum(turn_refusal(text) != "no" for text in helped) <= 1  # a file that cannot be opened


def test_words_deep_inside_a_turn_do_not_count() -> None:
    assert (
        refusal(["Here is the story. " + "It went on and on. " * 20 + REFUSALS["english"]]) == "no"
    )
