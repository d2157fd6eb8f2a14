"""Loads the SDKs before the first test that needs them, so that no test is blamed for it."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def _sdks() -> None:
    import anthropic  # noqa: F401
    import openai  # noqa: F401
