"""Cases: what was found about a cluster or an account, in one file for machines and one for people.

A case holds numbers, verdicts, requests with their decisions, and the lines of the log that tell
of them. Text is in it only where its investigator read it under an approved request and says so,
and then redacted. It leaves the zone: its digest stands in the log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from anonymuse.errors import InputError, RightsError
from anonymuse.secure.audit_check import read_rows
from anonymuse.secure.audit_line import line_hash, row_hash
from anonymuse.secure.case_page import case_page
from anonymuse.secure.desk import Desk, told_time
from anonymuse.secure.request_book import RequestBook
from anonymuse.secure.roles import Person
from anonymuse.secure.traces import Traces
from anonymuse.secure.values import CaseFile, Kind, TraceRequest
from anonymuse.secure.verdicts import Verdicts

CASE = "anonymuse case"
VERSION = 1
_THEIRS = "(for the requester and approvers)"


class Cases:
    """Makes cases.

    Args:
        desk: what all rooms share.
        book: what was asked and decided.
        traces: gives redacted text.
        verdicts: on the target.
    """

    def __init__(self, desk: Desk, book: RequestBook, traces: Traces, verdicts: Verdicts) -> None:
        self._desk, self._book = desk, book
        self._traces, self._verdicts = traces, verdicts

    def export(
        self,
        person: Person,
        kind: Kind,
        target: str,
        *,
        request: str = "",
        with_traces: bool = False,
    ) -> CaseFile:
        """Return a case.

        Args:
            person: an investigator.
            kind: cluster or account.
            target: its id.
            request: an approved one for this target, whose conversations go into it.
            with_traces: the conversations that were read under it, redacted.

        Raises:
            InputError: a case is on something else, or traces are wanted without a request.
            AbsentError: there is no such target or request.
            RightsError: the request is not approved, or is for another target.
        """
        self._desk.check(person, "export case", target)
        if kind not in ("cluster", "account"):
            raise InputError("A case is on a cluster or on an account.")
        evidence = self._evidence(kind, target)
        traces = self._read(person, kind, target, request) if with_traces else []
        requests = [_seen(one, person) for one in self._book.about(kind, target)]
        when = told_time(self._desk.clock.now())
        body = {
            "kind": CASE,
            "version": VERSION,
            "run": self._desk.run,
            "about": {"kind": kind, "id": target},
            "watermark": self._watermark(person, when, kind, target),
            "evidence": evidence,
            "verdicts": [asdict(one) for one in self._verdicts.all(kind, target)],
            "requests": [asdict(one) for one in requests],
            "lifts": [
                asdict(lift)
                for one in requests
                for lift in self._book.lifts(one.id)
                if lift.by == person.name
            ],
            "log": self._log(target, requests),
            "traces": traces,
        }
        data = json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        self._desk.row(
            person, "export case", target, kind=kind, request=request if with_traces else "",
            traces=len(traces), sha256=line_hash(data),
        )  # fmt: skip
        name = f"case-{kind}-{target}".replace(":", "-").replace(".", "-")
        return CaseFile(name, data, case_page(body))

    def _evidence(self, kind: Kind, target: str) -> Mapping[str, Any]:
        members = self._desk.members(kind, target)
        if kind == "account":
            return {"conversations": [asdict(one) for one in members]}
        cluster = self._desk.cluster(target)
        gaps = {
            gap.verdict: [
                {"side": side} | asdict(row)
                for side, rows in (("missed", gap.missed), ("overdone", gap.overdone))
                for row in rows
                if row.cluster == target
            ]
            for gap in self._desk.store.report().gaps
        }
        return {
            "cluster": asdict(cluster),
            "gaps": {name: got for name, got in gaps.items() if got},
        }

    def _read(self, person: Person, kind: Kind, target: str, request: str) -> list[dict[str, Any]]:
        """Return the redacted conversations that were read under a request for this target."""
        if not request:
            raise InputError("Traces go into a case under an approved request: name it.")
        found = self._traces.usable(person, "export case", request)
        if (found.kind, found.target) != (kind, target):
            error = RightsError("That request is for another target.")
            self._desk.deny(person, "export case", target, "other target", error)
        here = {one.row for one in self._desk.members(kind, target)}
        return [
            {"row": row, "turns": [list(turn) for turn in turns]}
            for row in self._desk.looks.read_under(request)
            if row in here and (turns := self._traces.redacted(row)) is not None
        ]

    def _log(self, target: str, requests: Sequence[TraceRequest]) -> list[dict[str, Any]]:
        """Return the log's rows on the target and on its requests, each with its hash."""
        ids = {one.id for one in requests}
        return [
            asdict(row) | {"hash": row_hash(row)}
            for row in read_rows(self._desk.log.path.parent, self._desk.log.keys)
            if row.details.get("run") == self._desk.run
            and (row.object == target or row.details.get("request") in ids)
        ]

    def _watermark(self, person: Person, when: str, kind: str, target: str) -> str:
        keys = self._desk.log.keys
        told = {"by": person.name, "at": when, "kind": kind, "target": target}
        return f"{person.name} · {when} · {keys.mac('watermark', told, keys.current)[:16]}"


def _seen(request: TraceRequest, person: Person) -> TraceRequest:
    """Return a request as its requester sees it; of others', without what anybody wrote."""
    if request.by == person.name:
        return request
    decisions = tuple(replace(one, note="") for one in request.decisions)
    return replace(request, words=_THEIRS, decisions=decisions)
