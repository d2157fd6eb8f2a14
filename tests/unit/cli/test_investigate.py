"""`anonymuse investigate`, as far as it goes without a server: what it refuses, in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from anonymuse.adapters.store.report_folder import save_report
from anonymuse.cli.main import run_command
from tests.sample_report import sample_report


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--host", "0.0.0.0"), "passwords would travel in plain sight"),
        (("--trust-header", "X-Remote-User"), "--trust-header and --from go together"),
        (("--from", "127.0.0.1"), "--trust-header and --from go together"),
        (("--trust-header", "Cookie", "--from", "127.0.0.1"), "the browser's own"),
        (("--trust-header", "a b", "--from", "127.0.0.1"), "no name of a header"),
        (("--trust-header", "X-User", "--from", "10.0.0.0/8"), "--from takes one address"),
        (("--tls-cert", "a.pem"), "--tls-cert and --tls-key go together"),
        (("--tls-cert", "no.pem", "--tls-key", "no.pem"), "no certificate and its key"),
    ],
)
def test_what_is_refused(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["investigate", "run", *arguments, "--no-open"]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("public", [True, False])
def test_a_folder_without_a_restricted_run(
    public: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if public:
        save_report(sample_report(), tmp_path / "release")
    assert run_command(["investigate", str(tmp_path), "--no-open"]) == 2
    assert "There is no restricted report" in capsys.readouterr().err
