"""The one helper for refusals: the error's name and all of its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.errors import Reverted


@contextmanager
def reverts_with(name: str, *arguments: object) -> Iterator[None]:
    """The block must be refused with this error; bytes are given as 0x-strings, as the error tells them."""
    with pytest.raises(Reverted) as caught:
        yield
    assert (caught.value.name, *caught.value.arguments) == (name, *map(_shown, arguments))


def _shown(value: object) -> object:
    return f"0x{value.hex()}" if isinstance(value, bytes) else value
