"""A zone in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.secure.world import World


@pytest.fixture(scope="session")
def empty_zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a zone with its five people once; the disk is slow, and every test wants one."""
    folder = tmp_path_factory.mktemp("zone") / "anonymuse.zone"
    World(folder).zone.close()
    return folder


@pytest.fixture
def world(empty_zone: Path, tmp_path: Path) -> Iterator[World]:
    shutil.copytree(empty_zone, tmp_path / "anonymuse.zone")
    made = World(tmp_path / "anonymuse.zone")
    yield made
    made.zone.close()
