from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak

from app.chain.instruments import Opened
from app.domain.instrument import Knot, Metric
from tests.contracts.ImpactInstruments.bodies import Raw, body, claim_leg, curve, formula, metric_leg
from tests.support.events import events
from tests.support.reverts import reverts_with
from tests.support.world import DAY, OpenScorecard, World

SUM, MIN, MAX = 0, 1, 2
DOUBLE: tuple[Knot, ...] = ((-1000, -2000), (1000, 2000))


def settle(raw: Raw) -> tuple[int, list[int]]:
    """Score and payoffs as the event tells them, the residual's last."""
    receipt = raw.world.send(raw.functions.settle(raw.terms(), raw.body), "stranger")
    (event,) = events(raw.world.instruments.contract, "Settled", receipt)
    assert event["instrumentId"] == raw.id()
    return event["score"], event["payoffs"]


def opened(raw: Raw) -> Raw:
    raw.open()
    return raw


@pytest.fixture
def cards(world: World) -> OpenScorecard:
    """Three metrics, four periods."""
    return world.open_scorecard([Metric(name, "", 0, -1000, 1000) for name in "abc"], periods=4)


def test_settle_fixes_score_and_payoffs(world: World, card: OpenScorecard, minted: Opened) -> None:
    """I-01, I-08, R-04: anyone settles; state, event and payoffs say the same; no token moves."""
    card.finish(42)
    assert world.instruments.settle(minted, world.role("stranger")) == (42, [420, 580])
    functions = world.instruments.contract.functions
    assert list(world.call(functions.stateOf(minted.instrument_id))) == [2, 2, 2, False, 1000, 0]
    assert world.call(functions.payoffOf(minted.position_id(0))) == 420
    assert world.token.balance(world.instruments.address) == 1000


def test_settle_reverts_before_round_is_final(world: World, card: OpenScorecard, minted: Opened) -> None:
    """I-06, R-03: OPEN, REPORTED, and in the last second before FINAL; a live value settles nothing."""
    card.send_live(card.live_rows({0: [42], 1: [42]}, world.chain.now))
    for moment in (card.go_to_close, lambda: card.report(42), lambda: world.node.advance_to(_final(card) - 1)):
        with reverts_with("ImpactInstruments_OutcomeNotFinal", card.metric_id(), 0):
            world.instruments.settle(minted, world.role("stranger"))
        moment()
    with reverts_with("ImpactInstruments_OutcomeNotFinal", card.metric_id(), 0):
        world.instruments.settle(minted, world.role("stranger"))
    card.go_to_final()
    world.instruments.settle(minted, world.role("stranger"))


@pytest.mark.parametrize(
    ("fallback", "score"), [(0, 0), (55, 55), (-7, -7), (2**95 - 1, 2**95 - 1), (-(2**95), -(2**95))]
)
def test_settle_takes_the_fallback_of_an_unresolved_round(
    world: World, card: OpenScorecard, fallback: int, score: int
) -> None:
    """I-06, O-14: from the end of the report window on; it may lie outside of the metric's bounds."""
    raw = opened(Raw(world, body([metric_leg(card.metric_id(), fallback=fallback)])))
    end = card.scorecard.calendar.close(0) + DAY
    world.node.advance_to(end - 1)
    with reverts_with("ImpactInstruments_OutcomeNotFinal", card.metric_id(), 0):
        settle(raw)
    world.node.advance_to(end)
    amount = min(1000, max(0, 10 * fallback))
    assert settle(raw) == (score, [amount, 1000 - amount])


def test_settle_takes_no_fallback_of_a_final_round(world: World, card: OpenScorecard) -> None:
    """I-06, O-14: an outcome of 0 is an outcome."""
    raw = opened(Raw(world, body([metric_leg(card.metric_id(), fallback=55)])))
    card.finish(0)
    assert settle(raw) == (0, [0, 1000])


