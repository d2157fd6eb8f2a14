"""Small models in small wheels, and sources that are not the network."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from anonymuse.adapters.models.catalogue import Assembly, Model, ModelFile, Wheel
from anonymuse.errors import ModelUnavailableError


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def joined_model(parts: list[bytes], *, content: bytes | None = None, hub: str = "") -> Model:
    """A model whose one file is its parts in numeric order; listed shuffled on purpose."""
    whole = b"".join(parts) if content is None else content
    wheels = tuple(
        _wheel(number, zipped({f"data/part{number}.bin": part}), f"data/part{number}.bin")
        for number, part in enumerate(parts, start=1)
    )
    return Model(
        name="toy",
        role="chat",
        what="a toy",
        licence="MIT",
        files=(ModelFile("toy.gguf", len(whole), sha256(whole)),),
        wheels=tuple(sorted(wheels, key=lambda wheel: wheel.project)),
        assembly=Assembly.JOINED,
        hub=hub,
    )


def files_model(files: dict[str, bytes], *, machine: str = "") -> Model:
    return Model(
        name="toyfiles",
        role="embedding",
        what="a toy",
        licence="MIT",
        files=_files(files),
        wheels=(_wheel(1, zipped({**files, "toy/__init__.py": b"raise SystemExit"}), ""),),
        assembly=Assembly.FILES,
        machine=machine,
    )


def zip_model(files: dict[str, bytes]) -> Model:
    archive = zipped({f"inside/{name}": data for name, data in files.items()})
    half = len(archive) // 2
    parts = [archive[:half], archive[half:]]
    return Model(
        name="toyzip",
        role="embedding",
        what="a toy",
        licence="MIT",
        files=_files(files),
        wheels=tuple(
            _wheel(number, zipped({f"z.{number}": part}), f"z.{number}")
            for number, part in enumerate(parts, start=1)
        ),
        assembly=Assembly.ZIP,
        folder_in_zip="inside/",
    )


def _files(files: dict[str, bytes]) -> tuple[ModelFile, ...]:
    return tuple(ModelFile(name, len(data), sha256(data)) for name, data in files.items())


_CONTENT: dict[str, bytes] = {}


def _wheel(number: int, data: bytes, member: str) -> Wheel:
    _CONTENT[sha256(data)] = data
    return Wheel(f"toy-part{number}", "1.0", sha256(data), len(data), number, member)


class FakeIndex:
    """Stands in for pip: writes a wheel's bytes, and remembers what was asked."""

    def __init__(self, *, stop_after: int = 1000, corrupt: bool = False) -> None:
        self.asked: list[str] = []
        self.stop_after = stop_after
        self.corrupt = corrupt

    def __call__(self, wheel: Wheel, folder: Path) -> None:
        if len(self.asked) >= self.stop_after:
            message = "The package index could not be reached."
            raise ModelUnavailableError(message)
        self.asked.append(wheel.project)
        data = _CONTENT[wheel.sha256]
        name = f"{wheel.project.replace('-', '_')}-{wheel.version}-py3-none-any.whl"
        (folder / name).write_bytes(data + b"x" if self.corrupt else data)


class FakeHub:
    """Stands in for the hub: yields bytes, and breaks off where told."""

    def __init__(self, data: bytes, *, break_at: int | None = None) -> None:
        self.data = data
        self.break_at = break_at
        self.offsets: list[int] = []

    def __call__(self, url: str, offset: int) -> Iterator[bytes]:
        self.offsets.append(offset)
        for start in range(offset, len(self.data), 10):
            if self.break_at is not None and start >= self.break_at:
                message = "connection lost"
                raise OSError(message)
            yield self.data[start : start + 10]


def absent_hub(url: str, offset: int) -> Iterator[bytes]:
    message = "no route to host"
    raise OSError(message)
