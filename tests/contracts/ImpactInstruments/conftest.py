from __future__ import annotations

import pytest

from app.chain.instruments import Opened
from app.domain.instrument import Instrument
from tests.support.world import OpenScorecard, World

SETS = 1000


@pytest.fixture
def opened(world: World, card: OpenScorecard, agreement: Instrument) -> Opened:
    """The agreement, open: 10 per job from 0 to 100 jobs, out of a face of 1000."""
    return world.open(agreement, card)


@pytest.fixture
def minted(world: World, opened: Opened) -> Opened:
    """A thousand sets: the provider holds the claim, the outcome payer, who paid, the residual."""
    world.mint(opened, SETS, taker=world.role("provider"), payer=world.role("outcome_payer"))
    return opened


@pytest.fixture
def settled(world: World, card: OpenScorecard, minted: Opened) -> Opened:
    """42 jobs: 420 for the provider, 580 back to the payer."""
    card.finish(42)
    world.instruments.settle(minted, world.role("stranger"))
    return minted
