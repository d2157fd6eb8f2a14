"""An e-mail as a file, for whatever sends mail: `sendmail -t < FILE`."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP


def as_mail(subject: str, body: str, *, sender: str, receiver: str, now: datetime) -> bytes:
    """Return a message after RFC 5322: plain text, so that nothing in it is markup.

    Args:
        subject: one line; line ends in it become spaces.
        body: the text.
        sender: left out where it is empty: what sends the mail knows its own.
        receiver: likewise.
        now: with a zone.
    """
    mail = EmailMessage(policy=SMTP)
    for name, value in (("From", sender), ("To", receiver), ("Subject", subject)):
        if value:
            mail[name] = " ".join(value.split())
    mail["Date"] = now
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(body, cte="quoted-printable")
    return mail.as_bytes()
