"""A token calls back in the middle of a transfer, and holds positions itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import decode

from app.chain.instruments import Allocation, Opened
from app.chain.token import Token
from app.domain.instrument import Instrument
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World

OWN = 300  # complete sets that the token itself holds


class Calling:
    """The payer's 1000 sets beside those of the token itself, in one agreement in that token."""

    def __init__(self, world: World, card: OpenScorecard, agreement: Instrument) -> None:
        self.contract = world.deploy("StrangeToken", 6)
        self.world = replace(world, token=Token(world.chain, self.contract))
        self.opened: Opened = self.world.open(agreement, card)
        self.token = self.contract.address
        self.payer = world.role("outcome_payer")
        for owner in (self.payer, self.token):
            self.world.token.mint(owner, 10_000, world.role("stranger"))
        self.act("mint", OWN, [(self.token, 0b11, OWN)])
        self.mint(1000)

    def data(self, function: str, *arguments: object) -> str:
        return str(self.world.instruments.contract.encode_abi(function, [self.opened.terms.abi(), *arguments]))

    def act(self, function: str, *arguments: object) -> None:
        """The token calls the instruments."""
        call = self.contract.functions.act(self.world.instruments.address, self.data(function, *arguments))
        self.world.send(call, "stranger")

    def call_back(self, data: str) -> None:
        """With the next transfer."""
        self.world.send(self.contract.functions.setCallback(self.world.instruments.address, data), "stranger")

    def mint(self, sets: int) -> None:
        self.world.instruments.mint(self.opened, sets, [Allocation(self.payer, 0b11, sets)], self.payer)

    def merge(self, sets: int) -> None:
        self.world.instruments.merge(self.opened, sets, self.payer, self.payer)

    def redeem(self, units: int) -> None:
        self.world.instruments.redeem(self.opened, 0, units, self.payer, self.payer)

    def settle(self, card: OpenScorecard) -> None:
        card.finish(42)
        self.world.instruments.settle(self.opened, self.payer)

    def held(self) -> int:
        return self.world.token.balance(self.world.instruments.address)

    def units(self, claim: int, owner: Any) -> int:
        return self.world.instruments.units(self.opened, claim, owner)


@pytest.fixture
def calling(world: World, card: OpenScorecard, agreement: Instrument) -> Calling:
    return Calling(world, card, agreement)


@pytest.mark.parametrize("outer", ["mint", "merge"])
def test_a_nested_mint_or_merge_is_refused(calling: Calling, outer: str) -> None:
    """P-08: it makes the outer payment inexact, whichever way the money goes."""
    sign = 1 if outer == "mint" else -1
    for data, moved in (
        (calling.data("mint", 7, [(calling.token, 0b11, 7)]), 100 + sign * 7),
        (calling.data("merge", 7, calling.payer), 100 - sign * 7),
    ):
        calling.call_back(data)
        with reverts_with("ImpactInstruments_InexactTransfer", moved, 100):
            getattr(calling, outer)(100)
    assert (calling.held(), calling.units(0, calling.token)) == (1300, OWN)


def test_a_nested_redeem_is_refused(calling: Calling, card: OpenScorecard) -> None:
    """P-08: of the token's own position, while another is paid."""
    calling.settle(card)
    calling.call_back(calling.data("redeem", 0, OWN, calling.token))
    with reverts_with("ImpactInstruments_InexactTransfer", 420 + 126, 420):
        calling.redeem(1000)
    assert (calling.held(), calling.units(0, calling.token)) == (1300, OWN)


def test_a_nested_call_that_changes_nothing_in_sum_leaves_the_books_exact(
    calling: Calling, card: OpenScorecard
) -> None:
    """P-08, R-01: a mint and a merge in the callback of a mint; all get theirs and nothing is left."""
    nested = [calling.data("mint", 7, [(calling.token, 0b11, 7)]), calling.data("merge", 7, calling.token)]
    calling.call_back(str(calling.world.instruments.contract.encode_abi("multicall", [nested])))
    calling.mint(100)
    assert (calling.held(), calling.units(0, calling.token), calling.units(0, calling.payer)) == (1400, OWN, 1100)
    calling.settle(card)
    _redeem_all(calling)


def test_a_nested_settle_counts_the_sets_of_the_mint_around_it(calling: Calling, card: OpenScorecard) -> None:
    """P-08, P-06: state changes first, so that the sets are all there when it settles."""
    card.finish(42)
    calling.call_back(calling.data("settle", calling.opened.body))
    calling.mint(100)
    state = calling.world.call(calling.world.instruments.contract.functions.stateOf(calling.opened.instrument_id))
    assert list(state) == [2, 2, 6, False, 1400, 0]
    _redeem_all(calling)


def test_a_nested_merge_of_the_same_sets_is_refused(calling: Calling) -> None:
    """P-08, P-03: the positions are burnt before the token moves, so that its own transfer fails."""
    calling.call_back(calling.data("merge", OWN, calling.token))
    with reverts_with("ImpactInstruments_InexactTransfer", 0, OWN):
        calling.act("merge", OWN, calling.token)
    assert (calling.held(), calling.units(0, calling.token)) == (1300, OWN)


def test_a_nested_redeem_of_the_same_units_is_refused(calling: Calling, card: OpenScorecard) -> None:
    """P-08, P-03."""
    calling.settle(card)
    calling.call_back(calling.data("redeem", 0, 1, calling.token))
    with reverts_with("ImpactInstruments_InexactTransfer", 0, 126):
        calling.act("redeem", 0, OWN, calling.token)
    assert (calling.held(), calling.units(0, calling.token)) == (1300, OWN)


@pytest.mark.parametrize("outer", ["mint", "merge", "redeem"])
def test_views_in_a_callback_tell_the_new_state(calling: Calling, card: OpenScorecard, outer: str) -> None:
    """P-08: whoever reads in the middle of a transfer reads what holds after it."""
    expected = {"mint": (1400, 1100), "merge": (1200, 900), "redeem": (1300, 900)}[outer]
    if outer == "redeem":
        calling.settle(card)
    contract = calling.world.instruments.contract
    state = contract.encode_abi("stateOf", [calling.opened.instrument_id])
    balance = contract.encode_abi("balanceOf", [calling.payer, calling.opened.position_id(0)])
    calling.call_back(str(contract.encode_abi("multicall", [[state, balance]])))
    getattr(calling, outer)(100)
    (answers,) = decode(["bytes[]"], calling.world.call(calling.contract.functions.answer()))
    seen = decode(["uint8", "uint8", "uint8", "bool", "uint112", "uint112"], answers[0])
    assert (seen[4], int.from_bytes(answers[1], "big")) == expected


def _redeem_all(calling: Calling) -> None:
    """Everybody redeems everything: nothing stays behind."""
    for claim in (0, 1):
        units = calling.units(claim, calling.payer)
        calling.world.instruments.redeem(calling.opened, claim, units, calling.payer, calling.payer)
        calling.act("redeem", claim, calling.units(claim, calling.token), calling.token)
    assert calling.held() == 0
