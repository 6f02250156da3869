from __future__ import annotations

import pytest

from tests.support.community import Community
from tests.support.world import World


@pytest.fixture
def here(world: World) -> Community:
    """A mission without gate or reports, in which investor, provider and guarantor have the indexes 1, 2 and 3."""
    made = Community.deploy(world).open()
    made.join("investor", "provider", "guarantor")
    return made
