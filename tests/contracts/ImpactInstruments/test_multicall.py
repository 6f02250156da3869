from __future__ import annotations

from typing import Any

import pytest

from app.chain.instruments import Opened
from app.domain.instrument import Instrument
from app.errors import Reverted
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World


def encoded(world: World, function: str, *arguments: Any) -> str:
    return str(world.instruments.contract.encode_abi(function, list(arguments)))


def multicall(world: World, sender: str, *calls: str) -> Any:
    return world.send(world.instruments.contract.functions.multicall(list(calls)), sender)


def test_multicall_settles_and_redeems_in_one_transaction(world: World, card: OpenScorecard, minted: Opened) -> None:
    """P-17: as the sender's own calls."""
    card.finish(42)
    terms, provider = minted.terms.abi(), world.role("provider")
    multicall(
        world,
        "provider",
        encoded(world, "settle", terms, minted.body),
        encoded(world, "redeem", terms, 0, 400, provider),
        encoded(world, "redeem", terms, 0, 600, world.role("investor")),
    )
    assert world.token.balance(provider) + world.token.balance(world.role("investor")) == 420
    assert world.instruments.units(minted, 0, provider) == 0


def test_multicall_opens_and_mints(world: World, card: OpenScorecard, agreement: Instrument) -> None:
    """P-17: an agreement is opened and funded at once."""
    opened, payer = world.open(agreement, card), world.role("outcome_payer")
    world.fund(world.token, payer, 30)
    given = [(world.role("provider"), 0b01, 10), (payer, 0b10, 10)]
    mint = encoded(world, "mint", opened.terms.abi(), 10, given)
    multicall(world, "outcome_payer", encoded(world, "open", opened.terms.abi(), opened.body), mint, mint, mint)
    assert world.instruments.units(opened, 0, world.role("provider")) == 30
    assert world.token.balance(world.instruments.address) == 30


def test_multicall_returns_each_answer(world: World, settled: Opened) -> None:
    """P-17."""
    calls = [encoded(world, "payoutOf", settled.terms.abi(), claim, 1000) for claim in (0, 1)]
    answers = world.call(world.instruments.contract.functions.multicall(calls))
    assert [int.from_bytes(answer, "big") for answer in answers] == [420, 580]
    assert world.call(world.instruments.contract.functions.multicall([])) == []


def test_multicall_reverts_as_a_whole_with_the_call_s_own_error(world: World, settled: Opened) -> None:
    """P-17: what came before it is undone."""
    terms, provider = settled.terms.abi(), world.role("provider")
    good, bad = (encoded(world, "redeem", terms, claim, 10, provider) for claim in (0, 1))
    with reverts_with("PackedERC6909_InsufficientBalance", provider, settled.position_id(1), 10, 0):
        multicall(world, "provider", good, bad)
    assert world.instruments.units(settled, 0, provider) == 1000


def test_multicall_gives_nobody_another_s_positions(world: World, settled: Opened) -> None:
    """P-13, P-17: nested, too."""
    move = encoded(world, "transfer", world.role("stranger"), settled.position_id(0), 1)
    for call in (move, encoded(world, "multicall", [move])):
        with reverts_with("PackedERC6909_InsufficientBalance", world.role("stranger"), settled.position_id(0), 1, 0):
            multicall(world, "stranger", call)


@pytest.mark.parametrize("wei", [1, 10**18])
def test_multicall_carries_no_ether(world: World, wei: int) -> None:
    """P-17: nor does anything else; the contract never holds any."""
    chain, contract = world.chain, world.instruments.contract
    with pytest.raises(Reverted), chain._told():
        contract.functions.multicall([]).call({"from": world.role("stranger"), "value": wei})
    with pytest.raises(Reverted), chain._told():
        chain.w3.eth.call({"from": world.role("stranger"), "to": contract.address, "value": wei})
