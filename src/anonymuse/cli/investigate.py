"""`anonymuse investigate`: a restricted report, for authorised staff alone."""

from __future__ import annotations

import contextlib
import json
import ssl
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.explore import browse, has_screen, tell
from anonymuse.cli.flags import AsJson, JustAddress, OpenPage
from anonymuse.errors import ConfigError

PORT = 8732


def investigate(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of a run made with --restricted.")
    ],
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            metavar="N",
            help=f"Port; 0 is any free one. Left out: {PORT}, or the next free one.",
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option(
            "--host", help="Address to listen on; one that others reach needs TLS or a proxy."
        ),
    ] = "127.0.0.1",
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            metavar="HOST",
            help="A name by which browsers call it, as of the proxy before it; repeat for more.",
        ),
    ] = None,
    header: Annotated[
        str | None,
        typer.Option(
            "--trust-header",
            metavar="NAME",
            help="Header in which a reverse proxy says who the visitor is; needs --from.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="ADDRESS", help="The proxy's address: no other is served."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="Certificate, for https.")
    ] = None,
    certificate_key: Annotated[
        Path | None, typer.Option("--tls-key", metavar="FILE", help="The certificate's key.")
    ] = None,
    open_page: OpenPage = None,
    as_json: AsJson = False,
    quiet: JustAddress = False,
) -> None:
    """Serve a restricted report to safety staff: clusters, evidence, traces that are approved.

    Everybody signs in, every look is written to the audit log, until Ctrl-C. Staff are added
    with `anonymuse staff add`.
    """
    from anonymuse.secure.app import make_zone_app
    from anonymuse.secure.entry import trusted_header
    from anonymuse.web.serving import address, is_loopback, listen, names_of, serve
    from anonymuse.wiring.zone import open_zone

    trust = trusted_header(header, source)
    tls = _tls(certificate, certificate_key)
    if not is_loopback(host) and trust is None and tls is None:
        raise ConfigError(
            f"{host} is reached by others, and passwords would travel in plain sight. Give "
            f"--tls-cert and --tls-key, or put a reverse proxy before it (--trust-header, --from)."
        )
    with open_zone(folder) as zone, listen(host, port, PORT) as sock:
        app = make_zone_app(
            zone,
            run=folder.resolve().name,
            hosts=names_of(host) | {name.casefold() for name in names or []},
            trust=trust,
            tls=tls is not None or (trust is not None and bool(names)),
            tell=tell,
        )
        url = address(sock, host)
        url = url if tls is None else url.replace("http://", "https://", 1)
        if as_json:
            typer.echo(
                json.dumps({"address": url, "run": str(folder), "approvals": zone.rules.approvals})
            )
        else:
            typer.echo(url if quiet else f"Sign in at {url}")
        if not (quiet or as_json):
            _hints(zone.rules.approvals, zone.run)
        if open_page if open_page is not None else has_screen():
            browse(url)
        with contextlib.suppress(KeyboardInterrupt):  # the way to end it, so no mistake
            serve(app, sock, tls)
        if not (quiet or as_json):
            tell("Ended.")


def _tls(certificate: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """Return the files of a certificate that can be used; None where none was named."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ConfigError("--tls-cert and --tls-key go together.")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError):
        raise ConfigError(
            f"{certificate} and {key} are no certificate and its key that can be read."
        ) from None
    return certificate, key


def _hints(approvals: int, run: str) -> None:
    tell(f"Every look is written to the audit log as run {run}.")
    if not approvals:
        tell(
            "By the rules of this zone no second person has to agree to a trace: every page "
            "says so."
        )
    tell("Ctrl-C ends it.")
