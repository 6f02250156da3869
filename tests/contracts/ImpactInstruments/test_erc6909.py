"""Positions move like any ERC-6909 token."""

from __future__ import annotations

from typing import Any

import pytest

from app.chain.client import NO_ADDRESS
from app.chain.instruments import Opened
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import World

EVERYTHING = 2**256 - 1


def functions(world: World) -> Any:
    return world.instruments.contract.functions


def held(world: World, opened: Opened, holder: str) -> list[int]:
    return [world.instruments.units(opened, claim, world.role(holder)) for claim in (0, 1)]


def transfer_from(world: World, opened: Opened, amount: int, claim: int = 0, caller: str = "relayer") -> Any:
    """The provider's units go to the investor."""
    position = opened.position_id(claim)
    move = functions(world).transferFrom(world.role("provider"), world.role("investor"), position, amount)
    return world.send(move, caller)


def test_transfer_moves_a_position(world: World, minted: Opened) -> None:
    """P-12, P-14: balances and event; the neighbour in the slot stays as it is."""
    provider, payer = world.role("provider"), world.role("outcome_payer")
    move = functions(world).transfer(payer, minted.position_id(0), 400)
    assert world.chain.call(move, provider) is True
    receipt = world.send(move, "provider")
    assert (held(world, minted, "provider"), held(world, minted, "outcome_payer")) == ([600, 0], [400, 1000])
    assert events(world.instruments.contract, "Transfer", receipt) == [
        {"caller": provider, "sender": provider, "receiver": payer, "id": minted.position_id(0), "amount": 400}
    ]


@pytest.mark.parametrize("amount", [0, 1000])
def test_transfer_to_oneself_and_of_nothing_changes_nothing(world: World, minted: Opened, amount: int) -> None:
    """P-12."""
    move = functions(world).transfer(world.role("provider"), minted.position_id(0), amount)
    assert len(events(world.instruments.contract, "Transfer", world.send(move, "provider"))) == 1
    assert held(world, minted, "provider") == [1000, 0]


def test_transfer_reverts_on_more_than_is_held(world: World, minted: Opened) -> None:
    """P-12, P-14: also where the neighbour in the slot would have it."""
    provider, payer = world.role("provider"), world.role("outcome_payer")
    for owner, role, claim, amount, balance in (
        (provider, "provider", 0, 1001, 1000),
        (provider, "provider", 1, 1, 0),
        (payer, "outcome_payer", 0, 1, 0),
        (payer, "outcome_payer", 1, 2**128, 1000),
        (payer, "outcome_payer", 1, EVERYTHING, 1000),
    ):
        position = minted.position_id(claim)
        with reverts_with("PackedERC6909_InsufficientBalance", owner, position, amount, balance):
            world.send(functions(world).transfer(world.role("stranger"), position, amount), role)


def test_transfer_reverts_to_nobody(world: World, minted: Opened) -> None:
    """P-12."""
    with reverts_with("PackedERC6909_ZeroReceiver"):
        world.send(functions(world).transfer(NO_ADDRESS, minted.position_id(0), 1), "provider")
    with reverts_with("PackedERC6909_ZeroReceiver"):
        move = functions(world).transferFrom(world.role("provider"), NO_ADDRESS, minted.position_id(0), 1)
        world.send(move, "provider")


def test_approve_lets_a_spender_move_so_much_of_one_position(world: World, minted: Opened) -> None:
    """P-12, P-13: event, allowance used up, and not a unit more."""
    provider, relayer, position = world.role("provider"), world.role("relayer"), minted.position_id(0)
    receipt = world.send(functions(world).approve(relayer, position, 500), "provider")
    assert events(world.instruments.contract, "Approval", receipt) == [
        {"owner": provider, "spender": relayer, "id": position, "amount": 500}
    ]
    moved = events(world.instruments.contract, "Transfer", transfer_from(world, minted, 300))
    assert [(one["caller"], one["sender"]) for one in moved] == [(relayer, provider)]
    assert world.call(functions(world).allowance(provider, relayer, position)) == 200
    with reverts_with("PackedERC6909_InsufficientAllowance", relayer, position, 201, 200):
        transfer_from(world, minted, 201)
    transfer_from(world, minted, 200)
    assert (held(world, minted, "provider"), held(world, minted, "investor")) == ([500, 0], [500, 0])