@pytest.mark.parametrize(
    ("combine", "score"), [(SUM, -8 + 2 * 5 + 3), (MIN, -8), (MAX, 2 * 5)], ids=["SUM", "MIN", "MAX"]
)
def test_settle_combines_its_legs(world: World, cards: OpenScorecard, combine: int, score: int) -> None:
    """I-01, T-06: values below zero too, the least and the greatest wherever they stand."""
    legs = [metric_leg(cards.metric_id(0)), metric_leg(cards.metric_id(1), DOUBLE), metric_leg(cards.metric_id(2))]
    raws = [opened(Raw(world, body(order, combine=combine))) for order in (legs, legs[::-1], [*legs[1:], legs[0]])]
    cards.finish(-8, 5, 3)
    assert [settle(raw)[0] for raw in raws] == [score] * 3


@pytest.mark.parametrize("combine", [SUM, MIN, MAX])
def test_settle_with_equal_legs(world: World, card: OpenScorecard, combine: int) -> None:
    """T-06: a tie is no special case."""
    raw = opened(Raw(world, body([metric_leg(card.metric_id())] * 3, combine=combine)))
    card.finish(7)
    assert settle(raw)[0] == (21 if combine == SUM else 7)


def test_settle_reads_each_leg_s_own_period(world: World, cards: OpenScorecard) -> None:
    """I-04, I-06: rounds of several periods, one of them without report."""
    legs = [metric_leg(cards.metric_id(one), period=one + 1, fallback=500) for one in range(3)]
    raw = opened(Raw(world, body(legs)))
    cards.report(1, 10, 100, period=1)
    cards.report(2, 20, 200, period=3)
    cards.go_to_final(3)
    assert settle(raw)[0] == 1 + 500 + 200


def test_settle_with_64_legs(world: World, cards: OpenScorecard) -> None:
    """I-03, T-06."""
    legs = [metric_leg(cards.metric_id(one % 3), [(x, 3 * x) for x in range(-8, 24)]) for one in range(64)]
    raw = opened(Raw(world, body(legs, [curve([(0, 1)])] * 15)))
    cards.finish(-3, 4, 9)
    assert settle(raw) == (3 * (22 * -3 + 21 * 4 + 21 * 9), [1] * 15 + [985])


def test_settle_with_the_largest_knots_overflows_nowhere(world: World, card: OpenScorecard) -> None:
    """T-06: 64 legs of 2^247 either way."""
    for extreme in (2**247 - 1, -(2**247)):
        leg = metric_leg(card.metric_id(), [(0, extreme)])
        raw = opened(Raw(world, body([leg] * 64, [curve([(-(2**247), 0), (2**247 - 1, 1000)])])))
        world.node.advance_to(card.scorecard.calendar.close(0) + DAY)
        amount = 1000 if extreme > 0 else 0
        assert settle(raw) == (64 * extreme, [amount, 1000 - amount])


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([300, 400], [300, 400, 300]),
        ([300, 900], [300, 700, 0]),
        ([1000, 1000, 1000], [1000, 0, 0, 0]),
        ([0, 0], [0, 0, 1000]),
        ([400, 400, 400], [400, 400, 200, 0]),
    ],
)
def test_settle_pays_claims_in_order(world: World, card: OpenScorecard, claims: list[int], expected: list[int]) -> None:
    """I-05: each at most what is left of `face`, the residual the rest; equal claims too."""
    raw = opened(Raw(world, body([metric_leg(card.metric_id())], [curve([(0, one)]) for one in claims])))
    card.finish(1)
    _, amounts = settle(raw)
    assert amounts == expected and sum(amounts) == 1000


@pytest.mark.parametrize(("outcome", "gte", "gt"), [(59, 0, 0), (60, 1000, 0), (61, 1000, 1000)])
def test_settle_of_a_threshold(world: World, card: OpenScorecard, outcome: int, gte: int, gt: int) -> None:
    """T-08: "≥ 60" is the knots 59 and 60, "> 60" is 60 and 61."""
    leg = metric_leg(card.metric_id())
    reached = opened(Raw(world, body([leg], [curve([(59, 0), (60, 1000)])])))
    above = opened(Raw(world, body([leg], [curve([(60, 0), (61, 1000)])])))
    card.finish(outcome)
    assert (settle(reached)[1][0], settle(above)[1][0]) == (gte, gt)


