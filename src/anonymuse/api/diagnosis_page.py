"""What `doctor` says: a diagnosis as titled tables, and those as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anonymuse.api.aligned import aligned
from anonymuse.domain.policy import INTERNAL, PUBLIC
from anonymuse.pipeline.doctor import Diagnosis, FileSeen
from anonymuse.pipeline.tally import Holders, Spread
from anonymuse.ports.reader import UNKNOWN_ROLE, UNREADABLE_TIMES, known_roles

_MOST_FILES = 20
_MOST_LANGUAGES = 12
_NOT_UTF8 = "broken UTF-8"
"""a reader's reason for a drop"""
_MANY_USERS = 20
_LARGE_SHARE = 0.1
"""a share that one user among many seldom has"""

_ROLES_QUERY = (
    "--sql \"select * replace (case role when 'Kunde' then 'user' else 'assistant' end as role) "
    "from 'FILE'\""
)
_REPLY_QUERY = "--sql \"select * rename (COLUMN as response) from 'FILE'\""
_USER_QUERY = "--sql \"select * replace (nullif(user_id, 'unknown') as user_id) from 'FILE'\""
_TIME_QUERY = (
    "--sql \"select * replace (strptime(created_at, '%d.%m.%Y %H:%M') as created_at) from 'FILE'\""
)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled table; the first row is a header where ``headed`` says so."""

    title: str
    rows: Sequence[Sequence[str]]
    headed: bool = False


def sections(seen: Diagnosis) -> Iterator[Section]:
    """Yield everything that is printed, in order."""
    yield Section("Files", list(_files(seen.files)))
    yield Section("Records", list(_records(seen)))
    if seen.kept:
        yield Section(
            "Per conversation",
            [
                ("", "half below", "90 % below", "99 % below", "largest"),
                ("turns", *_spread(seen.turns)),
                ("characters", *_spread(seen.characters)),
            ],
            headed=True,
        )
        yield Section("Turns by role", [(role, f"{n:,}") for role, n in seen.roles.items()])
        if seen.languages:
            title = f"Languages of {seen.language_sample:,} conversations drawn at random"
            yield Section(title, list(_languages(seen.languages)))
        yield Section("Who and when", list(_who(seen)))
    if seen.columns:
        rows = [(c.name, c.kind, f"{_percent(c.filled)} filled") for c in seen.columns]
        if seen.unnamed_columns:
            rows.append((f"and {seen.unnamed_columns:,} more, not shown", "", ""))
        yield Section("Metadata", rows)
    if advice := list(advise(seen)):
        yield Section("Good to know", [(sentence,) for sentence in advice])


def _files(files: Sequence[FileSeen]) -> Iterator[tuple[str, str]]:
    for file in files[:_MOST_FILES]:
        dropped = f", {file.dropped:,} dropped" if file.dropped else ""
        yield file.name, f"{file.format}: {file.kept:,} conversations{dropped}"
        yield "", file.why
        for note, count in file.notes.items():
            yield "", f"{note}: {count:,}"
    if len(files) > _MOST_FILES:
        rest = files[_MOST_FILES:]
        kept = sum(file.kept for file in rest)
        yield f"and {len(rest):,} more files", f"{kept:,} conversations"


def _records(seen: Diagnosis) -> Iterator[tuple[str, str]]:
    yield "read", f"{seen.records:,}"
    yield "conversations", f"{seen.kept:,}"
    for drop in seen.drops:
        more = ", ..." if drop.count > len(drop.places) else ""
        yield f"dropped: {drop.reason}", f"{drop.count:,} ({'; '.join(drop.places)}{more})"
    if seen.kept:
        yield "exact repeats", _percent(seen.duplicate_share)
        yield "tokens, about", f"{_rounded(seen.tokens):,}"
    if seen.repeated_ids:
        yield "ids that occur again", f"{seen.repeated_ids:,}"


def _languages(languages: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    total = sum(languages.values())
    for place, (name, count) in enumerate(languages.items()):
        if place == _MOST_LANGUAGES:
            rest = total - sum(list(languages.values())[:place])
            yield f"{len(languages) - place} others", _percent(rest / total)
            return
        yield name, _percent(count / total)


def _who(seen: Diagnosis) -> Iterator[tuple[str, str]]:
    yield "users", _holders(seen.users, seen.kept)
    yield "organisations", _holders(seen.organisations, seen.kept)
    if seen.first is None or seen.last is None:
        yield "time", "none"
        return
    without = f", {seen.without_time:,} without a time" if seen.without_time else ""
    yield "time", f"{seen.first.date()} to {seen.last.date()}{without}"


def _holders(holders: Holders, kept: int) -> str:
    if not holders.distinct:
        return "none"
    without = f", {holders.without:,} conversations without" if holders.without else ""
    return (
        f"{holders.distinct:,} (the largest has {_percent(holders.largest_share)} of "
        f"{kept - holders.without:,} conversations{without})"
    )


def nothing_kept(seen: Diagnosis) -> str:
    """Return what to do where no record became a conversation."""
    if [drop.reason for drop in seen.drops] == [UNKNOWN_ROLE]:
        return f"No record could become a conversation. {_roles()}"
    return (
        "No record could become a conversation; the reasons are above. If another column holds "
        "what was said, name it: --messages-column, --text-column or --role-column."
    )


def _roles() -> str:
    return f"Roles that are known: {known_roles()}. A query turns others: {_ROLES_QUERY}."


def advise(seen: Diagnosis) -> Iterator[str]:
    """Yield what the numbers mean for a run, a sentence each."""
    if any(drop.reason == _NOT_UTF8 for drop in seen.drops):
        yield (
            "Text that is not UTF-8 was dropped. Convert such a file first, for instance: "
            "iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW."
        )
    if not seen.kept:
        return
    if any(drop.reason == UNKNOWN_ROLE for drop in seen.drops):
        yield f"Conversations with a role that is not known were dropped. {_roles()}"
    if not seen.roles.get("assistant"):
        yield (
            "No reply was read; refusals, for one, are told by replies. If a column holds them, a "
            f"query gives it a name that is known: {_REPLY_QUERY}."
        )
    yield from _of_users(seen)
    yield from _enough(seen)
    yield from _of_times(seen)
    if seen.duplicate_share > 0.2:
        yield "Many conversations repeat others; repeats are asked about once."
    if seen.records and seen.kept < 0.9 * seen.records:
        yield "More than a tenth of the records was dropped; the reasons are above."


def _of_users(seen: Diagnosis) -> Iterator[str]:
    if not seen.users.distinct:
        yield (
            "No user is named, so every conversation would count as its own person. If a column "
            "names users, give it with --user-column."
        )
    elif without := seen.users.without:
        yield f"Conversations that name no user: {without:,}; a run counts them as one person's."
    if busy := seen.users.over_50:
        yield f"Users with more than 50 conversations: {busy:,}; a run takes 50 of each."
    if seen.users.distinct >= _MANY_USERS and seen.users.largest_share > _LARGE_SHARE:
        yield (
            f"One user has {_percent(seen.users.largest_share)} of the conversations: is this a "
            f"placeholder such as 'unknown'? Leave it empty ({_USER_QUERY}): they then count as "
            "conversations that name no user, and the receipt says their share."
        )


def _of_times(seen: Diagnosis) -> Iterator[str]:
    if unreadable := sum(file.notes.get(UNREADABLE_TIMES, 0) for file in seen.files):
        yield (
            f"Times that cannot be read: {unreadable:,}. Known are ISO 8601 and seconds since 1970;"
            f" a query turns others: {_TIME_QUERY}."
        )
    if seen.first is None:
        yield "Without times there is no growth to show."


def _enough(seen: Diagnosis) -> Iterator[str]:
    if seen.users.distinct == 1 and not seen.users.without:
        yield (
            "All conversations are one user's, and no policy publishes one person's. For your own, "
            "--unit conversation counts each by itself: keep that report to yourself."
        )
        return
    people = seen.users.distinct or seen.kept
    for policy, instead in ((INTERNAL, "demo"), (PUBLIC, "internal")):
        if people < 2 * policy.min_units or seen.kept < 2 * policy.min_conversations:
            yield (
                f"Too little data for the policy {policy.name!r} to publish more than a cluster "
                f"or two; --policy {instead} publishes more, for fewer eyes."
            )
            return


def _spread(spread: Spread) -> tuple[str, str, str, str]:
    p50, p90, p99 = (_rounded(value) for value in (spread.p50, spread.p90, spread.p99))
    return f"{p50:,}", f"{p90:,}", f"{p99:,}", f"{spread.largest:,}"


def _rounded(number: int) -> int:
    """Return a number with three significant digits where it has more than three."""
    return round(number, min(0, 3 - len(str(number)))) if number >= 1_000 else number


def _percent(share: float) -> str:
    percent = 100 * share
    if 0 < percent < 0.1:
        return "< 0.1 %"
    return f"{percent:.1f} %" if 0 < percent < 99.95 else f"{percent:.0f} %"


def plain(seen: Diagnosis) -> str:
    """Return the page as text, aligned with spaces."""
    lines: list[str] = []
    for section in sections(seen):
        lines += ["", section.title] if lines else [section.title]
        lines += [f"  {line}" for line in aligned(section.rows)]
    return "\n".join(lines)
