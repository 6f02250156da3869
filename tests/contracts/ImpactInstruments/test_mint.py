from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.chain.client import NO_ADDRESS
from app.chain.instruments import Allocation, Opened
from app.domain.instrument import Instrument
from tests.contracts.ImpactInstruments.bodies import Raw, body, curve, formula, metric_leg
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World

MOST = 2**112 - 1
BOTH = 0b11


def mint(world: World, opened: Opened, sets: int, *given: Allocation, payer: str = "outcome_payer") -> Any:
    return world.instruments.mint(opened, sets, given, world.role(payer))


@pytest.fixture
def funded(world: World, opened: Opened) -> Opened:
    """The outcome payer and the investor can pay."""
    for name in ("outcome_payer", "investor"):
        world.fund(world.token, world.role(name), MOST)
    return opened


def test_mint_gives_out_a_unit_of_each_claim_for_a_unit_of_the_token(world: World, funded: Opened) -> None:
    """P-01, P-04, P-15: exactly; the payer pays, the receivers hold, the state counts."""
    provider, payer = world.role("provider"), world.role("outcome_payer")
    receipt = mint(world, funded, 700, Allocation(provider, 0b01, 700), Allocation(payer, 0b10, 700))
    assert [world.instruments.units(funded, claim, provider) for claim in (0, 1)] == [700, 0]
    assert [world.instruments.units(funded, claim, payer) for claim in (0, 1)] == [0, 700]
    assert world.token.balance(world.instruments.address) == 700
    assert world.token.balance(payer) == MOST - 700
    state = world.call(world.instruments.contract.functions.stateOf(funded.instrument_id))
    assert list(state) == [1, 2, 2, False, 700, 0]
    given = {"caller": payer, "sender": NO_ADDRESS, "amount": 700}
    assert events(world.instruments.contract, "Transfer", receipt) == [
        {**given, "receiver": provider, "id": funded.position_id(0)},
        {**given, "receiver": payer, "id": funded.position_id(1)},
    ]


def test_mint_shares_sets_among_many_receivers(world: World, funded: Opened) -> None:
    """P-04: any split, anybody twice, the payer none at all."""
    one, two, three = (world.holder(number) for number in range(3))
    given = [Allocation(one, BOTH, 300), Allocation(two, 0b01, 650), Allocation(three, 0b10, 400)]
    mint(world, funded, 1000, *given, Allocation(one, 0b01, 50), Allocation(one, 0b10, 300))
    units = [[world.instruments.units(funded, claim, who) for claim in (0, 1)] for who in (one, two, three)]
    assert units == [[350, 600], [650, 0], [0, 400]]


def test_mint_again_adds_to_what_there_is(world: World, funded: Opened) -> None:
    """P-01, P-04: several payers, one pot."""
    provider = world.role("provider")
    mint(world, funded, 10, Allocation(provider, BOTH, 10))
    mint(world, funded, 1, Allocation(provider, BOTH, 1), payer="investor")
    assert [world.instruments.units(funded, claim, provider) for claim in (0, 1)] == [11, 11]
    assert world.token.balance(world.instruments.address) == 11
    assert world.token.balance(world.role("investor")) == MOST - 1


@pytest.mark.parametrize("claims", [2, 3, 5, 16])
def test_mint_keeps_claims_apart_that_share_a_slot(world: World, card: OpenScorecard, claims: int) -> None:
    """P-14: even and odd numbers of claims; one is given to another than its neighbours."""
    raw = Raw(world, body([metric_leg(card.metric_id())], [curve([(0, 1)])] * (claims - 1)))
    raw.open()
    world.fund(world.token, world.role("outcome_payer"), 9)
    everything, one, other = (1 << claims) - 1, world.holder(0), world.holder(1)
    last = 1 << (claims - 1)
    given = [(one, everything & ~last, 9), (other, last, 9)]
    world.send(raw.functions.mint(raw.terms(), 9, given), "outcome_payer")
    held = [[world.call(raw.functions.balanceOf(who, raw.id() | i)) for i in range(claims + 1)] for who in (one, other)]
    assert held == [[9] * (claims - 1) + [0, 0], [0] * (claims - 1) + [9, 0]]


def test_mint_takes_sets_below_2_to_the_112(world: World, funded: Opened) -> None:
    """P-09, P-14: the largest number of sets, in one claim and the other; not one more."""
    provider = world.role("provider")
    with reverts_with("ImpactInstruments_TooManySets", MOST + 1, MOST):
        mint(world, funded, MOST + 1, Allocation(provider, BOTH, MOST + 1))
    mint(world, funded, MOST, Allocation(provider, BOTH, MOST))
    assert [world.instruments.units(funded, claim, provider) for claim in (0, 1)] == [MOST, MOST]
    for sets in (1, MOST, 2**256 - 1):
        with reverts_with("ImpactInstruments_TooManySets", sets, 0):
            mint(world, funded, sets, Allocation(provider, BOTH, sets), payer="investor")


