from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

from anonymuse.adapters.notify.mail import as_mail

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def test_a_message_can_be_read_back() -> None:
    text = "Größe “α”: ٣ Menschen\n\n  " + "lang " * 30 + "\n"
    raw = as_mail("Zwei Regeln – π", text, sender="w@example.org", receiver="s@a.b", now=NOW)
    found = message_from_bytes(raw, policy=SMTP)
    assert found["Subject"] == "Zwei Regeln – π"
    assert (found["From"], found["To"]) == ("w@example.org", "s@a.b")
    assert found["Date"] == "Mon, 02 Mar 2026 08:30:00 +0000"
    assert found.get_content_type() == "text/plain"
    assert found.get_content().replace("\r\n", "\n") == text
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.isascii()


def test_a_title_with_line_ends_makes_no_header_of_its_own() -> None:
    raw = as_mail("a\r\nBcc: x@example.org\n b", "x", sender="", receiver="", now=NOW)
    found = message_from_bytes(raw, policy=SMTP)
    assert found["Bcc"] is None
    assert found["Subject"] == "a Bcc: x@example.org b"
    assert found["From"] is None
    assert found["To"] is None


def test_what_looks_like_markup_stays_text() -> None:
    raw = as_mail("x", "<b>1</b> =SUM(A1)\n.\nFrom me\n", sender="", receiver="", now=NOW)
    found = message_from_bytes(raw, policy=SMTP)
    assert not found.is_multipart()
    assert "<b>1</b> =SUM(A1)" in found.get_content()
