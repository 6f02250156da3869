from __future__ import annotations

import pytest

from tests.support.pacts import Book
from tests.support.world import World


@pytest.fixture
def book(world: World) -> Book:
    """A mission in which investor, guarantor and provider are members, with an entry that pacts can be about."""
    return Book.deploy(world).begin()
