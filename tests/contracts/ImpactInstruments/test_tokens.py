"""Tokens that lie, move other amounts, refuse people or are none at all: they harm only themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.chain.instruments import Allocation, Opened
from app.chain.token import Token
from app.domain.instrument import Instrument
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World

MOODS = (
    "EXACT",
    "NO_RETURN",
    "RETURNS_FALSE",
    "RETURNS_TWO",
    "MOVES_LESS",
    "MOVES_MORE",
    "MOVES_NOTHING",
    "TAKES_FEE",
    "REVERTS",
    "HIDES_BALANCE",
    "CLAIMS_BALANCE",
)
NO_DECIMALS = 2**256 - 1


class Strange:
    """An agreement in a strange token, of which the payer has all it needs."""

    def __init__(self, world: World, card: OpenScorecard, agreement: Instrument, decimals: int = 18) -> None:
        self.contract = world.deploy("StrangeToken", decimals)
        self.world = replace(world, token=Token(world.chain, self.contract))
        self.opened = self.world.open(agreement, card)
        self.world.token.mint(world.role("outcome_payer"), 10**6, world.role("stranger"))

    def feels(self, mood: str) -> None:
        self.world.send(self.contract.functions.setMood(MOODS.index(mood)), "stranger")

    def mint(self, sets: int = 1000) -> None:
        provider, payer = self.world.role("provider"), self.world.role("outcome_payer")
        given = [Allocation(provider, 0b01, sets), Allocation(payer, 0b10, sets)]
        self.world.instruments.mint(self.opened, sets, given, payer)

    def redeem(self, claim: int, holder: str, to: str | None = None, units: int = 1000) -> Any:
        account = self.world.role(holder)
        return self.world.instruments.redeem(self.opened, claim, units, self.world.role(to or holder), account)

    def settle(self, card: OpenScorecard) -> None:
        card.finish(42)
        self.world.instruments.settle(self.opened, self.world.role("stranger"))

    def held(self) -> int:
        return self.world.token.balance(self.world.instruments.address)


@pytest.fixture
def strange(world: World, card: OpenScorecard, agreement: Instrument) -> Strange:
    return Strange(world, card, agreement)


@pytest.mark.parametrize("mood", ["EXACT", "NO_RETURN"])
def test_a_token_that_moves_what_is_asked_is_taken(strange: Strange, card: OpenScorecard, mood: str) -> None:
    """P-07: whether it answers true or nothing."""
    strange.feels(mood)
    strange.mint()
    strange.settle(card)
    strange.redeem(0, "provider")
    strange.redeem(1, "outcome_payer")
    assert strange.world.token.balance(strange.world.role("provider")) == 420
    assert strange.held() == 0


@pytest.mark.parametrize(
    ("mood", "moved"),
    [
        ("RETURNS_FALSE", 1000),
        ("RETURNS_TWO", 1000),
        ("MOVES_LESS", 999),
        ("MOVES_MORE", 1001),
        ("MOVES_NOTHING", 0),
        ("TAKES_FEE", 999),
        ("REVERTS", 0),
        ("HIDES_BALANCE", 0),
    ],
)
def test_mint_reverts_on_a_token_that_does_not_move_what_is_asked(strange: Strange, mood: str, moved: int) -> None:
    """P-07, R-05: and the whole mint with it."""
    strange.feels(mood)
    with reverts_with("ImpactInstruments_InexactTransfer", moved, 1000):
        strange.mint()
    assert strange.world.instruments.units(strange.opened, 0, strange.world.role("provider")) == 0


OUTGOING = [
    ("RETURNS_FALSE", 420),
    ("RETURNS_TWO", 420),
    ("MOVES_LESS", 419),
    ("MOVES_MORE", 421),
    ("MOVES_NOTHING", 0),
    ("REVERTS", 0),
    ("HIDES_BALANCE", 0),
]


@pytest.mark.parametrize(("mood", "moved"), OUTGOING)
def test_redeem_reverts_on_a_token_that_does_not_move_what_is_asked(
    strange: Strange, card: OpenScorecard, mood: str, moved: int
) -> None:
    """P-07, R-05: the position is still there, and is paid once the token behaves."""
    strange.mint()
    strange.settle(card)
    strange.feels(mood)
    with reverts_with("ImpactInstruments_InexactTransfer", moved, 420):
        strange.redeem(0, "provider")
    strange.feels("EXACT")
    strange.redeem(0, "provider")
    strange.redeem(1, "outcome_payer")
    assert strange.held() == 0


@pytest.mark.parametrize(("mood", "moved"), OUTGOING)
def test_merge_reverts_on_a_token_that_does_not_move_what_is_asked(strange: Strange, mood: str, moved: int) -> None:
    """P-07, R-05."""
    payer, instruments = strange.world.role("outcome_payer"), strange.world.instruments
    instruments.mint(strange.opened, 500, [Allocation(payer, 0b11, 500)], payer)
    strange.feels(mood)
    with reverts_with("ImpactInstruments_InexactTransfer", moved, 420):
        instruments.merge(strange.opened, 420, payer, payer)
    strange.feels("EXACT")
    instruments.merge(strange.opened, 500, payer, payer)
    assert strange.held() == 0


def test_a_token_that_makes_up_balances_harms_only_itself(
    strange: Strange, world: World, card: OpenScorecard, minted: Opened
) -> None:
    """R-04, R-01: sets minted for nothing are worth nothing of another token."""
    strange.feels("CLAIMS_BALANCE")
    strange.mint(10**9)
    assert world.token.balance(world.instruments.address) == 1000
    card.finish(42)
    world.instruments.settle(minted, world.role("stranger"))
    for claim, holder, amount in ((0, "provider", 420), (1, "outcome_payer", 580)):
        world.instruments.redeem(minted, claim, 1000, world.role(holder), world.role(holder))
        assert world.token.balance(world.role(holder)) == amount


def test_a_holder_whom_the_token_refuses_blocks_nobody(strange: Strange, card: OpenScorecard) -> None:
    """P-11, R-04: the others are paid, and so is the holder, at another address."""
    strange.mint()
    strange.settle(card)
    strange.world.send(strange.contract.functions.setBlocked(strange.world.role("provider"), True), "stranger")
    with reverts_with("ImpactInstruments_InexactTransfer", 0, 420):
        strange.redeem(0, "provider")
    strange.redeem(1, "outcome_payer")
    strange.redeem(0, "provider", to="investor")
    assert strange.world.token.balance(strange.world.role("investor")) == 420
    assert strange.held() == 0


def test_an_address_without_code_is_no_token(world: World, card: OpenScorecard, agreement: Instrument) -> None:
    """P-07: its instrument can be opened, and holds nothing."""
    somebody, provider = world.role("guarantor"), world.role("provider")
    opened = world.instruments.open(agreement, somebody, card.metric_ids(), {}, provider)
    with reverts_with("ImpactInstruments_InexactTransfer", 0, 10):
        world.instruments.mint(opened, 10, [Allocation(provider, 0b11, 10)], provider)


@pytest.mark.parametrize("decimals", [0, 2, 6, 18])
def test_a_unit_is_a_unit_in_tokens_of_all_decimals(
    world: World, card: OpenScorecard, agreement: Instrument, decimals: int
) -> None:
    """R-01, R-02, P-15: one unit minted, merged, minted again and redeemed: no dust is made, none is left."""
    token = Token.deploy_demo(world.chain, "ONE", decimals, world.role("deployer"))
    world = replace(world, token=token)
    opened, payer, provider = world.open(agreement, card), world.role("outcome_payer"), world.role("provider")
    world.fund(token, payer, 1)
    world.instruments.mint(opened, 1, [Allocation(payer, 0b11, 1)], payer)
    assert world.call(world.instruments.contract.functions.decimals(opened.position_id(0))) == decimals
    world.instruments.merge(opened, 1, payer, payer)
    world.instruments.mint(opened, 1, [Allocation(provider, 0b01, 1), Allocation(payer, 0b10, 1)], payer)
    card.finish(99)
    world.instruments.settle(opened, payer)
    world.instruments.redeem(opened, 0, 1, provider, provider)
    world.instruments.redeem(opened, 1, 1, payer, payer)
    assert (token.balance(provider), token.balance(payer), token.balance(world.instruments.address)) == (0, 1, 0)


@pytest.mark.parametrize(("given", "told"), [(18, 18), (255, 255), (256, 0), (NO_DECIMALS - 1, 0), (NO_DECIMALS, 0)])
def test_decimals_of_a_token_that_tells_none_are_0(
    world: World, card: OpenScorecard, agreement: Instrument, given: int, told: int
) -> None:
    """P-15: it reverts, or says more than a byte holds; before the first mint, nothing is known."""
    strange = Strange(world, card, agreement, given)
    function = world.instruments.contract.functions.decimals(strange.opened.position_id(0))
    assert world.call(function) == 0
    strange.mint(1)
    assert world.call(function) == told