def test_approve_is_for_one_position_and_one_spender(world: World, minted: Opened) -> None:
    """P-13."""
    world.send(functions(world).approve(world.role("relayer"), minted.position_id(0), 5), "provider")
    for caller, claim in (("relayer", 1), ("stranger", 0)):
        who = world.role(caller)
        with reverts_with("PackedERC6909_InsufficientAllowance", who, minted.position_id(claim), 1, 0):
            transfer_from(world, minted, 1, claim, caller)
    world.send(functions(world).approve(world.role("relayer"), minted.position_id(0), 0), "provider")
    with reverts_with("PackedERC6909_InsufficientAllowance", world.role("relayer"), minted.position_id(0), 1, 0):
        transfer_from(world, minted, 1)


def test_the_largest_allowance_is_never_used_up(world: World, minted: Opened) -> None:
    """P-12; one less than it is."""
    provider, relayer, position = world.role("provider"), world.role("relayer"), minted.position_id(0)
    for allowed, left in ((EVERYTHING, EVERYTHING), (EVERYTHING - 1, EVERYTHING - 11)):
        world.send(functions(world).approve(relayer, position, allowed), "provider")
        transfer_from(world, minted, 10)
        assert world.call(functions(world).allowance(provider, relayer, position)) == left


def test_set_operator_lets_it_move_everything_until_it_ends(world: World, minted: Opened) -> None:
    """P-12, P-13: without touching allowances."""
    provider, relayer, position = world.role("provider"), world.role("relayer"), minted.position_id(0)
    world.send(functions(world).approve(relayer, position, 7), "provider")
    receipt = world.send(functions(world).setOperator(relayer, True), "provider")
    told = {"owner": provider, "spender": relayer}
    assert events(world.instruments.contract, "OperatorSet", receipt) == [{**told, "approved": True}]
    assert world.call(functions(world).isOperator(provider, relayer)) is True
    transfer_from(world, minted, 100)
    assert world.call(functions(world).allowance(provider, relayer, position)) == 7
    receipt = world.send(functions(world).setOperator(relayer, False), "provider")
    assert events(world.instruments.contract, "OperatorSet", receipt) == [{**told, "approved": False}]
    with reverts_with("PackedERC6909_InsufficientAllowance", relayer, position, 8, 7):
        transfer_from(world, minted, 8)


def test_transfer_from_by_the_holder_needs_no_allowance(world: World, minted: Opened) -> None:
    """P-13."""
    transfer_from(world, minted, 1000, caller="provider")
    assert held(world, minted, "investor") == [1000, 0]


def test_transfer_from_reverts_on_more_than_is_held(world: World, minted: Opened) -> None:
    """P-12: whatever is allowed."""
    world.send(functions(world).setOperator(world.role("relayer"), True), "provider")
    with reverts_with("PackedERC6909_InsufficientBalance", world.role("provider"), minted.position_id(0), 1001, 1000):
        transfer_from(world, minted, 1001)


def test_positions_move_after_settlement(world: World, settled: Opened) -> None:
    """P-12: and who got them redeems them."""
    world.send(functions(world).transfer(world.role("investor"), settled.position_id(0), 1000), "provider")
    world.instruments.redeem(settled, 0, 1000, world.role("investor"), world.role("investor"))
    assert world.token.balance(world.role("investor")) == 420


@pytest.mark.parametrize(
    ("interface", "supported"),
    [("01ffc9a7", True), ("0f632fb3", True), ("ffffffff", False), ("d9b67a26", False), ("00000000", False)],
)
def test_supports_interface_of_erc165_and_erc6909(world: World, interface: str, supported: bool) -> None:
    """P-12."""
    assert world.call(functions(world).supportsInterface(bytes.fromhex(interface))) is supported
