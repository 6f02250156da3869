from __future__ import annotations

import random
from typing import Any

import pytest

from app.chain.client import NO_ADDRESS
from app.chain.instruments import Allocation, Opened
from app.domain.instrument import Claim, Combine, Instrument, MetricLeg
from app.domain.position import redemption, totals
from tests.contracts.ImpactInstruments.bodies import body, formula, metric_leg
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World


def redeem(world: World, opened: Opened, claim: int, units: int, holder: str, to: str | None = None) -> Any:
    account = world.role(holder)
    return world.instruments.redeem(opened, claim, units, world.role(to) if to else account, account)


def paid(world: World, opened: Opened, claim: int, units: int, holder: str) -> int:
    """What the holder's balance grew by."""
    before = world.token.balance(world.role(holder))
    redeem(world, opened, claim, units, holder)
    return world.token.balance(world.role(holder)) - before


def pays(world: World, card: OpenScorecard, payoff: int, sets: int, face: int = 1000) -> Opened:
    """An instrument whose claim, the provider's, pays a fixed payoff per face; settled with so many sets."""
    claim = Claim("fixed", ((0, payoff),))
    opened = world.open(Instrument("x", "x", face, Combine.SUM, (MetricLeg("jobs", ()),), (claim,)), card)
    world.mint(opened, sets, world.role("provider"), world.role("outcome_payer"))
    card.finish(0)
    world.instruments.settle(opened, world.role("stranger"))
    return opened


def test_redeem_pays_a_position_and_gives_it_up(world: World, settled: Opened) -> None:
    """P-01, P-03, P-13: balances, state and events; then the residual's, and nothing is left."""
    provider, instruments = world.role("provider"), world.instruments.contract
    receipt = redeem(world, settled, 0, 1000, "provider")
    assert (world.token.balance(provider), world.token.balance(instruments.address)) == (420, 580)
    assert world.instruments.units(settled, 0, provider) == 0
    position = settled.position_id(0)
    assert events(instruments, "Redeemed", receipt) == [
        {"positionId": position, "holder": provider, "to": provider, "units": 1000, "payout": 420}
    ]
    assert events(instruments, "Transfer", receipt) == [
        {"caller": provider, "sender": provider, "receiver": NO_ADDRESS, "id": position, "amount": 1000}
    ]
    assert paid(world, settled, 1, 1000, "outcome_payer") == 580
    assert world.token.balance(instruments.address) == 0
    assert list(world.call(instruments.functions.stateOf(settled.instrument_id))) == [2, 2, 2, False, 1000, 1000]


def test_redeem_returns_what_it_pays(world: World, settled: Opened) -> None:
    """P-16."""
    function = world.instruments.contract.functions.redeem(settled.terms.abi(), 0, 999, world.role("investor"))
    assert world.chain.call(function, world.role("provider")) == world.instruments.payout(settled, 0, 999) == 419


@pytest.mark.parametrize(("claim", "holder", "total"), [(0, "provider", 420), (1, "outcome_payer", 580)])
@pytest.mark.parametrize("seed", range(3))
def test_redeem_in_pieces_pays_the_whole(
    world: World, settled: Opened, claim: int, holder: str, total: int, seed: int
) -> None:
    """P-02, R-02: any split pays what the claim earned by then, and its total in the end."""
    chance, redeemed, units = random.Random(seed), 0, 1000
    while units:
        piece = min(units, chance.choice([1, 2, 3, 50, 333]))
        assert paid(world, settled, claim, piece, holder) == redemption(total, 1000, redeemed, piece)
        redeemed, units = redeemed + piece, units - piece
    assert world.token.balance(world.role(holder)) == total


@pytest.mark.parametrize("first", ["provider", "investor"])
def test_redeem_leaves_nobody_off_by_more_than_one_unit(
    world: World, opened: Opened, card: OpenScorecard, first: str
) -> None:
    """P-02: two holders of a claim, whoever comes first; together they get all of it."""
    payer = world.role("outcome_payer")
    world.fund(world.token, payer, 7)
    holders = {"provider": 4, "investor": 3}
    given = [Allocation(world.role(name), 0b01, units) for name, units in holders.items()]
    world.instruments.mint(opened, 7, [*given, Allocation(payer, 0b10, 7)], payer)
    card.finish(42)
    world.instruments.settle(opened, payer)
    order = sorted(holders, key=lambda name: name != first)
    shares = {name: paid(world, opened, 0, holders[name], name) for name in order}
    total = 7 * 420 // 1000
    assert sum(shares.values()) == total
    assert all(abs(7 * shares[name] - units * total) < 7 for name, units in holders.items())


