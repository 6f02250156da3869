"""The money home under random use: many holders mint, merge, transfer, donate, settle and redeem in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.chain.instruments import Allocation
from app.domain.evaluate import evaluate
from app.domain.instrument import Claim, Combine, Instrument, Metric, MetricLeg
from app.domain.position import redemption, totals
from app.errors import Reverted
from tests.support.world import World, running_world

HOLDERS = 5
OUTCOME = 1_000
AMOUNTS = st.one_of(st.integers(1, 12), st.integers(1, 10**6), st.integers(1, 10**27))
HOLDER = st.integers(0, HOLDERS - 1)


def curves(face: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """A claim's curve: up to four knots between nothing and the whole face."""
    knot = st.tuples(st.integers(-OUTCOME, OUTCOME), st.integers(0, face))
    return st.lists(knot, min_size=1, max_size=4, unique_by=lambda one: one[0]).map(lambda one: tuple(sorted(one)))


class MoneyHome(RuleBasedStateMachine):
    """Plays against the contract and keeps its own books beside it."""

    world: World
    snapshot: Any

    @initialize(face=AMOUNTS, data=st.data(), claims=st.integers(1, 3))
    def open_an_instrument(self, face: int, data: Any, claims: int) -> None:
        self.snapshot = self.world.chain.w3.provider.make_request("evm_snapshot", [])["result"]
        drawn = [data.draw(curves(face)) for _ in range(claims)]
        ordered = tuple(Claim(f"claim {number}", curve) for number, curve in enumerate(drawn))
        self.instrument = Instrument("x", "x", face, Combine.SUM, (MetricLeg("m", ()),), ordered)
        self.card = self.world.open_scorecard([Metric("m", "unit", 0, -OUTCOME, OUTCOME)])
        self.opened = self.world.open(self.instrument, self.card)
        self.claims = claims + 1
        self.units = [[0] * HOLDERS for _ in range(self.claims)]
        self.sets = 0
        self.donated = 0
        self.held = 0  # what the contract owes and must hold
        self.totals: tuple[int, ...] | None = None
        self.redeemed = [0] * self.claims
        self.paid = [0] * self.claims

    @precondition(lambda self: self.totals is None)
    @rule(sets=AMOUNTS, data=st.data(), payer=HOLDER)
    def mint(self, sets: int, data: Any, payer: int) -> None:
        if self.sets + sets >= 2**112:
            return
        self.world.fund(self.world.token, self.world.holder(payer), sets)
        first = data.draw(st.integers(0, sets))
        one, other = data.draw(HOLDER), data.draw(HOLDER)
        everything = (1 << self.claims) - 1
        given = [
            (one, everything, first),
            (other, everything & 1, sets - first),
            (payer, everything & ~1, sets - first),
        ]
        allocations = [Allocation(self.world.holder(who), mask, units) for who, mask, units in given if units]
        self.world.instruments.mint(self.opened, sets, allocations, self.world.holder(payer))
        for who, mask, units in given:
            for claim in range(self.claims):
                self.units[claim][who] += units if mask >> claim & 1 else 0
        self.sets += sets
        self.held += sets

    @precondition(lambda self: self.totals is None)
    @rule(holder=HOLDER, data=st.data())
    def merge(self, holder: int, data: Any) -> None:
        complete = min(units[holder] for units in self.units)
        sets = data.draw(st.integers(1, complete + 1))
        owner = self.world.holder(holder)
        before = self.world.token.balance(owner)
        if sets > complete:
            with pytest.raises(Reverted, match="InsufficientBalance"):
                self.world.instruments.merge(self.opened, sets, owner, owner)
            return
        self.world.instruments.merge(self.opened, sets, owner, owner)
        assert self.world.token.balance(owner) - before == sets
        for claim in self.units:
            claim[holder] -= sets
        self.sets -= sets
        self.held -= sets

    @rule(sender=HOLDER, receiver=HOLDER, data=st.data())
    def transfer(self, sender: int, receiver: int, data: Any) -> None:
        claim = data.draw(st.integers(0, self.claims - 1))
        units = data.draw(st.integers(0, self.units[claim][sender]))
        functions: Any = self.world.instruments.contract.functions
        move = functions.transfer(self.world.holder(receiver), self.opened.position_id(claim), units)
        self.world.chain.send(move, self.world.holder(sender))
        self.units[claim][sender] -= units
        self.units[claim][receiver] += units

    @rule(amount=AMOUNTS)
    def donate(self, amount: int) -> None:
        self.world.token.mint(self.world.instruments.address, amount, self.world.role("stranger"))
        self.donated += amount

    @precondition(lambda self: self.totals is None)
    @rule(outcome=st.integers(-OUTCOME, OUTCOME))
    def settle(self, outcome: int) -> None:
        self.card.finish(outcome)
        score, payoffs = self.world.instruments.settle(self.opened, self.world.role("stranger"))
        expected = evaluate(self.instrument, [outcome])
        assert (score, tuple(payoffs)) == (expected.score, expected.amounts)
        self.totals = totals(self.sets, self.instrument.face, expected.amounts[:-1])
        assert sum(self.totals) == self.held

    @precondition(lambda self: self.totals is not None)
    @rule(holder=HOLDER, data=st.data())
    def redeem_a_piece(self, holder: int, data: Any) -> None:
        claim = data.draw(st.integers(0, self.claims - 1))
        if self.units[claim][holder]:
            self._redeem(holder, claim, data.draw(st.integers(1, self.units[claim][holder])))

    @invariant()
    def the_contract_holds_what_it_owes_and_what_was_donated(self) -> None:
        if hasattr(self, "held"):
            assert self.world.token.balance(self.world.instruments.address) == self.held + self.donated

    def teardown(self) -> None:
        """At the end everybody redeems everything, and nothing but donations is left."""
        if not hasattr(self, "held"):
            return
        if self.totals is None:
            self.settle(outcome=7)
        assert self.totals is not None
        for claim in reversed(range(self.claims)):
            for holder in range(HOLDERS):
                assert (
                    self.world.instruments.units(self.opened, claim, self.world.holder(holder))
                    == (self.units[claim][holder])
                )
                if self.units[claim][holder]:
                    self._redeem(holder, claim, self.units[claim][holder])
        assert tuple(self.paid) == self.totals
        assert self.held == 0
        assert self.world.token.balance(self.world.instruments.address) == self.donated
        self.world.chain.w3.provider.make_request("evm_revert", [self.snapshot])

    def _redeem(self, holder: int, claim: int, units: int) -> None:
        assert self.totals is not None
        owner = self.world.holder(holder)
        before = self.world.token.balance(owner)
        self.world.instruments.redeem(self.opened, claim, units, owner, owner)
        payout = self.world.token.balance(owner) - before
        assert payout == redemption(self.totals[claim], self.sets, self.redeemed[claim], units)
        assert abs(payout * self.sets - units * self.totals[claim]) < self.sets  # within one unit of the exact share
        self.units[claim][holder] -= units
        self.redeemed[claim] += units
        self.paid[claim] += payout
        self.held -= payout


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running_world() as one:
        yield one


def test_the_money_home_pays_everybody_exactly_and_keeps_nothing(world: World) -> None:
    """P-01, P-02, P-03, R-01, R-02: no insolvency, no free dust, no order dependence, nothing left."""
    MoneyHome.world = world
    run_state_machine_as_test(
        MoneyHome,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=HealthCheck.all(),
        ),
    )
