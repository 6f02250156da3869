"""What instruments tell: payoffs for any inputs, payouts, state, metadata."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak

from app.chain.instruments import Opened
from app.domain.evaluate import value_down
from tests.contracts.ImpactInstruments.bodies import Raw, body, claim_leg, curve, formula, metric_leg
from tests.support.reverts import reverts_with
from tests.support.world import OpenScorecard, World

LEAST, MOST = -(2**247), 2**247 - 1
CURVES = [
    [(0, 0), (3, 1000)],
    [(0, 1000), (3, 0)],
    [(-5, 10), (-2, 3), (1, 999), (4, 999), (11, 2)],
    [(LEAST, 0), (MOST, 1000)],
    [(LEAST, 1000), (MOST, 0)],
    [(7, 333)],
]


@pytest.mark.parametrize("knots", CURVES, ids=str)
def test_payoffs_are_rounded_down_whichever_way_the_curve_leans(
    world: World, card: OpenScorecard, knots: list[tuple[int, int]]
) -> None:
    """T-05, I-13, R-02: on knots, between them, and outside."""
    raw = Raw(world, body([metric_leg(card.metric_id())], [curve(knots)]))
    raw.open()
    for at in sorted({x + step for x, _ in knots for step in (-1, 0, 1)} | {0, 2, 3, 2**200}):
        amount = value_down(tuple(knots), at)
        assert raw.payoffs(at) == (at, [amount, 1000 - amount])


def test_payoffs_of_a_leg_s_curve_are_exact(world: World, card: OpenScorecard) -> None:
    """T-02, T-05: flat outside; no knots say x itself."""
    knots = [(-3, 9), (-1, 5), (0, 5), (7, -9)]
    raw = Raw(world, body([metric_leg(card.metric_id(), knots), metric_leg(card.metric_id())], [curve([(0, 0)])]))
    raw.open()
    scores = {at: raw.payoffs(at, 100)[0] - 100 for at in (-9, -3, -2, -1, 0, 1, 7, 8)}
    assert scores == {-9: 9, -3: 9, -2: 7, -1: 5, 0: 5, 1: 3, 7: -9, 8: -9}


def test_payoffs_tell_what_settle_pays(world: World, card: OpenScorecard, minted: Opened) -> None:
    """I-13: before and after it, whatever was measured."""
    told = {at: world.instruments.payoffs(minted, [at]) for at in (-1000, 0, 42, 100, 1000)}
    assert told == {at: (at, [10 * max(0, min(100, at)), 1000 - 10 * max(0, min(100, at))]) for at in told}
    card.finish(42)
    assert world.instruments.settle(minted, world.role("stranger")) == told[42]
    assert world.instruments.payoffs(minted, [100]) == told[100]


def test_payoffs_of_a_claim_leg_take_its_source_s_payoff(world: World, minted: Opened) -> None:
    """I-07, I-13: though its source is not settled yet."""
    raw = formula(world, body([claim_leg(minted.instrument_id)], [curve([(0, 0), (1000, 1000)])]))
    raw.open()
    assert raw.payoffs(420) == (420, [420, 580])


@pytest.mark.parametrize("inputs", [[], [1, 2], [1] * 65])
def test_payoffs_revert_on_another_number_of_inputs(world: World, opened: Opened, inputs: list[int]) -> None:
    """I-13."""
    with reverts_with("ImpactInstruments_LegCount", len(inputs), 1):
        world.instruments.payoffs(opened, inputs)


def test_payoffs_revert_on_another_body_and_on_what_nobody_opened(world: World, card: OpenScorecard) -> None:
    """I-09, I-13."""
    raw = Raw(world, body([metric_leg(card.metric_id())]))
    with reverts_with("ImpactInstruments_UnknownInstrument", raw.id()):
        raw.payoffs(1)
    raw.open()
    with reverts_with("ImpactInstruments_BodyMismatch", keccak(b"another"), keccak(raw.body)):
        world.call(raw.functions.payoffs(raw.terms(), b"another", [1]))


def test_payoffs_revert_on_sums_beyond_256_bits(world: World, card: OpenScorecard) -> None:
    """I-13: no source has such values; arithmetic refuses them."""
    raw = Raw(world, body([metric_leg(card.metric_id())] * 2))
    raw.open()
    with reverts_with("Panic", 0x11):
        raw.payoffs(2**255 - 1, 1)
    assert raw.payoffs(2**254, 2**254 - 1)[1] == [1000, 0]


def test_payout_of_tells_what_redeem_pays(world: World, settled: Opened) -> None:
    """P-16: for any number of units, from what was redeemed before on."""
    provider = world.role("provider")
    assert [world.instruments.payout(settled, 0, units) for units in (0, 1, 2, 3, 500, 1000)] == [0, 0, 0, 1, 210, 420]
    assert [world.instruments.payout(settled, 1, units) for units in (1, 1000)] == [0, 580]
    world.instruments.redeem(settled, 0, 2, provider, provider)
    told = world.instruments.payout(settled, 0, 1)
    world.instruments.redeem(settled, 0, 1, provider, provider)
    assert (told, world.token.balance(provider)) == (1, 1)
    assert world.instruments.payout(settled, 0, 997) == 419


def test_payout_of_reverts_where_redeem_would(world: World, card: OpenScorecard, opened: Opened) -> None:
    """P-16, P-03, P-06, I-10: unknown, not settled, no such claim, more than there is, a formula."""
    instruments, functions = world.instruments, world.instruments.contract.functions
    unopened = formula(world, body([metric_leg(card.metric_id())]))
    with reverts_with("ImpactInstruments_UnknownInstrument", unopened.id()):
        world.call(functions.payoutOf(unopened.terms(), 0, 1))
    with reverts_with("ImpactInstruments_NotSettled", opened.instrument_id):
        instruments.payout(opened, 0, 1)
    unopened.open()
    card.finish(1)
    instruments.settle(opened, world.role("stranger"))
    world.send(functions.settle(unopened.terms(), unopened.body), "stranger")
    for claim in (2, 256):
        with reverts_with("ImpactInstruments_UnknownClaim", claim, 2):
            instruments.payout(opened, claim, 1)
    with reverts_with("ImpactInstruments_TooManySets", 2**256 - 1, 0):
        instruments.payout(opened, 1, 2**256 - 1)
    with reverts_with("ImpactInstruments_FormulaHoldsNoToken", unopened.id()):
        world.call(functions.payoutOf(unopened.terms(), 0, 1))


def test_payoff_of_tells_a_settled_ordered_claim(world: World, card: OpenScorecard, minted: Opened) -> None:
    """I-04, I-12: of agreements and formulas; not before settlement, not of the residual, not of nothing."""
    functions = world.instruments.contract.functions
    raw = formula(world, body([metric_leg(card.metric_id())]))
    with reverts_with("ImpactInstruments_UnknownInstrument", raw.id()):
        world.call(functions.payoffOf(raw.id()))
    raw.open()
    for instrument_id in (raw.id(), minted.instrument_id):
        with reverts_with("ImpactInstruments_NotSettled", instrument_id):
            world.call(functions.payoffOf(instrument_id))
    card.finish(42)
    world.instruments.settle(minted, world.role("stranger"))
    world.send(functions.settle(raw.terms(), raw.body), "stranger")
    for instrument_id in (raw.id(), minted.instrument_id):
        assert world.call(functions.payoffOf(instrument_id)) == 420
        for claim in (1, 255):
            with reverts_with("ImpactInstruments_UnknownClaim", claim, 1):
                world.call(functions.payoffOf(instrument_id | claim))


def test_payoff_of_stays_as_units_are_redeemed(world: World, settled: Opened) -> None:
    """I-08: both stand in one word."""
    provider, functions = world.role("provider"), world.instruments.contract.functions
    for units in (1, 998, 1):
        world.instruments.redeem(settled, 0, units, provider, provider)
        assert world.call(functions.payoffOf(settled.position_id(0))) == 420


def test_state_of_what_nobody_opened_is_none(world: World, opened: Opened) -> None:
    """I-02: a position's id is no instrument's."""
    for unknown in (0, opened.position_id(1), 2**256 - 1):
        state = world.call(world.instruments.contract.functions.stateOf(unknown))
        assert list(state) == [0, 0, 0, False, 0, 0]


def test_oracle_is_the_one_that_the_instruments_read(world: World) -> None:
    """I-06, R-04: fixed at deployment."""
    assert world.call(world.instruments.contract.functions.oracle()) == world.oracle.contract.address


def test_name_and_symbol_tell_instrument_and_claim(world: World, opened: Opened) -> None:
    """P-15."""
    functions = world.instruments.contract.functions
    short = f"0x{opened.instrument_id:064x}"[:10]
    for claim in (0, 1, 15):
        assert world.call(functions.name(opened.position_id(claim))) == f"Concord {short} claim {claim}"
        assert world.call(functions.symbol(opened.position_id(claim))) == f"CONCORD-{claim}"
    assert world.call(functions.name(0x0A00)) == "Concord 0x00000000 claim 0"


def test_decimals_are_the_token_s_from_the_first_mint_on(world: World, minted: Opened) -> None:
    """P-15: of every claim."""
    functions = world.instruments.contract.functions
    assert [world.call(functions.decimals(minted.position_id(claim))) for claim in (0, 1)] == [2, 2]
    assert world.call(functions.decimals(0)) == 0