@pytest.mark.parametrize("sets", [1, 2, 7, 10])
@pytest.mark.parametrize("payoff", [1, 333, 500, 999])
def test_redeem_of_single_units_makes_no_dust(world: World, card: OpenScorecard, sets: int, payoff: int) -> None:
    """R-01, R-02, P-01, P-03: unit by unit, in turns; no unit is made from nothing and none stays behind."""
    opened = pays(world, card, payoff, sets)
    for _ in range(sets):
        redeem(world, opened, 0, 1, "provider")
        redeem(world, opened, 1, 1, "outcome_payer")
    expected = totals(sets, 1000, [payoff])
    assert expected == (sets * payoff // 1000, sets - sets * payoff // 1000)
    assert (world.token.balance(world.role("provider")), world.token.balance(world.role("outcome_payer"))) == expected
    assert world.token.balance(world.instruments.address) == 0


def test_redeem_of_several_claims_that_each_truncate(world: World, card: OpenScorecard) -> None:
    """P-01, R-02: every ordered claim is truncated on its own, the residual gets all that is left over."""
    claims = tuple(Claim(str(number), ((0, 333),)) for number in range(3))
    opened = world.open(Instrument("x", "x", 1000, Combine.SUM, (MetricLeg("jobs", ()),), claims), card)
    payer = world.role("outcome_payer")
    world.fund(world.token, payer, 11)
    world.instruments.mint(opened, 11, [Allocation(payer, 0b1111, 11)], payer)
    card.finish(0)
    world.instruments.settle(opened, payer)
    assert [paid(world, opened, claim, 11, "outcome_payer") for claim in (3, 1, 0, 2)] == [2, 3, 3, 3]
    assert world.token.balance(world.instruments.address) == 0


def test_redeem_with_the_largest_numbers(world: World, card: OpenScorecard) -> None:
    """P-02, P-09: sets and face just below 2^112."""
    most = 2**112 - 1
    opened = pays(world, card, most - 1, most, face=most)
    assert paid(world, opened, 0, most - 1, "provider") == (most - 1) * (most - 1) // most
    assert paid(world, opened, 0, 1, "provider") == 1
    assert paid(world, opened, 1, most, "outcome_payer") == 1
    assert world.token.balance(world.instruments.address) == 0


def test_redeem_pays_whom_the_holder_names(world: World, settled: Opened) -> None:
    """P-11."""
    receipt = redeem(world, settled, 0, 500, "provider", to="investor")
    assert (world.token.balance(world.role("investor")), world.token.balance(world.role("provider"))) == (210, 0)
    (event,) = events(world.instruments.contract, "Redeemed", receipt)
    assert (event["holder"], event["to"]) == (world.role("provider"), world.role("investor"))


def test_redeem_of_nothing_gives_the_units_up(world: World, card: OpenScorecard) -> None:
    """P-10: no token moves, not even to an address that the token would refuse."""
    opened = pays(world, card, 0, 10)
    provider, instruments = world.role("provider"), world.instruments
    receipt = instruments.redeem(opened, 0, 10, NO_ADDRESS, provider)
    assert [log["address"] for log in receipt["logs"]] == [instruments.address] * 2
    assert instruments.units(opened, 0, provider) == 0
    assert paid(world, opened, 1, 10, "outcome_payer") == 10


def test_redeem_reverts_to_the_contract_and_to_nobody(world: World, settled: Opened) -> None:
    """P-10, P-07: nothing moves, nothing is lost."""
    for to in (world.instruments.address, NO_ADDRESS):
        with reverts_with("ImpactInstruments_InexactTransfer", 0, 420):
            world.instruments.redeem(settled, 0, 1000, to, world.role("provider"))
    assert paid(world, settled, 0, 1000, "provider") == 420


def test_redeem_reverts_on_no_units(world: World, settled: Opened) -> None:
    """P-09."""
    with reverts_with("ImpactInstruments_ZeroAmount"):
        redeem(world, settled, 0, 0, "provider")


@pytest.mark.parametrize("units", [1001, 2**112, 2**256 - 1])
def test_redeem_reverts_on_more_units_than_there_are(world: World, settled: Opened, units: int) -> None:
    """P-03: counted from what is not redeemed yet."""
    for claim, holder in ((0, "provider"), (1, "outcome_payer")):
        with reverts_with("ImpactInstruments_TooManySets", units, 1000):
            redeem(world, settled, claim, units, holder)
    redeem(world, settled, 0, 600, "provider")
    with reverts_with("ImpactInstruments_TooManySets", 401, 400):
        redeem(world, settled, 0, 401, "provider")


@pytest.mark.parametrize(("claim", "holder"), [(0, "outcome_payer"), (1, "provider"), (0, "stranger")])
def test_redeem_reverts_on_what_is_not_held(world: World, settled: Opened, claim: int, holder: str) -> None:
    """P-13: another's claim, and nothing at all."""
    with reverts_with("PackedERC6909_InsufficientBalance", world.role(holder), settled.position_id(claim), 1, 0):
        redeem(world, settled, claim, 1, holder)


def test_redeem_reverts_by_an_operator_or_spender(world: World, settled: Opened) -> None:
    """P-13: they may move a position; only its holder gives it up."""
    functions, relayer = world.instruments.contract.functions, world.role("relayer")
    world.send(functions.setOperator(relayer, True), "provider")
    world.send(functions.approve(relayer, settled.position_id(0), 2**256 - 1), "provider")
    with reverts_with("PackedERC6909_InsufficientBalance", relayer, settled.position_id(0), 1, 0):
        redeem(world, settled, 0, 1, "relayer")
    world.send(functions.transferFrom(world.role("provider"), relayer, settled.position_id(0), 1000), "relayer")
    assert paid(world, settled, 0, 1000, "relayer") == 420


@pytest.mark.parametrize("claim", [2, 255, 256, 2**256 - 1])
def test_redeem_reverts_on_a_claim_that_does_not_exist(world: World, settled: Opened, claim: int) -> None:
    """P-03: also one whose id would be another instrument's position."""
    with reverts_with("ImpactInstruments_UnknownClaim", claim, 2):
        redeem(world, settled, claim, 1, "provider")


def test_redeem_reverts_before_settlement(world: World, card: OpenScorecard, minted: Opened) -> None:
    """P-06: also when the outcome is known."""
    card.finish(42)
    with reverts_with("ImpactInstruments_NotSettled", minted.instrument_id):
        redeem(world, minted, 0, 1, "provider")


def test_redeem_reverts_on_what_nobody_opened_and_on_a_formula(world: World, card: OpenScorecard) -> None:
    """I-02, I-10."""
    raw = formula(world, body([metric_leg(card.metric_id())]))
    function = raw.functions.redeem(raw.terms(), 0, 1, world.role("provider"))
    with reverts_with("ImpactInstruments_UnknownInstrument", raw.id()):
        world.send(function, "provider")
    raw.open()
    card.finish(1)
    world.send(raw.functions.settle(raw.terms(), raw.body), "stranger")
    with reverts_with("ImpactInstruments_FormulaHoldsNoToken", raw.id()):
        world.send(function, "provider")


def test_redeem_ignores_donations(world: World, settled: Opened) -> None:
    """R-01: what is given to the contract belongs to nobody and pays nobody."""
    world.token.mint(world.instruments.address, 777, world.role("stranger"))
    assert paid(world, settled, 1, 1000, "outcome_payer") == 580
    assert paid(world, settled, 0, 1000, "provider") == 420
    assert world.token.balance(world.instruments.address) == 777


def test_redeem_after_many_transfers_pays_no_more(world: World, settled: Opened) -> None:
    """R-02: cutting a position into single units and handing them around gains nothing."""
    functions, position = world.instruments.contract.functions, settled.position_id(0)
    for _ in range(5):
        world.send(functions.transfer(world.role("investor"), position, 1), "provider")
    shares = [paid(world, settled, 0, 1, "investor") for _ in range(5)]
    assert shares == [redemption(420, 1000, number, 1) for number in range(5)]
    assert sum(shares) + paid(world, settled, 0, 995, "provider") == 420
