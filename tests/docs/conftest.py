"""Examples that export a page run in a checkout without a built interface too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.visits import an_interface


@pytest.fixture(scope="module", autouse=True)
def _an_interface(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        an_interface(tmp_path_factory.mktemp("interface") / "static", patch)
        yield
