from __future__ import annotations

import pytest

from tests.support.community import Community
from tests.support.world import World


@pytest.fixture
def here(world: World) -> Community:
    """A mission without gate or reports, and nobody in it."""
    return Community.deploy(world).open()