def test_settle_passes_a_value_through_a_chain_of_formulas(world: World, card: OpenScorecard) -> None:
    """I-07, I-10: five deep; each waits for the one before, and reads what it pays per face."""
    legs: Sequence[bytes] = [metric_leg(card.metric_id())]
    chain: list[Raw] = []
    for _ in range(5):
        chain.append(opened(formula(world, body(legs, [curve([(0, 1), (999, 1000)])]))))
        legs = [claim_leg(chain[-1].id())]
    top = opened(Raw(world, body(legs, [curve([(0, 0), (1000, 1000)])])))
    card.finish(42)
    for source, waiting in zip(chain, [*chain[1:], top], strict=True):
        with reverts_with("ImpactInstruments_NotSettled", source.id()):
            settle(waiting)
        settle(source)
    assert settle(top) == (47, [47, 953])


def test_settle_reads_an_agreement_s_payoff_per_face(world: World, card: OpenScorecard, minted: Opened) -> None:
    """I-07: of claims paid in order, after their caps; redeeming changes nothing of it."""
    both = opened(Raw(world, body([metric_leg(card.metric_id())], [curve([(0, 700)]), curve([(0, 600)])])))
    legs = [claim_leg(minted.instrument_id), claim_leg(both.id(), 0), claim_leg(both.id(), 1)]
    reader = opened(Raw(world, body(legs)))
    card.finish(42)
    world.instruments.settle(minted, world.role("stranger"))
    settle(both)
    provider = world.role("provider")
    world.instruments.redeem(minted, 0, 999, provider, provider)
    assert settle(reader)[0] == 420 + 700 + 300


def test_settle_reads_a_formula_s_largest_payoff(world: World, card: OpenScorecard) -> None:
    """I-11: a word of 247 bits."""
    most = 2**247 - 1
    source = opened(formula(world, body([metric_leg(card.metric_id())], [curve([(0, most)])]), most))
    reader = opened(Raw(world, body([claim_leg(source.id())])))
    card.finish(0)
    settle(source)
    assert settle(reader)[0] == most


def test_settle_happens_once(world: World, settled: Opened) -> None:
    """I-08, R-03."""
    with reverts_with("ImpactInstruments_AlreadySettled", settled.instrument_id):
        world.instruments.settle(settled, world.role("stranger"))


def test_settle_without_sets(world: World, card: OpenScorecard, opened: Opened) -> None:
    """I-12: like any other; nothing can be redeemed."""
    card.finish(42)
    assert world.instruments.settle(opened, world.role("stranger")) == (42, [420, 580])
    assert world.instruments.payout(opened, 0, 0) == 0
    with reverts_with("ImpactInstruments_TooManySets", 1, 0):
        world.instruments.payout(opened, 0, 1)


def test_settle_reverts_on_another_body(world: World, card: OpenScorecard, minted: Opened) -> None:
    """I-09: one with a better curve, the same and a byte more, none."""
    card.finish(42)
    better = body([metric_leg(card.metric_id())], [curve([(0, 1000)])])
    for given in (better, minted.body + b"\0", minted.body[:-1], b""):
        with reverts_with("ImpactInstruments_BodyMismatch", keccak(given), minted.terms.body_hash):
            world.instruments.settle(replace(minted, body=given), world.role("provider"))


def test_settle_reverts_on_what_nobody_opened(world: World, card: OpenScorecard, minted: Opened) -> None:
    """I-02, I-09: terms made up for another body are another instrument."""
    card.finish(42)
    raw = Raw(world, body([metric_leg(card.metric_id())], [curve([(0, 1000)])]))
    with reverts_with("ImpactInstruments_UnknownInstrument", raw.id()):
        settle(raw)


def _final(card: OpenScorecard) -> Any:
    return card.scorecard.calendar.final_at(0)
