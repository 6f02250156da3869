"""The process goes on through what passes, and says at once what does not fit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from app.config import Config
from app.domain.instrument import Instrument
from app.errors import ConfigError
from app.indexer.run import run
from app.store import tables
from app.store.engine import reading
from app.store.position import Tip, chain_tip
from tests.indexer.conftest import NewIndex
from tests.indexer.following import Index
from tests.support.picky_node import PickyNode, picky_node
from tests.support.world import OpenScorecard, World


@pytest.fixture
def picky(world: World) -> Iterator[PickyNode]:
    with picky_node(world.node.url) as node:
        yield node


def config(index: Index, world: World, url: str, folder: Path) -> Config:
    record = folder / "deployment.json"
    world.deployment.write(record)
    return Config.load({}, database=index.url, rpc=url, deployment=record, poll_ms=10, finality_depth=5)


def until(happened: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Whether it happens in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.02)
    return False


def noted(index: Index) -> Tip:
    """How far the chain is, as others read it."""
    with reading(index.engine) as connection:
        tip = chain_tip(connection)
    assert tip is not None
    return tip


def test_it_goes_on_when_the_node_comes_back_and_stops_when_asked(
    world: World, card: OpenScorecard, agreement: Instrument, picky: PickyNode, new_index: NewIndex, tmp_path: Path
) -> None:
    index, stop = new_index(), Event()
    thread = Thread(target=run, args=(config(index, world, picky.url, tmp_path), stop))
    thread.start()
    try:
        assert until(lambda: len(index.rows(tables.metrics)) == 2)
        picky.status = 503
        refused = len(picky.asked)
        world.open(agreement, card)
        assert until(lambda: len(picky.asked) > refused + 1)
        assert index.rows(tables.instruments) == []
        picky.status = 200
        assert until(lambda: len(index.rows(tables.instruments)) == 1)
        assert until(lambda: noted(index).number == world.chain.w3.eth.block_number)  # just after the rows
        assert abs(noted(index).reached_at - time.time()) < 30
    finally:
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()


def test_what_does_not_fit_is_said_at_once(world: World, new_index: NewIndex, tmp_path: Path) -> None:
    index = new_index()
    index.catch_up()
    other = replace(world, deployment=replace(world.deployment, outcome_oracle=world.role("stranger")))
    with pytest.raises(ConfigError, match="give another database, or rebuild this one"):
        run(config(index, other, world.node.url, tmp_path), Event())
    fresh = new_index()
    other = replace(world, deployment=replace(world.deployment, chain_id=5))
    with pytest.raises(ConfigError, match="the nodes are on chain 31337, the deployment is on chain 5"):
        run(config(fresh, other, world.node.url, tmp_path), Event())
