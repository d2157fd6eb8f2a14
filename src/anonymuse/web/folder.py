"""The explorer and a report as a folder of static files, for any web server, at any path."""

from __future__ import annotations

from anonymuse.domain.released.report import Report
from anonymuse.web.built import LICENCES, PAGE, SCRIPT, STYLE, interface
from anonymuse.web.contract import API
from anonymuse.web.documents import documents, encoded
from anonymuse.web.page import after_root, with_policy, with_title

README = "README.md"
HOW = (
    "Any web server can serve this folder, below any path: for instance, run "
    "`python -m http.server` in it and open the address that it prints."
)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# Browsers run no such script from a disk, and show an empty page. The delay is for slow networks.
_FROM_A_DISK = """
    <style>
      .waiting { font: 1rem/1.5 system-ui, sans-serif; margin: 4rem auto; max-width: 36rem; }
      .waiting { padding: 0 1rem; opacity: 0; animation: waiting 0s 4s forwards; }
      @keyframes waiting { to { opacity: 1; } }
      #root:not(:empty) + .waiting { display: none; }
    </style>
    <p class="waiting">This report is still being loaded. If you opened it from a disk, nothing
      will appear: it needs a web server, such as <code>python -m http.server</code> run in its
      folder. A report that opens from a disk: <code>anonymuse export DIR --to html</code>.</p>"""


def files(report: Report, other: Report | None = None) -> dict[str, bytes]:
    """Return the files by their paths in the folder.

    Raises:
        OutputError: the interface is not built.
    """
    built = interface()
    page = after_root(with_title(built.page, report.title), _FROM_A_DISK)
    return {
        PAGE: with_policy(page, _POLICY).encode(),
        SCRIPT: built.script.encode(),
        STYLE: built.style.encode(),
        LICENCES: built.licences.encode(),
        README: _readme().encode(),
        **{f"{API}/{path}": encoded(doc) for path, doc in documents(report, other).items()},
    }


def _readme() -> str:
    return f"# A report\n\n{HOW} It sends nothing anywhere and needs no program on the server.\n"
