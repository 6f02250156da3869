"""Whatever branch the chain takes, the index ends equal to a fresh one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from app.chain.local import local_chain
from app.domain.instrument import Claim, Instrument
from app.errors import ConfigError
from app.indexer.rpc import Nodes
from app.store import tables
from tests.indexer.conftest import NewIndex
from tests.indexer.following import DEPTH, Index
from tests.support.world import OpenScorecard, World, running_world

REORGS = 24


class Life:
    """Things that happen on the chain, at random but the same in every run."""

    def __init__(self, world: World, card: OpenScorecard, agreement: Instrument, seed: int) -> None:
        self.world, self.card, self.agreement, self.random = world, card, agreement, Random(seed)
        self.opened = [world.open(agreement, card)]
        for number in range(4):
            world.fund(world.token, world.holder(number), 10**9)
        self.mint()

    def node(self, method: str, *parameters: object) -> Any:
        return self.world.chain.w3.provider.make_request(method, list(parameters))["result"]

    def happen(self, blocks: int) -> None:
        for _ in range(blocks):
            self.random.choice((self.mint, self.transfer, self.report_live, self.approve, self.open, self.pass_by))()

    def mint(self) -> None:
        payer, taker = (self.world.holder(self.random.randrange(4)) for _ in range(2))
        self.world.mint(self.opened[0], self.random.randint(10**5, 10**6), taker, payer)

    def transfer(self) -> None:
        sender, receiver = (self.world.holder(self.random.randrange(4)) for _ in range(2))
        units = min(self.random.randint(1, 1000), self.world.instruments.units(self.opened[0], 0, sender))
        functions = self.world.instruments.contract.functions
        self.world.chain.send(functions.transfer(receiver, self.opened[0].position_id(0), units), sender)

    def report_live(self) -> None:
        now = self.world.chain.now + 1
        self.world.node.advance_to(now)
        self.card.send_live(self.card.live_rows({0: (self.random.randint(-9, 9), 1), 1: (2, 3)}, now))

    def approve(self) -> None:
        functions = self.world.instruments.contract.functions
        given = (self.world.role("relayer"), self.opened[0].position_id(1), self.random.getrandbits(256))
        self.world.chain.send(functions.approve(*given), self.world.holder(0))

    def open(self) -> None:
        claim = Claim(f"provider {self.random.getrandbits(64)}", self.agreement.claims[0].curve)
        self.world.open(replace(self.agreement, claims=(claim,)), self.card)

    def pass_by(self) -> None:
        self.node("evm_mine")


@pytest.fixture
def world() -> Iterator[World]:
    """A node of its own: what is taken back here goes deeper than snapshots."""
    with running_world("anvil") as world:
        yield world


@pytest.fixture
def life(world: World, card: OpenScorecard, agreement: Instrument) -> Life:
    return Life(world, card, agreement, seed=7)


def test_after_random_reorgs_the_index_equals_a_fresh_one(life: Life, new_index: NewIndex) -> None:
    """Half of the branches are left with `evm_revert` for busier ones, half re-mined empty with `anvil_reorg`."""
    index = new_index()
    life.happen(10)
    index.catch_up()
    for number in range(REORGS):
        depth = life.random.randint(1, DEPTH)
        if number % 2:
            snapshot = life.node("evm_snapshot")
            life.happen(depth)
            index.catch_up()
            life.node("evm_revert", snapshot)
            life.happen(life.random.randint(1, DEPTH))
        else:
            life.happen(DEPTH)
            index.catch_up()
            life.node("anvil_reorg", depth, [])
        if life.random.random() < 0.7:  # otherwise two reorganisations meet it at once
            index.catch_up()
    life.happen(2 * DEPTH)
    index.catch_up()
    assert index.rewinds() >= REORGS * 2 // 3
    fresh = new_index().catch_up()
    assert fresh.content() == index.content()
    assert min(len(fresh.content()[name]) for name in ("transfers", "live_values", "approvals", "instruments")) > 2

    index.follower.rebuild()
    assert index.catch_up().content() == fresh.content()


def test_a_reorg_deeper_than_finality_is_an_alarm_and_no_end(life: Life, new_index: NewIndex) -> None:
    index = new_index()
    life.happen(30)
    index.catch_up()
    before = index.number
    assert index.final == before - DEPTH
    life.node("anvil_reorg", 20, [])
    index.catch_up()
    alarm = index.last_rewind(deep=True)
    assert alarm is not None
    assert (alarm.from_number, alarm.from_number - alarm.to_number) == (before, 20)
    assert (index.number, index.final) == (before, None)
    for _ in range(DEPTH - 1):
        life.pass_by()
    assert index.catch_up().final is None
    life.pass_by()
    assert index.catch_up().final == index.number - DEPTH == before
    assert new_index().catch_up().content() == index.content()


def test_a_reorg_within_finality_is_no_alarm(life: Life, index: Index) -> None:
    life.happen(12)
    index.catch_up()
    life.node("anvil_reorg", DEPTH, [])
    index.catch_up()
    assert (index.rewinds(), index.last_rewind(deep=True)) == (1, None)
    assert index.final == index.number - DEPTH


def test_a_chain_that_got_shorter_is_followed_after_some_patience(life: Life, new_index: NewIndex) -> None:
    now = [100.0]
    index, patient = new_index(), new_index(patience=10.0, clock=lambda: now[0])
    life.happen(8)
    index.catch_up()
    patient.catch_up()
    before = index.number
    life.node("anvil_rollback", 3)
    assert index.catch_up().number == before - 3
    for waited in (0, 1, 9.9):
        now[0] = 100.0 + waited
        assert (patient.follower.step(), patient.number) == (False, before)
    now[0] = 110.0
    assert patient.follower.step()
    assert patient.number == before - 3


def test_a_chain_that_began_anew_is_read_anew(world: World, life: Life, new_index: NewIndex) -> None:
    """The whole chain is gone, back to the deployment: nothing that was stored is on the new one."""
    index = new_index()
    life.happen(6)
    index.catch_up()
    life.node("anvil_reorg", index.number - world.deployment.block, [])
    index.catch_up()
    assert index.rows(tables.panels) == []
    assert new_index().catch_up().content() == index.content()


def test_nothing_is_rewound_for_nodes_of_another_chain(life: Life, index: Index) -> None:
    index.catch_up()
    before = index.content()
    with local_chain("anvil", chain_id=4242) as other:
        other.chain.w3.provider.make_request("anvil_mine", [hex(index.number + 10)])
        right, index.nodes.nodes[:] = list(index.nodes.nodes), Nodes.at([other.url], 1000).nodes
        with pytest.raises(ConfigError, match="the nodes are on chain 4242"):
            index.follower.step()
        index.nodes.nodes[:] = right
    assert index.content() == before
