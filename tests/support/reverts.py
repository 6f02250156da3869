"""The one helper for refusals: the error's name and all of its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.errors import Reverted


@contextmanager
def reverts_with(name: str, *arguments: object) -> Iterator[None]:
    """The block must be refused with this error; bytes and addresses are compared as the error tells them."""
    with pytest.raises(Reverted) as caught:
        yield
    assert (caught.value.name, *caught.value.arguments) == (name, *map(_shown, arguments))


def _shown(value: object) -> object:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return value.lower() if isinstance(value, str) and value.startswith("0x") else value
