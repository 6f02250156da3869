"""Who pays, who is paid, and what is refused."""

from __future__ import annotations

from app.chain.instruments import Allocation
from tests.mutants.scenarios.acting import FACE, agreement, mint, redeem, send, settle, transfer_from, turn
from tests.support.reverts import reverts_with
from tests.support.world import World


def a_donation_is_paid_to_nobody(world: World) -> None:
    """42 of 100 jobs: 420 for the provider, 580 for the payer, and the donation stays."""
    card, opened = agreement(world)
    mint(world, opened, FACE)
    world.token.mint(world.instruments.address, 500, world.role("stranger"))
    settle(world, card, opened, 42)
    assert (redeem(world, opened, 0, FACE), redeem(world, opened, 1, FACE)) == (420, 580)
    assert world.token.balance(world.instruments.address) == 500


def one_set_is_shared_without_rest(world: World) -> None:
    """42 % of one unit is nothing for the provider and all for the payer."""
    card, opened = agreement(world)
    mint(world, opened, 1)
    settle(world, card, opened, 42)
    assert (redeem(world, opened, 0, 1), redeem(world, opened, 1, 1)) == (0, 1)
    assert world.token.balance(world.instruments.address) == 0


def a_set_costs_what_it_is_worth(world: World) -> None:
    _, opened = agreement(world)
    mint(world, opened, 10)
    assert world.token.balance(world.instruments.address) == 10


def pieces_pay_the_whole(world: World) -> None:
    """Ten units that pay 4 in all, one by one: a unit comes whenever the whole has earned one."""
    card, opened = agreement(world)
    mint(world, opened, 10)
    settle(world, card, opened, 42)
    assert [redeem(world, opened, 0, 1) for _ in range(10)] == [0, 0, 1, 0, 1, 0, 0, 1, 0, 1]


def a_unit_is_redeemed_once(world: World) -> None:
    """The provider holds half of its claim, and gets half of what it pays."""
    card, opened = agreement(world)
    provider, investor, payer = world.role("provider"), world.role("investor"), world.role("outcome_payer")
    given = [Allocation(provider, 1, 500), Allocation(investor, 1, 500), Allocation(payer, 2, FACE)]
    world.fund(world.token, payer, FACE)
    world.instruments.mint(opened, FACE, given, payer)
    settle(world, card, opened, 42)
    assert redeem(world, opened, 0, 500) == 210
    with reverts_with("PackedERC6909_InsufficientBalance", provider, opened.position_id(0), 500, 0):
        world.instruments.redeem(opened, 0, 500, provider, provider)


def allocations_balance(world: World) -> None:
    _, opened = agreement(world)
    payer = world.role("outcome_payer")
    world.fund(world.token, payer, FACE)
    with reverts_with("ImpactInstruments_UnbalancedAllocation", 0, FACE + 1, FACE):
        world.instruments.mint(opened, FACE, [Allocation(payer, 1, FACE + 1), Allocation(payer, 2, FACE)], payer)


def merging_takes_complete_sets(world: World) -> None:
    """The provider has no residual to give up."""
    _, opened = agreement(world)
    mint(world, opened, FACE)
    provider = world.role("provider")
    with reverts_with("PackedERC6909_InsufficientBalance", provider, opened.position_id(1), 1, 0):
        world.instruments.merge(opened, 1, provider, provider)


def merged_sets_are_outstanding_no_more(world: World) -> None:
    """Of two sets one is merged: the one unit left is the payer's, for half of it is nothing for the provider."""
    card, opened = agreement(world)
    mint(world, opened, 1)
    investor = world.role("investor")
    world.fund(world.token, investor, 1)
    world.instruments.mint(opened, 1, [Allocation(investor, 3, 1)], investor)
    world.instruments.merge(opened, 1, investor, investor)
    settle(world, card, opened, 50)
    assert (redeem(world, opened, 0, 1), redeem(world, opened, 1, 1)) == (0, 1)


def minting_and_merging_end_at_settlement(world: World) -> None:
    card, opened = agreement(world)
    mint(world, opened, FACE)
    settle(world, card, opened, 42)
    payer = world.role("outcome_payer")
    world.fund(world.token, payer, 1)
    with reverts_with("ImpactInstruments_AlreadySettled", opened.instrument_id):
        world.instruments.mint(opened, 1, [Allocation(payer, 3, 1)], payer)
    with reverts_with("ImpactInstruments_AlreadySettled", opened.instrument_id):
        world.instruments.merge(opened, 1, payer, payer)


def redeeming_begins_at_settlement(world: World) -> None:
    _, opened = agreement(world)
    mint(world, opened, FACE)
    with reverts_with("ImpactInstruments_NotSettled", opened.instrument_id):
        world.instruments.redeem(opened, 1, FACE, world.role("outcome_payer"), world.role("outcome_payer"))


def a_token_that_moves_less_is_refused_coming_in(world: World) -> None:
    _, opened = agreement(world)
    turn(world, -1, answer=True)
    with reverts_with("ImpactInstruments_InexactTransfer", FACE - 1, FACE):
        mint(world, opened, FACE)


def a_token_that_moves_more_is_refused_going_out(world: World) -> None:
    card, opened = agreement(world)
    mint(world, opened, FACE)
    settle(world, card, opened, 42)
    turn(world, 1, answer=True)
    with reverts_with("ImpactInstruments_InexactTransfer", 421, 420):
        redeem(world, opened, 0, FACE)


def a_token_that_answers_false_is_refused(world: World) -> None:
    _, opened = agreement(world)
    turn(world, 0, answer=False)
    with reverts_with("ImpactInstruments_InexactTransfer", FACE, FACE):
        mint(world, opened, FACE)


def only_the_holder_moves_a_position(world: World) -> None:
    _, opened = agreement(world)
    mint(world, opened, FACE)
    stranger, position = world.role("stranger"), opened.position_id(0)
    with reverts_with("PackedERC6909_InsufficientAllowance", stranger, position, FACE, 0):
        transfer_from(world, stranger, position, FACE)


def an_allowance_is_used_up(world: World) -> None:
    _, opened = agreement(world)
    mint(world, opened, FACE)
    stranger, position = world.role("stranger"), opened.position_id(0)
    send(world, "approve", world.role("provider"), stranger, position, 10)
    transfer_from(world, stranger, position, 10)
    with reverts_with("PackedERC6909_InsufficientAllowance", stranger, position, 10, 0):
        transfer_from(world, stranger, position, 10)
