"""What a watch has posted already, in a small file beside the report, never in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from anonymuse.adapters.notify.mail import as_mail
from anonymuse.adapters.notify.webhook import Delivery, post
from anonymuse.api.watch_page import mail, payload
from anonymuse.api.watch_rules import Notify, check_webhook
from anonymuse.api.watching import Watched
from anonymuse.errors import ConfigError, OutputError
from anonymuse.insights.watch import Alarm
from anonymuse.pipeline.files import write_atomically, write_json

WEBHOOK = "ANONYMUSE_WEBHOOK"
SECRET = "ANONYMUSE_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
_KEPT = 5_000  # lines of the file; the oldest go


def address_of(notify: Notify, environment: Mapping[str, str]) -> str:
    """Return where to post; the environment goes over the file.

    Raises:
        ConfigError: neither names an address, or it is one that nothing is posted to.
    """
    address = environment.get(WEBHOOK) or notify.webhook
    if not address:
        raise ConfigError(
            f"--post needs an address: `webhook` in the rules' [notify], or the variable {WEBHOOK}."
        )
    try:
        return check_webhook(address)
    except ValueError as error:
        raise ConfigError(f"{WEBHOOK}: {error}.") from None


def post_news(
    watched: Watched, notify: Notify, environment: Mapping[str, str]
) -> tuple[Delivery | None, str]:
    """Post the alarms that were not posted before about this report, and remember them.

    Returns:
        What became of the post, None where there was nothing new; and a sentence about what could
        not be remembered, or nothing.

    Raises:
        ConfigError: there is no address, or it is one that nothing is posted to.
    """
    address = address_of(notify, environment)
    posted = _posted(watched.place)
    news = [alarm for alarm in watched.alarms if _mark(watched, alarm) not in posted]
    if not news:
        return None, ""
    said = payload(watched, news, details=notify.details)
    body = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    delivery = post(address, body, secret=environment.get(SECRET, ""))
    if not delivery.arrived:
        return delivery, ""
    marks = [*posted, *(_mark(watched, alarm) for alarm in news)]
    try:
        write_json(watched.place, {"posted": marks[-_KEPT:]})
    except OutputError:
        return delivery, f"{watched.place} cannot be written: the same will be posted again."
    return delivery, ""


def write_mail(watched: Watched, notify: Notify, path: Path, *, now: datetime) -> None:
    """Write an e-mail about what fired, also where nothing did.

    Raises:
        OutputError: the file cannot be written.
    """
    subject, text = mail(watched, details=notify.details)
    message = as_mail(subject, text, sender=notify.mail_from, receiver=notify.mail_to, now=now)
    write_atomically(path, lambda stream: stream.write(message))


def _mark(watched: Watched, alarm: Alarm) -> str:
    """Return what tells an alarm from all others, of other reports too."""
    return "|".join((watched.digest, alarm.rule, alarm.subject.id, alarm.language))


def _posted(place: Path) -> Sequence[str]:
    """Return the marks of what was posted; none where the file is missing or damaged."""
    try:
        marks = json.loads(place.read_bytes())["posted"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [mark for mark in marks if isinstance(mark, str)] if isinstance(marks, list) else []
