from __future__ import annotations

from typing import Any

import pytest

from app.chain.client import NO_ADDRESS
from app.chain.instruments import Allocation, Opened
from tests.contracts.ImpactInstruments.bodies import Raw, body, curve, formula, metric_leg
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World


def merge(world: World, opened: Opened, sets: int, to: str | None = None, holder: str = "investor") -> Any:
    account = world.role(holder)
    return world.instruments.merge(opened, sets, world.role(to) if to else account, account)


@pytest.fixture
def complete(world: World, opened: Opened) -> Opened:
    """The investor holds a thousand complete sets."""
    investor = world.role("investor")
    world.fund(world.token, investor, 1000)
    world.instruments.mint(opened, 1000, [Allocation(investor, 0b11, 1000)], investor)
    return opened


def test_merge_gives_a_unit_of_the_token_back_for_each_set(world: World, complete: Opened) -> None:
    """P-05: exactly; positions are burnt, the state counts less."""
    investor = world.role("investor")
    receipt = merge(world, complete, 300)
    assert world.token.balance(investor) == 300
    assert world.token.balance(world.instruments.address) == 700
    assert [world.instruments.units(complete, claim, investor) for claim in (0, 1)] == [700, 700]
    state = world.call(world.instruments.contract.functions.stateOf(complete.instrument_id))
    assert list(state) == [1, 2, 2, False, 700, 0]
    burnt = {"caller": investor, "sender": investor, "receiver": NO_ADDRESS, "amount": 300}
    assert events(world.instruments.contract, "Transfer", receipt) == [
        {**burnt, "id": complete.position_id(claim)} for claim in (0, 1)
    ]
    merge(world, complete, 700)
    assert world.token.balance(world.instruments.address) == 0


def test_merge_pays_whom_the_holder_names(world: World, complete: Opened) -> None:
    """P-05, P-11."""
    merge(world, complete, 1, to="stranger")
    assert world.token.balance(world.role("stranger")) == 1


def test_merge_takes_positions_however_they_were_got(world: World, minted: Opened) -> None:
    """P-05: the payer buys the claim back and merges."""
    functions = world.instruments.contract.functions
    world.send(functions.transfer(world.role("outcome_payer"), minted.position_id(0), 400), "provider")
    merge(world, minted, 400, holder="outcome_payer")
    assert world.token.balance(world.role("outcome_payer")) == 400


def test_merge_of_one_unit_after_another_gains_nothing(world: World, complete: Opened) -> None:
    """R-02, P-05: a unit is a unit, whatever the curve."""
    for count in range(1, 4):
        merge(world, complete, 1)
        assert world.token.balance(world.role("investor")) == count


@pytest.mark.parametrize("claims", [3, 16])
def test_merge_burns_one_unit_of_every_claim(world: World, card: OpenScorecard, claims: int) -> None:
    """P-05, P-14: odd and even numbers of claims; what lies behind the last one stays."""
    raw = Raw(world, body([metric_leg(card.metric_id())], [curve([(0, 1)])] * (claims - 1)))
    raw.open()
    investor, everything = world.role("investor"), (1 << claims) - 1
    world.fund(world.token, investor, 9)
    world.send(raw.functions.mint(raw.terms(), 9, [(investor, everything, 9)]), "investor")
    world.send(raw.functions.merge(raw.terms(), 4, investor), "investor")
    assert [world.call(raw.functions.balanceOf(investor, raw.id() | claim)) for claim in range(claims)] == [5] * claims


@pytest.mark.parametrize(("holder", "missing"), [("provider", 1), ("outcome_payer", 0), ("stranger", 0)])
def test_merge_reverts_unless_all_claims_are_held(world: World, minted: Opened, holder: str, missing: int) -> None:
    """P-05, P-13: one claim, the residual, or nothing."""
    account = world.role(holder)
    with reverts_with("PackedERC6909_InsufficientBalance", account, minted.position_id(missing), 1, 0):
        merge(world, minted, 1, holder=holder)


@pytest.mark.parametrize("sets", [1001, 2**112, 2**256 - 1])
def test_merge_reverts_on_more_than_is_held(world: World, complete: Opened, sets: int) -> None:
    """P-05."""
    investor = world.role("investor")
    with reverts_with("PackedERC6909_InsufficientBalance", investor, complete.position_id(0), sets, 1000):
        merge(world, complete, sets)


def test_merge_reverts_by_an_operator_of_the_holder(world: World, complete: Opened) -> None:
    """P-13: an operator may move positions, not give them up."""
    functions = world.instruments.contract.functions
    world.send(functions.setOperator(world.role("relayer"), True), "investor")
    with reverts_with("PackedERC6909_InsufficientBalance", world.role("relayer"), complete.position_id(0), 1, 0):
        merge(world, complete, 1, holder="relayer")


def test_merge_reverts_on_no_sets(world: World, complete: Opened) -> None:
    """P-09."""
    with reverts_with("ImpactInstruments_ZeroAmount"):
        merge(world, complete, 0)


def test_merge_reverts_to_the_contract_and_to_nobody(world: World, complete: Opened) -> None:
    """P-10, P-07: nothing moves, nothing is lost."""
    for to in (world.instruments.address, NO_ADDRESS):
        with reverts_with("ImpactInstruments_InexactTransfer", 0, 10):
            world.instruments.merge(complete, 10, to, world.role("investor"))
    assert world.instruments.units(complete, 0, world.role("investor")) == 1000


def test_merge_reverts_on_a_formula_and_on_what_nobody_opened(world: World, card: OpenScorecard) -> None:
    """I-02, I-10."""
    raw = formula(world, body([metric_leg(card.metric_id())]))
    with reverts_with("ImpactInstruments_UnknownInstrument", raw.id()):
        world.send(raw.functions.merge(raw.terms(), 1, world.role("investor")), "investor")
    raw.open()
    with reverts_with("ImpactInstruments_FormulaHoldsNoToken", raw.id()):
        world.send(raw.functions.merge(raw.terms(), 1, world.role("investor")), "investor")


def test_merge_reverts_after_settlement(world: World, card: OpenScorecard, complete: Opened) -> None:
    """P-06: from then on a set is redeemed, claim by claim, for the same in all."""
    card.finish(42)
    world.instruments.settle(complete, world.role("stranger"))
    with reverts_with("ImpactInstruments_AlreadySettled", complete.instrument_id):
        merge(world, complete, 1)
