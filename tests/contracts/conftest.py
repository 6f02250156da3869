"""Contract tests run on one node; each test starts from the same state, which a snapshot brings back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from tests.support.world import OpenScorecard, World, running_world


@pytest.fixture(scope="session")
def shared_world() -> Iterator[World]:
    with running_world() as world:
        yield world


@pytest.fixture
def world(shared_world: World) -> Iterator[World]:
    """The singletons, a token with 2 decimals, and nothing else."""
    provider = shared_world.chain.w3.provider
    snapshot = provider.make_request("evm_snapshot", [])["result"]
    yield shared_world
    provider.make_request("evm_revert", [snapshot])


@pytest.fixture
def card(world: World) -> OpenScorecard:
    """One metric, `jobs`, from -1000 to 1000, one period; a panel of three with a quorum of two."""
    return world.open_scorecard([Metric("jobs", "job", 0, -1000, 1000)])


@pytest.fixture
def agreement() -> Instrument:
    """Pays 10 per job from 0 to 100 jobs, out of a face of 1000."""
    leg = MetricLeg("jobs", (), fallback=0)
    return Instrument("pay", "pay", 1000, Combine.SUM, (leg,), (Claim("provider", ((0, 0), (100, 1000))),))
