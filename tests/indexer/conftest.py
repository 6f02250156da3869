"""The indexer is tested against a real node, on every database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from tests.indexer.following import Index
from tests.support.databases import NewDatabase, engine, new_database, postgresql
from tests.support.world import OpenScorecard, World, running_world

__all__ = ["engine", "new_database", "postgresql"]

NewIndex = Callable[..., Index]


@pytest.fixture(scope="session")
def shared_world() -> Iterator[World]:
    with running_world("anvil") as world:
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
    """Two metrics from -1000 to 1000, three periods; a panel of three with a quorum of two."""
    return world.open_scorecard([Metric(name, "job", 0, -1000, 1000) for name in ("jobs", "homes")], periods=3)


@pytest.fixture
def agreement() -> Instrument:
    """Pays 10 per job from 0 to 100 jobs, out of a face of 1000."""
    leg = MetricLeg("jobs", (), fallback=-3)
    return Instrument("pay", "pay", 1000, Combine.SUM, (leg,), (Claim("provider", ((0, 0), (100, 1000))),))


@pytest.fixture
def new_index(world: World, new_database: NewDatabase) -> Iterator[NewIndex]:
    """Makes empty indexes of the world, each with a database of its own."""
    made: list[Index] = []

    def new(*urls: str, **options: object) -> Index:
        made.append(Index.of(world, new_database(), *urls, **options))
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def index(new_index: NewIndex) -> Index:
    """An empty index whose blocks are final 5 blocks deep."""
    return new_index()
