"""Words that announce a number: in front of one of these a short number is somebody's."""

from __future__ import annotations

import re


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list that is written with spaces between them."""
    return tuple(text.split())


def last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the last match of a pattern in a text."""
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one is what is wanted
        pass
    return found


NOT_PEOPLE = frozenset(
    words(
        "property staticmethod classmethod dataclass override overload param params return "
        "returns abstractmethod cache lru_cache wraps pytest fixture app click media import "
        "keyframes charset font supports page layer apply tailwind include mixin extend use "
        "forward if else each for while function namespace deprecated test before after "
        "beforeeach aftereach autowired bean component controller restcontroller service "
        "repository entity table column id inject input output module injectable getmapping "
        "postmapping requestmapping requestbody pathvariable see throws throw link since author "
        "version todo type typedef template interface end implementation synthesize selector objc "
        "ibaction iboutlet main state binding published observedobject environmentobject "
        "viewbuilder mainactor available escaping objcmembers everyone here channel model html "
        "section foreach layout model register yield extends parent csrf json endif endforeach "
        "endsection nonnull nullable data getter setter slf4j builder allargsconstructor "
        "noargsconstructor springbootapplication configuration value transactional onetomany "
        "manytoone manytomany joincolumn generatedvalue suppresswarnings functionalinterface "
        "safevarargs retention target documented inherited "
    )
)
"""What follows an at sign in code and is no account: decorators, annotations, CSS rules."""

_PHONE = (
    "phone telephone tel mobile cell cellphone fax whatsapp sms viber telegram signal call ring "
    "calling dial hotline helpline pager reach answering text[ ]me contact "
    "teléfono telefono móvil celular llama llamar llame llamen fijo "
    "téléphone portable appelez appeler appelle joindre "
    "telefone telemóvel celular ligue ligar liga telèfon mòbil truqueu trucar "
    "telefon telefonnummer handy handynummer rufnummer mobil mobilnummer anrufen ruf "
    "telefonum telefonumuz cep gsm telefoon telefoonnommer selfoon bel cellulare chiama komórka "
    "telefonu puhelin puhelinnumero "
    "τηλέφωνο τηλέφωνό τηλεφώνου κινητό κινητού τηλ телефон тел моб мобильный номер звоните "
    "позвоните позвонить мобільний дзвоніть зателефонуйте հեռախոս հեռախոսը հեռախոսս հեռախոսահամար "
    "հեռախոսահամարը հեռ զանգահարել ტელეფონი ტელ მობილური დარეკეთ "
    "فون هاتف جوال موبايل اتصل اتصلوا تلفن تلفون موبایل فون טלפון הטלפון נייד "
    "फोन फ़ोन मोबाइल कॉल नंबर ফোন মোবাইল தொலைபேசி โทร เบอร์โทร điện[ ]thoại sđt simu"
)
_PHONE_DENSE = "电话 電話 手机 手機 携帯 携帯番号 番号 联系方式 致电 拨打 전화 휴대폰 핸드폰 연락처"

_ID = (
    "passport passeport pasaporte passaporte reisepass reisepas pasaport паспорт паспорта պասպորտ "
    "პასპორტი पासपोर्ट جواز "
    "ssn social[ ]security national[ ]id id[ ]number id[ ]no id[ ]card identity[ ]number id[ ]nr "
    "identification nif nie dni cpf cnpj rg rut rfc curp nss insee siret siren nir nino nhs "
    "tckn tc[ ]kimlik kimlik pesel bsn инн снилс огрн іпн ідн "
    "aadhaar aadhar pan आधार iqama "
    "tax[ ]id taxpayer vat ein tin steuer-?id steuernummer ust-?idnr "
    "licen[cs]e[ ]number licen[cs]e[ ]no driver'?s?[ ]licen[cs]e licen[cs]e[ ]plate "
    "plate[ ]number registration[ ]number registration[ ]no "
    "account konto kontonummer cuenta compte conta rekening hesap счет счёт рахунок حساب खाता 账号 "
    "账户 口座 계좌 routing sort[ ]code swift bic acct a/c "
    "card[ ]number card[ ]no credit[ ]card debit[ ]card tarjeta cartão карты карта बैंक कार्ड 卡号 "
    "カード番号 iban "
    "order pedido commande bestellung bestellnummer bestelling encomenda comanda sipariş заказ "
    "заказа замовлення طلب ऑर्डर 订单 订单号 注文番号 주문번호 պատվեր შეკვეთა "
    "invoice factura facture rechnung rechnungsnummer fatura faktuur faktura счёт-?фактура فاتورة "
    "发票 請求書 "
    "booking reservation reserva réservation buchung buchungsnummer rezervasyon бронь бронирования "
    "预订 予約番号 pnr confirmation localizador "
    "ticket case claim complaint incident docket file[ ]number file[ ]no dossier aktenzeichen "
    "protocolo expediente дело шифр обращение заявка заявки тикет iddia şikayet "
    "policy póliza police apólice poliçe полис المطالبة "
    "reference ref referencia référence referência referenz referans "
    "customer client[ ]id member membership student employee patient mrn user[ ]id userid badge "
    "kundennummer matrikelnummer kundnummer personnummer cliente matrícula "
    "tracking shipment parcel waybill awb imei serial iccid seriennummer "
    "contract contrato contrat vertrag договор договора договору պայմանագիր"
)


def _dense(character: str) -> bool:
    return character >= "\u3000"


def _alternatives(words: str) -> str:
    """Join words, the longest first; those of scripts without spaces need no boundary."""
    parts = sorted(set(words.split(" ")) - {""}, key=lambda word: (-len(word), word))
    spaced = [p.replace("[_]", "[ ]") for p in parts if not _dense(p[0])]
    dense = [p for p in parts if _dense(p[0])]
    pattern = rf"(?<![\w])(?:{'|'.join(spaced)})(?![^\W\d_])"
    return f"(?:{pattern}|{'|'.join(dense)})" if dense else pattern


def _split(words: str) -> str:
    return words.replace("[ ]", "[_]")


PHONE_WORD = re.compile(_alternatives(_split(f"{_PHONE} {_PHONE_DENSE}")), re.IGNORECASE)
"""Finds a word that announces a phone number."""

ID_WORD = re.compile(_alternatives(_split(_ID)), re.IGNORECASE)
"""Finds a word that announces an account, order, case or identity number."""

_LOCATOR = (
    "pnr booking[ ]ref booking[ ]reference booking[ ]code booking reservation reserva réservation "
    "buchung buchungscode rezervasyon бронь бронирования бронювання confirmation localizador "
    "localitzador locator record[ ]locator confirmation[ ]code ref reference "
    "reg registration plate license[ ]plate licence[ ]plate number[ ]plate matrícula matricula "
    "immatriculation kennzeichen targa placa plaka госномер номерзнак rejestracja kenteken"
)

LOCATOR_WORD = re.compile(_alternatives(_split(_LOCATOR)), re.IGNORECASE)
"""Finds a word that announces the code of a booking or a number plate."""

NUMBER_MARK = re.compile(
    r"[\s\"'*_(]{0,4}(?:(?:numbers?|number is|num|nummer|número|numero|numéro|nr|no|n[.]?[º°o]|№|"
    r"nº|номер|numarası|nommer|number:|id|code|código|#|is|are|es|est|ist|é|is:|:|=|：|-|番号|は|"
    r"为|是|号|號|नंबर|संख्या|رقم|համար|ნომერი)(?![^\W\d_])[\s\"'*_).:#=-]{0,4}){0,4}",
    re.IGNORECASE,
)
"""What may stand between such a word and its number."""