def test_mint_reverts_on_no_sets(world: World, funded: Opened) -> None:
    """P-09: an empty mint is refused, with and without receivers."""
    for given in ([], [Allocation(world.role("provider"), BOTH, 0)]):
        with reverts_with("ImpactInstruments_ZeroAmount"):
            mint(world, funded, 0, *given)


@pytest.mark.parametrize(
    ("given", "claim", "units"),
    [
        ([], 0, 0),
        ([(0b01, 10)], 1, 0),
        ([(0b10, 10)], 0, 0),
        ([(0b11, 9)], 0, 9),
        ([(0b11, 11)], 0, 11),
        ([(0b11, 9), (0b01, 1)], 1, 9),
        ([(0b11, 10), (0b10, 1)], 1, 11),
        ([(0b11, 10), (0b10, 2**255)], 1, 2**255 + 10),
    ],
)
def test_mint_reverts_on_units_that_do_not_add_up(
    world: World, funded: Opened, given: list[tuple[int, int]], claim: int, units: int
) -> None:
    """P-04: of each claim exactly as many units as sets."""
    allocations = [Allocation(world.role("provider"), mask, amount) for mask, amount in given]
    with reverts_with("ImpactInstruments_UnbalancedAllocation", claim, units, 10):
        mint(world, funded, 10, *allocations)


def test_mint_reverts_on_units_that_overflow(world: World, funded: Opened) -> None:
    """P-04: a sum that comes back to the right one from above 2^256."""
    provider = world.role("provider")
    with reverts_with("Panic", 0x11):
        mint(world, funded, 10, Allocation(provider, BOTH, 2**256 - 1), Allocation(provider, BOTH, 11))


@pytest.mark.parametrize(("mask", "highest"), [(0b100, 2), (0b111, 2), (1 << 15, 15)])
def test_mint_reverts_on_a_claim_that_does_not_exist(world: World, funded: Opened, mask: int, highest: int) -> None:
    """P-04: not even beside a balanced allocation."""
    provider = world.role("provider")
    with reverts_with("ImpactInstruments_UnknownClaim", highest, 2):
        mint(world, funded, 10, Allocation(provider, BOTH, 10), Allocation(provider, mask & ~BOTH, 10))


def test_mint_reverts_to_nobody(world: World, funded: Opened) -> None:
    """P-12."""
    with reverts_with("PackedERC6909_ZeroReceiver"):
        mint(world, funded, 10, Allocation(NO_ADDRESS, BOTH, 10))


def test_mint_reverts_on_what_the_payer_can_not_pay(world: World, opened: Opened) -> None:
    """P-07: neither allowance nor balance, and nothing is left of it."""
    provider = world.role("provider")
    with reverts_with("ImpactInstruments_InexactTransfer", 0, 10):
        mint(world, opened, 10, Allocation(provider, BOTH, 10))
    world.fund(world.token, world.role("outcome_payer"), 9)
    with reverts_with("ImpactInstruments_InexactTransfer", 0, 10):
        mint(world, opened, 10, Allocation(provider, BOTH, 10))
    assert world.instruments.units(opened, 0, provider) == 0


def test_mint_reverts_on_terms_that_nobody_opened(world: World, funded: Opened) -> None:
    """I-02: also if only the face is another one."""
    other = replace(funded, terms=replace(funded.terms, face=999))
    unknown = world.call(world.instruments.contract.functions.instrumentIdOf(other.terms.abi()))
    with reverts_with("ImpactInstruments_UnknownInstrument", unknown):
        mint(world, other, 10, Allocation(world.role("provider"), BOTH, 10))


def test_mint_reverts_on_a_formula(world: World, card: OpenScorecard) -> None:
    """I-10."""
    raw = formula(world, body([metric_leg(card.metric_id())]))
    raw.open()
    with reverts_with("ImpactInstruments_FormulaHoldsNoToken", raw.id()):
        world.send(raw.functions.mint(raw.terms(), 1, [(world.role("provider"), BOTH, 1)]), "outcome_payer")


def test_mint_reverts_after_settlement(world: World, settled: Opened) -> None:
    """P-06."""
    world.fund(world.token, world.role("outcome_payer"), 10)
    with reverts_with("ImpactInstruments_AlreadySettled", settled.instrument_id):
        mint(world, settled, 10, Allocation(world.role("provider"), BOTH, 10))


def test_mint_goes_on_while_the_outcome_is_known_but_not_settled(
    world: World, card: OpenScorecard, funded: Opened
) -> None:
    """P-06, I-12: an instrument has no clock; settlement alone ends minting."""
    card.finish(42)
    mint(world, funded, 10, Allocation(world.role("provider"), BOTH, 10))
    assert world.token.balance(world.instruments.address) == 10


def test_mint_of_one_instrument_touches_no_other(world: World, card: OpenScorecard, funded: Opened) -> None:
    """R-01: two instruments in one token."""
    other: Instrument = replace(funded.instrument, residual="other payer")
    second = world.open(other, card)
    mint(world, second, 10, Allocation(world.role("provider"), BOTH, 10))
    state = world.call(world.instruments.contract.functions.stateOf(funded.instrument_id))
    assert list(state) == [1, 2, 0, False, 0, 0]
    assert world.instruments.units(funded, 0, world.role("provider")) == 0
