"""Check digits: pure functions over strings of digits and letters."""

from __future__ import annotations

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
"""Length of an IBAN by country (SWIFT registry)."""

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_CHINA_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_VERHOEFF_D = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_P = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def luhn(digits: str) -> bool:
    """Check the last digit by Luhn's rule (ISO/IEC 7812-1)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def card_network(digits: str) -> bool:
    """Say whether the number starts and is as long as a payment network's cards are."""
    size, two, three, four = len(digits), int(digits[:2]), int(digits[:3]), int(digits[:4])
    return (
        (digits[0] == "4" and size in {13, 16, 19})
        or (51 <= two <= 55 and size == 16)
        or (2221 <= four <= 2720 and size == 16)
        or (two in {34, 37} and size == 15)
        or ((300 <= three <= 305 or two in {36, 38, 39}) and 14 <= size <= 19)
        or (3528 <= four <= 3589 and 16 <= size <= 19)
        or (four in {1800, 2131} and size == 15)
        or ((four == 6011 or two in {62, 64, 65}) and 16 <= size <= 19)
        or ((two in {50} or 56 <= two <= 69) and 12 <= size <= 19)
        or (2200 <= four <= 2204 and 16 <= size <= 19)
    )


def iban_end(value: str) -> int:
    """Return how many leading characters (no spaces) are a valid IBAN, 0 if none are.

    The length is the country's; the check is ISO 13616: letters as numbers, modulo 97 is 1.
    """
    upper = value.upper()
    size = _IBAN_LENGTHS.get(upper[:2], 0)
    if not size or len(upper) < size or not upper[:size].isalnum() or not upper[:size].isascii():
        return 0
    turned = upper[4:size] + upper[:4]
    return size if int("".join(str(int(c, 36)) for c in turned)) % 97 == 1 else 0


def iban_shaped(value: str) -> bool:
    """Say whether the value has a country's code and length, whatever its check digits say."""
    return len(value) == _IBAN_LENGTHS.get(value[:2].upper(), 0)


def verhoeff(digits: str) -> bool:
    """Check a number by Verhoeff's dihedral rule (Aadhaar)."""
    check = 0
    for place, character in enumerate(reversed(digits)):
        check = int(_VERHOEFF_D[check][int(_VERHOEFF_P[place % 8][int(character)])])
    return check == 0


def china_id(value: str) -> bool:
    """Check an 18-character resident identity number (GB 11643)."""
    total = sum(int(c) * w for c, w in zip(value, _CHINA_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == value[-1].upper()


def spain_id(value: str) -> bool:
    """Check the letter of a Spanish DNI or NIE."""
    body = value.upper().replace("-", "").replace(".", "").replace(" ", "")
    digits = {"X": "0", "Y": "1", "Z": "2"}.get(body[0], body[0]) + body[1:-1]
    return digits.isdigit() and _DNI[int(digits) % 23] == body[-1]


def eleven(digits: str) -> bool:
    """Check a number of nine or ten digits modulo 11 (Dutch, British NHS, Australian tax)."""
    if len(digits) == 10:
        rest = 11 - sum(int(c) * w for c, w in zip(digits, range(10, 1, -1), strict=False)) % 11
        return rest % 11 == int(digits[9])
    dutch = sum(int(c) * w for c, w in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    tax = sum(int(c) * w for c, w in zip(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10), strict=True))
    return dutch % 11 == 0 or tax % 11 == 0


def germany_id(digits: str) -> bool:
    """Check a German tax number of eleven digits (ISO 7064, modulo 11, 10)."""
    check = 10
    for character in digits[:-1]:
        total = (int(character) + check) % 10 or 10
        check = total * 2 % 11
    return (11 - check) % 10 == int(digits[-1])


def norway_id(digits: str) -> bool:
    """Check both digits of a Norwegian birth number."""
    first = sum(int(c) * w for c, w in zip(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), strict=False))
    both = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    second = sum(int(c) * w for c, w in zip(digits, both, strict=True))
    return first % 11 == 0 and second % 11 == 0


def belgium_id(digits: str) -> bool:
    """Check a Belgian national number: 97 minus the rest, for both centuries."""
    check = int(digits[-2:])
    return check in {97 - int(digits[:-2]) % 97, 97 - int(f"2{digits[:-2]}") % 97}


def japan_id(digits: str) -> bool:
    """Check a Japanese individual number of twelve digits."""
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(c) * w for c, w in zip(digits, weights, strict=False)) % 11
    return (0 if rest <= 1 else 11 - rest) == int(digits[-1])
