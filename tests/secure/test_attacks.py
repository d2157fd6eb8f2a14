"""Attacks on the zone's server: each is one that somebody has used on a server before."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from anonymuse.secure.app import ADDRESSES
from anonymuse.secure.entry import TrustedHeader
from anonymuse.secure.guard import HEADERS, MOST_BYTES
from anonymuse.secure.rules import ZoneRules
from anonymuse.secure.zone import Zone
from tests.secure.a_zone import (
    CALM,
    HERE,
    LEAF,
    NASTY,
    PASSWORD,
    SECRET,
    TOP,
    Browser,
    a_zone,
    agreed,
    asked,
    pseudonym,
    row_id,
)

VERDICT = f"/clusters/{LEAF}/verdict"


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Zone]:
    with a_zone(tmp_path) as opened:
        yield opened


@pytest.fixture
def ivan(zone: Zone) -> Browser:
    return Browser(zone).enter("ivan")


def verdicts(zone: Zone) -> int:
    return len(zone.verdicts.all("cluster", LEAF))


class TestForms:
    @pytest.mark.parametrize("token", ["", "0" * 64, "\u00e9" * 8])
    def test_a_form_without_this_sessions_token(
        self, zone: Zone, ivan: Browser, token: str
    ) -> None:
        data = {"csrf": token, "verdict": "benign"}
        answer = ivan.post(VERDICT, data=data, headers=ivan.origin)
        assert (answer.status_code, verdicts(zone)) == (403, 0)

    def test_a_form_with_another_sessions_token(self, zone: Zone, ivan: Browser) -> None:
        data = {"csrf": Browser(zone).enter("anna").token(), "verdict": "benign"}
        answer = ivan.post(VERDICT, data=data, headers=ivan.origin)
        assert (answer.status_code, verdicts(zone)) == (403, 0)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"origin": "null"},
            {"origin": "https://evil.example"},
            {"origin": f"{HERE}.evil.example"},
            {"origin": "http://127.0.0.1:9999"},
            {"origin": HERE, "sec-fetch-site": "same-site"},
            {"origin": HERE, "sec-fetch-site": "cross-site"},
        ],
    )
    def test_a_form_from_elsewhere(
        self, zone: Zone, ivan: Browser, headers: dict[str, str]
    ) -> None:
        data = {"csrf": ivan.token(), "verdict": "benign"}
        assert ivan.post(VERDICT, data=data, headers=headers).status_code == 403
        signed = {"name": "ivan", "password": PASSWORD}
        assert Browser(zone).post("/sign-in", data=signed, headers=headers).status_code == 403
        assert verdicts(zone) == 0

    def test_a_form_of_another_kind(self, ivan: Browser) -> None:
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
            headers = ivan.origin | {"content-type": kind}
            assert ivan.post(VERDICT, content=b"{}", headers=headers).status_code == 415
        headers = ivan.origin | {"content-type": "application/x-www-form-urlencoded"}
        for broken in (b"%ff%fe=1&csrf=%ff", b"a&&b", b"\xff=1", b"a=1&" * 100 + b"b=2"):
            assert ivan.post(VERDICT, content=broken, headers=headers).status_code == 400

    def test_a_huge_form(self, ivan: Browser) -> None:
        headers = ivan.origin | {"content-type": "application/x-www-form-urlencoded"}
        big = b"note=" + b"a" * MOST_BYTES
        assert ivan.post(VERDICT, content=big, headers=headers).status_code == 413
        pieces = (b"note=" + b"a" * 5000 for _ in range(50))  # without a length before it
        assert ivan.post(VERDICT, content=pieces, headers=headers).status_code == 413
        lies = headers | {"content-length": "-5"}
        assert ivan.post(VERDICT, content=b"", headers=lies).status_code == 413


class TestRequests:
    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
    def test_other_methods(self, ivan: Browser, method: str) -> None:
        for path in ("/", "/overview", "/sign-in", "/static/zone.css", "/nothing"):
            assert ivan.request(method, path).status_code == 405

    def test_the_wrong_one_of_the_two(self, ivan: Browser) -> None:
        assert ivan.get(VERDICT).status_code == 404
        assert ivan.submit("/overview").status_code == 404

    @pytest.mark.parametrize(
        "host", ["evil.example", "127.0.0.1.evil.example", "", "10.0.0.5:8732", "a@127.0.0.1"]
    )
    def test_a_name_that_is_not_ours(self, ivan: Browser, host: str) -> None:
        assert ivan.get("/overview", headers={"host": host}).status_code == 421
        assert ivan.get("/sign-in", headers={"host": host}).status_code == 421

    def test_every_answer_is_strict(self, zone: Zone, ivan: Browser) -> None:
        for answer in (
            ivan.get("/overview"),
            ivan.get("/nothing"),
            ivan.get("/static/zone.css"),
            ivan.request("PUT", "/"),
            ivan.get("/", headers={"host": "evil.example"}),
            Browser(zone).get("/clusters"),
        ):
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        policy = HEADERS["content-security-policy"]
        assert "script" not in policy
        assert "unsafe" not in policy
        assert HEADERS["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        "bad",
        ["..%2f..%2f..%2fetc%2fpasswd", "%2e%2e", "L0-0001%00", "L0-0001%0d%0aset-cookie:a=b",
         "'%20or%201=1--", "%F0%9F%92%A9", "a" * 3000, "{{7*7}}", "%u0000", "..\\..\\x"],
    )  # fmt: skip
    def test_odd_ids(self, ivan: Browser, bad: str) -> None:
        for where in ("clusters", "accounts", "gaps", "requests"):
            answer = ivan.get(f"/{where}/{bad}")
            assert answer.status_code == 404, where
            assert "root:" not in answer.text
            assert "set-cookie" not in answer.headers
        answer = ivan.submit(f"/clusters/{bad}/verdict", verdict="abuse")
        assert answer.status_code == 404
        assert ivan.told == []

    def test_odd_queries(self, ivan: Browser) -> None:
        for query in (
            "sort=__class__&order=x&level=-1&from=99999999999999", "q=" + "%3Cscript%3E" * 40,
            "sort=flag:x&from=-5&level=99", "q=%ff%fe",
        ):  # fmt: skip
            answer = ivan.get(f"/clusters?{query}")
            assert answer.status_code == 200
            assert "<script>" not in answer.text
        assert ivan.get("/gaps/0").status_code == 404
        assert ivan.get("/gaps/99999999999").status_code == 404
        assert ivan.told == []


class TestSessions:
    def test_the_cookie(self, zone: Zone) -> None:
        for at, tls, name in (
            (HERE, False, "anonymuse-zone-8732"),
            ("https://127.0.0.1:8732", True, "__Host-anonymuse-zone-8732"),
        ):
            browser = Browser(zone, at=at, tls=tls, hosts={"127.0.0.1", "zone.example.org"})
            data = {"name": "anna", "password": PASSWORD}
            sent = browser.post("/sign-in", data=data, headers=browser.origin).headers["set-cookie"]
            kept = [part.strip().casefold() for part in sent.split(";")]
            assert sent.startswith(f"{name}=")
            assert {"httponly", "samesite=strict", "path=/"} <= set(kept)
            assert ("secure" in kept) is tls
            assert not any(part.startswith(("domain", "expires", "max-age")) for part in kept)
            assert ("strict-transport-security" in browser.get("/").headers) is tls

    def test_a_cookie_that_is_replayed_after_signing_out(self, zone: Zone, ivan: Browser) -> None:
        thief = Browser(zone, cookies=dict(ivan.cookies.items()))
        assert thief.get("/overview").status_code == 200
        assert ivan.submit("/sign-out").status_code == 200
        assert ivan.cookie() == ""
        assert thief.get("/overview").status_code == 303

    @pytest.mark.parametrize("what", ["password", "role", "disable"])
    def test_sessions_end_with_what_they_rest_on(
        self, zone: Zone, ivan: Browser, what: str
    ) -> None:
        other = Browser(zone).enter("ivan")
        if what == "password":
            new = "nine brown hens at noon"
            ivan.submit("/password", old=PASSWORD, new=new, again=new)
            assert ivan.get("/overview").status_code == 200  # the one that changed it goes on
        else:
            otto = Browser(zone).enter("otto")
            assert otto.submit(f"/staff/ivan/{what}", role="viewer").status_code == 303
            assert ivan.get("/overview").status_code == 303
        assert other.get("/overview").status_code == 303

    def test_a_session_that_somebody_planted(self, zone: Zone) -> None:
        planted = "f" * 64
        victim = Browser(zone, cookies={"anonymuse-zone-8732": planted})
        assert victim.get("/overview").status_code == 303
        victim.enter("ivan")
        assert planted not in [one.value for one in victim.cookies.jar if one.domain]
        assert Browser(zone, cookies={"anonymuse-zone-8732": planted}).get("/").status_code == 303
        attacker = Browser(zone).enter("vera")  # a living session of the attacker's own
        victim = Browser(zone, cookies=dict(attacker.cookies.items()))
        victim.post("/sign-in", data={"name": "ivan", "password": PASSWORD}, headers=victim.origin)
        assert attacker.get("/accounts/" + pseudonym(1)).status_code == 303  # it ended

    def test_signing_in_leads_nowhere_else(self, zone: Zone) -> None:
        for given in (
            "https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example",
            "javascript:alert(1)", "/a\r\nset-cookie: a=b", "\\\\evil", "/%5cevil" * 200, "", "x",
        ):  # fmt: skip
            browser = Browser(zone)
            page = browser.get("/sign-in", params={"next": given}).text
            assert 'name="next" value="/"' in page
            data = {"name": "anna", "password": PASSWORD, "next": given}
            answer = browser.post("/sign-in", data=data, headers=browser.origin)
            assert answer.headers["location"] == "/"
        data["next"] = f"/clusters/{LEAF}?a=b"
        answer = browser.post("/sign-in", data=data, headers=browser.origin)
        assert answer.headers["location"] == f"/clusters/{LEAF}?a=b"

    def test_guessing_passwords(self, tmp_path: Path) -> None:
        with a_zone(tmp_path, rules=ZoneRules(free_attempts=2)) as zone:
            browser = Browser(zone)
            data = {"name": "ivan", "password": "wrong wrong wrong"}
            seen = [
                browser.post("/sign-in", data=data, headers=browser.origin).status_code
                for _ in range(6)
            ]
            assert seen[0] == 403
            assert seen[-1] == 429
            data["password"] = PASSWORD  # the right one has to wait as well
            answer = browser.post("/sign-in", data=data, headers=browser.origin)
            assert answer.status_code == 429
            assert "wait" in answer.text

    def test_nobody_learns_which_names_exist(self, zone: Zone) -> None:
        def said(name: str) -> tuple[int, str]:
            data = {"name": name, "password": "wrong wrong wrong"}
            browser = Browser(zone)
            answer = browser.post("/sign-in", data=data, headers=browser.origin)
            return answer.status_code, answer.text.partition('role="alert">')[2].partition("<")[0]

        assert said("ivan") == said("nobody-at-all")

    def test_a_first_password_opens_nothing_else(self, zone: Zone) -> None:
        otto = Browser(zone).enter("otto")
        page = otto.submit("/staff", name="nora", role="investigator").text
        first = re.search(r'<strong class="code">([^<]+)<', page)
        assert first is not None
        nora = Browser(zone).enter("nora", first[1])
        for one in ADDRESSES:
            if one.method == "GET" and not one.open and one.path != "/password":
                assert nora.get(one.path).headers["location"] == "/password"
        assert nora.submit(VERDICT, verdict="abuse").headers["location"] == "/password"
        new = "nine brown hens at noon"
        assert nora.submit("/password", old=first[1], new=new, again=new).status_code == 303
        assert nora.get("/overview").status_code == 200
        assert first[1] not in otto.get("/staff").text  # it is shown once


class TestForeignText:
    def test_it_is_text_on_every_page(self, zone: Zone, ivan: Browser) -> None:
        paula, otto = Browser(zone).enter("paula"), Browser(zone).enter("otto")
        request = agreed(paula, asked(ivan, words=f"to see {NASTY} of it"))
        ivan.submit(VERDICT, verdict="abuse", note=NASTY)
        at = f"/requests/{request}/conversations/{row_id(1)}"
        pages = {
            path: ivan.get(path)
            for path in (
                "/overview", "/clusters", f"/clusters/{LEAF}", f"/clusters/{CALM}",
                f"/clusters/{TOP}", f"/accounts/{pseudonym(1)}", "/gaps", "/gaps/1", "/queue",
                "/queue?all=yes", "/requests", f"/requests/{request}",
                f"/requests/{request}/conversations", at,
            )
        }  # fmt: skip
        pages["read"] = ivan.submit(at)
        pages["lift"] = ivan.submit(at + "/lift", reason=f"the number is the evidence {NASTY}")
        pages["other"] = paula.get(f"/requests/{request}")
        pages["log"] = paula.get("/log")
        pages["bad"] = otto.submit("/staff", name=NASTY, role=NASTY)
        pages["asked"] = ivan.get("/requests/new", params={"kind": NASTY, "target": NASTY})
        pages["again"] = ivan.submit("/requests", kind="cluster", target=NASTY, words=NASTY)
        for path, page in pages.items():
            text = page.text
            assert page.status_code in (200, 400, 404), path
            for raw in ("<script", "<img src=x", "\u202e", "\u2066", "\x07"):
                assert raw not in text, path
            assert not re.search(r"\son\w+\s*=", re.sub(r">[^<]*<|\"[^\"]*\"", "", text)), path
            assert " style=" not in text, path
            assert "javascript:" not in text, path
        seen = pages["lift"].text
        assert "&lt;script&gt;" in seen
        assert "&lt;U+202E&gt;" in seen  # what hid itself is shown
        assert SECRET in seen
        assert SECRET not in pages["read"].text
        assert ivan.told + paula.told + otto.told == []

    def test_a_browser_that_calls_itself_odd(self, zone: Zone, ivan: Browser) -> None:
        odd = {"user-agent": "<script>x</script>", "referer": "javascript:x", "accept": NASTY[:8]}
        assert ivan.get("/overview", headers=odd).text.count("<script") == 0
        assert "script" not in zone._log.path.read_text(encoding="utf-8")

    def test_every_page_says_who_looks_at_what(self, ivan: Browser) -> None:
        for path in ("/overview", "/clusters", "/requests", "/nothing", "/password"):
            text = ivan.get(path).text
            assert "Restricted" in text
            assert "ivan" in text
            assert "investigator" in text
            assert "<script" not in text

    def test_a_foreign_name_in_the_watermark(self, zone: Zone) -> None:
        browser = Browser(zone).enter("anna")
        answer = browser.get("/watermark.svg")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "anna" in answer.text

    def test_the_case_is_a_download(self, zone: Zone, ivan: Browser) -> None:
        answer = ivan.submit("/cases", kind="cluster", target=LEAF)
        assert re.fullmatch(
            r'attachment; filename="[A-Za-z0-9._-]+\.zip"', answer.headers["content-disposition"]
        )
        assert ivan.submit("/cases", kind="zone", target=LEAF).status_code == 400


class TestProxy:
    TRUST = TrustedHeader("x-remote-user", "10.0.0.9")

    def visitor(self, zone: Zone, address: str) -> Browser:
        return Browser(zone, trust=self.TRUST, client=(address, 4242))

    def test_the_proxy_vouches(self, zone: Zone) -> None:
        proxy = self.visitor(zone, "10.0.0.9")
        named = {"x-remote-user": "ivan"}
        assert proxy.get("/overview", headers=named).status_code == 200
        assert proxy.get("/sign-in", headers=named).headers["location"] == "/"
        token = re.search(
            r'name="csrf" value="([^"]+)"', proxy.get("/requests", headers=named).text
        )
        assert token is not None
        data = {"csrf": token[1], "verdict": "abuse"}
        answer = proxy.post(VERDICT, data=data, headers=proxy.origin | named)
        assert (answer.status_code, verdicts(zone)) == (303, 1)

    def test_nobody_else_does(self, zone: Zone) -> None:
        for address in ("10.0.0.8", "127.0.0.1", "::1", "10.0.0.90", "testclient"):
            visitor = self.visitor(zone, address)
            for headers in ({"x-remote-user": "ivan"}, {"x-forwarded-for": "10.0.0.9"}, {}):
                answer = visitor.get("/overview", headers=headers)
                assert answer.status_code == 403
                assert "set-cookie" not in answer.headers

    def test_a_cookie_does_not_stand_for_the_header(self, zone: Zone) -> None:
        proxy = self.visitor(zone, "10.0.0.9")
        proxy.get("/overview", headers={"x-remote-user": "ivan"})
        assert proxy.get("/overview").status_code == 403
        assert proxy.get("/overview", headers={"x-remote-user": ""}).status_code == 403
        assert (
            proxy.get(f"/accounts/{pseudonym(1)}", headers={"x-remote-user": "vera"}).status_code
            == 403
        )
        stolen = Browser(zone, trust=self.TRUST, cookies=dict(proxy.cookies.items()))
        assert stolen.get("/overview").status_code == 403

    def test_another_spelling_of_a_name_is_the_same_session(self, zone: Zone) -> None:
        """Else every form would be of another session, and every page a sign-in of the log."""
        proxy = self.visitor(zone, "10.0.0.9")
        tokens = set()
        for _ in range(2):
            assert proxy.get("/overview", headers={"X-Remote-User": "Ivan"}).status_code == 200
            tokens.add(proxy.cookie())
        assert len(tokens) == 1

    def test_two_names_are_none(self, zone: Zone) -> None:
        proxy = self.visitor(zone, "10.0.0.9")
        both = [("x-remote-user", "vera"), ("X-Remote-User", "ivan")]
        assert proxy.get("/overview", headers=both).status_code == 403

    def test_a_name_that_is_not_on_the_staff(self, zone: Zone) -> None:
        proxy = self.visitor(zone, "10.0.0.9")
        assert proxy.get("/overview", headers={"x-remote-user": "mallory"}).status_code == 403

    def test_passwords_open_nothing_there(self, zone: Zone) -> None:
        proxy = self.visitor(zone, "10.0.0.9")
        data = {"name": "ivan", "password": PASSWORD}
        headers = proxy.origin | {"x-remote-user": "vera"}
        assert proxy.post("/sign-in", data=data, headers=headers).status_code == 404

    def test_a_header_without_trust_is_nothing(self, zone: Zone) -> None:
        answer = Browser(zone).get("/overview", headers={"x-remote-user": "ivan"})
        assert answer.headers["location"] == "/sign-in?next=/overview"


class TestTrouble:
    def test_a_failure_shows_nothing(
        self, zone: Zone, ivan: Browser, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        def fail(*_: object) -> None:
            raise RuntimeError(SECRET)

        monkeypatch.setattr(zone.report, "overview", fail)
        with caplog.at_level(logging.DEBUG):
            answer = ivan.get("/overview")
        assert answer.status_code == 500
        assert SECRET not in answer.text + " ".join(ivan.told) + caplog.text
        assert "Traceback" not in answer.text
        assert ivan.told[0].startswith("GET /overview failed: RuntimeError in overview.py, line ")

    def test_without_a_log_nothing_is_shown(self, zone: Zone, ivan: Browser) -> None:
        path = zone._log.path
        path.rename(path.with_suffix(".gone"))
        path.mkdir()
        answer = ivan.get("/overview")
        assert answer.status_code == 500
        assert "Reviews" not in answer.text

    def test_no_text_in_any_log(
        self, zone: Zone, ivan: Browser, caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        with caplog.at_level(logging.DEBUG):
            request = agreed(Browser(zone).enter("paula"), asked(ivan))
            at = f"/requests/{request}/conversations/{row_id(1)}"
            ivan.get(at)
            assert ivan.submit(at).status_code == 200
            lifted = ivan.submit(at + "/lift", reason="the number is the evidence")
            assert SECRET in lifted.text
        out, err = capfd.readouterr()
        kept = zone._log.path.read_text(encoding="utf-8")
        own = [one for one in caplog.records if not one.name.startswith(("httpx", "asyncio"))]
        for said in (out, err, kept, " ".join(one.getMessage() for one in own)):
            assert "555 01 23" not in said
            assert "script" not in said

    def test_more_than_the_allowance(self, tmp_path: Path) -> None:
        with a_zone(tmp_path, rules=ZoneRules(per_request=2)) as zone:
            ivan = Browser(zone).enter("ivan")
            request = agreed(Browser(zone).enter("paula"), asked(ivan))
            seen = []
            for n in range(3):
                at = f"/requests/{request}/conversations/{row_id(n)}"
                ivan.get(at)
                seen.append(ivan.submit(at).status_code)
            assert seen == [200, 200, 429]

    def test_ones_own_request(self, zone: Zone, ivan: Browser) -> None:
        request = asked(ivan)
        otto = Browser(zone).enter("otto")
        otto.submit("/staff/ivan/role", role="approver")
        ivan.enter("ivan")
        page = ivan.get(f"/requests/{request}").text
        assert "/decision" not in page
        digest = re.search(r'stamp">([0-9a-f]{64})<', page)
        assert digest is not None
        answer = ivan.submit(f"/requests/{request}/decision", digest=digest[1], answer="agree")
        assert answer.status_code == 403

    def test_a_request_that_changed_after_it_was_read(self, zone: Zone, ivan: Browser) -> None:
        request, paula = asked(ivan), Browser(zone).enter("paula")
        answer = paula.submit(f"/requests/{request}/decision", digest="0" * 64, answer="agree")
        assert answer.status_code in (400, 403)
        assert ivan.get(f"/requests/{request}/conversations").status_code == 403
        assert paula.submit(f"/requests/{request}/decision", answer="maybe").status_code == 400
