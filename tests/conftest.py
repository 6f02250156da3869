"""Tests find what the contracts compile to, mocks too, whichever lane runs first and whatever was edited."""

from __future__ import annotations

import pytest

from scripts.compile import CompileError, compile_contracts


def pytest_sessionstart() -> None:
    """Takes a moment, or some seconds after a contract changed."""
    try:
        compile_contracts()
    except CompileError as error:
        pytest.exit(str(error), returncode=1)
