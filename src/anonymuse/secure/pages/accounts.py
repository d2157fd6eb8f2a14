"""One account: where its conversations lie and when they were, without their text."""

from __future__ import annotations

from starlette.responses import Response

from anonymuse.secure.call import Call, opinion_of


def one(call: Call) -> Response:
    """Show an account by its pseudonym."""
    account = call.zone.report.account(call.person, call.part("account"))
    tree = call.zone.report.tree(call.person)
    times = sorted(filter(None, (one.time for one in account.members)))
    return call.page(
        "account",
        "Account",
        account=account,
        clusters=sorted(account.clusters.items(), key=lambda pair: (-pair[1], pair[0])),
        names={one.id: one.name for one in tree.values()},
        times=times,
        members=sorted(account.members, key=lambda one: (one.time or "", one.row)),
        verdicts=call.zone.verdicts.of(call.person, "account", account.account),
    )


def judge(call: Call) -> Response:
    """Record a verdict on an account."""
    account = call.part("account")
    call.zone.verdicts.give(
        call.person, "account", account, opinion_of(call.sent("verdict")), note=call.sent("note")
    )
    return call.go("accounts", account)
