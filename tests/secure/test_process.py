"""`anonymuse investigate` as a process of its own, over a real restricted run."""

from __future__ import annotations

import datetime
import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from anonymuse import api
from anonymuse.api.restricted import run_restricted
from anonymuse.secure.rules import zone_folder
from anonymuse.secure.staff import Staff
from tests import harbour

pytestmark = pytest.mark.slow
PASSWORD = "seven grey geese at dawn"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harbour")
    data, facets = harbour.write(folder)
    told = {"extract.facets_file": str(facets), "cluster.k": 10, "zone.restricted": True}
    run_restricted(data, folder / "run", api.settings(None, harbour.SETTINGS | told))
    return folder / "run"


@pytest.fixture(scope="module")
def staffed(run: Path) -> Path:
    staff = Staff(zone_folder(run.parent / "anonymuse.key"))
    for name, role in (("otto", "operator"), ("ivan", "investigator")):
        staff.add(name, role, PASSWORD, created=0.0, must_change=False)
    staff.database.close()
    return run


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """Start the command; yield it with the address that it printed."""
    command = [sys.executable, "-m", "anonymuse", "investigate", *arguments, "--no-open"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline().removeprefix("Sign in at ").strip()
            yield process, urlsplit(line or process.communicate()[1])
        finally:
            process.kill()


def ended(*arguments: str) -> tuple[int, str]:
    """Run the command to its end; return its exit code and what it complained of."""
    command = [sys.executable, "-m", "anonymuse", "investigate", *arguments, "--no-open"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def ask(url: Any, method: str, path: str, form: Any = None, **headers: str) -> Any:
    """Ask over a connection of its own; return the answer and its body."""
    if url.scheme == "https":
        trusting = ssl._create_unverified_context()
        connection: Any = http.client.HTTPSConnection(
            url.hostname, url.port, timeout=20, context=trusting
        )
    else:
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = None if form is None else urlencode(form)
    if form is not None:
        named |= {
            "content-type": "application/x-www-form-urlencoded",
            "origin": f"{url.scheme}://{url.netloc}",
        }
    try:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def test_nobody_on_the_staff(tmp_path: Path) -> None:
    data, facets = harbour.write(tmp_path)
    told = {"extract.facets_file": str(facets), "cluster.k": 10, "zone.restricted": True}
    run_restricted(data, tmp_path / "run", api.settings(None, harbour.SETTINGS | told))
    code, told_so = ended(str(tmp_path / "run"))
    assert code == 2
    assert "anonymuse staff add NAME --role operator" in told_so


def test_signing_in_looking_and_ctrl_c(staffed: Path) -> None:
    with started(str(staffed), "--port", "0") as (process, url):
        away, _ = ask(url, "GET", "/overview")
        assert (away.status, away.headers["location"]) == (303, "/sign-in?next=/overview")
        assert away.headers["server"] is None
        signed, _ = ask(url, "POST", "/sign-in", {"name": "ivan", "password": PASSWORD})
        assert signed.status == 303
        cookie = signed.headers["set-cookie"].partition(";")[0]
        assert cookie.startswith(f"anonymuse-zone-{url.port}=")
        page, text = ask(url, "GET", "/overview", cookie=cookie)
        assert page.status == 200
        assert re.search(r">72<", text)  # conversations of the harbour
        assert ask(url, "GET", "/overview", cookie=cookie, host="example.org")[0].status == 421
        code, complained = ended(str(staffed), "--port", str(url.port))
        assert code == 2
        assert f"Port {url.port} is in use" in complained
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == ""
    assert "Every look is written to the audit log" in err
    assert err.endswith("Ended.\n")


def test_tls(staffed: Path, tmp_path: Path) -> None:
    certificate, key = a_certificate(tmp_path)
    line = (str(staffed), "--port", "0", "--tls-cert", str(certificate), "--tls-key", str(key))
    with started(*line, "--json") as (_, said):
        url = urlsplit(json.loads(said.geturl())["address"])
        assert url.scheme == "https"
        signed, _ = ask(url, "POST", "/sign-in", {"name": "ivan", "password": PASSWORD})
        assert signed.headers["set-cookie"].startswith("__Host-")
        assert "secure" in signed.headers["set-cookie"].casefold()


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that is good for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return folder / "cert.pem", folder / "key.pem"
